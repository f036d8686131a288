/* jobs/build: tables against counting by hand, draws against what they are
 * said to be drawn by, plans that visit every click once. */
#include "check.h"

#include "libralm/ground/alias.h"
#include "libralm/ground/permutation.h"
#include "libralm/jobs/build/negatives.h"
#include "libralm/jobs/build/training_order.h"
#include "libralm/jobs/build/popularity.h"
#include "libralm/jobs/build/planted_log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct ralm_error err;

static void must(int result)
{
	if (result != 0)
		abort();
}

/* ---- ground ------------------------------------------------------------------ */

static void test_permutation(void)
{
	bool bijection = true, moved = true, differs = true;
	for (uint64_t size = 1; size < 3000; size = size < 70 ? size + 1 : size * 2) {
		struct ralm_rng rng;
		struct ralm_permutation a, b;
		char *seen = calloc(size, 1);
		uint64_t same = 0, fixed = 0;
		ralm_rng_init(&rng, size, 1);
		ralm_permutation_init(&a, size, &rng);
		ralm_permutation_init(&b, size, &rng);
		for (uint64_t i = 0; i < size; i++) {
			uint64_t at = ralm_permutation_at(&a, i);
			bijection = bijection && at < size && !seen[at];
			seen[at < size ? at : 0] = 1;
			same += at == ralm_permutation_at(&b, i);
			fixed += at == i;
		}
		free(seen);
		moved = moved && (size < 50 || fixed < 12);
		differs = differs && (size < 50 || same < 12);
	}
	check(bijection, "a permutation visits everything once");
	check(moved, "it leaves nearly nothing in place");
	check(differs, "the next one is another one");

	/* Where the first thing goes is uniform over many permutations. */
	enum { SIZE = 10, DRAWS = 100000 };
	struct ralm_rng rng;
	int at[SIZE] = {0};
	ralm_rng_init(&rng, 7, 7);
	for (int i = 0; i < DRAWS; i++) {
		struct ralm_permutation p;
		ralm_permutation_init(&p, SIZE, &rng);
		at[ralm_permutation_at(&p, 0)]++;
	}
	double chi = 0, expected = (double)DRAWS / SIZE;
	for (int i = 0; i < SIZE; i++)
		chi += pow(at[i] - expected, 2) / expected;
	check(chi < 27.9, "each place is as likely (chi square %.1f)", chi);
}

static void test_alias(void)
{
	static const double weights[] = {0, 1, 2, 3, 0, 10, 0.5, 83.5};
	enum { N = sizeof weights / sizeof *weights, DRAWS = 1000000 };
	struct ralm_alias alias;
	struct ralm_rng rng;
	int drawn[N] = {0};
	must(ralm_alias_init(&alias, weights, N, &err));
	ralm_rng_init(&rng, 1, 2);
	for (int i = 0; i < DRAWS; i++)
		drawn[ralm_alias_draw(&alias, &rng)]++;
	double chi = 0;
	for (int i = 0; i < N; i++) {
		double expected = weights[i] / 100 * DRAWS;
		if (expected > 0)
			chi += pow(drawn[i] - expected, 2) / expected;
	}
	check(drawn[0] == 0 && drawn[4] == 0, "a weight of 0 is never drawn");
	check(chi < 20.5, "draws follow the weights (chi square %.1f)", chi);
	ralm_alias_release(&alias);
}

/* ---- a log, as a list and as a table -------------------------------------------- */

enum { USERS = 40, ITEMS = 15, CLICKS = 900 };

/* The first click of each user on each item: its time, or -1. */
static double first_click[USERS][ITEMS];
static struct ralm_click_log click_log;
static struct ralm_click_table table;

