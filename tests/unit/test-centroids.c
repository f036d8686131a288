/* scoring/centroids: k-means of rows; and lists that are scored by their centroids:
 * as the formula says of the list that has each of them so often, with the same bits
 * whatever is kept and in whatever batch. */
#include "check.h"
#include "uneven.h"

#include "libralm/scoring/centroids.h"
#include "libralm/scoring/list_scores.h"
#include "libralm/scoring/scorer.h"

static struct ralm_error err;

/* ---- k-means ------------------------------------------------------------- */

enum { WIDTH = 16, STRIDE = 21, HEAPS = 3, ROWS = 1003 };

static float rows[ROWS][WIDTH];

static void name_rows(const float **row, void *context, const size_t *seed,
		      size_t count)
{
	(void)context;
	for (size_t i = 0; i < count; i++)
		row[i] = rows[seed[i]];
}

static struct ralm_arena arena;

static void find(struct ralm_centroids *centroids, size_t n, size_t most)
{
	const struct ralm_centroid_seeds seeds = {
		.n = n, .width = WIDTH, .stride = STRIDE, .rows = name_rows};
	uneven_must(ralm_centroids_find(centroids, &seeds, most, 1,
					ralm_kernels(), &arena, &err),
		    &err);
}

/* Heap h is at 10 in direction h, and as wide as it is told. */
static size_t heap_of(size_t i)
{
	return i * i % 7 % 4;
}

static void make_rows(double wide)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 3, 4);
	for (size_t i = 0; i < ROWS; i++)
		for (size_t h = 0; h < WIDTH; h++)
			rows[i][h] = (float)((h == heap_of(i) ? 10 : 0.1) +
					     wide * ralm_rng_uniform(&rng));
}

static size_t heap_size(size_t n, size_t heap)
{
	size_t size = 0;
	for (size_t i = 0; i < n; i++)
		size += heap_of(i) == heap;
	return size;
}

/* Each centroid is that of one heap, with its number of seeds. */
static bool right(const struct ralm_centroids *centroids, size_t n, double off)
{
	bool good = true;
	size_t seen = 0, wanted = 0;
	for (size_t h = 0; h < HEAPS; h++)
		wanted += heap_size(n, h) > 0;
	for (size_t c = 0; c < centroids->n; c++) {
		const float *at = centroids->rows + c * STRIDE;
		size_t heap = 0;
		for (size_t h = 0; h < HEAPS; h++)
			heap = at[h] > at[heap] ? h : heap;
		good &= fabs((double)at[heap] - 10) <= off &&
			(size_t)centroids->m[c] == heap_size(n, heap);
		seen |= (size_t)1 << heap;
	}
	for (size_t c = centroids->n; c < ralm_list_room(centroids->n); c++)
		good &= centroids->m[c] == 0;
	return good && centroids->n == wanted &&
	       (size_t)__builtin_popcountll(seen) == wanted;
}

static void test_kmeans(void)
{
	struct ralm_centroids few, many;
	make_rows(0);
	find(&few, 100, 90);
	check(right(&few, 100, 0) && few.lost < 1e-9,
	      "equal rows share a centroid, which is that row");
	find(&few, ROWS, HEAPS); /* of which 192 are looked at often */
	check(right(&few, ROWS, 0), "a long list: every seed is counted");
	make_rows(0.5);
	find(&few, ROWS, HEAPS);
	check(right(&few, ROWS, 0.5) && few.lost > 0.001 && few.lost < 0.05,
	      "heaps are found (%.3g lost)", few.lost);
	find(&many, ROWS, 2);
	double all = 0;
	for (size_t c = 0; c < many.n; c++)
		all += (double)many.m[c];
	check(many.n == 2 && (size_t)all == ROWS && many.lost > few.lost &&
		      many.lost < 1,
	      "fewer centroids lose more (%.3g)", many.lost);
	find(&few, 1, 7);
	check(few.n == 1 && few.m[0] == 1 && few.lost == 0, "one seed");
	ralm_arena_release(&arena);
}

/* ---- lists ---------------------------------------------------------------- */

enum { SEEDS = 31, TARGETS = 11, LISTS = 3 };

/* Lists of 31 seeds who are 7 users, and one of few seeds. */
static uint64_t seed_of(size_t list, size_t i)
{
	return 1000 + list * 10 + i * i % 13 * 3;
}

static size_t length_of(size_t list)
{
	return list == 1 ? 4 : SEEDS;
}

/* Cosines (LISTS, TARGETS), `together` in each call, list after list, twice. */
static void score(float *cosine, struct ralm_scorer *scorer, size_t together,
		  size_t *centroids)
{
	static uint64_t keys[LISTS][SEEDS];
	struct ralm_score_request request[LISTS * TARGETS];
	struct ralm_score_result result[LISTS * TARGETS];
	const size_t count = LISTS * TARGETS;
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &err);
	uneven_must(worker != NULL ? 0 : -1, &err);
	for (size_t i = 0; i < count; i++) {
		const size_t list = i / TARGETS;
		for (size_t k = 0; k < SEEDS; k++)
			keys[list][k] = seed_of(list, k);
		request[i] = (struct ralm_score_request){
			.seed_keys = keys[list],
			.seed_count = length_of(list),
			.same_seeds = i % TARGETS != 0,
			.target_key = 1000 + i % TARGETS * 7,
		};
	}
	for (size_t i = 0; i < 2 * count; i += together) {
		const size_t at = i % count, left = count - at;
		uneven_must(ralm_score(result + at, worker, request + at,
				       left < together ? left : together, &err),
			    &err);
		if (left < together)
			i -= together - left;
	}
	*centroids = 0;
	for (size_t i = 0; i < count; i++) {
		cosine[i] = result[i].cosine;
		*centroids += result[i].centroids;
		if (result[i].seeds != length_of(i / TARGETS))
			uneven_die("another number of seeds");
	}
	ralm_scoring_worker_free(worker);
}

