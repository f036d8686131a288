/* The first pass over a block: users and their rows. */
#include "scoring/scoring_worker.h"

void ralm_scoring_worker_prefetch(const struct ralm_kept_rows *rows,
				  const struct ralm_score_request *requests,
				  size_t count)
{
	for (; count > 0; count--, requests++) {
		ralm_kept_rows_prefetch(rows, requests->target_key);
		if (requests->same_seeds)
			continue;
		for (size_t i = 0; i < requests->seed_count; i++)
			ralm_kept_rows_prefetch(rows, requests->seed_keys[i]);
	}
}

static void compute_pending(struct ralm_scoring_worker *worker,
			    enum ralm_kept_side side)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct ralm_pending_rows *pending = &worker->pending[side];
	if (pending->count == 0)
		return;
	size_t users = pending->count;
	for (; users % RALM_USERS_TOGETHER != 0; users++) {
		pending->x[users] = pending->x[0];
		pending->out[users] = worker->unwanted;
	}
	(side == RALM_AS_SEED ? scorer->scoring->seed_rows
			      : scorer->scoring->target_rows)(
		pending->out, pending->x, users, &scorer->network);
	for (size_t i = 0; i < pending->count; i++)
		if (ralm_kept_rows_keeps(&scorer->rows, pending->out[i]))
			ralm_kept_rows_put(&scorer->rows, side, pending->key[i],
					   pending->out[i]);
	pending->count = 0;
}

/* Has the row of a user with the vector x computed into out, together with others,
 * before the block's second pass. */
static void add_pending(struct ralm_scoring_worker *worker,
			enum ralm_kept_side side, uint64_t key,
			const ralm_real *x, float *out)
{
	struct ralm_pending_rows *pending = &worker->pending[side];
	pending->key[pending->count] = key;
	pending->x[pending->count] = x;
	pending->out[pending->count] = out;
	if (++pending->count == RALM_PENDING_ROWS)
		compute_pending(worker, side);
}

/* The row of a newcomer, made anew for each block. */
static int newcomer_row(const float **found,
			struct ralm_scoring_worker *worker,
			enum ralm_kept_side side, uint64_t key,
			struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	ralm_real *x = ralm_arena_get(&worker->unkept, scorer->network.D,
				      sizeof *x, err);
	float *out = ralm_arena_get(&worker->unkept, scorer->row, sizeof *out,
				    err);
	if (x == NULL || out == NULL)
		return -1;
	ralm_newcomers_vector(x, scorer->newcomers, key);
	*found = out;
	add_pending(worker, side, key, x, out);
	return 0;
}

/* The row of a user who has `row` in the model, and none that is kept yet. */
static int model_row(const float **found, struct ralm_scoring_worker *worker,
		     enum ralm_kept_side side, uint64_t key, uint32_t row,
		     struct ralm_error *err)
{
	struct ralm_scorer *scorer = worker->scorer;
	struct ralm_pending_rows *pending = &worker->pending[side];
	for (size_t i = 0; i < pending->count; i++)
		if (pending->key[i] == key) {
			*found = pending->out[i];
			return 0;
		}
	float *out = ralm_kept_rows_claim(&scorer->rows);
	if (out == NULL)
		out = ralm_arena_get(&worker->unkept, scorer->row, sizeof *out,
				     err);
	if (out == NULL)
		return -1;
	*found = out;
	ralm_table_prefetch(&scorer->model->table, row);
	add_pending(worker, side, key,
		    ralm_table_row(&scorer->model->table, row), out);
	return 0;
}

/* A row that is not kept, or may be the file's all the same. */
static int other_row(const float **found, bool *is_new,
		     struct ralm_scoring_worker *worker,
		     enum ralm_kept_side side, uint64_t key,
		     struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	const bool kept = *found != NULL;
	const uint32_t row =
		kept ? RALM_ROW_NONE
		     : ralm_users_find(&scorer->model->users, key);
	if (ralm_newcomers_provide(scorer->newcomers, key,
				   kept || row != RALM_ROW_NONE)) {
		*is_new = true;
		return newcomer_row(found, worker, side, key, err);
	}
	return row == RALM_ROW_NONE
		       ? 0
		       : model_row(found, worker, side, key, row, err);
}

/* Sets *found to the row of a user, NULL for one whom nobody knows, and *is_new
 * to true where it is a newcomer's. */
