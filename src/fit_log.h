/* The table of --log: a line of tab-separated values a report. */
#ifndef RALM_FIT_LOG_H
#define RALM_FIT_LOG_H

#include "libralm/jobs/fit.h"

#include <stdio.h>

struct fit_log {
	FILE *file; /* NULL: none */
	const char *path;
	int error;      /* errno of the first write that failed, or 0 */
	uint64_t step;  /* of the last line that an earlier run wrote */
	double seconds; /* and its seconds, which are gone on from */
};

/* Opens path with the line of column names. With `resumed`, what an earlier run
 * wrote up to `step` stands, and only what it wrote after that is cut off: the
 * lines are then those of one run. Another file is refused and stays. */
int fit_log_open(struct fit_log *log, const char *path, bool resumed,
		 uint64_t step, struct ralm_error *err) RALM_MUST_CHECK;

/* Each line as it comes, for who looks on; what fails is told at the end. A
 * step has one line. */
void fit_log_add(struct fit_log *log, const struct ralm_fit_report *report);

/* Closes the file. -1 where any write failed. */
int fit_log_close(struct fit_log *log, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
