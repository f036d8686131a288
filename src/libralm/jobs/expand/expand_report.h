/* All that is known of one list of seeds and the audiences it would get, as one page
 * of HTML. */
#ifndef RALM_JOBS_EXPAND_EXPAND_REPORT_H
#define RALM_JOBS_EXPAND_EXPAND_REPORT_H

#include "formats/lines.h"
#include "jobs/expand/seed_check.h"

/* curve is filled. digest: as in struct ralm_page_origin. */
void ralm_expand_report_put(struct ralm_writer *writer,
			    const struct ralm_expand_check *check,
			    const struct ralm_size_curve *curve,
			    const struct ralm_seed_trial *trial,
			    const struct ralm_expand_options *options,
			    const char *digest);

#endif
