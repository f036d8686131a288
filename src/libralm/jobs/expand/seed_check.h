/* Whether seeds are any good: how alike they are, and how well some of them are
 * told from other users by the rest (struct ralm_expand_check of ralm.h). */
#ifndef RALM_JOBS_EXPAND_SEED_CHECK_H
#define RALM_JOBS_EXPAND_SEED_CHECK_H

#include "jobs/expand/expand_lists.h"
#include "jobs/expand/hold_out.h"
#include "jobs/expand/size_curve.h"

/* Seeds held out, if that is asked for. */
struct ralm_seed_trial {
	bool ran; /* there are two seeds and two others at least */
	struct ralm_hold_out held;
	uint32_t *others;
	/* One of held.found, of options->size; NULL: none. The others are those
	 * of the curve, in their order. */
	const struct ralm_found *at_size;
};

/* Of one list of seeds, in files of ids; others are not looked at. The trial, which
 * is zero, is made where options ask for the check or for a file that needs it;
 * without, check gets how alike the seeds are, no more. Release it, also on
 * failure. */
int ralm_seed_check(struct ralm_seed_trial *trial,
		    struct ralm_expand_check *check,
		    const struct ralm_expand_lists *lists,
		    const struct ralm_size_curve *curve,
		    const struct ralm_scorer *scorer,
		    const struct ralm_candidates *candidates,
		    struct ralm_threads *threads,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_seed_trial_release(struct ralm_seed_trial *trial);

#endif