static inline int user_row(const float **found, bool *is_new,
			   struct ralm_scoring_worker *worker,
			   enum ralm_kept_side side, uint64_t key,
			   struct ralm_error *err)
{
	const struct ralm_scorer *scorer = worker->scorer;
	*found = ralm_kept_rows_find(&scorer->rows, side, key);
	return *found != NULL && !ralm_newcomers_first(scorer->newcomers)
		       ? 0
		       : other_row(found, is_new, worker, side, key, err);
}

/* Finds a list in the cache, or the row of each of its seeds. */
static int find_list(struct ralm_scoring_worker *worker,
		     struct ralm_scoring_step *step,
		     const struct ralm_score_request *request,
		     struct ralm_error *err)
{
	struct ralm_kept_lists *lists = worker->scorer->lists;
	const uint64_t *keys = request->seed_keys;
	const size_t count = request->seed_count;
	struct ralm_prepared_list *list = &step->list;
	if (count == 0)
		return 0;
	step->list_known =
		ralm_kept_lists_find(list, lists, step->hash, keys, count,
				     &worker->unkept);
	for (size_t i = 0; !step->list_known && i < count; i++) {
		const float **row = &list->row[list->n];
		bool is_new = false;
		if (user_row(row, &is_new, worker, RALM_AS_SEED, keys[i], err) !=
		    0)
			return -1;
		list->new_seeds += is_new;
		list->n += *row != NULL;
		list->known_seeds = list->n;
	}
	list->unknown_seeds = count - list->known_seeds;
	for (size_t i = list->n; i < ralm_list_room(list->n); i++)
		list->row[i] = worker->zeros;
	return 0;
}

/* Lists the parts of rows that a step will read, in that order. */
static void want_rows(struct ralm_scoring_worker *worker,
		      struct ralm_scoring_step *step)
{
	const struct ralm_scoring_sizes *sizes = &worker->scorer->network.sizes;
	const size_t part = sizes->part;
	const size_t seed = step->list_known ? sizes->seed_for_cosines
					     : sizes->seed;
	const float **end = worker->soon.end;
	for (size_t h = 0; step->target != NULL && h < sizes->target; h += part)
		*end++ = step->target + h;
	for (size_t i = 0; i < step->list.n; i++)
		for (size_t h = 0; h < seed; h += part)
			*end++ = step->list.row[i] + h;
	step->wanted_end = worker->soon.end = end;
}

/* Sets what the request alone tells, and starts loading what will tell whether the list
 * was seen or is in the cache. */
static void start_step(struct ralm_scoring_step *step,
		       struct ralm_kept_lists *lists,
		       const struct ralm_score_request *request)
{
	*step = (struct ralm_scoring_step){.new_list = !request->same_seeds};
	if (!step->new_list || request->seed_count == 0)
		return;
	step->hash =
		ralm_kept_lists_hash(request->seed_keys, request->seed_count);
	ralm_kept_lists_prefetch(lists, step->hash);
}

int ralm_scoring_worker_find(struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t count, struct ralm_error *err)
{
	const struct ralm_scoring_sizes *sizes = &worker->scorer->network.sizes;
	const float **row = worker->rows.at;
	float *numbers = worker->numbers.at;
	for (size_t i = 0; i < count; i++)
		start_step(&worker->step[i], worker->scorer->lists,
			   &requests[i]);
	worker->soon = (struct ralm_soon){worker->wanted.at, worker->wanted.at};
	for (size_t i = 0; i < count; i++) {
		struct ralm_scoring_step *step = &worker->step[i];
		ralm_soon_ask(&worker->soon, sizes->part);
		if (user_row(&step->target, &step->new_target, worker,
			     RALM_AS_TARGET, requests[i].target_key, err) != 0)
			return -1;
		if (step->new_list) {
			const size_t n =
				ralm_list_room(requests[i].seed_count);
			step->list.row = row;
			step->list.numbers = numbers;
			if (find_list(worker, step, &requests[i], err) != 0)
				return -1;
			row += n;
			numbers += ralm_scoring_list_size(sizes, n);
		}
		want_rows(worker, step);
	}
	compute_pending(worker, RALM_AS_SEED);
	compute_pending(worker, RALM_AS_TARGET);
	return 0;
}
