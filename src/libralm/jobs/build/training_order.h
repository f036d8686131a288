/* The order of training: the training clicks of each item cut into groups,
 * each of which gets one seed list, and the groups of all items visited in a
 * random order, a new one in every pass. */
#ifndef RALM_JOBS_BUILD_TRAINING_ORDER_H
#define RALM_JOBS_BUILD_TRAINING_ORDER_H

#include "ground/permutation.h"
#include "jobs/build/draw_seeds.h"

struct ralm_build_plan {
	const struct ralm_click_table *table;
	bool in_time_order; /* clicks keep the order of time within an item */
	uint64_t no_seeds;  /* training clicks in no group: where seeds are the
			       latest users, too few came before them */
	/* The other training clicks of item i, as places among its clicks, are at
	 * [target_begin[i], target_begin[i + 1]). */
	size_t *target_begin; /* item_count + 1 */
	uint32_t *targets;
	size_t *group_begin;  /* item_count + 1, numbers of groups */
	uint32_t *group_size; /* of each item; its last group may be less */
	uint32_t *landmarks;  /* items of the groups 0, 2^shift, 2 * 2^shift ... */
	int landmark_shift;
	struct ralm_permutation order;
};

/* One group, never empty: clicks that share a seed list. */
struct ralm_build_group {
	uint32_t item;
	const uint32_t *targets;
	size_t count;
};

int ralm_build_plan_init(struct ralm_build_plan *plan,
			 const struct ralm_click_table *table,
			 const struct ralm_split *split,
			 const struct ralm_build_options *options,
			 struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_build_plan_release(struct ralm_build_plan *plan);

/* Begins a pass: new groups where seeds are random, a new order. */
void ralm_build_plan_shuffle(struct ralm_build_plan *plan,
			     struct ralm_rng *rng);

/* The number of groups; and the index-th of them in the order of this pass. */
size_t ralm_build_plan_groups(const struct ralm_build_plan *plan);
struct ralm_build_group
ralm_build_plan_group(const struct ralm_build_plan *plan, size_t index);

#endif
