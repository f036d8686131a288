#include "scoring/list_scores.h"

#include "ground/memory.h"
#include "ground/threads.h"
#include "networks/loss.h"
#include "scoring/scorer_parts.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER = 64 }; /* seeds whose rows are computed at a time */

static struct ralm_soon nothing_soon(void)
{
	return (struct ralm_soon){NULL, NULL};
}

/* Rows of one side of some users, as many as RALM_USERS_TOGETHER divides: where
 * there are fewer, the first stands again, in `spare` places of row. */
static void make_rows(float *const *row, const uint32_t *users, size_t count,
		      enum ralm_kept_side side, const struct ralm_scorer *scorer)
{
	const struct ralm_table *table = &scorer->model->table;
	const float *x[RALM_TARGET_BLOCK];
	size_t i = 0;
	for (; i < count; i++) {
		ralm_table_prefetch(table, users[i]);
		x[i] = ralm_table_row(table, users[i]);
	}
	for (; i % RALM_USERS_TOGETHER != 0; i++)
		x[i] = x[0];
	(side == RALM_AS_SEED ? scorer->scoring->seed_rows
			      : scorer->scoring->target_rows)(
		row, x, i, &scorer->network);
}

/* ---- lists --------------------------------------------------------------- */

static int make_list(struct ralm_ready_list *list,
		     const struct ralm_scorer *scorer, float *rows,
		     const uint32_t *users, float *scratch)
{
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	const size_t n = list->n, stride = sizes->seed;
	struct ralm_soon soon = nothing_soon();
	for (size_t begin = 0; begin < n; begin += TOGETHER) {
		float *row[TOGETHER];
		for (size_t i = 0; i < TOGETHER; i++)
			row[i] = rows + (begin + i) * stride;
		make_rows(row, users + begin,
			  n - begin < TOGETHER ? n - begin : TOGETHER,
			  RALM_AS_SEED, scorer);
	}
	for (size_t i = 0; i < ralm_list_room(n); i++)
		list->row[i] = i < n ? rows + i * stride : list->zeros;
	scorer->scoring->cosines(NULL, list->numbers, true, list->row, n, NULL,
				 0, scratch, &scorer->network, &soon);
	for (size_t i = 0; i < n; i++)
		list->row[i] = memcpy(
			list->fronts + i * sizes->seed_for_cosines, list->row[i],
			sizes->seed_for_cosines * sizeof(float));
	return 0;
}

static size_t scratch_size(const struct ralm_scoring_sizes *sizes, size_t n)
{
	return sizes->scratch + ralm_list_room(n) * sizes->scratch_each;
}

int ralm_ready_list_init(struct ralm_ready_list *list,
			 const struct ralm_scorer *scorer, const uint32_t *users,
			 size_t n, struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	const size_t room = ralm_list_room(n);
	float *rows = NULL, *scratch = NULL;
	int result = -1;
	*list = (struct ralm_ready_list){.n = n};
	if ((rows = ralm_aligned_new(n + TOGETHER, sizes->seed * sizeof *rows,
				     err)) != NULL &&
	    (scratch = ralm_aligned_new(scratch_size(sizes, n), sizeof *scratch,
					err)) != NULL &&
	    (list->row = ralm_aligned_new(room, sizeof *list->row, err)) !=
		    NULL &&
	    (list->fronts = ralm_aligned_new(
		     n, sizes->seed_for_cosines * sizeof(float), err)) != NULL &&
	    (list->zeros = ralm_aligned_new(scorer->row, sizeof(float), err)) !=
		    NULL &&
	    (list->numbers = ralm_aligned_new(
		     ralm_scoring_list_size(sizes, room), sizeof(float),
		     err)) != NULL)
		result = make_list(list, scorer, rows, users, scratch);
	free(rows);
	free(scratch);
	if (result != 0)
		ralm_ready_list_release(list);
	return result;
}

void ralm_ready_list_release(struct ralm_ready_list *list)
{
	free(list->row);
	free(list->fronts);
	free(list->zeros);
	free(list->numbers);
	memset(list, 0, sizeof *list);
}

