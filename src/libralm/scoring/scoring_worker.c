/* The worker of a thread: its memory, and its blocks. */
#include "scoring/scoring_worker.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SEEDS = 1024 }; /* of a block, at most, or one longer list */

struct ralm_scoring_worker *ralm_scoring_worker_new(struct ralm_scorer *scorer,
						    struct ralm_error *err)
{
	struct ralm_scoring_worker *worker = calloc(1, sizeof *worker);
	if (worker == NULL) {
		ralm_error_memory(err, sizeof *worker);
		return NULL;
	}
	worker->scorer = scorer;
	ralm_arena_init(&worker->unkept);
	worker->unwanted = ralm_aligned_new(scorer->row, sizeof(float), err);
	worker->zeros = ralm_aligned_new(scorer->row, sizeof(float), err);
	if (worker->unwanted != NULL && worker->zeros != NULL)
		return worker;
	ralm_scoring_worker_free(worker);
	return NULL;
}

void ralm_scoring_worker_free(struct ralm_scoring_worker *worker)
{
	if (worker == NULL)
		return;
	free(worker->unwanted);
	free(worker->zeros);
	free(worker->rows.at);
	free(worker->numbers.at);
	free(worker->wanted.at);
	free(worker->scratch.at);
	free(worker->held_rows.at);
	free(worker->held_numbers.at);
	free(worker->held_seeds.at);
	free(worker->held_m.at);
	ralm_arena_release(&worker->unkept);
	free(worker);
}

int ralm_room_make(struct ralm_room *room, size_t count, size_t size,
		   struct ralm_error *err)
{
	if (count < room->bytes / size)
		return 0;
	const size_t half_more = room->bytes / size * 3 / 2;
	const size_t want = count + 1 > half_more ? count + 1 : half_more;
	void *fresh = ralm_aligned_new(want, size, err);
	if (fresh == NULL)
		return -1;
	free(room->at);
	*room = (struct ralm_room){fresh, want * size};
	return 0;
}

/* ---- blocks ---------------------------------------------------------------- */

/* How many of the requests the next block has, at least one. */
static size_t block_size(const struct ralm_score_request *requests,
			 size_t count)
{
	size_t seeds = 0, size = 0;
	while (size < count && size < RALM_SCORING_BLOCK) {
		if (!requests[size].same_seeds)
			seeds += requests[size].seed_count;
		if (size > 0 && seeds > BLOCK_SEEDS)
			break;
		size++;
	}
	return size;
}

/* Copies the current list, if it lies in this block, to where it outlives the block; of
 * its rows, what cosines read. */
static int hold_list(struct ralm_scoring_worker *worker, struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_scoring_sizes *sizes = &scorer->network.sizes;
	struct ralm_prepared_list *list = &worker->current;
	const size_t n = list->n, front = sizes->seed_for_cosines;
	const size_t rows = ralm_list_room(n);
	const size_t numbers = ralm_scoring_list_size(sizes, rows);
	if (n == 0 || list->numbers == worker->held_numbers.at)
		return 0;
	const bool kept = ralm_scorer_keeps_all(scorer, list);
	if (ralm_room_make(&worker->held_rows, rows, sizeof(float *), err) != 0 ||
	    ralm_room_make(&worker->held_numbers, numbers, sizeof(float), err) != 0 ||
	    (!kept && ralm_room_make(&worker->held_seeds, n * front, sizeof(float),
				     err) != 0) ||
	    (list->m != NULL &&
	     ralm_room_make(&worker->held_m, rows, sizeof(float), err) != 0))
		return -1;
	const float **row = worker->held_rows.at;
	float *held = worker->held_seeds.at;
	memcpy(row, list->row, rows * sizeof *row);
	for (size_t i = 0; !kept && i < n; i++, held += front)
		row[i] = memcpy(held, list->row[i], front * sizeof *held);
	list->row = row;
	if (list->m != NULL)
		list->m = memcpy(worker->held_m.at, list->m,
				 rows * sizeof *list->m);
	list->numbers = memcpy(worker->held_numbers.at, list->numbers,
			       numbers * sizeof(float));
	return 0;
}

