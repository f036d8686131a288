/* scoring: scores equal those of the independent
 * implementation, and have the same bits whatever is cached, batched or done
 * by other threads. */
#include "check.h"
#include "oracle.h"

#include "libralm/ground/memory.h"
#include "libralm/ground/rng.h"
#include "libralm/scoring/scorer.h"
#include "libralm/scoring/kept_lists.h"
#include "libralm/model/model.h"

#include <pthread.h>
#include <unistd.h>

static struct ralm_error err;

static void must(bool condition, const char *what)
{
	if (!condition)
		oracle_die(what, err.message);
}

/* A model of `users` users, the keys 1000 and up, whose vectors are zero. */
static void model_new_of(struct ralm_model *model, const char *network,
			 size_t users, size_t D, size_t H)
{
	struct ralm_config config;
	ralm_config_init(&config);
	config.user_emb_size = D;
	config.transformed_size = H;
	config.user_count = users;
	snprintf(config.network, sizeof config.network, "%s", network);
	must(ralm_model_init(model, &config, &err) == 0 &&
		     ralm_table_grow(&model->table, users, &err) == 0,
	     "model");
	for (size_t i = 0; i < users; i++) {
		uint32_t row;
		bool added;
		must(ralm_users_add(&row, &added, &model->users, 1000 + i,
				    &err) == 0,
		     "user");
	}
}

static void model_new(struct ralm_model *model, size_t users, size_t D,
		      size_t H)
{
	model_new_of(model, "paddlerec", users, D, H);
}

/* ---- against the independent implementation ------------------------------ */

static void test_oracle_case(const struct oracle *oracle, const char *network,
			     size_t c)
{
	char prefix[8];
	snprintf(prefix, sizeof prefix, "%zu", c);
	const struct oracle_entry *X = oracle_get(oracle, "%zu.X", c);
	const struct oracle_entry *start =
		oracle_get(oracle, "%zu.list_start", c);
	const struct oracle_entry *user =
		oracle_get(oracle, "%zu.list_user", c);
	const struct oracle_entry *list =
		oracle_get(oracle, "%zu.sample_list", c);
	const struct oracle_entry *target =
		oracle_get(oracle, "%zu.sample_target", c);
	const struct oracle_entry *cosine = oracle_get(oracle, "%zu.cosine", c);
	const struct oracle_entry *score = oracle_get(oracle, "%zu.score", c);
	size_t D = (size_t)oracle_get(oracle, "%zu.D", c)->values[0];
	size_t H = (size_t)oracle_get(oracle, "%zu.H", c)->values[0];

	struct ralm_model model;
	model_new_of(&model, network, X->count / D, D, H);
	for (size_t i = 0; i < X->count; i++)
		ralm_table_row(&model.table, i / D)[i % D] =
			(ralm_real)X->values[i];
	ralm_parameters_release(&model.parameters);
	oracle_parameters(&model.parameters, oracle, prefix, model.network, D,
			  H);

	uint64_t *keys = malloc(user->count * sizeof *keys);
	for (size_t i = 0; i < user->count; i++)
		keys[i] = 1000 + (uint64_t)user->values[i];
	struct ralm_scorer *scorer = ralm_scorer_new(&model, 1 << 20, &err);
	must(scorer != NULL, "scorer");
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &err);
	must(worker != NULL, "worker");
	double worst = 0;
	/* Three times: the second offer of a list puts it into the cache. */
	for (size_t s = 0; s < 3 * list->count; s++) {
		size_t i = s % list->count, l = (size_t)list->values[i];
		size_t first = (size_t)start->values[l];
		struct ralm_score_request request = {
			.seed_keys = keys + first,
			.seed_count = (size_t)start->values[l + 1] - first,
			.target_key = 1000 + (uint64_t)target->values[i],
		};
		struct ralm_score_result result;
		must(ralm_score(&result, worker, &request, 1,
					       &err) == 0,
		     "score");
		double a = fabs((double)result.cosine - cosine->values[i]);
		double b = fabs((double)result.score - score->values[i]);
		/* NaN is no more than anything. */
		worst = a <= worst ? worst : a;
		worst = b <= worst ? worst : b;
	}
	check(worst <= 1e-5,
	      "%s, case %zu: %zu samples within 1e-5 of the independent "
	      "implementation", network, c, list->count);
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
	free(keys);
}

/* ---- the same bits ------------------------------------------------------- */

enum { USERS = 500, REQUESTS = 300, LONG = 1501, KEYS = REQUESTS * 80 + LONG };

