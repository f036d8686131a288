/* Whether seeds are any good: how alike they are, and how well some of them are
 * told from other users by the rest (struct ralm_expand_check of ralm.h). */
#ifndef RALM_JOBS_SEED_CHECK_H
#define RALM_JOBS_SEED_CHECK_H

#include "jobs/expand/expand_lists.h"

/* Of one list of seeds, in files of ids; others are not looked at. Without
 * options->check how alike they are, no more. */
int ralm_seed_check(struct ralm_expand_check *check,
		    const struct ralm_expand_lists *lists,
		    const struct ralm_scorer *scorer,
		    const struct ralm_candidates *candidates,
		    struct ralm_threads *threads,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err) RALM_MUST_CHECK;

#endif
