/* The worker of a thread: its memory, and its blocks. */
#include "scoring/worker.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SEEDS = 1024 }; /* or one list, if it is longer */

struct ralm_score_worker *ralm_score_worker_new(struct ralm_scorer *scorer,
						struct ralm_error *err)
{
	struct ralm_score_worker *worker = calloc(1, sizeof *worker);
	if (worker == NULL) {
		ralm_error_memory(err, sizeof *worker);
		return NULL;
	}
	worker->scorer = scorer;
	ralm_arena_init(&worker->unkept);
	const size_t row = 2 * scorer->width;
	worker->nowhere = ralm_aligned_new(row, sizeof(float), err);
	worker->zeros = ralm_aligned_new(row, sizeof(float), err);
	worker->X = ralm_aligned_new(RALM_SCORING_TOGETHER * scorer->width,
				     sizeof(float), err);
	if (worker->nowhere != NULL && worker->zeros != NULL &&
	    worker->X != NULL)
		return worker;
	ralm_score_worker_free(worker);
	return NULL;
}

void ralm_score_worker_free(struct ralm_score_worker *worker)
{
	if (worker == NULL)
		return;
	free(worker->nowhere);
	free(worker->zeros);
	free(worker->X);
	free(worker->SA);
	free(worker->w);
	free(worker->wanted);
	free(worker->p);
	free(worker->P);
	free(worker->held.SA);
	free(worker->held.w);
	free(worker->held_S);
	ralm_arena_release(&worker->unkept);
	free(worker);
}

/* ---- room ---------------------------------------------------------------- */

/* Makes *array, whose elements are of `size` bytes, another one when it has no
 * room for n; what was in it is gone. */
static int renew(void *array, size_t room, size_t size, struct ralm_error *err)
{
	void *fresh = ralm_aligned_new(room, size, err), *old;
	if (fresh == NULL)
		return -1;
	memcpy(&old, array, sizeof old);
	free(old);
	memcpy(array, &fresh, sizeof fresh);
	return 0;
}

static size_t grown(size_t room, size_t n)
{
	return ralm_score_padded(room + room / 2 > n ? room + room / 2 : n);
}

/* Room for n in up to two arrays of a worker; what was in them is gone. */
static int make_room(size_t *room, size_t n, void *first, size_t first_size,
		     void *second, size_t second_size, struct ralm_error *err)
{
	if (n <= *room)
		return 0;
	size_t more = grown(*room, n);
	*room = 0;
	if (renew(first, more, first_size, err) != 0 ||
	    (second != NULL && renew(second, more, second_size, err) != 0))
		return -1;
	*room = more;
	return 0;
}

static int make_block_room(struct ralm_score_worker *worker, size_t n,
			   struct ralm_error *err)
{
	return make_room(&worker->block_room, n, &worker->SA,
			 sizeof *worker->SA, &worker->w, sizeof *worker->w,
			 err);
}

static int make_wanted_room(struct ralm_score_worker *worker, size_t n,
			    struct ralm_error *err)
{
	return make_room(&worker->wanted_room, n, &worker->wanted,
			 sizeof *worker->wanted, NULL, 0, err);
}

static int make_list_room(struct ralm_score_worker *worker, size_t n,
			  struct ralm_error *err)
{
	return make_room(&worker->list_room, n, &worker->p,
			 RALM_SCORING_TARGETS * sizeof *worker->p, &worker->P,
			 RALM_SCORING_COLUMNS * sizeof *worker->P,
			 err);
}

static int make_held_room(struct ralm_score_worker *worker, size_t n,
			  struct ralm_error *err)
{
	return make_room(&worker->held_room, n, &worker->held.SA,
			 sizeof *worker->held.SA, &worker->held.w,
			 sizeof *worker->held.w, err);
}

static int make_held_rows(struct ralm_score_worker *worker, size_t n,
			  struct ralm_error *err)
{
	return make_room(&worker->held_S_room, n, &worker->held_S,
			 worker->scorer->width * sizeof *worker->held_S, NULL,
			 0, err);
}

