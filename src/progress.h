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

/* quiet: nothing is to be shown. Returns whether something will be: else standard error
 * is no terminal that can show it. */
bool progress_init(struct progress *progress, const char *what,
		   const char *whole, bool quiet);

/* Writes the line five times a second, however often it is called, but the first time
 * at once. count: of what is counted, so far. share: what part of the whole is done,
 * up to 1; NaN: not known. By one thread at a time. */
void progress_tell(struct progress *progress, uint64_t count, double share);

/* Takes the line away, before anything else is said. */
void progress_clear(struct progress *progress);

#endif
