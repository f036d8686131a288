/* read(2) and write(2) on a descriptor that somebody else opened: both go on
 * after a signal, and where the descriptor is non-blocking (a program at the
 * other end of a pipe may have made it so) they wait until it is ready. */
#ifndef RALM_GROUND_TRANSFER_H
#define RALM_GROUND_TRANSFER_H

#include <stddef.h>
#include <sys/types.h>

/* The next bytes, at most `room` of them. 0: the end. -1 with errno. */
ssize_t ralm_read(int fd, void *to, size_t room);

/* All of the bytes. Returns 0 or -1 with errno. */
int ralm_write(int fd, const void *bytes, size_t length);

#endif