/* ---- targets ------------------------------------------------------------- */

int ralm_target_block_init(struct ralm_target_block *block,
			   const struct ralm_scorer *scorer, size_t longest,
			   struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	memset(block, 0, sizeof *block);
	block->scorer = scorer;
	if ((block->rows = ralm_aligned_new(RALM_TARGET_BLOCK,
					    sizes->target * sizeof(float),
					    err)) != NULL &&
	    (block->zeros = ralm_aligned_new(scorer->row, sizeof(float),
					     err)) != NULL &&
	    (block->scratch = ralm_aligned_new(scratch_size(sizes, longest),
					       sizeof(float), err)) != NULL) {
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
			    const uint32_t *rows, size_t count)
{
	make_rows(block->row, rows, count, RALM_AS_TARGET, block->scorer);
	block->count = count;
}

int ralm_target_block_cosines(float *cosine, struct ralm_target_block *block,
			      const struct ralm_ready_list *list,
			      struct ralm_error *err)
{
	enum { TARGETS = RALM_TARGETS_TOGETHER };
	const struct ralm_scorer *scorer = block->scorer;
	struct ralm_soon soon = nothing_soon();
	for (size_t begin = 0; begin < block->count; begin += TARGETS) {
		const float *target[TARGETS];
		float c[TARGETS];
		for (size_t i = 0; i < TARGETS; i++)
			target[i] = begin + i < block->count
					    ? block->row[begin + i]
					    : block->zeros;
		scorer->scoring->cosines(c, list->numbers, false, list->row,
					 list->n, target, TARGETS,
					 block->scratch, &scorer->network,
					 &soon);
		for (size_t i = 0; i < TARGETS && begin + i < block->count; i++)
			cosine[begin + i] = c[i];
	}
	for (size_t i = 0; i < block->count; i++)
		if (isnan(cosine[i]))
			return ralm_error_set(err, RALM_ERROR_NUMERIC,
					      "the model holds a number that is not finite");
	return 0;
}

/* ---- threads ------------------------------------------------------------- */

struct each {
	ralm_target_work *work;
	void *context;
	struct ralm_target_block *block; /* of each thread, and so */
	struct ralm_error *error;
	atomic_bool failed;
};

static void work_on(void *context, size_t i, unsigned thread)
{
	struct each *each = context;
	if (!each->failed && each->work(each->context, i, &each->block[thread],
					&each->error[thread]) != 0)
		each->failed = true;
}

static int run_each(struct each *each, struct ralm_threads *threads,
		    size_t count, struct ralm_error *err)
{
	const unsigned n = ralm_threads_count(threads);
	ralm_threads_each(threads, count, work_on, each);
	for (unsigned i = 0; i < n && each->failed; i++)
		if (each->error[i].code != RALM_OK) {
			if (err != NULL)
				*err = each->error[i];
			return -1;
		}
	return 0;
}

int ralm_target_blocks_each(struct ralm_threads *threads, size_t count,
			    ralm_target_work *work, void *context,
			    const struct ralm_scorer *scorer, size_t longest,
			    struct ralm_error *err)
{
	const unsigned n = ralm_threads_count(threads);
	struct each each = {.work = work, .context = context};
	int result = 0;
	each.block = ralm_aligned_new(n, sizeof *each.block, err);
	if (each.block == NULL)
		return -1;
	each.error = ralm_aligned_new(n, sizeof *each.error, err);
	if (each.error == NULL)
		result = -1;
	for (unsigned i = 0; i < n && result == 0; i++)
		result = ralm_target_block_init(&each.block[i], scorer, longest,
						err);
	if (result == 0)
		result = run_each(&each, threads, count, err);
	for (unsigned i = 0; i < n; i++)
		ralm_target_block_release(&each.block[i]);
	free(each.block);
	free(each.error);
	return result;
}

/* ---- scores -------------------------------------------------------------- */

float ralm_scorer_score(const struct ralm_scorer *scorer, float cosine)
{
	const double x = scorer->scale * (double)cosine + scorer->bias;
	return (float)ralm_sigmoid(x);
}
