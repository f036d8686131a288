/* Input of a client that sends a line and waits for the answer. */
#include "formats/lines.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>

bool ralm_reader_has_line(const struct ralm_reader *reader)
{
	size_t held = reader->end - reader->begin;
	return held > 0 &&
	       memchr(reader->buffer + reader->begin, '\n', held) != NULL;
}

static double microseconds_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

void ralm_reader_linger(const struct ralm_reader *reader, unsigned microseconds)
{
	struct pollfd input = {.fd = reader->fd, .events = POLLIN};
	const double end = microseconds_now() + microseconds;
	while (reader->fd >= 0 && poll(&input, 1, 0) == 0 && microseconds_now() < end)
		sched_yield();
}

void ralm_reader_await(const struct ralm_reader *reader)
{
	struct pollfd input = {.fd = reader->fd, .events = POLLIN};
	while (reader->fd >= 0 && poll(&input, 1, -1) < 0 && errno == EINTR)
		;
}
