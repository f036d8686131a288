#include "score.h"

#include "../formats/user_id.h"
#include "../ground/memory.h"
#include "../model/loss.h"
#include "../model/model_file.h"
#include "../model/scoring.h"
#include "score_lists.h"
#include "score_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Requests are worked on in blocks, in three passes, so that memory is asked
 * for well before it is used; rows, the largest part, a few requests ahead.
 * Results do not depend on blocks. */
enum {
	BLOCK_REQUESTS = 32,
	BLOCK_SEEDS = 1024,
	AHEAD = 2,
	USERS = RALM_SCORING_USERS,
};

enum weight { SEEDS, GLOBAL, TARGET, LOCAL, WEIGHTS };

struct ralm_scorer {
	const struct ralm_model *model;
	struct ralm_model *owned; /* NULL: the model is the caller's */
	const struct ralm_scoring *kernels;
	size_t D, width;
	float *weights[WEIGHTS]; /* padded to width; LOCAL is transposed */
	double scale, bias;
	struct ralm_score_budget budget;
	struct ralm_score_rows seeds;   /* S, A of a seed */
	struct ralm_score_rows targets; /* t / |t|, q of a target */
	struct ralm_score_lists *lists;
};

/* ---- opening ------------------------------------------------------------- */

/* A copy of M (rows,H) whose rows are width long. */
static float *padded(const float *M, size_t rows, size_t rows_padded, size_t H,
		     size_t width, bool transposed, struct ralm_error *err)
{
	float *copy = ralm_aligned_new(rows_padded * width, sizeof *copy, err);
	for (size_t r = 0; copy != NULL && r < rows; r++)
		for (size_t h = 0; h < H; h++)
			copy[r * width + h] = transposed ? M[h * H + r]
							 : M[r * H + h];
	return copy;
}

static int copy_weights(struct ralm_scorer *scorer, struct ralm_error *err)
{
	const struct ralm_parameters *p = &scorer->model->parameters;
	const size_t D = scorer->D, H = p->H, width = scorer->width;
	const struct {
		enum ralm_parameter parameter;
		size_t rows, rows_padded;
	} from[WEIGHTS] = {
		[SEEDS] = {RALM_SEEDS_TRANSFORM, D, D},
		[GLOBAL] = {RALM_GLOBAL_ATTENTION, H, width},
		[TARGET] = {RALM_TARGET_TRANSFORM, D, D},
		[LOCAL] = {RALM_LOCAL_ATTENTION, H, width},
	};
	for (int w = 0; w < WEIGHTS; w++) {
		scorer->weights[w] = padded(p->at[from[w].parameter],
					    from[w].rows, from[w].rows_padded,
					    H, width, w == LOCAL, err);
		if (scorer->weights[w] == NULL)
			return -1;
	}
	return 0;
}

struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
{
	struct ralm_scorer *scorer = calloc(1, sizeof *scorer);
	if (scorer == NULL) {
		ralm_error_memory(err, sizeof *scorer);
		return NULL;
	}
	scorer->model = model;
	scorer->kernels = ralm_scoring();
	scorer->D = model->parameters.D;
	scorer->width = ralm_scoring_width(model->parameters.H);
	scorer->scale = *model->parameters.at[RALM_SCORE_SCALE];
	scorer->bias = *model->parameters.at[RALM_SCORE_BIAS];
	/* Lists are the smaller part: each saves the work of one list, where a
	 * user saves work in every list. */
	uint64_t for_lists = cache / 8;
	atomic_init(&scorer->budget.left, cache - for_lists);
	size_t rows = model->users.count, stride = 2 * scorer->width;
	scorer->lists = ralm_score_lists_new(for_lists, scorer->width, err);
	if (scorer->lists != NULL && copy_weights(scorer, err) == 0 &&
	    ralm_score_rows_init(&scorer->seeds, rows, stride, &scorer->budget,
				 err) == 0 &&
	    ralm_score_rows_init(&scorer->targets, rows, stride,
				 &scorer->budget, err) == 0)
		return scorer;
	ralm_scorer_free(scorer);
	return NULL;
}

struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
{
	struct ralm_model *model = calloc(1, sizeof *model);
	if (model == NULL) {
		ralm_error_memory(err, sizeof *model);
		return NULL;
	}
	struct ralm_scorer *scorer = NULL;
	if (ralm_model_open(model, path, flags, err) == 0) {
		scorer = ralm_scorer_new(model, cache, err);
		if (scorer == NULL)
			ralm_model_release(model);
	}
	if (scorer == NULL)
		free(model);
	else
		scorer->owned = model;
	return scorer;
}

void ralm_scorer_free(struct ralm_scorer *scorer)
{
	if (scorer == NULL)
		return;
	ralm_score_rows_release(&scorer->seeds);
	ralm_score_rows_release(&scorer->targets);
	ralm_score_lists_free(scorer->lists);
	for (int w = 0; w < WEIGHTS; w++)
		free(scorer->weights[w]);
	if (scorer->owned != NULL)
		ralm_model_release(scorer->owned);
	free(scorer->owned);
	free(scorer);
}

const struct ralm_model *ralm_scorer_model(const struct ralm_scorer *scorer)
{
	return scorer->model;
}

uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length)
{
	return ralm_user_key(id, length, scorer->model->hash_seed);
}

/* ---- a worker ------------------------------------------------------------ */

/* A request of the block on its way. */
struct step {
	bool new_list;  /* not that of the step before */
	bool has_g;     /* found in the cache */
	uint64_t hash;  /* of the keys */
	size_t first;   /* place of its first seed in rows and SA */
	size_t n;       /* seeds that the model knows */
	uint32_t target;
	const float *tq; /* NULL: unknown */
};

/* Rows of one kind that are to be computed, four at a time. */
struct pending {
	size_t count;
	const float *x[USERS];
	float *out[USERS];
	uint32_t row[USERS], place[USERS];
	bool kept[USERS];
};

struct ralm_score_worker {
	struct ralm_scorer *scorer;
	struct step step[BLOCK_REQUESTS];
	size_t prefetched; /* requests behind this block */
	struct ralm_scoring_ahead ahead;
	struct pending seeds, targets;
	float *nowhere; /* (2 width) where rows go that nobody wants */
	/* Seeds of the block, list after list. */
	uint32_t *rows;
	const float **SA;
	size_t rows_capacity, SA_capacity;
	/* Rows that are not kept; they live as long as the block. */
	struct ralm_arena unkept;
	/* Lists found in the cache (BLOCK_REQUESTS, width). */
	float *found_g;
	/* The current list: what ralm_scoring wants of it. */
	size_t n, unknown_seeds;
	size_t room; /* seeds that the arrays hold */
	float *S, *A, *w, *p, *P;
	float *g;
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
	worker->g = ralm_aligned_new(scorer->width, sizeof *worker->g, err);
	worker->nowhere = ralm_aligned_new(2 * scorer->width,
					   sizeof *worker->nowhere, err);
	worker->found_g = ralm_aligned_new(BLOCK_REQUESTS * scorer->width,
					   sizeof *worker->found_g, err);
	if (worker->g != NULL && worker->found_g != NULL &&
	    worker->nowhere != NULL)
		return worker;
	ralm_score_worker_free(worker);
	return NULL;
}

static void free_list_arrays(struct ralm_score_worker *worker)
{
	free(worker->S);
	free(worker->A);
	free(worker->w);
	free(worker->p);
	free(worker->P);
	worker->S = worker->A = worker->w = worker->p = worker->P = NULL;
	worker->room = 0;
}

void ralm_score_worker_free(struct ralm_score_worker *worker)
{
	if (worker == NULL)
		return;
	free_list_arrays(worker);
	free(worker->g);
	free(worker->found_g);
	free(worker->nowhere);
	free(worker->rows);
	free(worker->SA);
	ralm_arena_release(&worker->unkept);
	free(worker);
}

