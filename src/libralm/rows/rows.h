/* Rows: the users' vectors, with what the optimizer keeps beside them, wherever they
 * are: in this process's memory (rows_local.h), spread over processes (rows_ranks.h) or
 * on a GPU (device/rows_device.h). Training uses four calls:
 *
 *	fetch     makes rows for new users
 *	gather    rows -> X, on which a network works
 *	scatter   dX -> rows; what several blocks found for a user is added up
 *	step      runs the optimizer on every row that got a gradient
 *
 * Only gather and scatter move vectors, each once a step, for all rows of the step.
 * Training that gathers the next batch before the step calls refresh after it. Files
 * take rows piece by piece, by read and write. */
#ifndef RALM_ROWS_ROWS_H
#define RALM_ROWS_ROWS_H

#include <stdbool.h>

#include "ground/error.h"
#include "kernels/real.h"

struct ralm_rows;

/* Work that one thread does while a call waits for rows, or other threads move them. */
struct ralm_beside {
	void (*work)(void *context);
	void *context;
};

/* The gradients that one block of a batch has for its users. */
struct ralm_row_gradients {
	const uint32_t *row;   /* (count) distinct where place is NULL */
	const uint32_t *place; /* (count) index among all blocks' distinct rows */
	ralm_real *dX; /* (count,D); may be overwritten. NULL: the device keeps it */
	size_t count;
};

/* What a step did. */
struct ralm_rows_moved {
	size_t rows;
	unsigned bad; /* the bits of update_rule.h, of all rows together */
};

/* The parts of a row: its vector, then what the optimizer keeps. */
enum { RALM_ROW_VECTOR, RALM_ROW_STATE, RALM_ROW_PARTS = 3 };

/* Rows that read and write take at a time: piece i begins with row
 * i * RALM_ROWS_PIECE. */
enum { RALM_ROWS_PIECE = 4096 };

struct ralm_rows_kind {
	bool in_table; /* the vectors lie in the model's table, each at its row */
	int (*fetch)(struct ralm_rows *rows, const uint64_t *keys,
		     size_t count, struct ralm_error *err);
	int (*gather)(ralm_real *X, struct ralm_rows *rows,
		      const uint32_t *row, size_t n,
		      const struct ralm_beside *beside,
		      struct ralm_error *err);
	/* NULL: not called; each rank scatters its own blocks' (rows_ranks.h) */
	int (*scatter)(struct ralm_rows *rows,
		       const struct ralm_row_gradients *blocks, size_t K,
		       size_t U, struct ralm_error *err);
	int (*step)(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		    ralm_real rate, ralm_real keep,
		    const struct ralm_beside *beside, struct ralm_error *err);
	/* NULL: training does not gather ahead */
	int (*refresh)(ralm_real *X, struct ralm_rows *rows,
		       const uint32_t *row, size_t n, struct ralm_error *err);
	const ralm_real *(*read)(struct ralm_rows *rows, unsigned part,
				 size_t i);
	void (*write)(struct ralm_rows *rows, unsigned part, size_t i,
		      const ralm_real *from, size_t n);
	/* NULL: reads and writes do not fail */
	int (*sound)(struct ralm_rows *rows, struct ralm_error *err);
};

/* The head of every kind's own struct. */
struct ralm_rows {
	const struct ralm_rows_kind *kind;
	size_t D;
	unsigned parts;             /* 1, and what the optimizer keeps */
	size_t dim[RALM_ROW_PARTS]; /* numbers of each part; dim[0] = D */
};

/* Makes rows until there are `count`; row i is that of the user keys[i], and existing
 * rows stay as they are. One thread may call it while another makes the other calls for
 * rows that existed before. */
RALM_MUST_CHECK
static inline int ralm_rows_fetch(struct ralm_rows *rows, const uint64_t *keys,
				  size_t count, struct ralm_error *err)
{
	return rows->kind->fetch(rows, keys, count, err);
}

/* X (n,D) = the vectors of the rows `row` (n). beside: work done meanwhile; may be
 * NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_gather(ralm_real *X, struct ralm_rows *rows,
				   const uint32_t *row, size_t n,
				   const struct ralm_beside *beside,
				   struct ralm_error *err)
{
	return rows->kind->gather(X, rows, row, n, beside, err);
}

/* Takes the gradients of K blocks, which have U distinct rows together. A row's gradient
 * is the sum of what the blocks have for it, in their order, starting from a copy of
 * the first. The arrays stay the caller's and must last until the step is done. With
 * one block place may be NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_scatter(struct ralm_rows *rows,
				    const struct ralm_row_gradients *blocks,
				    size_t K, size_t U, struct ralm_error *err)
{
	return rows->kind->scatter(rows, blocks, K, U, err);
}

/* One step of the optimizer, with that rate, on the rows of the last scatter. keep: what
 * weight decay multiplies a vector by. beside: work done meanwhile; may be NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_step(struct ralm_rows_moved *moved,
				 struct ralm_rows *rows, ralm_real rate,
				 ralm_real keep,
				 const struct ralm_beside *beside,
				 struct ralm_error *err)
{
	return rows->kind->step(moved, rows, rate, keep, beside, err);
}

/* X (n,D), gathered before the last step, becomes what gather would give now: rows
 * that the step moved are copied again. The arrays that the step's scatter got must
 * still be valid. */
RALM_MUST_CHECK
static inline int ralm_rows_refresh(ralm_real *X, struct ralm_rows *rows,
				    const uint32_t *row, size_t n,
				    struct ralm_error *err)
{
	return rows->kind->refresh(X, rows, row, n, err);
}

/* Piece i of a part, (RALM_ROWS_PIECE,dim[part]), valid until the next call. What lies
 * after the last row must not be read. */
static inline const ralm_real *ralm_rows_read(struct ralm_rows *rows,
					      unsigned part, size_t i)
{
	return rows->kind->read(rows, part, i);
}

/* Sets the first n rows of piece i of a part; `from` (n,dim[part]). These rows must have
 * been fetched. */
static inline void ralm_rows_write(struct ralm_rows *rows, unsigned part,
				   size_t i, const ralm_real *from, size_t n)
{
	rows->kind->write(rows, part, i, from, n);
}

/* Whether all reads and writes until now succeeded: 0, or -1. What a read returned before
 * it failed here is undefined. */
RALM_MUST_CHECK
static inline int ralm_rows_sound(struct ralm_rows *rows, struct ralm_error *err)
{
	return rows->kind->sound != NULL ? rows->kind->sound(rows, err) : 0;
}

#endif
