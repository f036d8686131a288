#include "score.h"

#include "../ground/memory.h"
#include "../model/loss.h"
#include "score_scorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Requests are worked on in blocks, in two passes, so that memory is asked for
 * well before it is used: users a block ahead, their rows, the largest part, a
 * few requests ahead. Results do not depend on blocks. */
enum {
	BLOCK_REQUESTS = 32,
	BLOCK_SEEDS = 1024,
	AHEAD = 4,
	USERS = RALM_SCORING_USERS,
};

/* A list that can be scored with: see scoring.h for the arrays. */
struct list {
	const float **SA;
	float *w;
	size_t n; /* seeds that the model knows */
	size_t unknown_seeds;
};

/* A request of the block on its way. */
struct step {
	bool new_list; /* not that of the step before */
	bool has_w;    /* found in the cache */
	uint64_t hash; /* of the keys */
	struct list list;
	const float *tq; /* NULL: unknown */
};

/* Rows of one side that are to be computed, four at a time. */
struct pending {
	size_t count;
	uint64_t key[USERS];
	const float *x[USERS];
	float *out[USERS];
};

struct ralm_score_worker {
	struct ralm_scorer *scorer;
	struct step step[BLOCK_REQUESTS];
	size_t prefetched; /* requests behind this block */
	struct ralm_scoring_ahead ahead;
	struct pending pending[2];
	float *nowhere; /* (2 H') where rows go that nobody wants */
	float *zeros;   /* (2 H') the row behind a list's last */
	/* Rows that are not kept; they live as long as the block. */
	struct ralm_arena unkept;
	/* What the block's lists have, list after list: (block_room) */
	size_t block_room;
	const float **SA;
	float *w;
	/* Scratch for the longest list: (list_room) */
	size_t list_room;
	float *p, *P;
	/* The list of the request before, and where it lies while no block
	 * does: (held_room), held_S (held_room, H') for rows not kept. */
	struct list current, held;
	size_t held_room, held_S_room;
	float *held_S;
};

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
	if (worker->nowhere != NULL && worker->zeros != NULL)
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
	free(worker->SA);
	free(worker->w);
	free(worker->p);
	free(worker->P);
	free(worker->held.SA);
	free(worker->held.w);
	free(worker->held_S);
	ralm_arena_release(&worker->unkept);
	free(worker);
}

/* ---- room ---------------------------------------------------------------- */

static size_t padded(size_t n)
{
	return (n + RALM_SCORING_ROWS - 1) / RALM_SCORING_ROWS *
	       RALM_SCORING_ROWS;
}

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
	return padded(room + room / 2 > n ? room + room / 2 : n);
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

static int make_list_room(struct ralm_score_worker *worker, size_t n,
			  struct ralm_error *err)
{
	return make_room(&worker->list_room, n, &worker->p, sizeof *worker->p,
			 &worker->P, RALM_SCORING_COLUMNS * sizeof *worker->P,
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

/* ---- first pass: users and their rows ------------------------------------ */

static void prefetch_users(const struct ralm_score_rows *rows,
			   const struct ralm_score_request *requests,
			   size_t count)
{
	for (; count > 0; count--, requests++) {
		ralm_score_rows_prefetch(rows, requests->target_key);
		if (requests->same_seeds)
			continue;
		for (size_t i = 0; i < requests->seed_count; i++)
			ralm_score_rows_prefetch(rows, requests->seed_keys[i]);
	}
}

static void compute_pending(struct ralm_score_worker *worker,
			    enum ralm_score_side side)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct pending *pending = &worker->pending[side];
	if (pending->count == 0)
		return;
	for (size_t i = pending->count; i < USERS; i++) {
		pending->x[i] = pending->x[0];
		pending->out[i] = worker->nowhere;
	}
	if (side == RALM_AS_SEED)
		scorer->kernels->seed_rows(pending->out, pending->x,
					   scorer->weights[RALM_WEIGHT_SEEDS],
					   scorer->weights[RALM_WEIGHT_GLOBAL],
					   scorer->D, scorer->width);
	else
		scorer->kernels->target_rows(pending->out, pending->x,
					     scorer->weights[RALM_WEIGHT_TARGET],
					     scorer->weights[RALM_WEIGHT_LOCAL],
					     scorer->D, scorer->width);
	for (size_t i = 0; i < pending->count; i++)
		if (ralm_score_rows_keeps(&scorer->rows, pending->out[i]))
			ralm_score_rows_put(&scorer->rows, side,
					    pending->key[i], pending->out[i]);
	pending->count = 0;
}

/* A row that is not kept yet; it is filled before the block's second pass. */
static int new_row(const float **found, struct ralm_score_worker *worker,
		   enum ralm_score_side side, uint64_t key,
		   struct ralm_error *err)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct pending *pending = &worker->pending[side];
	for (size_t i = 0; i < pending->count; i++)
		if (pending->key[i] == key) {
			*found = pending->out[i];
			return 0;
		}
	uint32_t row = ralm_users_find(&scorer->model->users, key);
	if (row == RALM_ROW_NONE)
		return 0;
	float *out = ralm_score_rows_claim(&scorer->rows);
	if (out == NULL)
		out = ralm_arena_get(&worker->unkept, 2 * scorer->width,
				     sizeof *out, err);
	if (out == NULL)
		return -1;
	*found = out;
	pending->key[pending->count] = key;
	pending->x[pending->count] = ralm_table_row(&scorer->model->table, row);
	pending->out[pending->count] = out;
	if (++pending->count == USERS)
		compute_pending(worker, side);
	return 0;
}

