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

/* What a set takes: a share, by random numbers of its own. */
struct holding {
	enum ralm_build_set set;
	double ratio;
	struct ralm_rng rng;
};

/* Draws `want` of the candidates, or all where there are fewer, to their front and
 * gives them to the set; returns how many. */
static size_t take_some(unsigned char *taken, uint32_t *candidates, size_t count,
			size_t want, struct holding *holding)
{
	if (want > count)
		want = count;
	ralm_rng_choose(candidates, want, count, &holding->rng);
	for (size_t i = 0; i < want; i++)
		taken[candidates[i]] = (unsigned char)holding->set;
	return want;
}

/* Each set takes its part of all candidates, as long as there are any. */
static void take_parts(unsigned char *taken, uint32_t *candidates, size_t count,
		       struct holding *holdings, size_t sets)
{
	size_t gone = 0;
	for (size_t s = 0; s < sets && gone < count; s++)
		gone += take_some(taken, candidates + gone, count - gone,
				  part(holdings[s].ratio, count), &holdings[s]);
}

/* Marks the items that have users enough to be held out; split by item, those of them
 * that are, with their set. */
static int find_tested(struct ralm_split *split,
		       const struct ralm_click_table *table,
		       const struct ralm_build_options *options,
		       struct holding *holdings, size_t sets,
		       struct ralm_error *err)
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
	if (options->split_by == RALM_SPLIT_ITEM)
		take_parts(split->tested, items, count, holdings, sets);
	else
		take_some(split->tested, items, count, count, &holdings[0]);
	free(items);
	if (count == 0)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"no item has the %zu users that a test item needs "
			"(--test-min-users)",
			enough);
	return 0;
}

static void hide_click(struct ralm_split *split, size_t click,
		       enum ralm_build_set set)
{
	split->use[click] = ralm_click_use_of(set);
}

static void hide_items(struct ralm_split *split,
		       const struct ralm_click_table *table)
{
	for (size_t i = 0; i < table->item_count; i++) {
		const enum ralm_build_set set = split->tested[i];
		if (set == RALM_SET_TRAINING)
			continue;
		for (size_t c = table->item_begin[i]; c < table->item_begin[i + 1];
		     c++)
			hide_click(split, c, set);
		split->held_out[set].items++;
	}
}

/* The test is the last part, the validation the part before it. */
static void hide_last(struct ralm_split *split,
		      const struct ralm_click_table *table,
		      const struct holding *holdings, size_t sets)
{
	size_t n = table->click_count, end = n;
	for (size_t s = 0; s < sets; s++) {
		const size_t last = part(holdings[s].ratio, n);
		const uint32_t cut = table->moment[end > last ? end - last : 0];
		for (size_t i = 0; i < n; i++)
			if (table->item_moment[i] >= cut &&
			    table->item_moment[i] < end)
				hide_click(split, i, holdings[s].set);
		split->cut = cut;
		end = cut;
	}
}

/* Of the clicks of a held-out user on items that may be tested, half are hidden. The
 * others, and always the first, are kept as seeds, or with split->cold for what is
 * told of users: something must be known of the user. known: (users) zeroed. */
static void hide_half(struct ralm_split *split,
		      const struct ralm_click_table *table,
		      struct holding *holdings, unsigned char *known)
{
	const enum ralm_click_use kept =
		split->cold ? RALM_CLICK_TOLD : RALM_CLICK_SEEDS;
	for (size_t item = 0; item < table->item_count; item++)
		for (size_t i = table->item_begin[item];
		     i < table->item_begin[item + 1]; i++) {
			uint32_t user = table->item_user[i];
			const enum ralm_build_set set =
				split->held_out_user[user];
			if (set == RALM_SET_TRAINING)
				continue;
			if (known[user] && split->tested[item] &&
			    ralm_rng_next(&holdings[set - 1].rng) >> 63)
				hide_click(split, i, set);
			else
				split->use[i] = (unsigned char)kept;
			known[user] = 1;
		}
}

static int hide_users(struct ralm_split *split,
		      const struct ralm_click_table *table,
		      struct holding *holdings, size_t sets,
		      struct ralm_error *err)
{
	size_t n = table->user_count;
	uint32_t *users = ralm_aligned_new(n, sizeof *users, err);
	unsigned char *known = ralm_aligned_new(n, 1, err);
	int result = -1;
	split->held_out_user = ralm_aligned_new(n, 1, err);
	if (users == NULL || known == NULL || split->held_out_user == NULL)
		goto out;
	for (size_t u = 0; u < n; u++)
		users[u] = (uint32_t)u;
	take_parts(split->held_out_user, users, n, holdings, sets);
	for (size_t u = 0; u < n; u++)
		split->held_out[split->held_out_user[u]].users++;
	hide_half(split, table, holdings, known);
	result = 0;
out:
	free(users);
	free(known);
	return result;
}

/* Each set draws from what the sets before left: to get its ratio of all clicks, it
 * takes a greater ratio of these. */
