/* Who may be chosen: a bit for each row of the model, and what those are called
 * whom the model does not name. */
#ifndef RALM_JOBS_CANDIDATES_H
#define RALM_JOBS_CANDIDATES_H

#include <stdbool.h>

#include "ground/index.h"
#include "model/model.h"
#include "ralm.h"

struct ralm_candidates {
	const struct ralm_model *model;
	uint64_t *bits; /* (words) */
	size_t words, count;
	/* Ids from a file, of users whose id the model does not know. */
	struct ralm_user_ids ids; /* by number */
	uint64_t *keys;		  /* of each number */
	size_t named, key_room;
	struct ralm_index index; /* of these */
};

/* Takes every user of the model, or those of the files, less the excluded ones.
 * counts gets candidates, exclude and eligible. A candidate who has no name is an
 * error, and so is that there are none. */
int ralm_candidates_init(struct ralm_candidates *candidates,
			 struct ralm_expand_counts *counts,
			 const struct ralm_model *model,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_candidates_release(struct ralm_candidates *candidates);

static inline bool ralm_candidates_have(const struct ralm_candidates *candidates,
					uint32_t row)
{
	return candidates->bits[row / 64] >> row % 64 & 1;
}

/* The id of a candidate, where it lies or in digits; -1: what the model holds in
 * its place is none. */
int ralm_candidate_id(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_candidates *candidates, uint32_t row,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Counts an id of a file that the model does not know; -1 where that is an error
 * (struct ralm_expand_options). */
int ralm_expand_unknown(struct ralm_expand_ids *ids, const char *id,
			size_t length, bool is_error,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