/* *found: the row of a user, or NULL where the model does not know them. */
static inline int user_row(const float **found,
			   struct ralm_score_worker *worker,
			   enum ralm_score_side side, uint64_t key,
			   struct ralm_error *err)
{
	*found = ralm_score_rows_find(&worker->scorer->rows, side, key);
	return *found != NULL ? 0 : new_row(found, worker, side, key, err);
}

/* The rows of a list, from the cache of lists or one by one. */
static int find_list(struct ralm_score_worker *worker, struct step *step,
		     const struct ralm_score_request *request,
		     struct ralm_error *err)
{
	struct ralm_score_lists *lists = worker->scorer->lists;
	const uint64_t *keys = request->seed_keys;
	const size_t count = request->seed_count;
	struct list *list = &step->list;
	if (count == 0)
		return 0;
	step->hash = ralm_score_lists_hash(keys, count);
	step->has_w = ralm_score_lists_find(list->SA, list->w, &list->n, lists,
					    step->hash, keys, count);
	for (size_t i = 0; !step->has_w && i < count; i++) {
		const float **SA = &list->SA[list->n];
		if (user_row(SA, worker, RALM_AS_SEED, keys[i], err) != 0)
			return -1;
		list->n += *SA != NULL;
	}
	list->unknown_seeds = count - list->n;
	for (size_t i = list->n; i < padded(list->n); i++)
		list->SA[i] = worker->zeros;
	return 0;
}

/* Finds all rows of the first `count` requests. */
static int find_rows(struct ralm_score_worker *worker,
		     const struct ralm_score_request *requests, size_t count,
		     struct ralm_error *err)
{
	size_t room = 0, longest = 0;
	for (size_t i = 0; i < count; i++)
		if (!requests[i].same_seeds) {
			size_t n = padded(requests[i].seed_count);
			longest = longest > n ? longest : n;
			room += n;
		}
	if (make_block_room(worker, room, err) != 0 ||
	    make_list_room(worker, longest, err) != 0)
		return -1;
	room = 0;
	for (size_t i = 0; i < count; i++) {
		struct step *step = &worker->step[i];
		*step = (struct step){.new_list = !requests[i].same_seeds};
		if (user_row(&step->tq, worker, RALM_AS_TARGET,
			     requests[i].target_key, err) != 0)
			return -1;
		if (!step->new_list)
			continue;
		step->list.SA = worker->SA + room;
		step->list.w = worker->w + room;
		if (find_list(worker, step, &requests[i], err) != 0)
			return -1;
		room += padded(requests[i].seed_count);
	}
	compute_pending(worker, RALM_AS_SEED);
	compute_pending(worker, RALM_AS_TARGET);
	return 0;
}

/* ---- second pass: lists and samples -------------------------------------- */

/* Starts loading the rows of a step; what is left in ahead is asked for by the
 * work that comes before it. */
static void prefetch_rows(struct ralm_score_worker *worker,
			  const struct step *step)
{
	const size_t width = worker->scorer->width;
	struct ralm_scoring_ahead target = {&step->tq, step->tq != NULL,
					    2 * width};
	ralm_scoring_ask(&target);
	worker->ahead = (struct ralm_scoring_ahead){
		.rows = step->list.SA,
		.count = step->list.n,
		.floats = step->has_w ? width : 2 * width,
	};
}

