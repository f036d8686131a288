/* Negatives: users who did not click an item, as targets of samples with label 0. To
 * training and validation a click that is hidden from them (held_out.h) is none. Were
 * its user never a negative of the item, a model would learn from those who are, as the
 * test's negatives may be, who clicked it and who did not. */
#ifndef RALM_JOBS_BUILD_NEGATIVES_H
#define RALM_JOBS_BUILD_NEGATIVES_H

#include "ground/alias.h"
#include "ground/rng.h"
#include "jobs/build/held_out.h"
#include "jobs/build/timeline.h"

/* A group of users that negatives are drawn from, and their distribution. */
struct ralm_negative_pool {
	struct ralm_timeline seen;   /* each user once */
	/* Their training clicks, for draws by activity where time counts. */
	struct ralm_timeline active;
	/* Of all users, 0 for those of other pools. Used by draws by rank, and where
	 * time does not count by all draws. */
	struct ralm_alias weights;
};

struct ralm_negative_sampler {
	const struct ralm_click_table *table;
	const struct ralm_split *split;
	enum ralm_negative_sampling sampling;
	unsigned char *use; /* ralm_split_uses_by_user; NULL: no click is hidden */
	uint32_t *activity; /* of each user: clicks that are activity (held_out.h) */
	double *rank_weight; /* of each user; NULL unless sampling is by rank */
	uint32_t *first_moment; /* of each user; NULL: time does not count */
	/* Where users are held out, each set has a pool of its own users; else the
	 * first is that of all sets. */
	struct ralm_negative_pool pools[RALM_SETS];
};

/* timed: draws will use a `now` other than RALM_ANY_TIME. */
int ralm_negative_sampler_init(struct ralm_negative_sampler *sampler,
			       const struct ralm_click_table *table,
			       const struct ralm_split *split,
			       enum ralm_negative_sampling sampling,
			       bool timed, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_negative_sampler_release(struct ralm_negative_sampler *sampler);

/* Draws a user who clicked the item at no time that the set knows of, and whose first
 * click, hidden or not, was before `now` (from ralm_split_now). Returns false where none
 * was found: nearly all users clicked the item, or those who have nearly all weight. */
bool ralm_negative_sampler_draw(uint32_t *user,
				const struct ralm_negative_sampler *sampler,
				struct ralm_rng *rng, uint32_t item,
				uint32_t now, enum ralm_build_set set);

#endif
