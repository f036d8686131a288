#include "build_negatives.h"

#include "../ground/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Draws by the distribution, then uniform ones, before giving up. */
enum { DRAWS = 64, MORE_DRAWS = 1024 };

/* ---- what the draws need to know ---------------------------------------- */

static int count_activity(struct ralm_negative_sampler *sampler,
			  struct ralm_error *err)
{
	const struct ralm_click_table *table = sampler->table;
	sampler->activity = ralm_aligned_new(table->user_count,
					     sizeof *sampler->activity, err);
	if (sampler->activity == NULL)
		return -1;
	for (size_t i = 0; i < table->click_count; i++)
		if (sampler->split->use[i] <= RALM_CLICK_SEEDS)
			sampler->activity[table->item_user[i]]++;
	return 0;
}

static int timeline_init(struct ralm_timeline *timeline, size_t capacity,
			 struct ralm_error *err)
{
	timeline->user =
		ralm_aligned_new(capacity, sizeof *timeline->user, err);
	timeline->moment =
		ralm_aligned_new(capacity, sizeof *timeline->moment, err);
	return timeline->user != NULL && timeline->moment != NULL ? 0 : -1;
}

static void timeline_add(struct ralm_timeline *timeline, uint32_t user,
			 uint32_t moment)
{
	timeline->user[timeline->count] = user;
	timeline->moment[timeline->count++] = moment;
}

