#include "ground/transfer.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

/* Whether to try again after a call that failed; errno is kept. If the
 * descriptor itself is bad, the next call tells. */
static bool again(int fd, short events)
{
	struct pollfd wanted = {.fd = fd, .events = events};
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	while (poll(&wanted, 1, -1) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return false;
	return true;
}

ssize_t ralm_read(int fd, void *to, size_t room)
{
	ssize_t got;
	do
		got = read(fd, to, room);
	while (got < 0 && again(fd, POLLIN));
	return got;
}

int ralm_write(int fd, const void *bytes, size_t length)
{
	const char *next = bytes;
	while (length > 0) {
		ssize_t put = write(fd, next, length);
		if (put >= 0) {
			next += put;
			length -= (size_t)put;
		} else if (!again(fd, POLLOUT)) {
			return -1;
		}
	}
	return 0;
}