static void hide_clicks(struct ralm_split *split,
			const struct ralm_click_table *table,
			struct holding *holdings, size_t sets)
{
	double left = 1;
	for (size_t s = 0; s < sets; s++) {
		struct holding *holding = &holdings[s];
		const double ratio = left > 0 ? holding->ratio / left : 1;
		for (size_t item = 0; item < table->item_count; item++)
			for (size_t i = table->item_begin[item];
			     split->tested[item] && i < table->item_begin[item + 1];
			     i++)
				if (!ralm_click_held_out(split->use[i]) &&
				    ralm_rng_uniform(&holding->rng) < ratio)
					hide_click(split, i, holding->set);
		left -= holding->ratio;
	}
}

/* Counts the clicks of each use; items that have too few users left do not train. */
static void idle_items(struct ralm_split *split,
		       const struct ralm_click_table *table, uint64_t min_seeds)
{
	for (size_t item = 0; item < table->item_count; item++) {
		unsigned char *use = split->use + table->item_begin[item];
		size_t n = users_of(table, item), hidden = 0;
		size_t uses[RALM_CLICK_USES] = {0};
		for (size_t i = 0; i < n; i++) {
			uses[use[i]]++;
			hidden += ralm_click_held_out(use[i]);
		}
		for (int s = RALM_SET_TEST; s < RALM_SETS; s++)
			split->held_out[s].clicks += uses[ralm_click_use_of(s)];
		if (uses[RALM_CLICK_TRAINS] + uses[RALM_CLICK_SEEDS] >
		    min_seeds) {
			split->clicks_training += uses[RALM_CLICK_TRAINS];
			split->items_training++;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			if (!ralm_click_held_out(use[i]))
				use[i] = RALM_CLICK_IDLE;
		split->items_left_out += hidden < n;
	}
}

static int hide(struct ralm_split *split, const struct ralm_click_table *table,
		const struct ralm_build_options *options,
		struct ralm_error *err)
{
	const double test = options->test_ratio;
	struct holding holdings[] = {
		{.set = RALM_SET_TEST, .ratio = test},
		{.set = RALM_SET_VALIDATION,
		 .ratio = ralm_validation_ratio(test, options->valid_ratio)},
	};
	const size_t sets = options->valid != NULL ? 2 : 1;
	ralm_rng_init(&holdings[0].rng, options->rng_seed, RALM_STREAM_SPLIT);
	ralm_rng_init(&holdings[1].rng, options->rng_seed,
		      RALM_STREAM_SPLIT_VALIDATION);
	if (options->split_by == RALM_SPLIT_TIME && table->moment == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--split-by=time: the click log has no times "
				      "(--columns)");
	if (find_tested(split, table, options, holdings, sets, err) != 0)
		return -1;
	switch (options->split_by) {
	case RALM_SPLIT_ITEM:
		hide_items(split, table);
		break;
	case RALM_SPLIT_TIME:
		hide_last(split, table, holdings, sets);
		break;
	case RALM_SPLIT_USER:
		return hide_users(split, table, holdings, sets, err);
	case RALM_SPLIT_SAMPLE:
		hide_clicks(split, table, holdings, sets);
		break;
	}
	return 0;
}

int ralm_split_init(struct ralm_split *split,
		    const struct ralm_click_table *table,
		    const struct ralm_build_options *options,
		    struct ralm_error *err)
{
	memset(split, 0, sizeof *split);
	const bool test = options->test != NULL;
	split->by = test ? options->split_by : RALM_SPLIT_ITEM;
	split->cold = options->users_file != NULL &&
		      split->by == RALM_SPLIT_USER;
	split->use = ralm_aligned_new(table->click_count, 1, err);
	split->tested = ralm_aligned_new(table->item_count, 1, err);
	if (split->use == NULL || split->tested == NULL ||
	    (test && hide(split, table, options, err) != 0))
		goto fail;
	idle_items(split, table, options->min_seeds);
	if (options->valid != NULL &&
	    split->held_out[RALM_SET_VALIDATION].clicks == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "nothing is left to hold out for the validation "
			       "(--test-ratio, --valid-ratio)");
		goto fail;
	}
	if (options->passes > 0 && split->clicks_training == 0) {
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

/* The items of a user ascend in user_item, so each click of an item, item by item, is
 * the next one of its user. */
unsigned char *ralm_split_uses_by_user(const struct ralm_split *split,
				       const struct ralm_click_table *table,
				       struct ralm_error *err)
{
	unsigned char *use = ralm_aligned_new(table->click_count, 1, err);
	size_t *place = ralm_aligned_new(table->user_count, sizeof *place, err);
	if (use == NULL || place == NULL) {
		free(use);
		free(place);
		return NULL;
	}
	memcpy(place, table->user_begin, table->user_count * sizeof *place);
	for (size_t i = 0; i < table->click_count; i++)
		use[place[table->item_user[i]]++] = split->use[i];
	free(place);
	return use;
}

uint32_t ralm_split_now(const struct ralm_split *split,
			const struct ralm_click_table *table, bool recent,
			uint32_t item, uint32_t target,
			enum ralm_build_set set)
{
	bool by_time = split->by == RALM_SPLIT_TIME;
	if (recent || (by_time && set != RALM_SET_TRAINING))
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
