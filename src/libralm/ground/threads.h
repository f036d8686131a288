/* OpenMP's threads before they are needed. */
#ifndef RALM_GROUND_THREADS_H
#define RALM_GROUND_THREADS_H

#include "ground/error.h"

/* Starts the threads of parallel regions of `count`, which the caller will
 * enter. OpenMP, asked for threads that the system does not give, ends the
 * program: so they are first started without it. */
int ralm_threads_start(unsigned count, struct ralm_error *err) RALM_MUST_CHECK;

#endif