static size_t parts(size_t floats, const struct ralm_scoring_sizes *sizes)
{
	return (floats + sizes->part - 1) / sizes->part;
}

static int make_rooms(struct ralm_scoring_worker *worker,
		      const struct ralm_score_request *requests, size_t count,
		      struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &worker->scorer->network.sizes;
	size_t rows = 0, numbers = 0, longest = 0;
	for (size_t i = 0; i < count; i++)
		if (!requests[i].same_seeds) {
			size_t n = ralm_list_room(requests[i].seed_count);
			longest = longest > n ? longest : n;
			rows += n;
			numbers += ralm_scoring_list_size(sizes, n);
		}
	const size_t scratch = sizes->scratch + longest * sizes->scratch_each;
	const size_t wanted = rows * parts(sizes->seed, sizes) +
			      count * parts(sizes->target, sizes);
	if (ralm_room_make(&worker->rows, rows, sizeof(float *), err) != 0 ||
	    ralm_room_make(&worker->numbers, numbers, sizeof(float), err) != 0 ||
	    ralm_room_make(&worker->wanted, wanted, sizeof(float *), err) != 0)
		return -1;
	return ralm_room_make(&worker->scratch, scratch, sizeof(float), err);
}

/* Scores the first `count` of `all` requests, and prefetches for those after them. */
static int score_block(struct ralm_score_result *results,
		       struct ralm_scoring_worker *worker,
		       const struct ralm_score_request *requests, size_t count,
		       size_t all, struct ralm_error *err)
{
	const struct ralm_kept_rows *rows = &worker->scorer->rows;
	const size_t done = worker->prefetched < count ? worker->prefetched
						       : count;
	ralm_arena_reset(&worker->unkept);
	worker->pending[0].count = worker->pending[1].count = 0;
	worker->prefetched = 0;
	ralm_scoring_worker_prefetch(rows, requests + done, count - done);
	if (make_rooms(worker, requests, count, err) != 0 ||
	    ralm_scoring_worker_find(worker, requests, count, err) != 0)
		return -1;
	for (size_t i = 0; i < count;) {
		int taken = ralm_scoring_worker_take(results, worker, requests,
						     i, count, err);
		if (taken < 0)
			return -1;
		for (; taken > 0; taken--, i++)
			if (count + i < all) {
				ralm_scoring_worker_prefetch(
					rows, &requests[count + i], 1);
				worker->prefetched = i + 1;
			}
	}
	return hold_list(worker, err);
}

static int score_blocks(struct ralm_score_result *results,
			struct ralm_scoring_worker *worker,
			const struct ralm_score_request *requests, size_t count,
			struct ralm_error *err)
{
	worker->prefetched = 0;
	while (count > 0) {
		size_t block = block_size(requests, count);
		if (score_block(results, worker, requests, block, count, err) !=
		    0) {
			worker->current = (struct ralm_prepared_list){.n = 0};
			return -1;
		}
		results += block;
		requests += block;
		count -= block;
	}
	return 0;
}

int ralm_score(struct ralm_score_result *results,
	       struct ralm_scoring_worker *worker,
	       const struct ralm_score_request *requests, size_t count,
	       struct ralm_error *err)
{
	struct ralm_newcomers *newcomers =
		worker->holds ? NULL : worker->scorer->newcomers;
	ralm_newcomers_hold(newcomers);
	const int result = score_blocks(results, worker, requests, count, err);
	ralm_newcomers_let_go(newcomers);
	return result;
}

void ralm_scoring_worker_hold(struct ralm_scoring_worker *worker)
{
	ralm_newcomers_hold(worker->scorer->newcomers);
	worker->holds = true;
}

void ralm_scoring_worker_let_go(struct ralm_scoring_worker *worker)
{
	if (worker->holds)
		ralm_newcomers_let_go(worker->scorer->newcomers);
	worker->holds = false;
}
