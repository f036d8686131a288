/* Rows that are spread over ranks (ground/ranks.h): row i lies with rank i % size,
 * as its row i / size, with what the optimizer keeps beside it.
 *
 *	row     0   1   2   3   4   5   6
 *	rank 0  0           3           6
 *	rank 1      1           4
 *	rank 2          2           5
 *
 * Rank 0 has the calls of rows.h, and announces each that needs the others, who
 * serve it. In a step all ranks work alike: each gathers the rows of its own blocks
 * and gives back their gradients; blocks are the ranks' in their order, so that
 * where a row lies its gradients are added in the order of blocks. */
#ifndef RALM_ROWS_ROWS_RANKS_H
#define RALM_ROWS_ROWS_RANKS_H

#include <pthread.h>

#include "ground/ranks.h"
#include "rows/rows_local.h"

struct ralm_rows_ranks {
	struct ralm_rows rows; /* its head */
	struct ralm_rows_local local; /* this rank's */
	struct ralm_ranks *ranks;
	size_t count; /* rows of all ranks */
	size_t moved; /* bytes of vectors and gradients sent to other ranks */

	/* Rank 0: keys of users whose rows are still to be made, left by the thread
	 * that reads. */
	pthread_mutex_t lock;
	uint64_t *key;
	size_t key_count, key_room;
	size_t known; /* rows made and to be made */

	/* The exchange at hand: rows that this rank asks for, and that it is asked
	 * for. X's row i is the place[i]-th that it asks for. */
	size_t *ask_count, *asked_count; /* (size) of and by each rank */
	size_t ask_n, asked_n;
	uint32_t *ask, *asked, *place;
	ralm_real *vector; /* (ask_n,D) */
	ralm_real *answer; /* (asked_n,D) */
	size_t ask_room, asked_room, place_room, vector_room, answer_room;

	/* The distinct rows among those asked for: the user of a row, if the user's
	 * row is this one; and the user of each that was asked for. */
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

/* Rank 0: makes, with all, the rows that were fetched: before they are used. */
int ralm_rows_ranks_settle(struct ralm_rows_ranks *spread,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* All ranks: X (n,D) = the vectors of rows row (n), and later what is added to
 * them: dX (n,D), in that order. beside is done while others answer. result: of what
 * this rank did before; -1 on all ranks where any has another than 0, or fails. */
int ralm_rows_ranks_gather(ralm_real *X, struct ralm_rows_ranks *spread,
			   const uint32_t *row, size_t n,
			   const struct ralm_beside *beside, int result,
			   struct ralm_error *err) RALM_MUST_CHECK;
int ralm_rows_ranks_scatter(struct ralm_rows_ranks *spread, const ralm_real *dX,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Other ranks: does what rank 0 announced. Returns 1; 0 where this is no command of
 * rows. What fails is told by rank 0. */
int ralm_rows_ranks_serve(struct ralm_rows_ranks *spread,
			  const struct ralm_ranks_command *command);

#endif