/* Times in no order and often equal, users and items of any activity. */
static void make_table(uint64_t rng_seed, bool times)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, rng_seed, 3);
	ralm_click_log_init(&click_log);
	uint32_t number;
	for (uint64_t u = 0; u < USERS; u++)
		must(ralm_ids_add_u64(&number, &click_log.users, u, &err));
	for (uint64_t i = 0; i < ITEMS; i++)
		must(ralm_ids_add_u64(&number, &click_log.items, i, &err));
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			first_click[u][i] = -1;
	for (int c = 0; c < CLICKS; c++) {
		double a = ralm_rng_uniform(&rng), b = ralm_rng_uniform(&rng);
		struct ralm_click click = {
			.user = (uint32_t)(USERS * a * sqrt(a)),
			.item = (uint32_t)(ITEMS * b),
			.time = times ? (double)ralm_rng_below(&rng, 300) : 0};
		double *first = &first_click[click.user][click.item];
		if (*first < 0 || click.time < *first)
			*first = click.time;
		must(ralm_click_log_add(&click_log, &click, &err));
	}
	click_log.has_times = times;
	must(ralm_click_table_init(&table, &click_log, &err));
}

static void drop_table(void)
{
	ralm_click_table_release(&table);
	ralm_click_log_release(&click_log);
}

static double time_of(size_t item, size_t click)
{
	return first_click[table.item_user[click]][item];
}

static void test_table(void)
{
	make_table(1, true);
	size_t pairs = 0;
	bool clicked = true, moments = true, before = true;
	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t i = 0; i < ITEMS; i++) {
			pairs += first_click[u][i] >= 0;
			clicked = clicked &&
				  (ralm_click_table_find(&table, u, i) <
				   table.click_count) ==
					  (first_click[u][i] >= 0);
		}
	check(table.click_count == pairs && table.repeats == CLICKS - pairs,
	      "each user counts once on each item");
	check(clicked, "who clicked what");
	for (size_t item = 0; item < ITEMS; item++)
		for (size_t i = table.item_begin[item];
		     i < table.item_begin[item + 1]; i++) {
			size_t earlier = 0;
			for (size_t j = table.item_begin[item];
			     j < table.item_begin[item + 1]; j++) {
				earlier += time_of(item, j) < time_of(item, i);
				moments = moments &&
					  (table.item_moment[i] <
					   table.item_moment[j]) ==
						  (time_of(item, i) <
						   time_of(item, j));
			}
			before = before &&
				 earlier == ralm_click_table_before(
						    &table, (uint32_t)item,
						    table.item_moment[i]);
		}
	check(moments, "moments are ordered as the first clicks' times are");
	check(before, "how many clicked an item before");
	drop_table();
}

/* ---- seeds ------------------------------------------------------------------------ */

static void split_all(struct ralm_split *split, enum ralm_split_by by, bool test)
{
	const struct ralm_build_options options = {
		.split_by = by, .passes = 1, .test = test ? "test" : NULL,
		.test_ratio = 0.3, .test_min_users = 10, .min_seeds = 2,
		.rng_seed = 5};
	must(ralm_split_init(split, &table, &options, &err));
}