/* ---- blocks ---------------------------------------------------------------- */

/* How many of the requests make a block, at least one. */
static size_t block_size(const struct ralm_score_request *requests,
			 size_t count)
{
	size_t seeds = 0, size = 0;
	while (size < count && size < RALM_SCORE_BLOCK) {
		if (!requests[size].same_seeds)
			seeds += requests[size].seed_count;
		if (size > 0 && seeds > BLOCK_SEEDS)
			break;
		size++;
	}
	return size;
}

/* Puts the current list, when it is one of this block, where it outlives the
 * block; samples want no more than S of its rows. */
static int hold_list(struct ralm_score_worker *worker, struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_score_list *list = &worker->current;
	const size_t n = list->n, width = scorer->width;
	if (n == 0 || list->SA == worker->held.SA)
		return 0;
	const bool kept = ralm_score_all_kept(scorer, list);
	if (make_held_room(worker, ralm_score_padded(n), err) != 0 ||
	    (!kept && make_held_rows(worker, n, err) != 0))
		return -1;
	memcpy(worker->held.SA, list->SA, ralm_score_padded(n) * sizeof *list->SA);
	memcpy(worker->held.w, list->w, ralm_score_padded(n) * sizeof *list->w);
	for (size_t i = 0; !kept && i < n; i++) {
		float *S = worker->held_S + i * width;
		memcpy(S, list->SA[i], width * sizeof *S);
		worker->held.SA[i] = S;
	}
	worker->current.SA = worker->held.SA;
	worker->current.w = worker->held.w;
	return 0;
}

static int make_rooms(struct ralm_score_worker *worker,
		      const struct ralm_score_request *requests, size_t count,
		      struct ralm_error *err)
{
	size_t room = 0, longest = 0;
	for (size_t i = 0; i < count; i++)
		if (!requests[i].same_seeds) {
			size_t n = requests[i].seed_count;
			longest = longest > n ? longest : n;
			room += ralm_score_padded(n);
		}
	if (make_block_room(worker, room, err) != 0 ||
	    make_wanted_room(worker, 2 * (room + count), err) != 0)
		return -1;
	return make_list_room(worker, ralm_score_padded(longest), err);
}

/* Scores the first `count` of `all` requests. */
static int score_block(struct ralm_score_result *results,
		       struct ralm_score_worker *worker,
		       const struct ralm_score_request *requests, size_t count,
		       size_t all, struct ralm_error *err)
{
	const struct ralm_score_rows *rows = &worker->scorer->rows;
	const size_t done = worker->prefetched < count ? worker->prefetched
						       : count;
	ralm_arena_reset(&worker->unkept);
	worker->pending[0].count = worker->pending[1].count = 0;
	worker->prefetched = 0;
	ralm_score_prefetch_users(rows, requests + done, count - done);
	if (make_rooms(worker, requests, count, err) != 0 ||
	    ralm_score_find(worker, requests, count, err) != 0)
		return -1;
	for (size_t i = 0; i < count;) {
		int taken = ralm_score_take(results, worker, requests, i, count,
					    err);
		if (taken < 0)
			return -1;
		for (; taken > 0; taken--, i++)
			if (count + i < all) {
				ralm_score_prefetch_users(
					rows, &requests[count + i], 1);
				worker->prefetched = i + 1;
			}
	}
	return hold_list(worker, err);
}

int ralm_score(struct ralm_score_result *results,
	       struct ralm_score_worker *worker,
	       const struct ralm_score_request *requests, size_t count,
	       struct ralm_error *err)
{
	worker->prefetched = 0;
	while (count > 0) {
		size_t block = block_size(requests, count);
		if (score_block(results, worker, requests, block, count, err) !=
		    0) {
			worker->current = (struct ralm_score_list){.n = 0};
			return -1;
		}
		results += block;
		requests += block;
		count -= block;
	}
	return 0;
}
