#include "jobs/build/held_out.h"

#include "ground/memory.h"
#include "ground/rng.h"
#include "jobs/build/rng_streams.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static size_t users_of(const struct ralm_click_table *table, size_t item)
{
	return table->item_begin[item + 1] - table->item_begin[item];
}

/* round(ratio * count), but at least one. */
static size_t part(double ratio, size_t count)
{
	size_t n = (size_t)(ratio * (double)count + 0.5);
	return n < 1 ? 1 : n > count ? count : n;
}

/* Sets taken[] of `want` of the candidates, drawn at random. Reorders them. */
static void take_some(unsigned char *taken, uint32_t *candidates, size_t count,
		      size_t want, struct ralm_rng *rng)
{
	ralm_rng_choose(candidates, want, count, rng);
	for (size_t i = 0; i < want; i++)
		taken[candidates[i]] = 1;
}

/* Items that have users enough for the test; which of them are tested. */
static int find_tested(struct ralm_split *split,
		       const struct ralm_click_table *table,
		       const struct ralm_split_options *options,
		       struct ralm_rng *rng, struct ralm_error *err)
{
	size_t enough = options->test_min_users, count = 0;
	if (enough < options->min_seeds + 1)
		enough = options->min_seeds + 1;
	uint32_t *items =
		ralm_aligned_new(table->item_count, sizeof *items, err);
	if (items == NULL)
		return -1;
	for (size_t i = 0; i < table->item_count; i++)
		if (users_of(table, i) >= enough)
			items[count++] = (uint32_t)i;
	size_t want = options->by == RALM_SPLIT_ITEM
			      ? part(options->ratio, count)
			      : count;
	if (count > 0)
		take_some(split->tested, items, count, want, rng);
	free(items);
	if (count == 0)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"no item has the %zu users that a test item needs (--test-min-users)",
			enough);
	return 0;
}

static void hide_items(struct ralm_split *split,
		       const struct ralm_click_table *table)
{
	for (size_t i = 0; i < table->item_count; i++)
		if (split->tested[i]) {
			memset(split->use + table->item_begin[i],
			       RALM_CLICK_HIDDEN, users_of(table, i));
			split->items_held_out++;
		}
}

static void hide_last(struct ralm_split *split,
		      const struct ralm_click_table *table, double ratio)
{
	size_t n = table->click_count;
	split->cut = table->moment[n - part(ratio, n)];
	for (size_t i = 0; i < n; i++)
		if (table->item_moment[i] >= split->cut)
			split->use[i] = RALM_CLICK_HIDDEN;
}

/* A held-out user stays known, as a seed or by what is told of users: by one
 * click at least, and half of the others. */
static int hide_users(struct ralm_split *split,
		      const struct ralm_click_table *table, double ratio,
		      struct ralm_rng *rng, struct ralm_error *err)
{
	const enum ralm_click_use kept =
		split->cold ? RALM_CLICK_TOLD : RALM_CLICK_SEEDS;
	size_t n = table->user_count;
	uint32_t *users = ralm_aligned_new(n, sizeof *users, err);
	unsigned char *known = ralm_aligned_new(n, 1, err);
	split->held_out_user = ralm_aligned_new(n, 1, err);
	if (users == NULL || known == NULL || split->held_out_user == NULL) {
		free(users);
		free(known);
		return -1;
	}
	for (size_t u = 0; u < n; u++)
		users[u] = (uint32_t)u;
	split->users_held_out = part(ratio, n);
	take_some(split->held_out_user, users, n, split->users_held_out, rng);
	for (size_t item = 0; item < table->item_count; item++)
		for (size_t i = table->item_begin[item];
		     i < table->item_begin[item + 1]; i++) {
			uint32_t user = table->item_user[i];
			if (!split->held_out_user[user])
				continue;
			bool hide = known[user] && split->tested[item] &&
				    ralm_rng_next(rng) >> 63;
			split->use[i] = hide ? RALM_CLICK_HIDDEN : kept;
			known[user] = 1;
		}
	free(users);
	free(known);
	return 0;
}

