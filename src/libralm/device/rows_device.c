#include "device/rows_device.h"

#include "ground/memory.h"
#include "rows/embedding_table.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = RALM_ROWS_PIECE };

static struct ralm_rows_device *there_of(struct ralm_rows *rows)
{
	return (struct ralm_rows_device *)rows;
}

/* ---- fetch --------------------------------------------------------------- */

/* Leaves keys to be settled. */
static int fetch(struct ralm_rows *rows, const uint64_t *keys, size_t count,
		 struct ralm_error *err)
{
	return ralm_new_keys_leave(&there_of(rows)->waiting, keys, count, err);
}

/* Sends a part's rows first to first + n - 1, and waits. */
static int send_rows(struct ralm_rows_device *there, unsigned part, size_t first,
		     const ralm_real *from, size_t n, struct ralm_error *err)
{
	const size_t dim = there->rows.dim[part], size = dim * sizeof *from;
	ralm_opencl_room(&there->piece_there, there->device, n * dim,
			 sizeof *from);
	ralm_opencl_write(&there->piece_there, from, n * size, there->device);
	ralm_opencl_copy(&there->part[part], first * size, &there->piece_there, 0,
			 n * size, there->device);
	return ralm_opencl_finish(there->device, err);
}

static int make(struct ralm_rows_device *there, const uint64_t *keys, size_t n,
		struct ralm_error *err)
{
	const size_t D = there->rows.D, count = there->count + n;
	for (unsigned part = 0; part < there->rows.parts; part++)
		ralm_opencl_grow(&there->part[part], there->device,
				 count * there->rows.dim[part],
				 sizeof(ralm_real));
	for (size_t done = 0, some; done < n; done += some) {
		some = n - done < PIECE ? n - done : PIECE;
		for (size_t i = 0; i < some; i++)
			ralm_table_row_start(there->piece + i * D, D,
					     there->rng_seed, keys[done + i],
					     there->deviation);
		if (send_rows(there, RALM_ROW_VECTOR, there->count + done,
			      there->piece, some, err) != 0)
			return -1;
	}
	there->count = count;
	return 0;
}

/* Makes the rows that were fetched, before any is used. */
static int settle(struct ralm_rows_device *there, struct ralm_error *err)
{
	size_t count;
	uint64_t *keys = ralm_new_keys_take(&there->waiting, &count);
	if (count == 0)
		return 0;
	const int result = make(there, keys, count, err);
	free(keys);
	return result;
}

/* ---- gather -------------------------------------------------------------- */

int ralm_rows_device_gather(struct ralm_opencl_buffer *X,
			    struct ralm_rows_device *there, const uint32_t *row,
			    size_t n, struct ralm_error *err)
{
	const size_t D = there->rows.D;
	if (settle(there, err) != 0)
		return -1;
	ralm_opencl_room(X, there->device, n * D, sizeof(ralm_real));
	ralm_opencl_room(&there->gathered, there->device, n, sizeof *row);
	ralm_opencl_write(&there->gathered, row, n * sizeof *row,
			  there->device);
	RALM_RUN(there->device, gather_rows, n, RALM_BUFFER(*X),
		 RALM_BUFFER(there->part[RALM_ROW_VECTOR]),
		 RALM_BUFFER(there->gathered), RALM_INTEGER(D));
	return 0;
}

/* To the host. */
static int look(ralm_real *X, struct ralm_rows *rows, const uint32_t *row,
		size_t n, const struct ralm_beside *beside,
		struct ralm_error *err)
{
	struct ralm_rows_device *there = there_of(rows);
	if (ralm_rows_device_gather(&there->X, there, row, n, err) != 0)
		return -1;
	ralm_opencl_read(X, &there->X, n * rows->D * sizeof *X, there->device);
	ralm_opencl_flush(there->device);
	if (beside != NULL)
		beside->work(beside->context);
	return ralm_opencl_finish(there->device, err);
}

/* ---- scatter ------------------------------------------------------------- */

void ralm_rows_device_keep(struct ralm_rows_device *there,
			   const struct ralm_opencl_buffer *dX, size_t first,
			   size_t n, size_t all)
{
	const size_t D = there->rows.D, size = D * sizeof(ralm_real);
	if (first == 0)
		ralm_opencl_room(&there->found, there->device, all * D,
				 sizeof(ralm_real));
	ralm_opencl_copy(&there->found, first * size, dX, 0, n * size,
			 there->device);
}

static int reserve_parts(struct ralm_rows_device *there, size_t parts,
			 struct ralm_error *err)
{
	const size_t number = sizeof(uint32_t);
	return ralm_device_array_reserve(&there->row, there->U, number, err) !=
				       0 ||
			       ralm_device_array_reserve(&there->start,
							 there->U + 1, number,
							 err) != 0 ||
			       ralm_device_array_reserve(&there->index, parts,
							 number, err) != 0
		       ? -1
		       : 0;
}

static uint32_t place_of(const struct ralm_row_gradients *block, size_t i)
{
	return block->place != NULL ? block->place[i] : (uint32_t)i;
}

/* Where each row's gradients are among what was kept: how many it has, then where
 * they end, then, filled from behind, where they begin. */
