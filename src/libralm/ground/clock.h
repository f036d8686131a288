/* A clock that nobody sets: how long something takes. */
#ifndef RALM_GROUND_CLOCK_H
#define RALM_GROUND_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t ralm_nanoseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