/* Room for the current list to have n seeds. */
static int make_room(struct ralm_score_worker *worker, size_t n,
		     struct ralm_error *err)
{
	if (n <= worker->room)
		return 0;
	size_t room = worker->room + worker->room / 2;
	room = room < n ? n : room;
	room = (room + RALM_SCORING_ROWS - 1) / RALM_SCORING_ROWS *
	       RALM_SCORING_ROWS;
	size_t row = worker->scorer->width * sizeof(float);
	free_list_arrays(worker);
	if ((worker->S = ralm_aligned_new(room, row, err)) == NULL ||
	    (worker->A = ralm_aligned_new(room, row, err)) == NULL ||
	    (worker->w = ralm_aligned_new(room, sizeof(float), err)) == NULL ||
	    (worker->p = ralm_aligned_new(room, sizeof(float), err)) == NULL ||
	    (worker->P = ralm_aligned_new(
		     room, RALM_SCORING_COLUMNS * sizeof(float), err)) == NULL)
		return -1;
	worker->room = room;
	return 0;
}

/* ---- first pass: which users --------------------------------------------- */

static void prefetch_users(const struct ralm_users *users,
			   void (*prefetch)(const struct ralm_users *users,
					    uint64_t key),
			   const struct ralm_score_request *requests,
			   size_t count)
{
	for (; count > 0; count--, requests++) {
		prefetch(users, requests->target_key);
		if (requests->same_seeds)
			continue;
		for (size_t i = 0; i < requests->seed_count; i++)
			prefetch(users, requests->seed_keys[i]);
	}
}

/* Finds the rows of a request's users, from the cache of lists or one by one;
 * what is unknown is left out. `end` is where its seeds go in rows. */
static int find_users(struct ralm_score_worker *worker, struct step *step,
		      size_t end, const struct ralm_score_request *request,
		      struct ralm_error *err)
{
	struct ralm_scorer *scorer = worker->scorer;
	const struct ralm_users *users = &scorer->model->users;
	memset(step, 0, sizeof *step);
	step->first = end;
	step->target = ralm_users_find(users, request->target_key);
	if (step->target != RALM_ROW_NONE)
		ralm_score_rows_prefetch(&scorer->targets, step->target);
	step->new_list = !request->same_seeds;
	if (!step->new_list || request->seed_count == 0)
		return 0;

	const uint64_t *keys = request->seed_keys;
	size_t count = request->seed_count;
	if (ralm_array_reserve(&worker->rows, &worker->rows_capacity,
			       end + count, sizeof *worker->rows, err) != 0)
		return -1;
	uint32_t *rows = worker->rows + end;
	float *g = worker->found_g +
		   (size_t)(step - worker->step) * scorer->width;
	step->hash = ralm_score_lists_hash(keys, count);
	step->has_g = ralm_score_lists_find(rows, &step->n, g, scorer->lists,
					    step->hash, keys, count);
	for (size_t i = 0; !step->has_g && i < count; i++) {
		rows[step->n] = ralm_users_find(users, keys[i]);
		step->n += rows[step->n] != RALM_ROW_NONE;
	}
	for (size_t i = 0; i < step->n; i++)
		ralm_score_rows_prefetch(&scorer->seeds, rows[i]);
	return 0;
}

/* ---- second pass: their rows --------------------------------------------- */

