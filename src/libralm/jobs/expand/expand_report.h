/* All that is known of one list of seeds and the audiences it would get, as one page
 * of HTML. */
#ifndef RALM_JOBS_EXPAND_EXPAND_REPORT_H
#define RALM_JOBS_EXPAND_EXPAND_REPORT_H

#include "formats/lines.h"
#include "jobs/expand/seed_check.h"

/* title: whose audience it is, a text from outside; NULL: nobody's. curve is filled;
 * raw: its scores are cosines. command, digest: as in struct ralm_page_origin. */
void ralm_expand_report_put(struct ralm_writer *writer,
			    const struct ralm_expand_check *check,
			    const struct ralm_size_curve *curve,
			    const struct ralm_seed_trial *trial,
			    const char *title, bool raw, const char *command,
			    const char *digest);

#endif
