/* Rows: the users' vectors and what the optimizer keeps beside them, wherever
 * they live. Training knows the four calls below and no table:
 *
 *	fetch     users who are new get their rows
 *	gather    rows -> X, what a network works on
 *	scatter   dX -> rows, which add up what blocks found for the same user
 *	step      the optimizer on every row that got a gradient
 *
 * and two more for files, which take rows piece by piece: read and write.
 *
 * rows_local.h has them in this process's memory, rows_ranks.h spread over
 * processes. In training gather and scatter are the only calls that move vectors,
 * each once a step, and all rows of the step are known then. */
#ifndef RALM_ROWS_ROWS_H
#define RALM_ROWS_ROWS_H

#include <stdbool.h>

#include "ground/error.h"
#include "kernels/real.h"

struct ralm_rows;

/* What one thread does meanwhile, while others move rows. */
struct ralm_beside {
	void (*work)(void *context);
	void *context;
};

/* The gradients that one block of a batch has for its users. */
struct ralm_row_gradients {
	const uint32_t *row;   /* (count) distinct, unless there is place */
	const uint32_t *place; /* (count) among the distinct rows of all blocks */
	ralm_real *dX;         /* (count,D); used up */
	size_t count;
};

/* What a step did. */
struct ralm_rows_moved {
	size_t rows;
	unsigned bad; /* bits of update_rule.h, over all of them */
};

/* What there is of a row: its vector, then what the optimizer keeps. */
enum { RALM_ROW_VECTOR, RALM_ROW_STATE, RALM_ROW_PARTS = 3 };

/* Rows that read and write take at a time: piece i begins with row
 * i * RALM_ROWS_PIECE. */
enum { RALM_ROWS_PIECE = 4096 };

struct ralm_rows_kind {
	bool here; /* vectors lie in the model's table, each at its row */
	int (*fetch)(struct ralm_rows *rows, const uint64_t *keys,
		     size_t count, struct ralm_error *err);
	int (*gather)(ralm_real *X, struct ralm_rows *rows,
		      const uint32_t *row, size_t n,
		      const struct ralm_beside *beside,
		      struct ralm_error *err);
	int (*scatter)(struct ralm_rows *rows,
		       const struct ralm_row_gradients *blocks, size_t K,
		       size_t U, struct ralm_error *err);
	int (*step)(struct ralm_rows_moved *moved, struct ralm_rows *rows,
		    ralm_real rate, ralm_real keep,
		    const struct ralm_beside *beside, struct ralm_error *err);
	const ralm_real *(*read)(struct ralm_rows *rows, unsigned part,
				 size_t i);
	void (*write)(struct ralm_rows *rows, unsigned part, size_t i,
		      const ralm_real *from, size_t n);
};

/* The head of every kind's own struct. */
struct ralm_rows {
	const struct ralm_rows_kind *kind;
	size_t D;
	unsigned parts;             /* 1, and what the optimizer keeps */
	size_t dim[RALM_ROW_PARTS]; /* numbers of each part; dim[0] = D */
};

/* Makes rows until there are `count`, row i being that of the user keys[i];
 * rows that are there stay as they are. May be called by one thread while
 * another has the other calls at work on rows that were there before. */
RALM_MUST_CHECK
static inline int ralm_rows_fetch(struct ralm_rows *rows, const uint64_t *keys,
				  size_t count, struct ralm_error *err)
{
	return rows->kind->fetch(rows, keys, count, err);
}

/* X (n,D) = the vectors of rows row (n). beside: or NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_gather(ralm_real *X, struct ralm_rows *rows,
				   const uint32_t *row, size_t n,
				   const struct ralm_beside *beside,
				   struct ralm_error *err)
{
	return rows->kind->gather(X, rows, row, n, beside, err);
}

/* Hands over the gradients of K blocks, which have U distinct rows together. A
 * row's gradient is the sum of what blocks have for it, in their order, starting
 * from a copy of the first. The arrays stay the caller's and are there until the
 * step is done. With one block place may be NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_scatter(struct ralm_rows *rows,
				    const struct ralm_row_gradients *blocks,
				    size_t K, size_t U, struct ralm_error *err)
{
	return rows->kind->scatter(rows, blocks, K, U, err);
}

/* One step of the optimizer on the rows of the last scatter, with that rate;
 * keep: what weight decay leaves of a vector. beside: or NULL. */
RALM_MUST_CHECK
static inline int ralm_rows_step(struct ralm_rows_moved *moved,
				 struct ralm_rows *rows, ralm_real rate,
				 ralm_real keep,
				 const struct ralm_beside *beside,
				 struct ralm_error *err)
{
	return rows->kind->step(moved, rows, rate, keep, beside, err);
}

/* Piece i of a part, (RALM_ROWS_PIECE,dim[part]): what is behind the last row is
 * not for reading. It may be gone when the next one is asked for. */
static inline const ralm_real *ralm_rows_read(struct ralm_rows *rows,
					      unsigned part, size_t i)
{
	return rows->kind->read(rows, part, i);
}

/* Sets the first n rows of piece i, which were fetched. */
static inline void ralm_rows_write(struct ralm_rows *rows, unsigned part,
				   size_t i, const ralm_real *from, size_t n)
{
	rows->kind->write(rows, part, i, from, n);
}

#endif