static int scatter(struct ralm_rows *rows,
		   const struct ralm_row_gradients *blocks, size_t K, size_t U,
		   struct ralm_error *err)
{
	struct ralm_rows_device *there = there_of(rows);
	size_t parts = 0;
	for (size_t k = 0; k < K; k++)
		parts += blocks[k].count;
	there->U = U;
	if (reserve_parts(there, parts, err) != 0)
		return -1;
	uint32_t *row = there->row.here, *index = there->index.here;
	uint32_t *start = there->start.here;
	memset(start, 0, (U + 1) * sizeof *start);
	for (size_t k = 0; k < K; k++)
		for (size_t i = 0; i < blocks[k].count; i++)
			start[place_of(&blocks[k], i)]++;
	for (size_t u = 0; u < U; u++)
		start[u + 1] += start[u];
	for (size_t k = K; k-- > 0;)
		for (size_t i = blocks[k].count; i-- > 0;) {
			const uint32_t u = place_of(&blocks[k], i);
			row[u] = blocks[k].row[i];
			index[--start[u]] = (uint32_t)--parts;
		}
	ralm_device_array_send(&there->row, there->device, U, sizeof *row);
	ralm_device_array_send(&there->start, there->device, U + 1,
			       sizeof *start);
	ralm_device_array_send(&there->index, there->device, start[U],
			       sizeof *index);
	return 0;
}

/* ---- step ---------------------------------------------------------------- */

static int step(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		ralm_real rate, ralm_real keep,
		const struct ralm_beside *beside, struct ralm_error *err)
{
	struct ralm_rows_device *there = there_of(rows);
	uint32_t bad = 0;
	ralm_opencl_room(&there->bad, there->device, 1, sizeof bad);
	ralm_opencl_zero(&there->bad, sizeof bad, there->device);
	RALM_RUN(there->device, move_rows, there->U,
		 RALM_BUFFER(there->part[RALM_ROW_VECTOR]),
		 RALM_BUFFER(there->part[RALM_ROW_STATE]),
		 RALM_BUFFER(there->part[RALM_ROW_STATE + 1]),
		 RALM_BUFFER(there->bad), RALM_BUFFER(there->row.there),
		 RALM_BUFFER(there->found), RALM_BUFFER(there->start.there),
		 RALM_BUFFER(there->index.there), RALM_INTEGER(there->rule),
		 RALM_FLOAT(rate), RALM_FLOAT(keep), RALM_INTEGER(rows->D));
	ralm_opencl_read(&bad, &there->bad, sizeof bad, there->device);
	ralm_opencl_flush(there->device);
	if (beside != NULL)
		beside->work(beside->context);
	if (ralm_opencl_finish(there->device, err) != 0)
		return -1;
	*moved = (struct ralm_rows_moved){.rows = there->U, .bad = bad};
	return 0;
}

/* ---- files --------------------------------------------------------------- */

/* What fails is told by sound. */
static const ralm_real *read_piece(struct ralm_rows *rows, unsigned part,
				   size_t i)
{
	struct ralm_rows_device *there = there_of(rows);
	const size_t dim = rows->dim[part], size = dim * sizeof(ralm_real);
	if (settle(there, NULL) != 0)
		return there->piece;
	const size_t left = there->count - i * PIECE;
	const size_t n = left < PIECE ? left : PIECE;
	ralm_opencl_room(&there->piece_there, there->device, n * dim,
			 sizeof(ralm_real));
	ralm_opencl_copy(&there->piece_there, 0, &there->part[part],
			 i * PIECE * size, n * size, there->device);
	ralm_opencl_read(there->piece, &there->piece_there, n * size,
			 there->device);
	const int failed = ralm_opencl_finish(there->device, NULL);
	(void)failed;
	return there->piece;
}

static void write_piece(struct ralm_rows *rows, unsigned part, size_t i,
			const ralm_real *from, size_t n)
{
	struct ralm_rows_device *there = there_of(rows);
	int failed = settle(there, NULL);
	if (failed == 0)
		failed = send_rows(there, part, i * PIECE, from, n, NULL);
}

static int sound(struct ralm_rows *rows, struct ralm_error *err)
{
	return ralm_opencl_finish(there_of(rows)->device, err);
}

/* ---- life ---------------------------------------------------------------- */

static const struct ralm_rows_kind kind = {
	.fetch = fetch,
	.gather = look,
	.scatter = scatter,
	.step = step,
	.read = read_piece,
	.write = write_piece,
	.sound = sound,
};

int ralm_rows_device_init(struct ralm_rows_device *there,
			  struct ralm_opencl *device, size_t D,
			  enum ralm_rule rule, uint64_t rng_seed,
			  double deviation, struct ralm_error *err)
{
	*there = (struct ralm_rows_device){
		.rows = {.kind = &kind, .D = D, .parts = 1, .dim = {D}},
		.device = device,
		.rule = rule,
		.rng_seed = rng_seed,
		.deviation = deviation,
	};
	ralm_new_keys_init(&there->waiting);
	for (unsigned i = 0; i < ralm_rule_states(rule); i++)
		there->rows.dim[there->rows.parts++] =
			ralm_rule_state_size(rule, D);
	there->piece = ralm_aligned_new(PIECE, D * sizeof *there->piece, err);
	if (there->piece != NULL)
		return 0;
	ralm_rows_device_release(there);
	return -1;
}

void ralm_rows_device_release(struct ralm_rows_device *there)
{
	if (there->device == NULL)
		return;
	/* A run may end between a scatter and its step. */
	if (ralm_opencl_finish(there->device, NULL) != 0)
		(void)0; /* told before; nothing is at work any more */
	for (unsigned part = 0; part < RALM_ROW_PARTS; part++)
		ralm_opencl_free(&there->part[part]);
	ralm_device_array_release(&there->row);
	ralm_device_array_release(&there->start);
	ralm_device_array_release(&there->index);
	ralm_opencl_free(&there->found);
	ralm_opencl_free(&there->bad);
	ralm_opencl_free(&there->gathered);
	ralm_opencl_free(&there->X);
	ralm_opencl_free(&there->piece_there);
	ralm_new_keys_release(&there->waiting);
	free(there->piece);
	memset(there, 0, sizeof *there);
}