static void test_random_seeds(void)
{
	enum { SEEDS = 5, DRAWS = 100000 };
	struct ralm_split split;
	struct ralm_seed_sampler sampler;
	struct ralm_rng rng;
	const struct ralm_build_options options = {.seeds_num = SEEDS,
						   .min_seeds = 3};
	make_table(2, false);
	split_all(&split, RALM_SPLIT_ITEM, false);
	must(ralm_seed_sampler_init(&sampler, &table, &split, &options, &err));
	ralm_rng_init(&rng, 3, 3);
	size_t n = table.item_begin[1];
	static const uint32_t targets[] = {1, 4};
	int first[USERS] = {0}, any[USERS] = {0};
	bool ok = n > SEEDS + 2;
	for (int i = 0; i < DRAWS; i++) {
		ok = ok && ralm_seed_sampler_draw(&sampler, &rng, 0,
						  RALM_ANY_TIME, targets, 2,
						  RALM_SET_TRAINING) &&
		     sampler.count == SEEDS;
		first[sampler.seeds[0]]++;
		for (size_t s = 0; s < sampler.count; s++) {
			any[sampler.seeds[s]]++;
			for (size_t t = 0; t < s; t++)
				ok = ok && sampler.seeds[t] != sampler.seeds[s];
		}
	}
	check(ok, "a list holds seeds_num different users");
	check(any[table.item_user[1]] == 0 && any[table.item_user[4]] == 0,
	      "and none of its targets");
	double chi = 0, chi_first = 0;
	for (size_t i = 0; i < n; i++) {
		double share = (double)DRAWS / (double)(n - 2);
		if (i == 1 || i == 4)
			continue;
		chi_first += pow(first[table.item_user[i]] - share, 2) / share;
		chi += pow(any[table.item_user[i]] - SEEDS * share, 2) /
		       (SEEDS * share);
	}
	check(chi < 2.0 * (double)n && chi_first < 2.0 * (double)n,
	      "each other user is as likely, first or later (chi square %.1f, %.1f of %zu)",
	      chi, chi_first, n);
	sampler.stamp = UINT32_MAX - 1;
	for (int i = 0; i < 4; i++)
		ok = ok && ralm_seed_sampler_draw(&sampler, &rng, 0,
						  RALM_ANY_TIME, targets, 2,
						  RALM_SET_TRAINING);
	for (size_t s = 0; s < sampler.count; s++)
		for (size_t t = 0; t < s; t++)
			ok = ok && sampler.seeds[t] != sampler.seeds[s];
	check(ok, "also when the stamps begin anew");
	ralm_seed_sampler_release(&sampler);

	const struct ralm_build_options filled = {
		.seeds_num = 200, .min_seeds = 3, .repeat_seeds = true};
	must(ralm_seed_sampler_init(&sampler, &table, &split, &filled, &err));
	ok = ralm_seed_sampler_draw(&sampler, &rng, 0, RALM_ANY_TIME, targets, 1,
				    RALM_SET_TRAINING) &&
	     sampler.count == 200;
	for (size_t s = 0; ok && s < sampler.count; s++)
		ok = sampler.seeds[s] != table.item_user[1] &&
		     first_click[sampler.seeds[s]][0] >= 0;
	check(ok, "a short list is filled up by repetition where that is wanted");
	ralm_seed_sampler_release(&sampler);

	const struct ralm_build_options many = {.seeds_num = 2, .min_seeds = n};
	must(ralm_seed_sampler_init(&sampler, &table, &split, &many, &err));
	check(!ralm_seed_sampler_draw(&sampler, &rng, 0, RALM_ANY_TIME, targets,
				      1, RALM_SET_TRAINING),
	      "no list where there are fewer users than min_seeds");
	ralm_seed_sampler_release(&sampler);
	ralm_split_release(&split);
	drop_table();
}

static void test_recent_seeds(void)
{
	enum { SEEDS = 4 };
	struct ralm_split split;
	struct ralm_seed_sampler sampler;
	struct ralm_rng rng;
	const struct ralm_build_options options = {
		.seeds_num = SEEDS, .min_seeds = 2, .seed_order = RALM_SEEDS_RECENT};
	make_table(3, true);
	split_all(&split, RALM_SPLIT_ITEM, false);
	must(ralm_seed_sampler_init(&sampler, &table, &split, &options, &err));
	ralm_rng_init(&rng, 3, 3);
	bool ok = true;
	size_t lists = 0;
	for (uint32_t item = 0; item < ITEMS; item++) {
		size_t begin = table.item_begin[item];
		for (size_t i = begin; i < table.item_begin[item + 1]; i++) {
			uint32_t place = (uint32_t)(i - begin);
			size_t earlier = 0;
			for (size_t j = begin; j < i; j++)
				earlier += time_of(item, j) < time_of(item, i);
			bool got = ralm_seed_sampler_draw(
				&sampler, &rng, item, table.item_moment[i],
				&place, 1, RALM_SET_TRAINING);
			ok = ok && got == (earlier >= 2);
			for (size_t s = 0; got && s < sampler.count; s++)
				ok = ok && sampler.seeds[s] ==
						   table.item_user[begin + earlier - 1 - s];
			if (got)
				ok = ok && sampler.count ==
						   (earlier < SEEDS ? earlier : SEEDS);
			lists += got;
		}
	}
	check(ok && lists > 100,
	      "the latest users before the click, the last one first");
	ralm_seed_sampler_release(&sampler);
	ralm_split_release(&split);
	drop_table();
}

/* ---- negatives ---------------------------------------------------------------------- */

