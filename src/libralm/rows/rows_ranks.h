/* Rows that are spread over ranks (ground/ranks.h): row i lies with rank i % size,
 * as its row i / size, with what the optimizer keeps beside it.
 *
 *	row     0   1   2   3   4   5   6
 *	rank 0  0           3           6
 *	rank 1      1           4
 *	rank 2          2           5
 *
 * Rank 0 makes the calls of rows.h and announces each that needs the other ranks, which
 * then take part (ralm_rows_ranks_serve). In a step all ranks do the same: each gathers
 * the rows of its own blocks and gives back their gradients. The first rank has the
 * first blocks, the next rank the next ones, and so on, so that the rank that has a row
 * adds up its gradients in the order of blocks. */
#ifndef RALM_ROWS_ROWS_RANKS_H
#define RALM_ROWS_ROWS_RANKS_H


#include "ground/ranks.h"
#include "rows/new_keys.h"
#include "rows/rows_local.h"

struct ralm_rows_ranks {
	struct ralm_rows rows; /* its head */
	struct ralm_rows_local local; /* this rank's */
	struct ralm_ranks *ranks;
	size_t count; /* rows of all ranks */

	struct ralm_new_keys waiting; /* on rank 0 */

	/* The exchange at hand: rows that this rank asks others for, and rows that
	 * it is asked for. Row i of X is the place[i]-th that it asks for. */
	size_t *ask_count, *asked_count; /* (size) of and by each rank */
	size_t ask_n, asked_n;
	uint32_t *ask, *asked, *place;
	ralm_real *vector; /* (ask_n,D) */
	ralm_real *answer; /* (asked_n,D) */
	size_t ask_room, asked_room, place_room, vector_room, answer_room;

	/* Numbers ("users") of the distinct rows that it is asked for: user[i] of
	 * the i-th. user_of_row[r] holds for row r only if row_of_user of it is r,
	 * so that it need not be cleared. */
	uint32_t *user_of_row, *row_of_user, *user;
	size_t user_of_row_room, row_of_user_room, user_room;
	struct ralm_row_gradients found[2];

	/* What files and new users go through. */
	ralm_real *mine, *all, *piece; /* (RALM_ROWS_PIECE,largest dim) */
	uint64_t *mine_keys, *all_keys; /* (RALM_ROWS_PIECE) */
};

/* Over a table without rows, which stays the caller's. */
int ralm_rows_ranks_init(struct ralm_rows_ranks *spread,
			 struct ralm_ranks *ranks, struct ralm_table *table,
			 enum ralm_rule rule, uint64_t rng_seed,
			 double deviation, struct ralm_threads *threads,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_rows_ranks_release(struct ralm_rows_ranks *spread);

/* Rank 0, the others serving: makes the rows that were fetched, before they are used. */
int ralm_rows_ranks_settle(struct ralm_rows_ranks *spread,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* All ranks together. Gather: X (n,D) = the vectors of the rows `row` (n); beside, or
 * NULL, is done while others answer. result: that of what this rank did before; if it
 * is not 0 on any rank, or a rank fails here, -1 is returned on all. Scatter: gives back
 * dX (n,D), the gradients of the rows gathered last. */
int ralm_rows_ranks_gather(ralm_real *X, struct ralm_rows_ranks *spread,
			   const uint32_t *row, size_t n,
			   const struct ralm_beside *beside, int result,
			   struct ralm_error *err) RALM_MUST_CHECK;
int ralm_rows_ranks_scatter(struct ralm_rows_ranks *spread, const ralm_real *dX,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Other ranks: does what rank 0 announced. Returns 1; 0: the command is none of these.
 * Rank 0 reports what fails. */
int ralm_rows_ranks_serve(struct ralm_rows_ranks *spread,
			  const struct ralm_ranks_command *command);

#endif
