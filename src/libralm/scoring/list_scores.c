#include "scoring/list_scores.h"

#include "ground/memory.h"
#include "ground/threads.h"
#include "scoring/device_scoring.h"
#include "scoring/list_centroids.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER = RALM_SEEDS_TOGETHER };

enum { NEXT = 32 }; /* users whose vectors are prefetched at a time */

static void prefetch(const struct ralm_table *table, const uint32_t *users,
		     size_t begin, size_t count)
{
	for (size_t i = begin; i < count && i < begin + NEXT; i++)
		ralm_table_prefetch(table, users[i]);
}

/* Makes the rows of users (count) as one side. They are filled up to a multiple of
 * RALM_USERS_TOGETHER with the first user again, for whom `row` has places. */
static void make_rows(float *const *row, const uint32_t *users, size_t count,
		      enum ralm_kept_side side, const struct ralm_scorer *scorer)
{
	const struct ralm_table *table = &scorer->model->table;
	const float *x[RALM_TARGET_BLOCK];
	size_t all = 0;
	for (; all < count; all++)
		x[all] = ralm_table_row(table, users[all]);
	for (; all % RALM_USERS_TOGETHER != 0; all++)
		x[all] = x[0];
	prefetch(table, users, 0, count);
	for (size_t i = 0; i < all; i += NEXT) {
		prefetch(table, users, i + NEXT, count);
		(side == RALM_AS_SEED ? scorer->scoring->seed_rows
				      : scorer->scoring->target_rows)(
			row + i, x + i, all - i < NEXT ? all - i : NEXT,
			&scorer->network);
	}
}

/* ---- lists --------------------------------------------------------------- */

static size_t scratch_size(const struct ralm_scoring_sizes *sizes, size_t n)
{
	return sizes->scratch + ralm_list_room(n) * sizes->scratch_each;
}

/* Users whose rows as seeds k-means asks for. */
struct users {
	const struct ralm_scorer *scorer;
	const uint32_t *user;
	float *row[TOGETHER];
};

static void users_rows(const float **row, void *context, const size_t *seed,
		       size_t count)
{
	struct users *users = context;
	uint32_t user[TOGETHER];
	for (size_t i = 0; i < count; i++) {
		user[i] = users->user[seed[i]];
		row[i] = users->row[i];
	}
	make_rows(users->row, user, count, RALM_AS_SEED, users->scorer);
}

/* The centroids of a list: sets *rows to their rows, and n, m, lost and time. */
static int find_centroids(float **rows, struct ralm_ready_list *list,
			  const struct ralm_scorer *scorer,
			  const uint32_t *user, struct ralm_arena *arena,
			  struct ralm_error *err)
{
	const size_t stride = scorer->network.sizes.seed;
	struct ralm_centroids centroids;
	struct users users = {.scorer = scorer, .user = user};
	const struct ralm_centroid_seeds seeds = {
		.n = list->n, .rows = users_rows, .context = &users};
	float *row = ralm_arena_get(arena, TOGETHER * stride, sizeof *row, err);
	if (row == NULL)
		return -1;
	for (size_t i = 0; i < TOGETHER; i++)
		users.row[i] = row + i * stride;
	if (ralm_list_centroids_find(&centroids, &list->time, scorer, seeds,
				     arena, err) != 0)
		return -1;
	const size_t room = ralm_list_room(centroids.n);
	if (RALM_NEW(list->m, room, err) != 0)
		return -1;
	memcpy(list->m, centroids.m, room * sizeof *list->m);
	list->n = centroids.n;
	list->lost = centroids.lost;
	*rows = centroids.rows;
	return 0;
}

/* Sets *rows to the rows (n) of a list's seeds. */
static int find_rows(float **rows, const struct ralm_ready_list *list,
		     const struct ralm_scorer *scorer, const uint32_t *user,
		     struct ralm_arena *arena, struct ralm_error *err)
{
	const size_t n = list->n, stride = scorer->network.sizes.seed;
	*rows = ralm_arena_get(arena, n + TOGETHER, stride * sizeof **rows, err);
	if (*rows == NULL)
		return -1;
	for (size_t begin = 0; begin < n; begin += TOGETHER) {
		float *row[TOGETHER];
		for (size_t i = 0; i < TOGETHER; i++)
			row[i] = *rows + (begin + i) * stride;
		make_rows(row, user + begin,
			  n - begin < TOGETHER ? n - begin : TOGETHER,
			  RALM_AS_SEED, scorer);
	}
	return 0;
}

static int make_list(struct ralm_ready_list *list,
		     const struct ralm_scorer *scorer, const float *rows,
		     struct ralm_arena *arena, struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	const size_t n = list->n, room = ralm_list_room(n);
	const size_t front = sizes->seed_for_cosines;
	struct ralm_soon soon = {NULL, NULL};
	float *scratch = ralm_arena_get(arena, scratch_size(sizes, n),
					sizeof *scratch, err);
	if (scratch == NULL ||
	    RALM_NEW(list->row, room, err) != 0 ||
	    RALM_NEW_ROWS(list->fronts, n, front, err) != 0 ||
	    RALM_NEW(list->zeros, scorer->row, err) != 0 ||
	    RALM_NEW(list->numbers, ralm_scoring_list_size(sizes, room), err) != 0)
		return -1;
	for (size_t i = 0; i < room; i++)
		list->row[i] = i < n ? rows + i * sizes->seed : list->zeros;
	const int made = ralm_device_list_numbers(list->numbers, scorer,
						  list->row, list->m, n, err);
	if (made < 0)
		return -1;
	if (made == 0)
		scorer->scoring->cosines(NULL, list->numbers, true, list->row,
					 list->m, n, NULL, 0, scratch,
					 &scorer->network, &soon);
	for (size_t i = 0; i < n; i++)
		list->row[i] = memcpy(list->fronts + i * front, list->row[i],
				      front * sizeof(float));
	return 0;
}