static void compute_pending(struct ralm_score_worker *worker, bool targets)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct pending *pending = targets ? &worker->targets : &worker->seeds;
	struct ralm_score_rows *kept = targets ? &scorer->targets
					       : &scorer->seeds;
	for (size_t i = pending->count; i < USERS; i++) {
		pending->x[i] = pending->x[0];
		pending->out[i] = worker->nowhere;
	}
	if (targets)
		scorer->kernels->target_rows(
			pending->out, pending->x, scorer->weights[TARGET],
			scorer->weights[LOCAL], scorer->D, scorer->width);
	else
		scorer->kernels->seed_rows(
			pending->out, pending->x, scorer->weights[SEEDS],
			scorer->weights[GLOBAL], scorer->D, scorer->width);
	for (size_t i = 0; i < pending->count; i++)
		if (pending->kept[i])
			ralm_score_rows_put(kept, pending->row[i],
					    pending->place[i]);
	pending->count = 0;
}

/* The kept row of a user, or one that will be filled before the block is
 * computed. */
static const float *user_row(struct ralm_score_worker *worker, bool targets,
			     uint32_t row, struct ralm_error *err)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct ralm_score_rows *kept = targets ? &scorer->targets
					       : &scorer->seeds;
	struct pending *pending = targets ? &worker->targets : &worker->seeds;
	const float *found = ralm_score_rows_find(kept, row);
	if (found != NULL)
		return found;
	for (size_t i = 0; i < pending->count; i++)
		if (pending->row[i] == row)
			return pending->out[i];
	size_t i = pending->count;
	float *out = ralm_score_rows_claim(&pending->place[i], kept);
	pending->kept[i] = out != NULL;
	if (out == NULL)
		out = ralm_arena_get(&worker->unkept, kept->stride,
				     sizeof *out, err);
	if (out == NULL)
		return NULL;
	pending->row[i] = row;
	pending->x[i] = ralm_table_row(&scorer->model->table, row);
	pending->out[i] = out;
	if (++pending->count == USERS)
		compute_pending(worker, targets);
	return out;
}

static int find_rows(struct ralm_score_worker *worker, struct step *step,
		     struct ralm_error *err)
{
	if (step->target != RALM_ROW_NONE) {
		step->tq = user_row(worker, true, step->target, err);
		if (step->tq == NULL)
			return -1;
	}
	if (step->n == 0)
		return 0;
	if (ralm_array_reserve(&worker->SA, &worker->SA_capacity,
			       step->first + step->n, sizeof *worker->SA,
			       err) != 0)
		return -1;
	for (size_t i = step->first; i < step->first + step->n; i++) {
		worker->SA[i] = user_row(worker, false, worker->rows[i], err);
		if (worker->SA[i] == NULL)
			return -1;
	}
	return 0;
}

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
		.rows = step->n > 0 ? worker->SA + step->first : NULL,
		.count = step->n,
		.floats = step->has_g ? width : 2 * width,
	};
}

static void ask_for_all(struct ralm_scoring_ahead *ahead)
{
	while (ahead->count > 0)
		ralm_scoring_ask(ahead);
}

/* ---- third pass: lists and samples --------------------------------------- */

/* Makes the list of a step the current one. */
static int take_list(struct ralm_score_worker *worker, const struct step *step,
		     const struct ralm_score_request *request,
		     struct ralm_error *err)
{
	struct ralm_scorer *scorer = worker->scorer;
	const size_t width = scorer->width, n = step->n;
	worker->n = 0;
	worker->unknown_seeds = request->seed_count - n;
	if (n == 0)
		return 0;
	if (make_room(worker, n, err) != 0)
		return -1;
	const size_t end = (n + RALM_SCORING_ROWS - 1) / RALM_SCORING_ROWS *
			   RALM_SCORING_ROWS;
	const float *const *SA = worker->SA + step->first;
	for (size_t i = 0; i < n; i++)
		memcpy(worker->S + i * width, SA[i], width * sizeof(float));
	memset(worker->S + n * width, 0, (end - n) * width * sizeof(float));
	if (step->has_g) {
		memcpy(worker->g,
		       worker->found_g +
			       (size_t)(step - worker->step) * width,
		       width * sizeof(float));
	} else {
		for (size_t i = 0; i < n; i++)
			memcpy(worker->A + i * width, SA[i] + width,
			       width * sizeof(float));
		memset(worker->A + n * width, 0,
		       (end - n) * width * sizeof(float));
		scorer->kernels->list_vector(worker->g, worker->w, worker->P,
					     worker->S, worker->A, n, width,
					     &worker->ahead);
		ralm_score_lists_offer(scorer->lists, step->hash,
				       request->seed_keys, request->seed_count,
				       worker->rows + step->first, n,
				       worker->g);
	}
	worker->n = n;
	return 0;
}