static struct ralm_model model;
static uint64_t keys[KEYS];
static struct ralm_score_request requests[REQUESTS];
static struct ralm_score_result expected[REQUESTS];

/* Has the request the list of the one before? */
static bool in_run(size_t r)
{
	return r % 5 == 4 || (r % 50 >= 31 && r % 50 < 40);
}

/* Lists of 0 to 70 seeds, some of them unknown, runs of one list, of two to ten
 * requests, lists that come again later, one long list. */
static void make_requests(void)
{
	struct ralm_rng rng;
	size_t used = 0;
	ralm_rng_init(&rng, 3, 0);
	model_new(&model, USERS, 24, 40);
	ralm_parameters_start(&model.parameters, 5);
	for (size_t i = 0; i < USERS; i++)
		ralm_table_row_start(ralm_table_row(&model.table, i), 24, 1, i,
				     0.7);
	for (size_t r = 0; r < REQUESTS; r++) {
		struct ralm_score_request *request = &requests[r];
		size_t count = r == 150 ? LONG : r % 71;
		request->target_key = 1000 + ralm_rng_below(&rng, USERS + 20);
		if (in_run(r)) {
			*request = requests[r - 1];
			request->target_key++;
			continue;
		}
		if (r > 200 && r % 3 == 0) {
			request->seed_keys = requests[r - 199].seed_keys;
			request->seed_count = requests[r - 199].seed_count;
			continue;
		}
		request->seed_keys = keys + used;
		request->seed_count = count;
		while (count-- > 0)
			keys[used++] = 1000 + ralm_rng_below(&rng, USERS + 20);
	}
}

static bool equal(const struct ralm_score_result *a,
		  const struct ralm_score_result *b)
{
	return memcmp(&a->cosine, &b->cosine, sizeof a->cosine) == 0 &&
	       memcmp(&a->score, &b->score, sizeof a->score) == 0 &&
	       a->unknown_seeds == b->unknown_seeds &&
	       a->no_seeds == b->no_seeds &&
	       a->unknown_target == b->unknown_target;
}

/* All requests in calls of `batch`, `rounds` times. */
static bool same(struct ralm_scorer *scorer, size_t batch, int rounds)
{
	struct ralm_error here;
	struct ralm_score_result got[REQUESTS];
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &here);
	bool ok = worker != NULL;
	while (ok && rounds-- > 0) {
		for (size_t r = 0; ok && r < REQUESTS; r += batch) {
			size_t n = REQUESTS - r < batch ? REQUESTS - r : batch;
			ok = ralm_score(got + r, worker,
						       requests + r, n,
						       &here) == 0;
		}
		for (size_t r = 0; ok && r < REQUESTS; r++)
			ok = equal(&got[r], &expected[r]);
	}
	ralm_scoring_worker_free(worker);
	return ok;
}

static void *same_in_thread(void *scorer)
{
	return same(scorer, 7, 4) ? scorer : NULL;
}

static void test_bits(void)
{
	make_requests();
	struct ralm_scorer *scorer;
	for (size_t r = 0; r < REQUESTS; r++) {
		scorer = ralm_scorer_new(&model, 0, &err);
		struct ralm_scoring_worker *worker =
			ralm_scoring_worker_new(scorer, &err);
		must(ralm_score(&expected[r], worker,
					       &requests[r], 1, &err) == 0,
		     "score");
		ralm_scoring_worker_free(worker);
		ralm_scorer_free(scorer);
	}
	size_t unknown = 0, fewer = 0, none = 0;
	for (size_t r = 0; r < REQUESTS; r++) {
		unknown += expected[r].unknown_target;
		fewer += expected[r].unknown_seeds > 0;
		none += expected[r].no_seeds;
	}
	check(unknown > 0 && fewer > 100 && none > 0,
	      "users that the model does not know are told");

	static const uint64_t caches[] = {0,	   100,	      10000, 100000,
					  1 << 20, 3 << 20, 64 << 20};
	bool ok = true;
	for (size_t c = 0; c < sizeof caches / sizeof *caches; c++)
		for (size_t batch = 1; batch <= REQUESTS; batch = batch * 3 + 1) {
			scorer = ralm_scorer_new(&model, caches[c], &err);
			ok = ok && same(scorer, batch, 2);
			ralm_scorer_free(scorer);
		}
	check(ok, "the same bits for any cache, any batch, cold and warm");

	/* The same once more, said by same_seeds. */
	for (size_t r = 0; r < REQUESTS; r++)
		if (in_run(r))
			requests[r] = (struct ralm_score_request){
				.same_seeds = true,
				.target_key = requests[r].target_key,
			};
	scorer = ralm_scorer_new(&model, 8 << 20, &err);
	check(same(scorer, REQUESTS, 2) && same(scorer, 1, 1) &&
		      same(scorer, 3, 1),
	      "the same bits with same_seeds, within a call and across calls");

	enum { THREADS = 4 };
	pthread_t thread[THREADS];
	ok = true;
	for (int round = 0; round < 5; round++) {
		struct ralm_scorer *shared = ralm_scorer_new(
			&model, (uint64_t)round << 20, &err);
		for (int t = 0; t < THREADS; t++)
			must(pthread_create(&thread[t], NULL, same_in_thread,
					    shared) == 0,
			     "thread");
		for (int t = 0; t < THREADS; t++) {
			void *result;
			pthread_join(thread[t], &result);
			ok = ok && result == shared;
		}
		ralm_scorer_free(shared);
	}
	check(ok, "the same bits by four threads at once");
	ralm_scorer_free(scorer);
}