static double weight_of(enum ralm_negative_sampling sampling, uint32_t user)
{
	size_t clicks[USERS] = {0}, rank = 0;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			clicks[u] += first_click[u][i] >= 0;
	if (sampling == RALM_NEGATIVES_UNIFORM)
		return 1;
	if (sampling == RALM_NEGATIVES_ACTIVITY)
		return (double)clicks[user] + 1;
	for (uint32_t u = 0; u < USERS; u++)
		rank += clicks[u] > clicks[user] ||
			(clicks[u] == clicks[user] && u < user);
	double k = (double)rank, d = USERS;
	return (log(k + 2) - log(k + 1)) / log(d + 1);
}

static void test_negatives(enum ralm_negative_sampling sampling, const char *name)
{
	enum { DRAWS = 200000 };
	struct ralm_split split;
	struct ralm_negative_sampler sampler;
	struct ralm_rng rng;
	int drawn[USERS] = {0};
	make_table(4, false);
	split_all(&split, RALM_SPLIT_ITEM, false);
	must(ralm_negative_sampler_init(&sampler, &table, &split, sampling,
					false, &err));
	ralm_rng_init(&rng, 9, 9);
	bool found = true;
	for (int i = 0; i < DRAWS; i++) {
		uint32_t user = 0;
		found = found &&
			ralm_negative_sampler_draw(&user, &sampler, &rng, 2,
						   RALM_ANY_TIME, RALM_SET_TRAINING);
		drawn[user]++;
	}
	double sum = 0, chi = 0;
	int candidates = 0;
	bool ok = true;
	for (uint32_t u = 0; u < USERS; u++)
		if (first_click[u][2] < 0) {
			sum += weight_of(sampling, u);
			candidates++;
		} else {
			ok = ok && drawn[u] == 0;
		}
	for (uint32_t u = 0; u < USERS; u++)
		if (first_click[u][2] < 0) {
			double expected = DRAWS * weight_of(sampling, u) / sum;
			chi += pow(drawn[u] - expected, 2) / expected;
		}
	check(found && ok, "%s: a negative never clicked the item", name);
	check(candidates > 5 && chi < 2.5 * candidates + 10,
	      "%s: negatives follow their distribution (chi square %.1f of %d)",
	      name, chi, candidates);
	ralm_negative_sampler_release(&sampler);
	ralm_split_release(&split);
	drop_table();
}

/* Users who clicked an item have nearly all clicks, so that draws from all users find
 * nobody else: from the others it is drawn by their own clicks, all the same. */
static void test_few_others(void)
{
	enum { HEAVY = 12, LIGHT = 4, MANY = 30000, DRAWS = 2000 };
	static const uint32_t clicks[LIGHT] = {0, 1, 2, 12};
	struct ralm_split split;
	struct ralm_negative_sampler sampler;
	struct ralm_rng rng;
	uint32_t number, user;
	int drawn[HEAVY + LIGHT] = {0};
	ralm_click_log_init(&click_log);
	for (uint64_t u = 0; u < HEAVY + LIGHT; u++)
		must(ralm_ids_add_u64(&number, &click_log.users, u, &err));
	for (uint64_t i = 0; i < MANY; i++)
		must(ralm_ids_add_u64(&number, &click_log.items, i, &err));
	for (uint32_t u = 0; u < HEAVY + LIGHT; u++)
		for (uint32_t i = u < HEAVY ? 0 : 1;
		     i < (u < HEAVY ? MANY : 1 + clicks[u - HEAVY]); i++) {
			struct ralm_click click = {.user = u, .item = i};
			must(ralm_click_log_add(&click_log, &click, &err));
		}
	must(ralm_click_table_init(&table, &click_log, &err));
	split_all(&split, RALM_SPLIT_ITEM, false);
	must(ralm_negative_sampler_init(&sampler, &table, &split,
					RALM_NEGATIVES_ACTIVITY, false, &err));
	ralm_rng_init(&rng, 9, 9);
	int found = 0;
	for (int i = 0; i < DRAWS; i++)
		if (ralm_negative_sampler_draw(&user, &sampler, &rng, 0,
					       RALM_ANY_TIME, RALM_SET_TRAINING)) {
			found++;
			drawn[user]++;
		}
	double chi = 0;
	for (int u = 0; u < LIGHT; u++) {
		const double expected = DRAWS * (clicks[u] + 1) / 19.0;
		chi += pow(drawn[HEAVY + u] - expected, 2) / expected;
	}
	check(found == DRAWS && chi < 16.3,
	      "who did not click is drawn by activity, however little that is (chi square %.1f)",
	      chi);
	ralm_negative_sampler_release(&sampler);
	ralm_split_release(&split);
	drop_table();
}