/* As ralm_score has them, and as an audience is searched. */
static bool ready_is_same(const struct ralm_scorer *scorer, const float *cosine)
{
	bool same = true;
	for (size_t list = 0; list < LISTS; list++) {
		struct ralm_ready_list ready;
		struct ralm_target_block block;
		uint32_t row[SEEDS], target[TARGETS];
		float got[TARGETS];
		const struct ralm_users *users = &scorer->model->users;
		for (size_t i = 0; i < SEEDS; i++)
			row[i] = ralm_users_find(users, seed_of(list, i));
		for (size_t i = 0; i < TARGETS; i++)
			target[i] = ralm_users_find(users, 1000 + i * 7);
		uneven_must(ralm_ready_list_init(&ready, scorer, row,
						 length_of(list), &err),
			    &err);
		uneven_must(ralm_target_block_init(&block, scorer, SEEDS, &err),
			    &err);
		ralm_target_block_fill(&block, target, TARGETS);
		uneven_must(ralm_target_block_cosines(got, &block, &ready, &err),
			    &err);
		same &= memcmp(got, cosine + list * TARGETS, sizeof got) == 0;
		ralm_target_block_release(&block);
		ralm_ready_list_release(&ready);
	}
	return same;
}

/* The formula, of lists as long as they are. */
static double worst_of(const float *cosine, const struct ralm_model *model)
{
	struct paddlerec_plain plain;
	struct paddlerec_pass pass;
	double worst = 0;
	uneven_plain(&plain, model);
	for (size_t i = 0; i < LISTS * TARGETS; i++) {
		unsigned seeds[SEEDS];
		const size_t list = i / TARGETS;
		for (size_t k = 0; k < length_of(list); k++)
			seeds[k] = ralm_users_find(&model->users,
						   seed_of(list, k));
		const double c = paddlerec_plain_forward(
			&pass, &plain, seeds, length_of(list),
			ralm_users_find(&model->users, 1000 + i % TARGETS * 7));
		worst = worse(worst, fabs((double)cosine[i] - c));
	}
	uneven_plain_release(&plain);
	return worst;
}

static void test_lists(void)
{
	static const uint64_t cache[] = {0, 9000, 1 << 20};
	static const size_t together[] = {LISTS * TARGETS, 5, 1};
	static float first[LISTS * TARGETS], cosine[LISTS * TARGETS];
	struct ralm_model model;
	bool same = true, ready = true;
	size_t centroids, fewest = SIZE_MAX;
	uneven_model(&model, UNEVEN_USERS);
	for (size_t c = 0; c < sizeof cache / sizeof *cache; c++)
		for (size_t t = 0; t < sizeof together / sizeof *together; t++) {
			struct ralm_scorer *scorer =
				ralm_scorer_new(&model, cache[c], &err);
			uneven_must(scorer != NULL ? 0 : -1, &err);
			ralm_scorer_cluster(scorer, 12, 20);
			score(cosine, scorer, together[t], &centroids);
			fewest = centroids < fewest ? centroids : fewest;
			if (c == 0 && t == 0)
				memcpy(first, cosine, sizeof first);
			same &= memcmp(first, cosine, sizeof first) == 0;
			ready &= ready_is_same(scorer, cosine);
			ralm_scorer_free(scorer);
		}
	const double worst = worst_of(first, &model);
	check(worst < 3e-6 && fewest == (LISTS - 1) * TARGETS * 7,
	      "users that are several seeds: the formula's cosines (%.2g, %zu)",
	      worst, fewest);
	check(same, "centroids: the same bits whatever is kept, in any batch");
	check(ready, "and in a search");
	ralm_model_release(&model);
}

/* Where nothing is gained lists stay as they are. */
static void test_others(void)
{
	static const char *const networks[] = {"average", "kdd19", "paddlerec"};
	static float with[LISTS * TARGETS], without[LISTS * TARGETS];
	bool same[3];
	for (size_t i = 0; i < 3; i++) {
		struct ralm_model model;
		size_t centroids, none;
		uneven_model_of(&model, networks[i], UNEVEN_USERS);
		struct ralm_scorer *scorer =
			ralm_scorer_new(&model, 1 << 20, &err);
		uneven_must(scorer != NULL ? 0 : -1, &err);
		ralm_scorer_cluster(scorer, 2, 0);
		score(without, scorer, 7, &none);
		ralm_scorer_free(scorer);
		scorer = ralm_scorer_new(&model, 1 << 20, &err);
		uneven_must(scorer != NULL ? 0 : -1, &err);
		ralm_scorer_cluster(scorer, 2, 20);
		score(with, scorer, 7, &centroids);
		ralm_scorer_free(scorer);
		same[i] = memcmp(with, without, sizeof with) == 0 &&
			  centroids == 0 && none == 0;
		ralm_model_release(&model);
	}
	check(same[0] && same[1] && !same[2],
	      "average and kdd19 have no centroids, paddlerec loses by two");
}

int main(void)
{
	test_kmeans();
	test_lists();
	test_others();
	return check_done();
}
