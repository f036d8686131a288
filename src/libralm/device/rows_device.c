#include "device/rows_device.h"

#include "ground/memory.h"
#include "rows/embedding_table.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = RALM_ROWS_PIECE };

static struct ralm_rows_device *table_of(struct ralm_rows *rows)
{
	return (struct ralm_rows_device *)rows;
}

/* ---- fetch --------------------------------------------------------------- */

/* Leaves the keys for settle. */
static int fetch(struct ralm_rows *rows, const uint64_t *keys, size_t count,
		 struct ralm_error *err)
{
	return ralm_new_keys_leave(&table_of(rows)->waiting, keys, count, err);
}

/* Sends a part's rows first to first + n - 1, and waits. */
static int send_rows(struct ralm_rows_device *table, unsigned part, size_t first,
		     const ralm_real *from, size_t n, struct ralm_error *err)
{
	const size_t dim = table->rows.dim[part], size = dim * sizeof *from;
	ralm_opencl_room(&table->piece_buffer, table->device, n * dim,
			 sizeof *from);
	ralm_opencl_write(&table->piece_buffer, from, n * size, table->device);
	ralm_opencl_copy(&table->part[part], first * size, &table->piece_buffer, 0,
			 n * size, table->device);
	return ralm_opencl_finish(table->device, err);
}

/* Makes the next n rows. */
static int make(struct ralm_rows_device *table, const uint64_t *keys, size_t n,
		struct ralm_error *err)
{
	const size_t D = table->rows.D, count = table->count + n;
	for (unsigned part = 0; part < table->rows.parts; part++)
		ralm_opencl_grow(&table->part[part], table->device,
				 count * table->rows.dim[part],
				 sizeof(ralm_real));
	for (size_t done = 0, some; done < n; done += some) {
		some = n - done < PIECE ? n - done : PIECE;
		for (size_t i = 0; i < some; i++)
			ralm_table_row_start(table->piece + i * D, D,
					     table->rng_seed, keys[done + i],
					     table->deviation);
		if (send_rows(table, RALM_ROW_VECTOR, table->count + done,
			      table->piece, some, err) != 0)
			return -1;
	}
	table->count = count;
	return 0;
}

/* Makes the rows that were fetched, before one of them is used. */
static int settle(struct ralm_rows_device *table, struct ralm_error *err)
{
	size_t count;
	uint64_t *keys = ralm_new_keys_take(&table->waiting, &count);
	if (count == 0)
		return 0;
	const int result = make(table, keys, count, err);
	free(keys);
	return result;
}

/* ---- gather -------------------------------------------------------------- */

int ralm_rows_device_gather(struct ralm_opencl_buffer *X,
			    struct ralm_rows_device *table, const uint32_t *row,
			    size_t n, struct ralm_error *err)
{
	const size_t D = table->rows.D;
	if (settle(table, err) != 0)
		return -1;
	ralm_opencl_room(X, table->device, n * D, sizeof(ralm_real));
	ralm_opencl_room(&table->gathered, table->device, n, sizeof *row);
	ralm_opencl_write(&table->gathered, row, n * sizeof *row,
			  table->device);
	RALM_RUN(table->device, gather_rows, n, RALM_BUFFER(*X),
		 RALM_BUFFER(table->part[RALM_ROW_VECTOR]),
		 RALM_BUFFER(table->gathered), RALM_INTEGER(D));
	return 0;
}

/* gather of rows.h: X is the host's. */
static int gather(ralm_real *X, struct ralm_rows *rows, const uint32_t *row,
		size_t n, const struct ralm_beside *beside,
		struct ralm_error *err)
{
	struct ralm_rows_device *table = table_of(rows);
	if (ralm_rows_device_gather(&table->X, table, row, n, err) != 0)
		return -1;
	ralm_opencl_read(X, &table->X, n * rows->D * sizeof *X, table->device);
	ralm_opencl_flush(table->device);
	if (beside != NULL)
		beside->work(beside->context);
	return ralm_opencl_finish(table->device, err);
}

/* ---- scatter ------------------------------------------------------------- */

void ralm_rows_device_keep(struct ralm_rows_device *table,
			   const struct ralm_opencl_buffer *dX, size_t first,
			   size_t n, size_t all)
{
	const size_t D = table->rows.D, size = D * sizeof(ralm_real);
	if (first == 0)
		ralm_opencl_room(&table->found, table->device, all * D,
				 sizeof(ralm_real));
	ralm_opencl_copy(&table->found, first * size, dX, 0, n * size,
			 table->device);
}

static int reserve_parts(struct ralm_rows_device *table, size_t parts,
			 struct ralm_error *err)
{
	const size_t number = sizeof(uint32_t);
	if (ralm_device_array_reserve(&table->row, table->U, number, err) != 0 ||
	    ralm_device_array_reserve(&table->start, table->U + 1, number, err) !=
		    0 ||
	    ralm_device_array_reserve(&table->index, parts, number, err) != 0)
		return -1;
	return 0;
}

static uint32_t place_of(const struct ralm_row_gradients *block, size_t i)
{
	return block->place != NULL ? block->place[i] : (uint32_t)i;
}

/* Where each row's gradients are among those that were kept. start[u] is how many row u
 * has, then where they end, and then, as they are filled in from the last one to the
 * first, where they begin. */
