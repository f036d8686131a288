/* The embedding table E (rows, D): a vector for each user. (An optimizer keeps its
 * state in such tables, too.) Rows are in blocks that never move: a table grows
 * without copies, while other threads read it. A large one takes at most about 1/64
 * more memory than its rows. */
#ifndef RALM_ROWS_EMBEDDING_TABLE_H
#define RALM_ROWS_EMBEDDING_TABLE_H

#include <stdbool.h>

#include "ground/error.h"
#include "kernels/real.h"

enum { RALM_TABLE_BLOCK = 4096 }; /* rows in a block, a power of two */

struct ralm_table {
	size_t rows, dim, max_rows;
	ralm_real **blocks; /* (ralm_table_blocks(max_rows)) */
	bool borrowed;      /* the blocks lie in a mapped file */
};

/* How many blocks hold so many rows. */
static inline size_t ralm_table_blocks(size_t rows)
{
	return rows / RALM_TABLE_BLOCK + (rows % RALM_TABLE_BLOCK != 0);
}

/* A table without rows. */
int ralm_table_init(struct ralm_table *table, size_t max_rows, size_t dim,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_table_release(struct ralm_table *table);

/* A table over (rows, dim) reals that stay the caller's; read only. */
int ralm_table_borrow(struct ralm_table *table, const ralm_real *data,
		      size_t rows, size_t dim, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Grows to `rows` rows, at most max_rows; new ones are zero. */
int ralm_table_grow(struct ralm_table *table, size_t rows,
		    struct ralm_error *err) RALM_MUST_CHECK;

static inline ralm_real *ralm_table_row(const struct ralm_table *table,
					size_t row)
{
	return table->blocks[row / RALM_TABLE_BLOCK] +
	       row % RALM_TABLE_BLOCK * table->dim;
}

/* A loop over rows in random order prefetches the one that is so many rows ahead: a
 * processor that works on one row does not look ahead to the next by itself. */
enum { RALM_ROWS_AHEAD = 4 };

/* Prefetches a row. */
static inline void ralm_table_prefetch(const struct ralm_table *table,
				       size_t row)
{
	const char *start = (const char *)ralm_table_row(table, row);
	for (size_t i = 0; i < table->dim * sizeof(ralm_real); i += 64)
		__builtin_prefetch(start + i);
}

/* Sets rows [begin, end) of X (U,D): row i of X becomes row rows[i] of the table. */
void ralm_table_gather(ralm_real *X, const struct ralm_table *table,
		       const uint32_t *rows, size_t begin, size_t end);

/* x (dim) = the vector of a new user, uniformly drawn with mean 0 and that standard
 * deviation. A function of rng_seed and key alone: where in the input the user came
 * does not matter. */
void ralm_table_row_start(ralm_real *x, size_t dim, uint64_t rng_seed,
			  uint64_t key, double deviation);

#endif
