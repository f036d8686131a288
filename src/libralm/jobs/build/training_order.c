#include "jobs/build/training_order.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* How many clicks of an item share a list: options->refresh, but where seeds are
 * random, at most half of the users, and so many that min_seeds are left to choose
 * from, since a list does not hold its own targets. */
static uint32_t size_of_groups(size_t users,
			       const struct ralm_build_options *options)
{
	uint64_t size = options->refresh;
	if (options->seed_order == RALM_SEEDS_RANDOM) {
		if (size > users / 2)
			size = users / 2;
		if (size > users - options->min_seeds)
			size = users - options->min_seeds;
	}
	return size < 1 ? 1 : size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

/* Notes the training clicks of an item as targets. Where seeds are the latest users
 * before a target, those with too few earlier users are counted and left out. Returns
 * how many users of the item may be seeds. */
static size_t choose_targets(struct ralm_build_plan *plan, size_t item,
			     const struct ralm_split *split,
			     const struct ralm_build_options *options)
{
	size_t begin = plan->table->item_begin[item];
	size_t n = plan->table->item_begin[item + 1] - begin;
	const uint32_t *moment = plan->table->item_moment;
	uint32_t *targets = plan->targets + plan->target_begin[item];
	size_t count = 0, users = 0, earlier = 0;
	for (size_t i = begin; i < begin + n; i++) {
		if (plan->in_time_order &&
		    (i == begin || moment[i] != moment[i - 1]))
			earlier = users;
		if (split->use[i] == RALM_CLICK_TRAINS) {
			if (plan->in_time_order && earlier < options->min_seeds)
				plan->no_seeds++;
			else
				targets[count++] = (uint32_t)(i - begin);
		}
		users += ralm_click_may_seed(split->use[i]);
	}
	plan->target_begin[item + 1] = plan->target_begin[item] + count;
	return users;
}

static void cut_item(struct ralm_build_plan *plan, size_t item,
		     const struct ralm_split *split,
		     const struct ralm_build_options *options)
{
	size_t users = choose_targets(plan, item, split, options), groups = 0;
	size_t targets = plan->target_begin[item + 1] - plan->target_begin[item];
	if (targets > 0) {
		size_t size = size_of_groups(users, options);
		plan->group_size[item] = (uint32_t)size;
		groups = (targets - 1) / size + 1;
	}
	plan->group_begin[item + 1] = plan->group_begin[item] + groups;
}

/* About as many landmarks as items, so that few items lie between two. */
static int set_landmarks(struct ralm_build_plan *plan, struct ralm_error *err)
{
	size_t items = plan->table->item_count, item = 0;
	size_t groups = ralm_build_plan_groups(plan);
	while (groups >> plan->landmark_shift > items)
		plan->landmark_shift++;
	size_t count = (groups >> plan->landmark_shift) + 2;
	plan->landmarks = ralm_aligned_new(count, sizeof *plan->landmarks, err);
	if (plan->landmarks == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		while (item + 1 < items && plan->group_begin[item + 1] <=
						   i << plan->landmark_shift)
			item++;
		plan->landmarks[i] = (uint32_t)item;
	}
	return 0;
}

int ralm_build_plan_init(struct ralm_build_plan *plan,
			 const struct ralm_click_table *table,
			 const struct ralm_split *split,
			 const struct ralm_build_options *options,
			 struct ralm_error *err)
{
	size_t items = table->item_count;
	memset(plan, 0, sizeof *plan);
	plan->table = table;
	plan->in_time_order = options->seed_order == RALM_SEEDS_RECENT;
	if (RALM_NEW(plan->target_begin, items + 1, err) != 0 ||
	    RALM_NEW(plan->group_begin, items + 1, err) != 0 ||
	    RALM_NEW(plan->group_size, items, err) != 0 ||
	    RALM_NEW(plan->targets, split->clicks_training, err) != 0) {
		ralm_build_plan_release(plan);
		return -1;
	}
	for (size_t item = 0; item < items; item++)
		cut_item(plan, item, split, options);
	if (set_landmarks(plan, err) == 0)
		return 0;
	ralm_build_plan_release(plan);
	return -1;
}

void ralm_build_plan_release(struct ralm_build_plan *plan)
{
	free(plan->target_begin);
	free(plan->targets);
	free(plan->group_begin);
	free(plan->group_size);
	free(plan->landmarks);
	memset(plan, 0, sizeof *plan);
}

void ralm_build_plan_shuffle(struct ralm_build_plan *plan, struct ralm_rng *rng)
{
	for (size_t item = 0; item < plan->table->item_count; item++) {
		if (plan->in_time_order || plan->group_size[item] < 2)
			continue;
		uint32_t *targets = plan->targets + plan->target_begin[item];
		size_t n = plan->target_begin[item + 1] -
			   plan->target_begin[item];
		ralm_rng_shuffle(targets, n, sizeof *targets, rng);
	}
	ralm_permutation_init(&plan->order, ralm_build_plan_groups(plan), rng);
}

size_t ralm_build_plan_groups(const struct ralm_build_plan *plan)
{
	return plan->group_begin[plan->table->item_count];
}

struct ralm_build_group
ralm_build_plan_group(const struct ralm_build_plan *plan, size_t index)
{
	size_t group = ralm_permutation_at(&plan->order, index);
	const uint32_t *landmark =
		plan->landmarks + (group >> plan->landmark_shift);
	size_t item = landmark[0], count = landmark[1] - item + 1;
	/* The last item whose groups do not begin behind this one. */
	while (count > 1) {
		size_t half = count / 2;
		item += plan->group_begin[item + half] <= group ? half : 0;
		count -= half;
	}
	size_t size = plan->group_size[item];
	size_t first = plan->target_begin[item] +
		       (group - plan->group_begin[item]) * size;
	size_t left = plan->target_begin[item + 1] - first;
	return (struct ralm_build_group){
		.item = (uint32_t)item,
		.targets = plan->targets + first,
		.count = left < size ? left : size,
	};
}