static int scatter(struct ralm_rows *rows,
		   const struct ralm_row_gradients *blocks, size_t K, size_t U,
		   struct ralm_error *err)
{
	struct ralm_rows_device *table = table_of(rows);
	size_t parts = 0;
	for (size_t k = 0; k < K; k++)
		parts += blocks[k].count;
	table->U = U;
	if (reserve_parts(table, parts, err) != 0)
		return -1;
	uint32_t *row = table->row.host, *index = table->index.host;
	uint32_t *start = table->start.host;
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
	ralm_device_array_send(&table->row, table->device);
	ralm_device_array_send(&table->start, table->device);
	ralm_device_array_send(&table->index, table->device);
	return 0;
}

/* ---- step ---------------------------------------------------------------- */

static int step(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		ralm_real rate, ralm_real keep,
		const struct ralm_beside *beside, struct ralm_error *err)
{
	struct ralm_rows_device *table = table_of(rows);
	uint32_t bad = 0;
	ralm_opencl_room(&table->bad, table->device, 1, sizeof bad);
	ralm_opencl_zero(&table->bad, sizeof bad, table->device);
	RALM_RUN(table->device, move_rows, table->U,
		 RALM_BUFFER(table->part[RALM_ROW_VECTOR]),
		 RALM_BUFFER(table->part[RALM_ROW_STATE]),
		 RALM_BUFFER(table->part[RALM_ROW_STATE + 1]),
		 RALM_BUFFER(table->bad), RALM_BUFFER(table->row.buffer),
		 RALM_BUFFER(table->found), RALM_BUFFER(table->start.buffer),
		 RALM_BUFFER(table->index.buffer), RALM_INTEGER(table->rule),
		 RALM_FLOAT(rate), RALM_FLOAT(keep), RALM_INTEGER(rows->D));
	ralm_opencl_read(&bad, &table->bad, sizeof bad, table->device);
	ralm_opencl_flush(table->device);
	if (beside != NULL)
		beside->work(beside->context);
	if (ralm_opencl_finish(table->device, err) != 0)
		return -1;
	*moved = (struct ralm_rows_moved){.rows = table->U, .bad = bad};
	return 0;
}

/* ---- files --------------------------------------------------------------- */

/* What fails here and in write_piece is kept by the device, and told by sound. */
static const ralm_real *read_piece(struct ralm_rows *rows, unsigned part,
				   size_t i)
{
	struct ralm_rows_device *table = table_of(rows);
	const size_t dim = rows->dim[part], size = dim * sizeof(ralm_real);
	if (settle(table, NULL) != 0)
		return table->piece;
	const size_t left = table->count - i * PIECE;
	const size_t n = left < PIECE ? left : PIECE;
	ralm_opencl_room(&table->piece_buffer, table->device, n * dim,
			 sizeof(ralm_real));
	ralm_opencl_copy(&table->piece_buffer, 0, &table->part[part],
			 i * PIECE * size, n * size, table->device);
	ralm_opencl_read(table->piece, &table->piece_buffer, n * size,
			 table->device);
	if (ralm_opencl_finish(table->device, NULL) != 0)
		(void)0; /* sound tells */
	return table->piece;
}

static void write_piece(struct ralm_rows *rows, unsigned part, size_t i,
			const ralm_real *from, size_t n)
{
	struct ralm_rows_device *table = table_of(rows);
	if (settle(table, NULL) != 0 ||
	    send_rows(table, part, i * PIECE, from, n, NULL) != 0)
		return; /* sound tells */
}

static int sound(struct ralm_rows *rows, struct ralm_error *err)
{
	return ralm_opencl_finish(table_of(rows)->device, err);
}

/* ---- life ---------------------------------------------------------------- */

static const struct ralm_rows_kind kind = {
	.fetch = fetch,
	.gather = gather,
	.scatter = scatter,
	.step = step,
	.read = read_piece,
	.write = write_piece,
	.sound = sound,
};

int ralm_rows_device_init(struct ralm_rows_device *table,
			  struct ralm_opencl *device, size_t D,
			  enum ralm_rule rule, uint64_t rng_seed,
			  double deviation, struct ralm_error *err)
{
	*table = (struct ralm_rows_device){
		.rows = {.kind = &kind, .D = D, .parts = 1, .dim = {D}},
		.device = device,
		.rule = rule,
		.rng_seed = rng_seed,
		.deviation = deviation,
	};
	ralm_new_keys_init(&table->waiting);
	for (unsigned i = 0; i < ralm_rule_states(rule); i++)
		table->rows.dim[table->rows.parts++] =
			ralm_rule_state_size(rule, D);
	table->piece = ralm_aligned_new(PIECE, D * sizeof *table->piece, err);
	if (table->piece != NULL)
		return 0;
	ralm_rows_device_release(table);
	return -1;
}

void ralm_rows_device_release(struct ralm_rows_device *table)
{
	if (table->device == NULL)
		return;
	/* A run may end between a scatter and its step. */
	if (ralm_opencl_finish(table->device, NULL) != 0)
		(void)0; /* told before; nothing is at work any more */
	for (unsigned part = 0; part < RALM_ROW_PARTS; part++)
		ralm_opencl_free(&table->part[part]);
	ralm_device_array_release(&table->row);
	ralm_device_array_release(&table->start);
	ralm_device_array_release(&table->index);
	ralm_opencl_free(&table->found);
	ralm_opencl_free(&table->bad);
	ralm_opencl_free(&table->gathered);
	ralm_opencl_free(&table->X);
	ralm_opencl_free(&table->piece_buffer);
	ralm_new_keys_release(&table->waiting);
	free(table->piece);
	memset(table, 0, sizeof *table);
}