/* How many were there before that moment. */
static size_t timeline_before(const struct ralm_timeline *timeline,
			      uint32_t moment)
{
	size_t low = 0, high = timeline->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (timeline->moment[middle] < moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Walks the log in order of time: who was first seen when, what trained. */
static int build_timelines(struct ralm_negative_sampler *sampler,
			   struct ralm_error *err)
{
	const struct ralm_click_table *table = sampler->table;
	size_t *place = ralm_aligned_new(table->item_count, sizeof *place, err);
	sampler->first_moment = ralm_aligned_new(
		table->user_count, sizeof *sampler->first_moment, err);
	if (place == NULL || sampler->first_moment == NULL ||
	    timeline_init(&sampler->seen, table->user_count, err) != 0 ||
	    timeline_init(&sampler->active, table->click_count, err) != 0) {
		free(place);
		return -1;
	}
	memcpy(place, table->item_begin, table->item_count * sizeof *place);
	memset(sampler->first_moment, 0xff,
	       table->user_count * sizeof *sampler->first_moment);
	for (size_t i = 0; i < table->click_count; i++) {
		uint32_t user = table->user[i], moment = table->moment[i];
		size_t at = place[table->item[i]]++;
		if (sampler->first_moment[user] == RALM_ANY_TIME) {
			sampler->first_moment[user] = moment;
			timeline_add(&sampler->seen, user, moment);
		}
		if (sampler->split->use[at] <= RALM_CLICK_SEEDS)
			timeline_add(&sampler->active, user, moment);
	}
	free(place);
	return 0;
}

/* Whether a user may be a negative: not held out from training, or among
 * those held out for the test; seen before `now`. */
static bool eligible(const struct ralm_negative_sampler *sampler, uint32_t user,
		     uint32_t now, bool test)
{
	const unsigned char *held_out = sampler->split->held_out_user;
	if (held_out != NULL && held_out[user] != test)
		return false;
	return now == RALM_ANY_TIME || sampler->first_moment[user] < now;
}

/* ---- the distribution of negatives -------------------------------------- */

/* Users by activity, the most active first; equal ones by number. */
static void rank_users(uint32_t *ranked, size_t *places, uint32_t most,
		       const uint32_t *activity, size_t users)
{
	for (size_t u = 0; u < users; u++)
		places[most - activity[u]]++;
	size_t sum = 0;
	for (size_t a = 0; a <= most; a++) {
		size_t n = places[a];
		places[a] = sum;
		sum += n;
	}
	for (size_t u = 0; u < users; u++)
		ranked[places[most - activity[u]]++] = (uint32_t)u;
}

static int rank_weights(double *weights, const uint32_t *activity, size_t users,
			struct ralm_error *err)
{
	uint32_t most = 0;
	for (size_t u = 0; u < users; u++)
		if (activity[u] > most)
			most = activity[u];
	uint32_t *ranked = ralm_aligned_new(users, sizeof *ranked, err);
	size_t *places = ralm_aligned_new((size_t)most + 1, sizeof *places, err);
	int result = -1;
	if (ranked != NULL && places != NULL) {
		rank_users(ranked, places, most, activity, users);
		for (size_t k = 0; k < users; k++)
			weights[ranked[k]] = log1p(1 / ((double)k + 1));
		result = 0;
	}
	free(ranked);
	free(places);
	return result;
}

static int init_negatives(struct ralm_alias *alias,
			  const struct ralm_negative_sampler *sampler, bool test,
			  struct ralm_error *err)
{
	size_t users = sampler->table->user_count, count = 0;
	double *weights = ralm_aligned_new(users, sizeof *weights, err);
	if (weights == NULL)
		return -1;
	switch (sampler->sampling) {
	case RALM_NEGATIVES_ACTIVITY:
		for (size_t u = 0; u < users; u++)
			weights[u] = (double)sampler->activity[u] + 1;
		break;
	case RALM_NEGATIVES_UNIFORM:
		for (size_t u = 0; u < users; u++)
			weights[u] = 1;
		break;
	case RALM_NEGATIVES_RANK:
		if (rank_weights(weights, sampler->activity, users, err) != 0) {
			free(weights);
			return -1;
		}
		break;
	}
	for (size_t u = 0; u < users; u++) {
		if (eligible(sampler, (uint32_t)u, RALM_ANY_TIME, test))
			count++;
		else
			weights[u] = 0;
	}
	int result = count == 0 ? 0 : ralm_alias_init(alias, weights, users, err);
	free(weights);
	return result;
}

/* ---- the draw ------------------------------------------------------------ */

/* A draw among the users seen before `now`, by what was known then; a uniform
 * one without alias. */
static uint32_t draw_before(const struct ralm_negative_sampler *sampler,
			    struct ralm_rng *rng, size_t seen, size_t active,
			    const struct ralm_alias *alias)
{
	if (alias != NULL && sampler->sampling == RALM_NEGATIVES_RANK)
		return ralm_alias_draw(alias, rng);
	if (alias == NULL || sampler->sampling == RALM_NEGATIVES_UNIFORM)
		active = 0;
	uint64_t r = ralm_rng_below(rng, seen + active);
	return r < seen ? sampler->seen.user[r]
			: sampler->active.user[r - seen];
}

bool ralm_negative_sampler_draw(uint32_t *user,
				const struct ralm_negative_sampler *sampler,
				struct ralm_rng *rng, uint32_t item,
				uint32_t now, bool test)
{
	const struct ralm_click_table *table = sampler->table;
	const struct ralm_alias *alias = test ? &sampler->test : &sampler->train;
	size_t seen = table->user_count, active = 0;
	if (now != RALM_ANY_TIME) {
		seen = timeline_before(&sampler->seen, now);
		active = timeline_before(&sampler->active, now);
	}
	if (alias->count == 0 || ralm_click_table_before(table, item, now) >= seen)
		return false;
	for (int i = 0; i < DRAWS + MORE_DRAWS; i++) {
		uint32_t u;
		if (now != RALM_ANY_TIME)
			u = draw_before(sampler, rng, seen, active,
					i < DRAWS ? alias : NULL);
		else if (i < DRAWS)
			u = ralm_alias_draw(alias, rng);
		else
			u = (uint32_t)ralm_rng_below(rng, seen);
		if (eligible(sampler, u, now, test) &&
		    !ralm_click_table_clicked(table, u, item)) {
			*user = u;
			return true;
		}
	}
	return false;
}

/* ---- lifetime ------------------------------------------------------------ */

int ralm_negative_sampler_init(struct ralm_negative_sampler *sampler,
			       const struct ralm_click_table *table,
			       const struct ralm_split *split,
			       enum ralm_negative_sampling sampling,
			       bool timed, struct ralm_error *err)
{
	memset(sampler, 0, sizeof *sampler);
	sampler->table = table;
	sampler->split = split;
	sampler->sampling = sampling;
	if (count_activity(sampler, err) == 0 &&
	    (!timed || build_timelines(sampler, err) == 0) &&
	    init_negatives(&sampler->train, sampler, false, err) == 0 &&
	    init_negatives(&sampler->test, sampler, true, err) == 0)
		return 0;
	ralm_negative_sampler_release(sampler);
	return -1;
}

void ralm_negative_sampler_release(struct ralm_negative_sampler *sampler)
{
	free(sampler->activity);
	free(sampler->first_moment);
	ralm_alias_release(&sampler->train);
	ralm_alias_release(&sampler->test);
	free(sampler->seen.user);
	free(sampler->seen.moment);
	free(sampler->active.user);
	free(sampler->active.moment);
	memset(sampler, 0, sizeof *sampler);
}
