#include "jobs/build/negatives.h"

#include "ground/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So often users are drawn until one is found who did not click the item. After that
 * all are looked at, where that is no more work than the draws were: else a large log
 * with an item that nearly everybody clicked would take days. */
enum { DRAWS = 4096, LOOKS = 4 * DRAWS };

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

static int weigh_ranks(struct ralm_negative_sampler *sampler,
		       struct ralm_error *err)
{
	size_t users = sampler->table->user_count;
	uint32_t most = 0;
	if (sampler->sampling != RALM_NEGATIVES_RANK)
		return 0;
	for (size_t u = 0; u < users; u++)
		if (sampler->activity[u] > most)
			most = sampler->activity[u];
	uint32_t *ranked = ralm_aligned_new(users, sizeof *ranked, err);
	size_t *places = ralm_aligned_new((size_t)most + 1, sizeof *places, err);
	int result = -1;
	if (ranked != NULL && places != NULL &&
	    RALM_NEW(sampler->rank_weight, users, err) == 0) {
		rank_users(ranked, places, most, sampler->activity, users);
		for (size_t k = 0; k < users; k++)
			sampler->rank_weight[ranked[k]] =
				log1p(1 / ((double)k + 1));
		result = 0;
	}
	free(ranked);
	free(places);
	return result;
}

/* In draws that are not from timelines. */
static double weight_of(const struct ralm_negative_sampler *sampler,
			uint32_t user)
{
	if (sampler->rank_weight != NULL)
		return sampler->rank_weight[user];
	return sampler->sampling == RALM_NEGATIVES_ACTIVITY
		       ? (double)sampler->activity[user] + 1
		       : 1;
}

static int weigh_pool(struct ralm_negative_sampler *sampler, size_t pool,
		      struct ralm_error *err)
{
	size_t users = sampler->table->user_count;
	double *weights = ralm_aligned_new(users, sizeof *weights, err);
	if (weights == NULL)
		return -1;
	for (uint32_t u = 0; u < users; u++)
		weights[u] = pool_of(sampler, u) == pool ? weight_of(sampler, u)
							 : 0;
	int result = ralm_alias_init(&sampler->pools[pool].weights, weights,
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

/* What is drawn for, and from. */
struct draw {
	const struct ralm_negative_sampler *sampler;
	const struct ralm_negative_pool *pool;
	uint32_t item, now;
	enum ralm_build_set set;
	size_t seen, active; /* of the pool's timelines, those before now */
};

/* Whether all users who may be drawn had clicked the item by then: a short way to that
 * where no click before `now` is hidden. With a split by time none is. */
static bool all_clicked(const struct draw *d)
{
	const struct ralm_click_table *table = d->sampler->table;
	const struct ralm_split *split = d->sampler->split;
	size_t clicks =
		table->item_begin[d->item + 1] - table->item_begin[d->item];
	return clicks >= d->seen && split->held_out_user == NULL &&
	       split->by != RALM_SPLIT_SAMPLE &&
	       ralm_click_table_before(table, d->item, d->now) >= d->seen;
}

/* Whether the samples of the set know that the user clicked the item. The test knows of
 * all clicks: who has label 0 there never clicked. */
static bool is_known(const struct draw *d, uint32_t user)
{
	const struct ralm_click_table *table = d->sampler->table;
	const unsigned char *use = d->sampler->use;
	size_t click = ralm_click_table_find(table, user, d->item);
	return click < table->click_count &&
	       (use == NULL || d->set == RALM_SET_TEST ||
		!ralm_click_held_out(use[click]) ||
		use[click] == ralm_click_use_of(d->set));
}

static bool may_be(const struct draw *d, uint32_t user)
{
	return (d->now == RALM_ANY_TIME ||
		d->sampler->first_moment[user] < d->now) &&
	       !is_known(d, user);
}

/* Draws by activity where time counts are uniform ones from users and clicks. */
static uint32_t user_at(const struct draw *d, size_t i)
{
	return i < d->seen ? d->pool->seen.user[i]
			   : d->pool->active.user[i - d->seen];
}

/* The weight of user_at(d, i); 0 if that may not be. */
static double weight_at(const struct draw *d, size_t i)
{
	const uint32_t user = user_at(d, i);
	if (!may_be(d, user))
		return 0;
	return d->pool->weights.count > 0 ? weight_of(d->sampler, user) : 1;
}

/* Draws among the users who may be, without rejection. */
static bool look_at_all(uint32_t *user, const struct draw *d, struct ralm_rng *rng)
{
	double sum = 0;
	for (size_t i = 0; i < d->seen + d->active; i++)
		sum += weight_at(d, i);
	double left = ralm_rng_uniform(rng) * sum;
	for (size_t i = 0; i < d->seen + d->active && left >= 0; i++) {
		const double weight = weight_at(d, i);
		left -= weight;
		if (weight > 0)
			*user = user_at(d, i);
	}
	return sum > 0;
}

bool ralm_negative_sampler_draw(uint32_t *user,
				const struct ralm_negative_sampler *sampler,
				struct ralm_rng *rng, uint32_t item,
				uint32_t now, enum ralm_build_set set)
{
	bool all = sampler->split->held_out_user == NULL;
	const struct ralm_negative_pool *pool = &sampler->pools[all ? 0 : set];
	const struct draw d = {
		.sampler = sampler, .pool = pool, .item = item, .now = now, .set = set,
		.seen = ralm_timeline_before(&pool->seen, now),
		.active = ralm_timeline_before(&pool->active, now),
	};
	if (d.seen == 0 || all_clicked(&d))
		return false;
	for (int i = 0; i < DRAWS; i++) {
		*user = pool->weights.count > 0
				? ralm_alias_draw(&pool->weights, rng)
				: user_at(&d, ralm_rng_below(rng, d.seen + d.active));
		if (may_be(&d, *user))
			return true;
	}
	return d.seen + d.active <= LOOKS && look_at_all(user, &d, rng);
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
	/* Split by item and by user, no click of who may be drawn is hidden. */
	const bool hides = split->by == RALM_SPLIT_TIME ||
			   split->by == RALM_SPLIT_SAMPLE;
	if (hides)
		sampler->use = ralm_split_uses_by_user(split, table, err);
	if (timed)
		sampler->first_moment = ralm_aligned_new(
			table->user_count, sizeof *sampler->first_moment, err);
	if ((!hides || sampler->use != NULL) &&
	    (!timed || sampler->first_moment != NULL) &&
	    count_activity(sampler, err) == 0 &&
	    gather_users(sampler, err) == 0 &&
	    (!timed || walk_log(sampler, err) == 0) &&
	    weigh_ranks(sampler, err) == 0 &&
	    weigh_pools(sampler, err) == 0)
		return 0;
	ralm_negative_sampler_release(sampler);
	return -1;
}

void ralm_negative_sampler_release(struct ralm_negative_sampler *sampler)
{
	free(sampler->use);
	free(sampler->activity);
	free(sampler->rank_weight);
	free(sampler->first_moment);
	for (int i = 0; i < RALM_SETS; i++) {
		ralm_timeline_release(&sampler->pools[i].seen);
		ralm_timeline_release(&sampler->pools[i].active);
		ralm_alias_release(&sampler->pools[i].weights);
	}
	memset(sampler, 0, sizeof *sampler);
}
