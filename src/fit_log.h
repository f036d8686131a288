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
	bool own; /* the file is the log's alone: not standard output */
	/* An older file: how many of its bytes stay, and whether the others were cut
	 * off yet. */
	bool old, begun;
	off_t kept;
	int error;      /* errno of the first write that failed, or 0 */
	double seconds; /* that earlier runs took; added to those of reports */
	/* The last line: its step (0: there is no line yet), where it begins, and its
	 * text. */
	uint64_t step;
	off_t last;
	char line[FIT_LOG_LINE];
};

/* Opens path. What stands there is replaced when the first line is written, or when the
 * log is closed, and not by a run that fails before. With `resumed`, the lines that an
 * earlier run wrote up to `step` stay and the later ones are cut off then: the file
 * reads like that of one run. A file that is no such log is refused and stays as it
 * is (RALM_ERROR_DATA). After a failure nothing is open. */
int fit_log_open(struct fit_log *log, const char *path, bool resumed,
		 uint64_t step, struct ralm_error *err) RALM_MUST_CHECK;

/* Writes a line at once; failures are told by fit_log_close. A step has one line: a
 * second report of it adds its validation AUC, on standard output by a line more. */
void fit_log_add(struct fit_log *log, const struct ralm_fit_report *report);

/* Closes the file. -1 where any write failed. */
int fit_log_close(struct fit_log *log, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
