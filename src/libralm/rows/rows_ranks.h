/* Rows that are spread over ranks (ground/ranks.h): row i lies with rank i % size,
 * as its row i / size, with what the optimizer keeps beside it.
 *
 *	row     0   1   2   3   4   5   6
 *	rank 0  0           3           6
 *	rank 1      1           4
 *	rank 2          2           5
 *
 * Rank 0 makes the calls of rows.h, except scatter, and announces each that needs the
 * other ranks, which then take part (ralm_rows_ranks_serve). In a step all ranks do the
 * same: each gathers the rows of its own blocks and scatters their gradients. The first
 * rank has the first blocks, the next rank the next ones, and so on, so that the rank
 * that has a row adds up its gradients in the order of blocks. */
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

	/* The exchange of this step: the rows that this rank asks for, and those that
	 * it is asked for. Both are sorted by the other rank. */
	size_t *ask_count, *asked_count; /* (size) how many of and by each rank */
	size_t ask_n, asked_n;
	uint32_t *ask, *asked; /* (ask_n), (asked_n) as numbered by who has them */
	uint32_t *place;       /* (ask_n) row i of X is ask[place[i]] */
	ralm_real *vector; /* (ask_n,D) vectors that come, gradients that go */
	ralm_real *answer; /* (asked_n,D) vectors that go, gradients that come */
	size_t ask_room, asked_room, place_room, vector_room, answer_room;

	/* The distinct rows that this rank is asked for are numbered as "users": asked[i]
	 * is that of user[i]. user_of_row[r] is the user of row r if there are more users
	 * and row_of_user of it is r; else it is left over from a step before. So nothing
	 * has to be cleared. */
	uint32_t *user_of_row, *row_of_user, *user;
	size_t user_of_row_room, row_of_user_room, user_room;
	struct ralm_row_gradients found[2]; /* last until the step is done */

	/* Pieces of rows, for files, and keys of new users on their way to the ranks
	 * that will have them. `mine` is this rank's part; on rank 0 `all` is that of
	 * all ranks, sorted by rank, and `piece` that in the order of rows. */
	ralm_real *mine, *all, *piece; /* (RALM_ROWS_PIECE,largest dim) */
	uint64_t *mine_keys, *all_keys; /* (RALM_ROWS_PIECE) */
};

/* Rows over a table without rows, which stays the caller's. On failure nothing is to be
 * released. */
int ralm_rows_ranks_init(struct ralm_rows_ranks *spread,
			 struct ralm_ranks *ranks, struct ralm_table *table,
			 enum ralm_rule rule, uint64_t rng_seed,
			 double deviation, struct ralm_threads *threads,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_rows_ranks_release(struct ralm_rows_ranks *spread);

/* Rank 0, while the others serve: makes the rows that were fetched, which must be done
 * before one of them is used. */
int ralm_rows_ranks_settle(struct ralm_rows_ranks *spread,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* All ranks together. X (n,D) = the vectors of the rows `row` (n). beside: work that one
 * thread does meanwhile; may be NULL. result: that of what this rank did before; if it is
 * not 0 on any rank, or a rank fails here, -1 is returned on all. */
int ralm_rows_ranks_gather(ralm_real *X, struct ralm_rows_ranks *spread,
			   const uint32_t *row, size_t n,
			   const struct ralm_beside *beside, int result,
			   struct ralm_error *err) RALM_MUST_CHECK;
/* All ranks together, for ralm_rows_step: dX (n,D) has the gradients of the rows gathered
 * last. -1 on all ranks if one fails. */
int ralm_rows_ranks_scatter(struct ralm_rows_ranks *spread, const ralm_real *dX,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Ranks other than 0: take part in what rank 0 announced. Returns 1; 0: the command is
 * not one about rows. Rank 0 reports what fails. */
int ralm_rows_ranks_serve(struct ralm_rows_ranks *spread,
			  const struct ralm_ranks_command *command);

#endif
