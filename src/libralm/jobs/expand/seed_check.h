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
	/* That of held.found which is of options->size; NULL: none. The others are
	 * those of the curve, in order. */
	const struct ralm_found *at_size;
};

/* The name of an option that asks for the check, or for a file that needs it; NULL:
 * none does. */
const char *ralm_seed_check_option(const struct ralm_expand_options *options);

/* Checks the one list that files of ids have; nothing is done for lists that came
 * otherwise. Seeds are held out (trial, which is zero before) where an option asks for
 * it; else check gets how alike the seeds are, no more. The trial is to be released,
 * also on failure. */
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
