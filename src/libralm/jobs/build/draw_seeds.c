#include "jobs/build/draw_seeds.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_seed_sampler_init(struct ralm_seed_sampler *sampler,
			   const struct ralm_click_table *table,
			   const struct ralm_split *split,
			   const struct ralm_build_options *options,
			   struct ralm_error *err)
{
	memset(sampler, 0, sizeof *sampler);
	sampler->table = table;
	sampler->split = split;
	sampler->options = options;
	size_t longest = ralm_click_table_longest(table);
	sampler->want = options->seeds_num > options->min_seeds
				? options->seeds_num
				: options->min_seeds;
	sampler->shuffled_count = longest;
	sampler->shuffled =
		ralm_aligned_new(longest, sizeof *sampler->shuffled, err);
	sampler->drawn =
		ralm_aligned_new(sampler->want, sizeof *sampler->drawn, err);
	sampler->seeds = ralm_aligned_new(options->seeds_num,
					  sizeof *sampler->seeds, err);
	if (sampler->shuffled != NULL && sampler->drawn != NULL &&
	    sampler->seeds != NULL)
		return 0;
	ralm_seed_sampler_release(sampler);
	return -1;
}

void ralm_seed_sampler_release(struct ralm_seed_sampler *sampler)
{
	free(sampler->shuffled);
	free(sampler->drawn);
	free(sampler->seeds);
	memset(sampler, 0, sizeof *sampler);
}

static bool is_target(uint32_t place, const uint32_t *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (targets[i] == place)
			return true;
	return false;
}

/* Sets how many places of a held-out list are for users that training knows and how
 * many for cold ones. A fraction of a place is a whole one with that probability. */
static void share_places(struct ralm_seed_sampler *sampler, struct ralm_rng *rng)
{
	double cold = sampler->options->cold_seeds * (double)sampler->want;
	if (cold > 0)
		cold += ralm_rng_uniform(rng);
	sampler->room[1] = cold < (double)sampler->want ? (size_t)cold
							 : sampler->want;
	sampler->room[0] = sampler->want - sampler->room[1];
}

/* Whether the user of a click becomes a seed; not where the places for such users are
 * taken, either. */
static bool take_seed(struct ralm_seed_sampler *sampler, size_t click,
		      enum ralm_build_set set)
{
	const struct ralm_split *split = sampler->split;
	const unsigned char use = split->use[click];
	if (set == RALM_SET_TRAINING)
		return ralm_click_may_seed(use);
	/* By time, all clicks that come here are earlier than the target. */
	if (ralm_click_held_out(use) && use != ralm_click_use_of(set) &&
	    split->by != RALM_SPLIT_TIME)
		return false;
	if (!split->cold)
		return true;
	const unsigned char user_set =
		split->held_out_user[sampler->table->item_user[click]];
	const bool cold = user_set != RALM_SET_TRAINING;
	size_t *room = &sampler->room[cold];
	if ((cold && user_set != set) || *room == 0)
		return false;
	--*room;
	return true;
}

static size_t draw_recent(struct ralm_seed_sampler *sampler, uint32_t item,
			  size_t places, enum ralm_build_set set)
{
	const struct ralm_click_table *table = sampler->table;
	size_t begin = table->item_begin[item], count = 0;
	for (size_t p = places; p-- > 0 && count < sampler->want;)
		if (take_seed(sampler, begin + p, set))
			sampler->drawn[count++] = table->item_user[begin + p];
	return count;
}

/* What follows is ralm_rng_choose over the numbers 0, 1, ... of an item's clicks. These
 * are not written into an array for each list: a cell of `shuffled` that the draw at
 * hand has not stamped stands for its own index (tests/bench/README.md has what that
 * saves). */

/* The number that cell i stands for. */
static uint32_t number_at(const struct ralm_seed_sampler *sampler, size_t i)
{
	uint64_t cell = sampler->shuffled[i];
	return cell >> 32 == sampler->stamp ? (uint32_t)cell : (uint32_t)i;
}

/* Takes the number in cell j, j >= i, and leaves there that of cell i. */
static uint32_t take_number(struct ralm_seed_sampler *sampler, size_t i,
			    size_t j)
{
	uint32_t taken = number_at(sampler, j);
	sampler->shuffled[j] =
		(uint64_t)sampler->stamp << 32 | number_at(sampler, i);
	return taken;
}

/* Draws from the first `places` clicks of the item until sampler->want of them gave a
 * seed. The clicks of a large item are far apart in memory, so each round prefetches
 * all that it will read before it reads the first. */
static size_t draw_random(struct ralm_seed_sampler *sampler,
			  struct ralm_rng *rng, uint32_t item, size_t places,
			  const uint32_t *targets, size_t target_count,
			  enum ralm_build_set set)
{
	const struct ralm_click_table *table = sampler->table;
	size_t begin = table->item_begin[item], count = 0, shuffled = 0;
	if (++sampler->stamp == 0) {
		sampler->stamp = 1;
		memset(sampler->shuffled, 0,
		       sampler->shuffled_count * sizeof *sampler->shuffled);
	}
	while (count < sampler->want && shuffled < places) {
		uint32_t *drawn = sampler->drawn + count;
		size_t n = sampler->want - count;
		if (n > places - shuffled)
			n = places - shuffled;
		for (size_t i = 0; i < n; i++) {
			size_t at = shuffled + i;
			drawn[i] = (uint32_t)(at + ralm_rng_below(rng, places - at));
			__builtin_prefetch(&sampler->shuffled[drawn[i]], 1);
		}
		for (size_t i = 0; i < n; i++) {
			uint32_t place = take_number(sampler, shuffled++, drawn[i]);
			drawn[i] = place;
			__builtin_prefetch(&table->item_user[begin + place]);
			__builtin_prefetch(&sampler->split->use[begin + place]);
		}
		for (size_t i = 0; i < n; i++)
			if (!is_target(drawn[i], targets, target_count) &&
			    take_seed(sampler, begin + drawn[i], set))
				sampler->drawn[count++] =
					table->item_user[begin + drawn[i]];
	}
	return count;
}

bool ralm_seed_sampler_draw(struct ralm_seed_sampler *sampler,
			    struct ralm_rng *rng, uint32_t item, uint32_t now,
			    const uint32_t *targets, size_t target_count,
			    enum ralm_build_set set)
{
	const struct ralm_build_options *options = sampler->options;
	bool recent = options->seed_order == RALM_SEEDS_RECENT;
	if (set != RALM_SET_TRAINING && sampler->split->cold)
		share_places(sampler, rng);
	size_t places =
		recent ? ralm_click_table_earlier(sampler->table, item,
						  targets[0])
		       : ralm_click_table_before(sampler->table, item, now);
	size_t count = recent ? draw_recent(sampler, item, places, set)
			      : draw_random(sampler, rng, item, places, targets,
					    target_count, set);
	if (count < options->min_seeds)
		return false;
	if (count > options->seeds_num)
		count = options->seeds_num;
	sampler->count = count;
	memcpy(sampler->seeds, sampler->drawn, count * sizeof *sampler->seeds);
	if (options->repeat_seeds && count < options->seeds_num) {
		sampler->count = options->seeds_num;
		for (size_t i = 0; i < sampler->count; i++)
			sampler->seeds[i] =
				sampler->drawn[ralm_rng_below(rng, count)];
	}
	return true;
}