static void ask_for_all(struct ralm_scoring_ahead *ahead)
{
	while (ahead->count > 0)
		ralm_scoring_ask(ahead);
}

static bool all_kept(const struct ralm_scorer *scorer, const struct list *list)
{
	size_t i = 0;
	while (i < list->n && ralm_score_rows_keeps(&scorer->rows, list->SA[i]))
		i++;
	return i == list->n;
}

static void weigh_list(struct ralm_score_worker *worker,
		       const struct step *step,
		       const struct ralm_score_request *request)
{
	struct ralm_scorer *scorer = worker->scorer;
	const struct list *list = &step->list;
	scorer->kernels->list_weights(list->w, worker->P, list->SA, list->n,
				      scorer->width, &worker->ahead);
	if (ralm_score_lists_met(scorer->lists, step->hash) &&
	    all_kept(scorer, list))
		ralm_score_lists_put(scorer->lists, step->hash,
				     request->seed_keys, request->seed_count,
				     list->SA, list->w, list->n);
}

static int take_step(struct ralm_score_result *result,
		     struct ralm_score_worker *worker, const struct step *step,
		     const struct ralm_score_request *request,
		     struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_scoring *kernels = scorer->kernels;
	if (step->new_list)
		worker->current = step->list;
	const struct list *list = &worker->current;
	const bool scores = list->n > 0 && step->tq != NULL;
	float total = 0, cosine = 0;
	if (scores)
		total = kernels->attention(worker->p, list->SA, step->tq,
					   list->n, scorer->width,
					   &worker->ahead);
	/* In between: it does not wait for what the attention ends with. */
	if (step->new_list && list->n > 0 && !step->has_w)
		weigh_list(worker, step, request);
	if (scores)
		cosine = kernels->cosine(worker->p, total, list->w, list->SA,
					 step->tq, list->n, scorer->width);
	if (isnan(cosine))
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "the model holds a number that is not finite");
	result->cosine = cosine;
	result->score = (float)ralm_sigmoid(
		scorer->scale * (double)cosine + scorer->bias);
	result->unknown_seeds = list->unknown_seeds;
	result->no_seeds = list->n == 0;
	result->unknown_target = step->tq == NULL;
	return 0;
}

/* ---- blocks -------------------------------------------------------------- */

/* How many of the requests make a block, at least one. */
static size_t block_size(const struct ralm_score_request *requests,
			 size_t count)
{
	size_t seeds = 0, size = 0;
	while (size < count && size < BLOCK_REQUESTS) {
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
	const struct list *list = &worker->current;
	const size_t n = list->n, width = scorer->width;
	if (n == 0 || list->SA == worker->held.SA)
		return 0;
	const bool kept = all_kept(scorer, list);
	if (make_held_room(worker, padded(n), err) != 0 ||
	    (!kept && make_held_rows(worker, n, err) != 0))
		return -1;
	memcpy(worker->held.SA, list->SA, padded(n) * sizeof *list->SA);
	memcpy(worker->held.w, list->w, padded(n) * sizeof *list->w);
	for (size_t i = 0; !kept && i < n; i++) {
		float *S = worker->held_S + i * width;
		memcpy(S, list->SA[i], width * sizeof *S);
		worker->held.SA[i] = S;
	}
	worker->current.SA = worker->held.SA;
	worker->current.w = worker->held.w;
	return 0;
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
	prefetch_users(rows, requests + done, count - done);
	if (find_rows(worker, requests, count, err) != 0)
		return -1;
	for (size_t i = 0; i < count && i < AHEAD; i++) {
		prefetch_rows(worker, &worker->step[i]);
		ask_for_all(&worker->ahead);
	}
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count)
			prefetch_rows(worker, &worker->step[i + AHEAD]);
		if (count + i < all) {
			prefetch_users(rows, &requests[count + i], 1);
			worker->prefetched = i + 1;
		}
		if (take_step(&results[i], worker, &worker->step[i],
			      &requests[i], err) != 0)
			return -1;
		ask_for_all(&worker->ahead);
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
			worker->current = (struct list){.n = 0};
			return -1;
		}
		results += block;
		requests += block;
		count -= block;
	}
	return 0;
}
