/* The table of --log: a line of tab-separated values a report. */
#ifndef RALM_FIT_LOG_H
#define RALM_FIT_LOG_H

#include <ralm.h>

#include <stdio.h>
#include <sys/types.h>

enum { FIT_LOG_LINE = 512 }; /* more than a line ever has */

struct fit_log {
	FILE *file; /* NULL: none */
	const char *path;
	int error;      /* errno of the first write that failed, or 0 */
	double seconds; /* of an earlier run, which are gone on from */
	/* The last line, from `last` on; step 0: there is none. */
	uint64_t step;
	off_t last;
	char line[FIT_LOG_LINE];
};

/* Opens path with the line of column names. With `resumed`, what an earlier run
 * wrote up to `step` stands, and only what it wrote after that is cut off: the
 * lines are then those of one run. Another file is refused and stays. */
int fit_log_open(struct fit_log *log, const char *path, bool resumed,
		 uint64_t step, struct ralm_error *err) RALM_MUST_CHECK;

/* Writes each line at once; failures are told at the end. A step has one line:
 * a second report of it adds its validation AUC. */
void fit_log_add(struct fit_log *log, const struct ralm_fit_report *report);

/* Closes the file. -1 where any write failed. */
int fit_log_close(struct fit_log *log, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
