/* How far a piece of work has come, on a live line: "81920 samples, 42 % of the input,
 * 3 s left, 409600 samples/s". */
#ifndef RALM_PROGRESS_H
#define RALM_PROGRESS_H

#include "live_line.h"

#include <stdint.h>

struct progress {
	struct live_line line;
	const char *what;  /* what is counted ("samples"); NULL: nothing is */
	const char *whole; /* what the share is of ("input") */
	double begun, told; /* seconds of a steady clock; 0: not yet */
};

/* quiet: nothing is to be shown. Returns whether the line will be shown: not if quiet,
 * and not where standard error is no terminal that can write a line anew. */
bool progress_init(struct progress *progress, const char *what,
		   const char *whole, bool quiet);

/* Writes the line, the first time at once, then at most five times a second, however
 * often it is called. count: of `what`, so far. share: the part of the whole that is
 * done; NaN: not known; 1: the line is taken off the terminal, for what is written
 * next. To be called by one thread at a time. */
void progress_tell(struct progress *progress, uint64_t count, double share);

/* Takes the line off the terminal; to be called before anything else is said. */
void progress_clear(struct progress *progress);

#endif