int ralm_ready_list_init(struct ralm_ready_list *list,
			 const struct ralm_scorer *scorer, const uint32_t *users,
			 size_t n, struct ralm_error *err)
{
	struct ralm_arena arena;
	float *rows = NULL;
	ralm_arena_init(&arena);
	*list = (struct ralm_ready_list){.n = n};
	int result = ralm_list_centroids_wanted(scorer, n) > 0
			     ? find_centroids(&rows, list, scorer, users,
					      &arena, err)
			     : find_rows(&rows, list, scorer, users, &arena, err);
	if (result == 0)
		result = make_list(list, scorer, rows, &arena, err);
	ralm_arena_release(&arena);
	if (result != 0)
		ralm_ready_list_release(list);
	return result;
}

void ralm_ready_list_release(struct ralm_ready_list *list)
{
	free(list->row);
	free(list->m);
	free(list->fronts);
	free(list->zeros);
	free(list->numbers);
	memset(list, 0, sizeof *list);
}

/* ---- targets ------------------------------------------------------------- */

void ralm_target_rows(float *const *row, const uint32_t *users, size_t count,
		      const struct ralm_scorer *scorer)
{
	make_rows(row, users, count, RALM_AS_TARGET, scorer);
}

int ralm_target_block_init(struct ralm_target_block *block,
			   const struct ralm_scorer *scorer, size_t longest,
			   struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	const size_t n = ralm_list_centroids_longest(scorer, longest);
	/* Of longer lists scratch for many targets would be gigabytes. */
	const bool many = n <= 65536;
	const size_t scratch =
		scratch_size(sizes, n) +
		(many ? ralm_list_room(n) * sizes->scratch_more : 0);
	memset(block, 0, sizeof *block);
	block->scorer = scorer;
	block->together = many ? RALM_TARGETS_MOST : RALM_TARGETS_TOGETHER;
	if (RALM_NEW_ROWS(block->rows, RALM_TARGET_BLOCK, sizes->target, err) == 0 &&
	    RALM_NEW(block->zeros, scorer->row, err) == 0 &&
	    RALM_NEW(block->scratch, scratch, err) == 0) {
		for (size_t i = 0; i < RALM_TARGET_BLOCK; i++)
			block->row[i] = block->rows + i * sizes->target;
		return 0;
	}
	ralm_target_block_release(block);
	return -1;
}

void ralm_target_block_release(struct ralm_target_block *block)
{
	free(block->rows);
	free(block->zeros);
	free(block->scratch);
	memset(block, 0, sizeof *block);
}

void ralm_target_block_fill(struct ralm_target_block *block,
			    const uint32_t *users, size_t count)
{
	ralm_target_rows(block->row, users, count, block->scorer);
	block->count = count;
}

int ralm_target_block_cosines(float *cosine, struct ralm_target_block *block,
			      const struct ralm_ready_list *list,
			      struct ralm_error *err)
{
	enum { FEW = RALM_TARGETS_TOGETHER, TARGETS = RALM_TARGETS_MOST };
	const struct ralm_scorer *scorer = block->scorer;
	struct ralm_soon soon = {NULL, NULL};
	for (size_t begin = 0; begin < block->count;
	     begin += block->together) {
		const size_t left = block->count - begin;
		const size_t count =
			left < block->together ? left : block->together;
		const float *target[TARGETS];
		float c[TARGETS];
		for (size_t i = 0; i < TARGETS; i++)
			target[i] = i < count ? block->row[begin + i]
					      : block->zeros;
		scorer->scoring->cosines(c, list->numbers, false, list->row,
					 list->m, list->n, target,
					 (count + FEW - 1) / FEW * FEW,
					 block->scratch, &scorer->network,
					 &soon);
		memcpy(cosine + begin, c, count * sizeof *c);
	}
	bool finite = true;
	for (size_t i = 0; i < block->count; i++)
		finite &= !isnan(cosine[i]);
	return finite ? 0 : ralm_scorer_not_finite(err);
}

/* ---- threads ------------------------------------------------------------- */

struct each {
	ralm_target_work *work;
	void *context;
	struct ralm_target_block *block; /* of each thread */
	struct ralm_error *error;	 /* of each thread */
	atomic_bool failed;
};

static void work_on(void *context, size_t i, unsigned thread)
{
	struct each *each = context;
	if (!each->failed && each->work(each->context, i, &each->block[thread],
					&each->error[thread]) != 0)
		each->failed = true;
}

int ralm_target_blocks_each(struct ralm_threads *threads, size_t count,
			    ralm_target_work *work, void *context,
			    const struct ralm_scorer *scorer, size_t longest,
			    struct ralm_error *err)
{
	const unsigned n = ralm_threads_count(threads);
	struct each each = {.work = work, .context = context};
	if (RALM_NEW(each.block, n, err) != 0)
		return -1;
	int result = RALM_NEW(each.error, n, err);
	for (unsigned i = 0; i < n && result == 0; i++)
		result = ralm_target_block_init(&each.block[i], scorer, longest,
						err);
	if (result == 0) {
		ralm_threads_each(threads, count, work_on, &each);
		result = ralm_error_first(err, each.error, n);
	}
	for (unsigned i = 0; i < n; i++)
		ralm_target_block_release(&each.block[i]);
	free(each.block);
	free(each.error);
	return result;
}