static void test_negatives_before(enum ralm_negative_sampling sampling,
				  const char *name)
{
	struct ralm_split split;
	struct ralm_negative_sampler sampler;
	struct ralm_rng rng;
	make_table(5, true);
	split_all(&split, RALM_SPLIT_ITEM, false);
	must(ralm_negative_sampler_init(&sampler, &table, &split, sampling,
					true, &err));
	ralm_rng_init(&rng, 9, 9);
	bool ok = true;
	int found = 0, none = 0;
	for (uint32_t item = 0; item < ITEMS; item++)
		for (size_t i = table.item_begin[item];
		     i < table.item_begin[item + 1]; i++) {
			uint32_t user;
			double now = time_of(item, i);
			if (!ralm_negative_sampler_draw(&user, &sampler, &rng,
							item,
							table.item_moment[i],
							RALM_SET_TRAINING)) {
				none++;
				continue;
			}
			found++;
			bool seen = false;
			for (int other = 0; other < ITEMS; other++)
				seen = seen || (first_click[user][other] >= 0 &&
						first_click[user][other] < now);
			ok = ok && seen && first_click[user][item] < 0;
		}
	check(ok && found > 100 && none > 0,
	      "%s: negatives before a moment were seen by then", name);

	/* Before the last click of item 2, by what had been clicked by then. */
	enum { DRAWS = 200000 };
	size_t last = table.item_begin[3] - 1;
	double now = time_of(2, last), weight[USERS] = {0}, sum = 0, chi = 0;
	int drawn[USERS] = {0}, candidates = 0;
	for (uint32_t u = 0; u < USERS; u++) {
		size_t before = 0;
		for (int i = 0; i < ITEMS; i++)
			before += first_click[u][i] >= 0 && first_click[u][i] < now;
		if (before == 0 || first_click[u][2] >= 0)
			continue;
		weight[u] = sampling == RALM_NEGATIVES_ACTIVITY
				    ? (double)before + 1
				    : weight_of(sampling, u);
		sum += weight[u];
		candidates++;
	}
	for (int i = 0; i < DRAWS; i++) {
		uint32_t user = 0;
		ok = ok && ralm_negative_sampler_draw(&user, &sampler, &rng, 2,
						      table.item_moment[last],
						      RALM_SET_TRAINING);
		drawn[user]++;
	}
	for (int u = 0; u < USERS; u++)
		if (weight[u] > 0) {
			double expected = DRAWS * weight[u] / sum;
			chi += pow(drawn[u] - expected, 2) / expected;
		}
	check(ok && candidates > 5 && chi < 2.5 * candidates + 10,
	      "%s: and follow what was known by then (chi square %.1f of %d)",
	      name, chi, candidates);
	ralm_negative_sampler_release(&sampler);
	ralm_split_release(&split);
	drop_table();
}

/* ---- the plan ------------------------------------------------------------------------ */

/* Training clicks that fewer than two clicks of their item, of those that may
 * give seeds, came before. */
static size_t without_seeds(const struct ralm_split *split)
{
	size_t found = 0;
	for (size_t item = 0; item < ITEMS; item++)
		for (size_t i = table.item_begin[item];
		     i < table.item_begin[item + 1]; i++) {
			size_t earlier = 0;
			for (size_t j = table.item_begin[item]; j < i; j++)
				earlier += split->use[j] <= RALM_CLICK_SEEDS &&
					   time_of(item, j) < time_of(item, i);
			found += split->use[i] == RALM_CLICK_TRAINS &&
				 earlier < 2;
		}
	return found;
}

