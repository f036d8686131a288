/* An evaluation as one page of HTML (formats/html_page.h): plots, and each measure with
 * its meaning. */
#ifndef RALM_JOBS_EVALUATE_HTML_REPORT_H
#define RALM_JOBS_EVALUATE_HTML_REPORT_H

#include "jobs/evaluate/evaluate.h"

/* The evaluation, by these options, has its curves, and so have its other scores, which
 * are in each plot, too. digest: of the model, or "". The caller flushes the writer. */
void ralm_evaluation_put_report(struct ralm_writer *writer,
				const struct ralm_evaluation *evaluation,
				const struct ralm_evaluate_options *options,
				const char *digest);

#endif
