#include "rows/embedding_table.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <stdlib.h>
#include <string.h>

int ralm_table_init(struct ralm_table *table, size_t max_rows, size_t dim,
		    struct ralm_error *err)
{
	memset(table, 0, sizeof *table);
	if (dim == 0 || dim > SIZE_MAX / sizeof(ralm_real) / RALM_TABLE_BLOCK)
		return ralm_error_memory(err, SIZE_MAX);
	table->blocks = ralm_aligned_new(ralm_table_blocks(max_rows),
					 sizeof *table->blocks, err);
	if (table->blocks == NULL)
		return -1;
	table->dim = dim;
	table->max_rows = max_rows;
	return 0;
}

int ralm_table_borrow(struct ralm_table *table, const ralm_real *data,
		      size_t rows, size_t dim, struct ralm_error *err)
{
	if (ralm_table_init(table, rows, dim, err) != 0)
		return -1;
	for (size_t b = 0; b < ralm_table_blocks(rows); b++)
		table->blocks[b] = (ralm_real *)data + b * RALM_TABLE_BLOCK * dim;
	table->rows = rows;
	table->borrowed = true;
	return 0;
}

/* How many blocks are allocated at once, of which block b is the first: the more, the
 * larger the table is already. A system limits how many mappings a process has (Linux:
 * 65,530), and an allocation in huge pages takes two. */
static size_t blocks_at_once(const struct ralm_table *table, size_t b)
{
	const size_t left = ralm_table_blocks(table->max_rows) - b;
	const size_t count = b / 64 + 1;
	return count < left ? count : left;
}

void ralm_table_release(struct ralm_table *table)
{
	if (table->blocks != NULL && !table->borrowed)
		for (size_t b = 0; b < ralm_table_blocks(table->rows);
		     b += blocks_at_once(table, b))
			free(table->blocks[b]);
	free(table->blocks);
	memset(table, 0, sizeof *table);
}

static int blocks_new(struct ralm_table *table, size_t b, struct ralm_error *err)
{
	const size_t numbers = RALM_TABLE_BLOCK * table->dim;
	const size_t count = blocks_at_once(table, b);
	ralm_real *memory = ralm_aligned_new(count, numbers * sizeof *memory, err);
	for (size_t i = 0; memory != NULL && i < count; i++)
		table->blocks[b + i] = memory + i * numbers;
	return memory != NULL ? 0 : -1;
}

int ralm_table_grow(struct ralm_table *table, size_t rows,
		    struct ralm_error *err)
{
	if (rows <= table->rows)
		return 0;
	if (rows > table->max_rows)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "a table of %zu rows cannot hold %zu",
				      table->max_rows, rows);
	/* Block by block: after a failure `rows` still says which are there. */
	const size_t blocks = ralm_table_blocks(rows);
	for (size_t b = ralm_table_blocks(table->rows); b < blocks; b++) {
		if (table->blocks[b] == NULL && blocks_new(table, b, err) != 0)
			return -1;
		table->rows = b * RALM_TABLE_BLOCK + 1;
	}
	table->rows = rows;
	return 0;
}

void ralm_table_gather(ralm_real *X, const struct ralm_table *table,
		       const uint32_t *rows, size_t begin, size_t end)
{
	const size_t D = table->dim;
	for (size_t u = begin; u < end; u++) {
		if (u + RALM_ROWS_AHEAD < end)
			ralm_table_prefetch(table, rows[u + RALM_ROWS_AHEAD]);
		memcpy(X + u * D, ralm_table_row(table, rows[u]),
		       D * sizeof *X);
	}
}

void ralm_table_row_start(ralm_real *x, size_t dim, uint64_t rng_seed,
			  uint64_t key, double deviation)
{
	uint64_t state = ralm_splitmix_start(rng_seed, key);
	/* Odd integers k between -2^24 and 2^24, which a float holds exactly,
	 * times a factor: only the product is rounded. A uniform number on (-1,
	 * 1) has the standard deviation 1/sqrt(3). */
	const ralm_real factor =
		(ralm_real)(deviation * 1.7320508075688772 * 0x1p-24);
	for (size_t i = 0; i < dim; i += 2) {
		uint64_t bits = ralm_splitmix_next(&state);
		int32_t low = 2 * (int32_t)(bits & 0xffffff) - 0xffffff;
		int32_t high = 2 * (int32_t)(bits >> 40) - 0xffffff;
		x[i] = (ralm_real)low * factor;
		if (i + 1 < dim)
			x[i + 1] = (ralm_real)high * factor;
	}
}
