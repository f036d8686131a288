/* Negatives: users who did not click an item, as targets of samples with label 0. */
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
	uint32_t *activity; /* of each user: clicks that are activity (held_out.h) */
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

/* Draws a user who never clicked the item and whose first click was before `now` (from
 * ralm_split_now). Returns false where none was found: nearly all users clicked the
 * item. */
bool ralm_negative_sampler_draw(uint32_t *user,
				const struct ralm_negative_sampler *sampler,
				struct ralm_rng *rng, uint32_t item,
				uint32_t now, enum ralm_build_set set);

#endif
