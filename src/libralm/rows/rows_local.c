#include "rows/rows_local.h"

#include "kernels/kernels.h"

#include "ground/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_TOGETHER = 64 }; /* that a thread takes at a time */

static struct ralm_rows_local *local_of(struct ralm_rows *rows)
{
	return (struct ralm_rows_local *)rows;
}

/* ---- a loop over rows ---------------------------------------------------- */

struct loop {
	size_t n;
	const struct ralm_beside *beside;
	ralm_rows_work *work;
	void *context;
};

/* Item 0 is what is done beside, if there is any: so it begins first. */
static void loop_item(void *context, size_t i, unsigned thread)
{
	const struct loop *loop = context;
	(void)thread;
	if (loop->beside != NULL && i == 0) {
		loop->beside->work(loop->beside->context);
		return;
	}
	const size_t begin = (i - (loop->beside != NULL)) * ROWS_TOGETHER;
	const size_t left = loop->n - begin;
	loop->work(loop->context, begin,
		   left < ROWS_TOGETHER ? loop->n : begin + ROWS_TOGETHER);
}

void ralm_rows_each(struct ralm_threads *threads, size_t n,
		    const struct ralm_beside *beside, ralm_rows_work *work,
		    void *context)
{
	struct loop loop = {n, beside, work, context};
	const size_t items = (n + ROWS_TOGETHER - 1) / ROWS_TOGETHER;
	ralm_threads_each(threads, items + (beside != NULL), loop_item, &loop);
}

/* ---- fetch --------------------------------------------------------------- */

static int grow_states(struct ralm_rows_local *local, size_t count,
		       struct ralm_error *err)
{
	for (unsigned i = 0; i + 1 < local->rows.parts; i++)
		if (ralm_table_grow(&local->state[i], count, err) != 0)
			return -1;
	return 0;
}

