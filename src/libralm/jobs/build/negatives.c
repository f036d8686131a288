#include "jobs/build/negatives.h"

#include "ground/memory.h"

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
		if (ralm_click_is_activity(sampler->split->use[i]))
			sampler->activity[table->item_user[i]]++;
	return 0;
}

static size_t pool_of(const struct ralm_negative_sampler *sampler,
		      uint32_t user)
{
	const unsigned char *held_out = sampler->split->held_out_user;
	return held_out != NULL ? held_out[user] : 0;
}

/* Makes room for the users of each pool. Where time does not count they are added
 * here, in the order of their numbers, else by walk_log. */
static int gather_users(struct ralm_negative_sampler *sampler,
			struct ralm_error *err)
{
	size_t users = sampler->table->user_count;
	const bool all = sampler->split->held_out_user == NULL;
	size_t moments = sampler->first_moment != NULL
				 ? sampler->table->click_count
				 : 0;
	for (int i = 0; i < RALM_SETS; i++) {
		const size_t held_out = sampler->split->held_out[i].users;
		if (ralm_timeline_init(&sampler->pools[i].seen,
				       all && i == 0 ? users : held_out, moments,
				       err) != 0)
			return -1;
	}
	for (uint32_t u = 0; u < users && sampler->first_moment == NULL; u++)
		ralm_timeline_add(&sampler->pools[pool_of(sampler, u)].seen, u, 0);
	return 0;
}

static int size_active(struct ralm_negative_sampler *sampler,
		       struct ralm_error *err)
{
	size_t clicks[RALM_SETS] = {0};
	if (sampler->sampling != RALM_NEGATIVES_ACTIVITY)
		return 0;
	for (uint32_t u = 0; u < sampler->table->user_count; u++)
		clicks[pool_of(sampler, u)] += sampler->activity[u];
	for (int i = 0; i < RALM_SETS; i++)
		if (ralm_timeline_init(&sampler->pools[i].active, clicks[i],
				       sampler->table->click_count, err) != 0)
			return -1;
	return 0;
}

/* Walks the log in order of time, to note when each user was first seen and which
 * clicks count as activity. */
static int walk_log(struct ralm_negative_sampler *sampler,
		    struct ralm_error *err)
{
	const struct ralm_click_table *table = sampler->table;
	size_t *place = ralm_aligned_new(table->item_count, sizeof *place, err);
	if (place == NULL || size_active(sampler, err) != 0) {
		free(place);
		return -1;
	}
	memcpy(place, table->item_begin, table->item_count * sizeof *place);
	memset(sampler->first_moment, 0xff,
	       table->user_count * sizeof *sampler->first_moment);
	for (size_t i = 0; i < table->click_count; i++) {
		uint32_t user = table->user[i], moment = table->moment[i];
		size_t at = place[table->item[i]]++;
		struct ralm_negative_pool *pool =
			&sampler->pools[pool_of(sampler, user)];
		if (sampler->first_moment[user] == RALM_ANY_TIME) {
			sampler->first_moment[user] = moment;
			ralm_timeline_add(&pool->seen, user, moment);
		}
		if (pool->active.user != NULL &&
		    ralm_click_is_activity(sampler->split->use[at]))
			ralm_timeline_add(&pool->active, user, moment);
	}
	free(place);
	for (int i = 0; i < RALM_SETS; i++) {
		ralm_timeline_close(&sampler->pools[i].seen);
		ralm_timeline_close(&sampler->pools[i].active);
	}
	return 0;
}

/* ---- the distribution of negatives -------------------------------------- */

/* Ranks users by activity, the most active first; equal ones by number. */
static void rank_users(uint32_t *ranked, size_t *places, uint32_t most,
		       const uint32_t *activity, size_t users)
{
	for (size_t u = 0; u < users; u++)
		places[most - activity[u]]++;
	ralm_counts_to_begins(places, (size_t)most + 1);
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

static int weigh_pool(struct ralm_negative_sampler *sampler, size_t pool,
		      struct ralm_error *err)
{
	size_t users = sampler->table->user_count;
	double *weights = ralm_aligned_new(users, sizeof *weights, err);
	int result = weights == NULL ? -1 : 0;
	for (size_t u = 0; result == 0 && u < users; u++)
		weights[u] = sampler->sampling == RALM_NEGATIVES_ACTIVITY
				     ? (double)sampler->activity[u] + 1
				     : 1;
	if (result == 0 && sampler->sampling == RALM_NEGATIVES_RANK)
		result = rank_weights(weights, sampler->activity, users, err);
	for (uint32_t u = 0; result == 0 && u < users; u++)
		if (pool_of(sampler, u) != pool)
			weights[u] = 0;
	if (result == 0)
		result = ralm_alias_init(&sampler->pools[pool].weights, weights,
					 users, err);
	free(weights);
	return result;
}

/* Where time counts, draws by activity and uniform ones need no weights: they draw from
 * the timelines. */
static int weigh_pools(struct ralm_negative_sampler *sampler,
		       struct ralm_error *err)
{
	if (sampler->first_moment != NULL &&
	    sampler->sampling != RALM_NEGATIVES_RANK)
		return 0;
	for (size_t pool = 0; pool < RALM_SETS; pool++)
		if (sampler->pools[pool].seen.count > 0 &&
		    weigh_pool(sampler, pool, err) != 0)
			return -1;
	return 0;
}

/* ---- the draw ------------------------------------------------------------ */

bool ralm_negative_sampler_draw(uint32_t *user,
				const struct ralm_negative_sampler *sampler,
				struct ralm_rng *rng, uint32_t item,
				uint32_t now, enum ralm_build_set set)
{
	const struct ralm_click_table *table = sampler->table;
	bool all = sampler->split->held_out_user == NULL;
	const struct ralm_negative_pool *pool = &sampler->pools[all ? 0 : set];
	size_t seen = ralm_timeline_before(&pool->seen, now);
	size_t active = ralm_timeline_before(&pool->active, now);
	size_t clicks = table->item_begin[item + 1] - table->item_begin[item];
	if (seen == 0 || (all && clicks >= seen &&
			  ralm_click_table_before(table, item, now) >= seen))
		return false;
	for (int i = 0; i < DRAWS + MORE_DRAWS; i++) {
		uint32_t u;
		if (i < DRAWS && pool->weights.count > 0) {
			u = ralm_alias_draw(&pool->weights, rng);
		} else {
			uint64_t r = ralm_rng_below(
				rng, seen + (i < DRAWS ? active : 0));
			u = r < seen ? pool->seen.user[r]
				     : pool->active.user[r - seen];
		}
		if ((now == RALM_ANY_TIME || sampler->first_moment[u] < now) &&
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
	if (timed)
		sampler->first_moment = ralm_aligned_new(
			table->user_count, sizeof *sampler->first_moment, err);
	if ((!timed || sampler->first_moment != NULL) &&
	    count_activity(sampler, err) == 0 &&
	    gather_users(sampler, err) == 0 &&
	    (!timed || walk_log(sampler, err) == 0) &&
	    weigh_pools(sampler, err) == 0)
		return 0;
	ralm_negative_sampler_release(sampler);
	return -1;
}

void ralm_negative_sampler_release(struct ralm_negative_sampler *sampler)
{
	free(sampler->activity);
	free(sampler->first_moment);
	for (int i = 0; i < RALM_SETS; i++) {
		ralm_timeline_release(&sampler->pools[i].seen);
		ralm_timeline_release(&sampler->pools[i].active);
		ralm_alias_release(&sampler->pools[i].weights);
	}
	memset(sampler, 0, sizeof *sampler);
}
