/* Candidates: a bit for each row of the model. */
#ifndef RALM_JOBS_EXPAND_CANDIDATES_H
#define RALM_JOBS_EXPAND_CANDIDATES_H

#include <stdbool.h>

#include "jobs/expand/user_names.h"
#include "ralm.h"

struct ralm_candidates {
	struct ralm_user_names *names; /* not owned */
	uint64_t *bits; /* (words) */
	size_t words, count;
};

/* Sets the bits of every user of the model, or of those in options->candidates, except
 * for the excluded ones. names gets the ids of that file; counts gets candidates,
 * exclude and eligible. It is an error if a user of the model is to be a candidate and
 * has no name, or if no candidate is left. */
int ralm_candidates_init(struct ralm_candidates *candidates,
			 struct ralm_expand_counts *counts,
			 struct ralm_user_names *names,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_candidates_release(struct ralm_candidates *candidates);

static inline bool ralm_candidates_have(const struct ralm_candidates *candidates,
					uint32_t row)
{
	return candidates->bits[row / 64] >> row % 64 & 1;
}

/* The candidates with bits in words [word, end), by row. */
struct ralm_candidate_walk {
	const struct ralm_candidates *candidates;
	size_t word, end;
	uint64_t left; /* bits of the word before `word` that have not come yet */
};

/* Sets rows to the next candidates, up to `most`; how many, 0: there are no more. */
size_t ralm_candidates_next(uint32_t *rows, struct ralm_candidate_walk *walk,
			    size_t most);

#endif