int ralm_rows_local_add(struct ralm_rows_local *local, const uint64_t *keys,
			size_t n, struct ralm_error *err)
{
	const size_t count = local->count + n;
	if (ralm_table_grow(local->table, count, err) != 0 ||
	    grow_states(local, count, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		ralm_table_row_start(ralm_table_row(local->table,
						    local->count + i),
				     local->rows.D, local->rng_seed, keys[i],
				     local->deviation);
	local->count = count;
	return 0;
}

static int fetch(struct ralm_rows *rows, const uint64_t *keys, size_t count,
		 struct ralm_error *err)
{
	struct ralm_rows_local *local = local_of(rows);
	if (count <= local->count)
		return 0;
	return ralm_rows_local_add(local, keys + local->count,
				   count - local->count, err);
}

/* ---- gather -------------------------------------------------------------- */

struct gathering {
	ralm_real *X;
	const struct ralm_table *table;
	const uint32_t *row;
};

static void gather_some(void *context, size_t begin, size_t end)
{
	const struct gathering *g = context;
	ralm_table_gather(g->X, g->table, g->row, begin, end);
}

static int gather(ralm_real *X, struct ralm_rows *rows, const uint32_t *row,
		  size_t n, const struct ralm_beside *beside,
		  struct ralm_error *err)
{
	const struct ralm_rows_local *local = local_of(rows);
	struct gathering gathering = {X, local->table, row};
	(void)err;
	ralm_rows_each(local->threads, n, beside, gather_some, &gathering);
	return 0;
}

/* ---- scatter ------------------------------------------------------------- */

static int reserve_parts(struct ralm_rows_local *local, size_t parts,
			 struct ralm_error *err)
{
	const size_t U = local->U;
	if (RALM_RESERVE(local->row, local->row_room, U, err) != 0 ||
	    RALM_RESERVE(local->begin, local->begin_room, U + 1, err) != 0 ||
	    RALM_RESERVE(local->part, local->part_room, parts, err) != 0)
		return -1;
	return 0;
}

static int scatter(struct ralm_rows *rows,
		   const struct ralm_row_gradients *blocks, size_t K, size_t U,
		   struct ralm_error *err)
{
	struct ralm_rows_local *local = local_of(rows);
	size_t parts = 0;
	local->blocks = blocks;
	local->K = K;
	local->U = U;
	if (K == 1)
		return 0;
	for (size_t k = 0; k < K; k++)
		parts += blocks[k].count;
	if (reserve_parts(local, parts, err) != 0)
		return -1;
	/* begin[u] is how many parts row u has, then where they end, and then, as
	 * they are filled in from the last one to the first, where they begin. */
	uint32_t *begin = local->begin;
	memset(begin, 0, (U + 1) * sizeof *begin);
	for (size_t k = 0; k < K; k++)
		for (size_t i = 0; i < blocks[k].count; i++)
			begin[blocks[k].place[i]]++;
	for (size_t u = 0; u < U; u++)
		begin[u + 1] += begin[u];
	for (size_t k = K; k-- > 0;)
		for (size_t i = blocks[k].count; i-- > 0;) {
			uint32_t u = blocks[k].place[i];
			local->row[u] = blocks[k].row[i];
			local->part[--begin[u]] = blocks[k].dX + i * rows->D;
		}
	return 0;
}

/* ---- step ---------------------------------------------------------------- */

static uint32_t row_of(const struct ralm_rows_local *local, size_t u)
{
	return local->K == 1 ? local->blocks[0].row[u] : local->row[u];
}

/* The gradient of the u-th row: its parts, added up in the place of the first one. */
static const ralm_real *gradient_of(const struct ralm_rows_local *local,
				    size_t u)
{
	const size_t D = local->rows.D;
	if (local->K == 1)
		return local->blocks[0].dX + u * D;
	ralm_real *sum = local->part[local->begin[u]];
	for (size_t i = local->begin[u] + 1; i < local->begin[u + 1]; i++) {
		const ralm_real *part = local->part[i];
		for (size_t d = 0; d < D; d++)
			sum[d] += part[d];
	}
	return sum;
}

struct step {
	struct ralm_rows_local *local;
	ralm_real rate, keep;
	atomic_uint bad;
};

/* The u-th row, and what the optimizer keeps beside it. */
static void prefetch(const struct ralm_rows_local *local, size_t u)
{
	const uint32_t row = row_of(local, u);
	ralm_table_prefetch(local->table, row);
	for (unsigned i = 0; i + 1 < local->rows.parts; i++)
		ralm_table_prefetch(&local->state[i], row);
}

static void move_some(void *context, size_t begin, size_t end)
{
	struct step *step = context;
	struct ralm_rows_local *local = step->local;
	unsigned bad = 0;
	for (size_t u = begin; u < end; u++) {
		const uint32_t row = row_of(local, u);
		if (u + RALM_ROWS_AHEAD < end)
			prefetch(local, u + RALM_ROWS_AHEAD);
		struct ralm_learned learned = {
			.x = ralm_table_row(local->table, row),
			.n = local->rows.D,
		};
		for (unsigned i = 0; i + 1 < local->rows.parts; i++)
			learned.state[i] = ralm_table_row(&local->state[i], row);
		bad |= ralm_rule_move(&learned, local->rule, local->update,
				      gradient_of(local, u), step->rate,
				      step->keep);
	}
	if (bad != 0)
		step->bad |= bad;
}

static int step(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		ralm_real rate, ralm_real keep,
		const struct ralm_beside *beside, struct ralm_error *err)
{
	struct ralm_rows_local *local = local_of(rows);
	struct step step = {local, rate, keep, 0};
	(void)err;
	ralm_rows_each(local->threads, local->U, beside, move_some, &step);
	*moved = (struct ralm_rows_moved){.rows = local->U, .bad = step.bad};
	return 0;
}

/* ---- refresh ------------------------------------------------------------- */

/* Counts a step, and marks its rows with the count. Should the count wrap around, an old
 * mark may equal it: then a row is copied that the step did not move. */
static int mark_moved(struct ralm_rows_local *local, struct ralm_error *err)
{
	const size_t before = local->moved_room;
	size_t most = 0;
	for (size_t u = 0; u < local->U; u++)
		if (row_of(local, u) > most)
			most = row_of(local, u);
	if (RALM_RESERVE(local->moved, local->moved_room, most + 1, err) != 0)
		return -1;
	memset(local->moved + before, 0,
	       (local->moved_room - before) * sizeof *local->moved);
	local->step++;
	for (size_t u = 0; u < local->U; u++)
		local->moved[row_of(local, u)] = local->step;
	return 0;
}

struct refreshing {
	ralm_real *X;
	const struct ralm_rows_local *local;
	const uint32_t *row;
};

static void refresh_some(void *context, size_t begin, size_t end)
{
	const struct refreshing *r = context;
	for (size_t u = begin; u < end; u++)
		if (r->row[u] < r->local->moved_room &&
		    r->local->moved[r->row[u]] == r->local->step)
			ralm_table_gather(r->X, r->local->table, r->row, u,
					  u + 1);
}

static int refresh(ralm_real *X, struct ralm_rows *rows, const uint32_t *row,
		   size_t n, struct ralm_error *err)
{
	struct ralm_rows_local *local = local_of(rows);
	struct refreshing refreshing = {X, local, row};
	if (mark_moved(local, err) != 0)
		return -1;
	ralm_rows_each(local->threads, n, NULL, refresh_some, &refreshing);
	return 0;
}

/* ---- files --------------------------------------------------------------- */

_Static_assert((int)RALM_ROWS_PIECE == (int)RALM_TABLE_BLOCK,
	       "a piece lies in one place");

ralm_real *ralm_rows_local_at(const struct ralm_rows_local *local, unsigned part,
			      size_t row)
{
	return ralm_table_row(part == RALM_ROW_VECTOR
				      ? local->table
				      : &local->state[part - RALM_ROW_STATE],
			      row);
}

static ralm_real *piece_of(struct ralm_rows *rows, unsigned part, size_t i)
{
	return ralm_rows_local_at(local_of(rows), part, i * RALM_ROWS_PIECE);
}

static const ralm_real *read_piece(struct ralm_rows *rows, unsigned part,
				   size_t i)
{
	return piece_of(rows, part, i);
}

static void write_piece(struct ralm_rows *rows, unsigned part, size_t i,
			const ralm_real *from, size_t n)
{
	memcpy(piece_of(rows, part, i), from,
	       n * rows->dim[part] * sizeof *from);
}

/* ---- life ---------------------------------------------------------------- */

static const struct ralm_rows_kind kind = {
	.in_table = true,
	.fetch = fetch,
	.gather = gather,
	.scatter = scatter,
	.step = step,
	.refresh = refresh,
	.read = read_piece,
	.write = write_piece,
};

void ralm_rows_of_table(struct ralm_rows_local *local,
			const struct ralm_table *table)
{
	*local = (struct ralm_rows_local){
		.rows = {.kind = &kind,
			 .D = table->dim,
			 .parts = 1,
			 .dim = {table->dim}},
		.table = (struct ralm_table *)table,
	};
}

int ralm_rows_local_init(struct ralm_rows_local *local,
			 struct ralm_table *table, size_t count,
			 enum ralm_rule rule, uint64_t rng_seed,
			 double deviation, struct ralm_threads *threads,
			 struct ralm_error *err)
{
	ralm_rows_of_table(local, table);
	local->count = count;
	local->rule = rule;
	local->update = ralm_kernels()->update;
	local->rng_seed = rng_seed;
	local->deviation = deviation;
	local->threads = threads;
	struct ralm_rows *rows = &local->rows;
	for (unsigned i = 0; i < ralm_rule_states(rule); i++) {
		size_t dim = ralm_rule_state_size(rule, table->dim);
		if (ralm_table_init(&local->state[i], table->max_rows, dim,
				    err) != 0)
			goto fail;
		rows->dim[rows->parts++] = dim;
	}
	if (grow_states(local, count, err) == 0)
		return 0;
fail:
	ralm_rows_local_release(local);
	return -1;
}

void ralm_rows_local_release(struct ralm_rows_local *local)
{
	for (unsigned i = 0; i + 1 < local->rows.parts; i++)
		ralm_table_release(&local->state[i]);
	free(local->row);
	free(local->begin);
	free(local->part);
	free(local->moved);
	memset(local, 0, sizeof *local);
}
