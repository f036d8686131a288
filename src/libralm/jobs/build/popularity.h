/* How well the activity of the target, its number of clicks, would order a set of
 * samples if it were the score. */
#ifndef RALM_JOBS_BUILD_POPULARITY_H
#define RALM_JOBS_BUILD_POPULARITY_H

#include "ground/error.h"

struct ralm_popularity {
	const uint32_t *activity; /* of each user, not owned */
	/* [a]: how many samples have a target of activity a. */
	uint64_t *positives, *negatives;
	size_t most; /* activity of any user */
};

int ralm_popularity_init(struct ralm_popularity *popularity,
			 const uint32_t *activity, size_t users,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_popularity_release(struct ralm_popularity *popularity);

/* Counts a sample. popularity may be NULL: nothing is counted. */
void ralm_popularity_add(struct ralm_popularity *popularity, uint32_t user,
			 int label);

/* The AUC of the activity as a score, ties counted half; NaN when one of the
 * labels is missing. */
double ralm_popularity_auc(const struct ralm_popularity *popularity);

#endif