static void test_plan(enum ralm_seed_order order, uint64_t refresh)
{
	struct ralm_split split;
	struct ralm_build_plan plan;
	struct ralm_rng rng;
	const struct ralm_build_options options = {.seeds_num = 5,
						   .min_seeds = 2,
						   .seed_order = order,
						   .refresh = refresh};
	make_table(6, true);
	split_all(&split, RALM_SPLIT_SAMPLE, true);
	must(ralm_build_plan_init(&plan, &table, &split, &options, &err));
	ralm_rng_init(&rng, 2, 2);
	bool once = true, right = true, small = true;
	for (int pass = 0; pass < 3; pass++) {
		char *seen = calloc(table.click_count, 1);
		size_t clicks = 0;
		ralm_build_plan_shuffle(&plan, &rng);
		for (size_t g = 0; g < ralm_build_plan_groups(&plan); g++) {
			struct ralm_build_group group =
				ralm_build_plan_group(&plan, g);
			size_t begin = table.item_begin[group.item];
			size_t n = table.item_begin[group.item + 1] - begin;
			small = small && group.count > 0 &&
				group.count <= refresh &&
				(order == RALM_SEEDS_RECENT ||
				 group.count == 1 || group.count <= n / 2);
			for (size_t i = 0; i < group.count; i++) {
				size_t click = begin + group.targets[i];
				once = once && !seen[click];
				seen[click] = 1;
				right = right && group.targets[i] < n &&
					split.use[click] == RALM_CLICK_TRAINS;
				if (order == RALM_SEEDS_RECENT && i > 0)
					right = right && group.targets[i] >
								 group.targets[i - 1];
				clicks++;
			}
		}
		once = once && clicks + plan.no_seeds == split.clicks_training;
		free(seen);
	}
	check(once && right && small,
	      "every training click once a pass, in groups of %d at most (order %d)",
	      (int)refresh, (int)order);
	size_t none = order == RALM_SEEDS_RECENT ? without_seeds(&split) : 0;
	check(plan.no_seeds == none && (none > 0) == (order == RALM_SEEDS_RECENT),
	      "but for the %zu that too few users came before", none);
	ralm_build_plan_release(&plan);
	ralm_split_release(&split);
	drop_table();
}

/* ---- popularity ----------------------------------------------------------------------- */

static void test_popularity(void)
{
	static const uint32_t activity[] = {5, 0, 5, 9, 2, 2};
	enum { N = sizeof activity / sizeof *activity, SAMPLES = 60 };
	struct ralm_popularity popularity;
	struct ralm_rng rng;
	uint32_t user[SAMPLES];
	int label[SAMPLES];
	ralm_rng_init(&rng, 4, 4);
	must(ralm_popularity_init(&popularity, activity, N, &err));
	check(isnan(ralm_popularity_auc(&popularity)), "no sample, no AUC");
	double wins = 0, pairs = 0;
	for (int i = 0; i < SAMPLES; i++) {
		user[i] = (uint32_t)ralm_rng_below(&rng, N);
		label[i] = (int)ralm_rng_below(&rng, 2);
		ralm_popularity_add(&popularity, user[i], label[i]);
	}
	for (int i = 0; i < SAMPLES; i++)
		for (int j = 0; j < SAMPLES; j++)
			if (label[i] == 1 && label[j] == 0) {
				double a = activity[user[i]], b = activity[user[j]];
				wins += a > b ? 1 : a == b ? 0.5 : 0;
				pairs++;
			}
	double auc = ralm_popularity_auc(&popularity);
	check(fabs(auc - wins / pairs) < 1e-12,
	      "the AUC of activity equals the count over all pairs (%.4f)", auc);
	ralm_popularity_release(&popularity);
}

int main(void)
{
	test_permutation();
	test_alias();
	test_table();
	test_random_seeds();
	test_recent_seeds();
	test_negatives(RALM_NEGATIVES_ACTIVITY, "activity");
	test_negatives(RALM_NEGATIVES_UNIFORM, "uniform");
	test_negatives(RALM_NEGATIVES_RANK, "rank");
	test_few_others();
	test_negatives_before(RALM_NEGATIVES_ACTIVITY, "activity");
	test_negatives_before(RALM_NEGATIVES_UNIFORM, "uniform");
	test_negatives_before(RALM_NEGATIVES_RANK, "rank");
	test_plan(RALM_SEEDS_RANDOM, 1);
	test_plan(RALM_SEEDS_RANDOM, 7);
	test_plan(RALM_SEEDS_RANDOM, 1000);
	test_plan(RALM_SEEDS_RECENT, 1);
	test_plan(RALM_SEEDS_RECENT, 7);
	test_popularity();
	return check_done();
}
