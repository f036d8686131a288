/* An evaluation as one page of HTML that needs nothing else: no network, no
 * scripts, no fonts. */
#ifndef RALM_JOBS_EVALUATE_HTML_REPORT_H
#define RALM_JOBS_EVALUATE_HTML_REPORT_H

#include "jobs/evaluate/evaluate.h"

/* source: what was evaluated, as it is to be named; command: the command line;
 * NULL: not named. The evaluation has its curves. The caller flushes the writer. */
int ralm_evaluation_put_report(struct ralm_writer *writer,
			       const struct ralm_evaluation *evaluation,
			       const char *source, const char *command,
			       struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