/* ---- what the model does not know, and must not hold ---------------------- */

static void test_unknown(void)
{
	struct ralm_scorer *scorer = ralm_scorer_new(&model, 1 << 20, &err);
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &err);
	*model.parameters.bias = 0.25f;
	ralm_scorer_free(scorer);
	scorer = ralm_scorer_new(&model, 1 << 20, &err);
	ralm_scoring_worker_free(worker);
	worker = ralm_scoring_worker_new(scorer, &err);
	const uint64_t some[] = {1001, 5, 1002}, none[] = {5, 6}, known[] = {1001, 1002};
	const struct ralm_score_request asked[] = {
		{some, 3, false, 1003}, {known, 2, false, 1003},
		{some, 3, false, 7},	{none, 2, false, 1003},
		{NULL, 0, false, 1003},
	};
	struct ralm_score_result got[5];
	must(ralm_score(got, worker, asked, 5, &err) == 0,
	     "score");
	const float alone = (float)(1 / (1 + exp(-0.25)));
	check(got[0].unknown_seeds == 1 && !got[0].no_seeds &&
		      got[0].cosine == got[1].cosine && got[1].cosine != 0 &&
		      got[1].unknown_seeds == 0,
	      "an unknown seed is left out of the list");
	check(got[2].unknown_target && got[2].cosine == 0 &&
		      got[2].score == alone,
	      "an unknown target scores by the bias alone");
	check(got[3].no_seeds && got[3].unknown_seeds == 2 &&
		      got[3].score == alone && got[4].no_seeds &&
		      got[4].unknown_seeds == 0 && got[4].score == alone,
	      "so does a list of unknown seeds, and an empty one");

	ralm_table_row(&model.table, 3)[5] = NAN;
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
	scorer = ralm_scorer_new(&model, 1 << 20, &err);
	worker = ralm_scoring_worker_new(scorer, &err);
	check(ralm_score(got, worker, asked, 5, &err) == -1 &&
		      err.code == RALM_ERROR_NUMERIC,
	      "a vector that is not finite is told");
	check(ralm_score(got, worker, asked + 2, 3, &err) == 0 &&
		      got[0].score == alone,
	      "and what does not touch it is scored");
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
}

/* ---- the cache of lists ---------------------------------------------------- */

/* Lists i, i + 1, ..., of which the model knows every other one. */
enum { CACHED_SEEDS = 200 };
static const float cached_row[8];

static void cached_list(uint64_t list[CACHED_SEEDS], uint64_t i)
{
	for (size_t k = 0; k < CACHED_SEEDS; k++)
		list[k] = i + k;
}

static bool in_cache(struct ralm_kept_lists *lists, uint64_t i)
{
	uint64_t list[CACHED_SEEDS];
	const float *row[CACHED_SEEDS];
	float numbers[CACHED_SEEDS];
	struct ralm_prepared_list got = {.row = row, .numbers = numbers};
	struct ralm_arena arena;
	cached_list(list, i);
	ralm_arena_init(&arena);
	const bool found = ralm_kept_lists_find(
		&got, lists, ralm_kept_lists_hash(list, CACHED_SEEDS), list,
		CACHED_SEEDS, &arena);
	ralm_arena_release(&arena);
	if (!found)
		return false;
	must(got.n == CACHED_SEEDS / 2 && row[0] == cached_row + i % 8 &&
		     numbers[got.n - 1] == (float)i,
	     "the cache gave another list");
	return true;
}