static int take_sample(struct ralm_score_result *result,
		       struct ralm_score_worker *worker,
		       const struct step *step, struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	float cosine = 0;
	if (worker->n > 0 && step->tq != NULL)
		cosine = scorer->kernels->sample_cosine(
			worker->p, worker->S, worker->g, step->tq, worker->n,
			scorer->width, &worker->ahead);
	if (isnan(cosine))
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "the model holds a number that is not finite");
	result->cosine = cosine;
	result->score = (float)ralm_sigmoid(
		scorer->scale * (double)cosine + scorer->bias);
	result->unknown_seeds = worker->unknown_seeds;
	result->no_seeds = worker->n == 0;
	result->unknown_target = step->tq == NULL;
	return 0;
}

/* ---- a block ------------------------------------------------------------- */

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

/* Asks for the users of one more request while the block is worked on: the
 * index for the i-th behind the block, the keys for the one before. */
static void prefetch_behind(struct ralm_score_worker *worker, size_t i,
			    const struct ralm_score_request *behind,
			    size_t count)
{
	const struct ralm_users *users = &worker->scorer->model->users;
	if (i < count) {
		prefetch_users(users, ralm_users_prefetch, &behind[i], 1);
		worker->prefetched = i + 1;
	}
	if (i > 0 && i <= count)
		prefetch_users(users, ralm_users_prefetch_key, &behind[i - 1],
			       1);
}

/* Scores the first `count` of `all` requests. */
static int score_block(struct ralm_score_result *results,
		       struct ralm_score_worker *worker,
		       const struct ralm_score_request *requests, size_t count,
		       size_t all, struct ralm_error *err)
{
	const struct ralm_users *users = &worker->scorer->model->users;
	size_t end = 0, done = worker->prefetched;
	ralm_arena_reset(&worker->unkept);
	worker->seeds.count = worker->targets.count = 0;
	worker->prefetched = 0;
	if (done < count) {
		prefetch_users(users, ralm_users_prefetch, requests + done,
			       count - done);
		prefetch_users(users, ralm_users_prefetch_key, requests + done,
			       count - done);
	}
	for (size_t i = 0; i < count; i++) {
		struct step *step = &worker->step[i];
		if (find_users(worker, step, end, &requests[i], err) != 0)
			return -1;
		end += step->n;
	}
	for (size_t i = 0; i < count; i++)
		if (find_rows(worker, &worker->step[i], err) != 0)
			return -1;
	if (worker->seeds.count > 0)
		compute_pending(worker, false);
	if (worker->targets.count > 0)
		compute_pending(worker, true);
	for (size_t i = 0; i < count && i < AHEAD; i++) {
		prefetch_rows(worker, &worker->step[i]);
		ask_for_all(&worker->ahead);
	}
	for (size_t i = 0; i < count; i++) {
		struct step *step = &worker->step[i];
		if (i + AHEAD < count)
			prefetch_rows(worker, step + AHEAD);
		prefetch_behind(worker, i, requests + count, all - count);
		if (step->new_list &&
		    take_list(worker, step, &requests[i], err) != 0)
			return -1;
		if (take_sample(&results[i], worker, step, err) != 0)
			return -1;
		ask_for_all(&worker->ahead);
	}
	return 0;
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
			worker->n = worker->unknown_seeds = 0;
			return -1;
		}
		results += block;
		requests += block;
		count -= block;
	}
	return 0;
}
