/* An evaluation as one page of HTML that needs nothing else: no network, no
 * scripts, no fonts. */
#ifndef RALM_JOBS_EVALUATE_HTML_REPORT_H
#define RALM_JOBS_EVALUATE_HTML_REPORT_H

#include "jobs/evaluate/evaluate.h"

/* Texts that the page tells; NULL: not known. */
struct ralm_report_words {
	const char *source;  /* what was evaluated */
	const char *other;   /* what it is compared with */
	const char *command; /* the command line */
	const char *digest;  /* of the model */
};

/* The evaluation has its curves, and so have its other scores, which are in each plot,
 * too. The caller flushes the writer. */
void ralm_evaluation_put_report(struct ralm_writer *writer,
				const struct ralm_evaluation *evaluation,
				const struct ralm_report_words *words);

#endif
