/* Input of a client that sends a line and waits for the answer. */
#include "formats/lines.h"

#include "ground/clock.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>

bool ralm_reader_has_line(const struct ralm_reader *reader)
{
	size_t held = reader->end - reader->begin;
	return held > 0 &&
	       memchr(reader->buffer + reader->begin, '\n', held) != NULL;
}

void ralm_reader_linger(const struct ralm_reader *reader, unsigned microseconds)
{
	struct pollfd input = {.fd = reader->fd, .events = POLLIN};
	const uint64_t end = ralm_nanoseconds() + 1000 * (uint64_t)microseconds;
	while (reader->fd >= 0 && poll(&input, 1, 0) == 0 &&
	       ralm_nanoseconds() < end)
		sched_yield();
}

void ralm_reader_await(const struct ralm_reader *reader)
{
	struct pollfd input = {.fd = reader->fd, .events = POLLIN};
	while (reader->fd >= 0 && poll(&input, 1, -1) < 0 && errno == EINTR)
		;
}