static void offer(struct ralm_kept_lists *lists, uint64_t i)
{
	uint64_t list[CACHED_SEEDS];
	const float *row[CACHED_SEEDS / 2] = {cached_row + i % 8};
	float numbers[CACHED_SEEDS / 2] = {0};
	const struct ralm_prepared_list known = {
		.row = row, .numbers = numbers, .n = CACHED_SEEDS / 2};
	numbers[known.n - 1] = (float)i;
	cached_list(list, i);
	uint64_t hash = ralm_kept_lists_hash(list, CACHED_SEEDS);
	if (ralm_kept_lists_seen(lists, hash))
		ralm_kept_lists_put(lists, hash, list, CACHED_SEEDS, &known);
}

static void test_cache(void)
{
	/* Each of these lists takes 1600 + 1200 + 32 bytes at least. */
	enum { BYTES = 100000, MOST = BYTES / 2832, MANY = 20000 };
	const struct ralm_scoring_sizes sizes = {.seed_for_cosines = 16,
						 .list_each = 1};
	struct ralm_kept_lists *lists =
		ralm_kept_lists_new(BYTES, &sizes, &err);
	must(lists != NULL, "lists");
	offer(lists, 5);
	bool once = in_cache(lists, 5);
	offer(lists, 5);
	check(!once && in_cache(lists, 5),
	      "a list is taken into the cache the second time");
	size_t held = 0;
	for (uint64_t i = 0; i < MANY; i++) {
		offer(lists, i);
		offer(lists, i);
	}
	for (uint64_t i = 0; i < MANY; i++)
		held += in_cache(lists, i);
	check(held > MOST / 2 && held <= MOST,
	      "the cache keeps what fits: %zu lists in %d bytes", held, BYTES);
	ralm_kept_lists_free(lists);
}

/* ---- memory ---------------------------------------------------------------- */

/* ThreadSanitizer's own memory grows with what is touched. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MEMORY_IS_OURS false
#endif
#endif
#if !defined(MEMORY_IS_OURS) && defined(__SANITIZE_THREAD__)
#define MEMORY_IS_OURS false
#elif !defined(MEMORY_IS_OURS)
#define MEMORY_IS_OURS true
#endif

/* Megabytes that this process holds, or 0 where /proc does not tell. */
static double resident(void)
{
	unsigned long size, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* How much more it holds after 20,000 users were seeds and targets; their rows
 * would take 20,000 * 2 * 768 bytes, 30 MB. */
static double grown_by(const struct ralm_model *large, uint64_t cache)
{
	enum { MANY = 20000, SEEDS = 20 };
	struct ralm_scorer *scorer = ralm_scorer_new(large, cache, &err);
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &err);
	must(worker != NULL, "worker");
	double before = resident();
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t seeds[SEEDS];
		for (uint64_t k = 0; k < SEEDS; k++)
			seeds[k] = 1000 + (i + 7 * k) % MANY;
		struct ralm_score_request request = {
			.seed_keys = seeds,
			.seed_count = SEEDS,
			.target_key = 1000 + i,
		};
		struct ralm_score_result result;
		must(ralm_score(&result, worker, &request, 1,
					       &err) == 0,
		     "score");
	}
	double grown = resident() - before;
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
	return grown;
}

static void test_memory(void)
{
	if (!MEMORY_IS_OURS || resident() <= 0) {
		check(true, "memory # SKIP it cannot be told here");
		return;
	}
	struct ralm_model large;
	model_new(&large, 20000, 4, 96);
	ralm_parameters_start(&large.parameters, 5);
	double little = grown_by(&large, 4 << 20);
	double much = grown_by(&large, 1 << 30);
	check(little < 6 && much > 25,
	      "a cache of 4 MB takes no more (%.1f), one of 1 GB what is kept (%.1f)",
	      little, much);
	ralm_model_release(&large);
}

static void test_oracle(const char *network, const char *file)
{
	struct oracle oracle;
	oracle_read(&oracle, file);
	size_t cases = (size_t)oracle_number(&oracle, "cases");
	for (size_t c = 0; c < cases; c++)
		test_oracle_case(&oracle, network, c);
	oracle_release(&oracle);
}

int main(void)
{
	test_oracle("paddlerec", "network.txt");
	test_oracle("attention", "attention.txt");
	test_oracle("average", "average.txt");
	test_oracle("kdd19", "kdd19.txt");
	test_bits();
	test_unknown();
	test_cache();
	test_memory();
	ralm_model_release(&model);
	return check_done();
}