static void hide_clicks(struct ralm_split *split,
			const struct ralm_click_table *table, double ratio,
			struct ralm_rng *rng)
{
	for (size_t item = 0; item < table->item_count; item++)
		for (size_t i = table->item_begin[item];
		     split->tested[item] && i < table->item_begin[item + 1]; i++)
			if (ralm_rng_uniform(rng) < ratio)
				split->use[i] = RALM_CLICK_HIDDEN;
}

/* Items that the hidden clicks leave with too few users do not train. */
static void idle_items(struct ralm_split *split,
		       const struct ralm_click_table *table, uint64_t min_seeds)
{
	for (size_t item = 0; item < table->item_count; item++) {
		unsigned char *use = split->use + table->item_begin[item];
		size_t n = users_of(table, item);
		size_t uses[RALM_CLICK_HIDDEN + 1] = {0};
		for (size_t i = 0; i < n; i++)
			uses[use[i]]++;
		split->clicks_hidden += uses[RALM_CLICK_HIDDEN];
		if (uses[RALM_CLICK_TRAINS] + uses[RALM_CLICK_SEEDS] >
		    min_seeds) {
			split->clicks_training += uses[RALM_CLICK_TRAINS];
			split->items_training++;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			if (use[i] != RALM_CLICK_HIDDEN)
				use[i] = RALM_CLICK_IDLE;
		split->items_left_out += uses[RALM_CLICK_HIDDEN] < n;
	}
}

static int hide(struct ralm_split *split, const struct ralm_click_table *table,
		const struct ralm_split_options *options,
		struct ralm_error *err)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, options->rng_seed, RALM_STREAM_SPLIT);
	if (options->by == RALM_SPLIT_TIME && table->moment == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--split-by=time: the click log has no times (--columns)");
	if (find_tested(split, table, options, &rng, err) != 0)
		return -1;
	switch (options->by) {
	case RALM_SPLIT_ITEM:
		hide_items(split, table);
		break;
	case RALM_SPLIT_TIME:
		hide_last(split, table, options->ratio);
		break;
	case RALM_SPLIT_USER:
		return hide_users(split, table, options->ratio, &rng, err);
	case RALM_SPLIT_SAMPLE:
		hide_clicks(split, table, options->ratio, &rng);
		break;
	}
	return 0;
}

int ralm_split_init(struct ralm_split *split,
		    const struct ralm_click_table *table,
		    const struct ralm_split_options *options,
		    struct ralm_error *err)
{
	memset(split, 0, sizeof *split);
	split->by = options->test ? options->by : RALM_SPLIT_ITEM;
	split->cold = options->cold && split->by == RALM_SPLIT_USER;
	split->use = ralm_aligned_new(table->click_count, 1, err);
	split->tested = ralm_aligned_new(table->item_count, 1, err);
	if (split->use == NULL || split->tested == NULL ||
	    (options->test && hide(split, table, options, err) != 0))
		goto fail;
	idle_items(split, table, options->min_seeds);
	if (split->clicks_training == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "no item has the %" PRIu64
			       " users that a training item needs (--min-seeds)",
			       options->min_seeds + 1);
		goto fail;
	}
	return 0;
fail:
	ralm_split_release(split);
	return -1;
}

uint32_t ralm_split_now(const struct ralm_split *split,
			const struct ralm_click_table *table, bool recent,
			uint32_t item, uint32_t target, bool test)
{
	bool by_time = split->by == RALM_SPLIT_TIME;
	if (recent || (by_time && test))
		return table->item_moment[table->item_begin[item] + target];
	return by_time ? split->cut : RALM_ANY_TIME;
}

void ralm_split_release(struct ralm_split *split)
{
	free(split->use);
	free(split->tested);
	free(split->held_out_user);
	memset(split, 0, sizeof *split);
}
