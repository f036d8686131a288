/* Training over ranks (ground/ranks.h): what all ranks do in a step, and what rank
 * 0 tells them at its start.
 *
 *	rank 0   reads samples, makes a batch, hands out its blocks
 *	all      ask for the rows of their blocks (rows/rows_ranks.h), run the
 *	         network on each, give the rows' gradients back
 *	all      add up a part each of the dense gradients, in the order of blocks
 *	rank 0   has losses, cosines and dense gradients as it would have alone;
 *	         moves the dense parameters, while all move their rows
 *
 * Everything else is rank 0's: epochs, progress, files, signals, errors. So a run
 * over ranks is that of ralm-fit with the same block_size, bit by bit. */
#ifndef RALM_JOBS_FIT_RANK_WORK_H
#define RALM_JOBS_FIT_RANK_WORK_H

#include "networks/blocks.h"
#include "rows/rows_ranks.h"
#include "samples/parts.h"

/* Announced by rank 0, beside what rows announce. */
enum { RALM_FIT_START = 16, RALM_FIT_WORK };

struct ralm_rank_work {
	struct ralm_ranks *ranks;         /* these are not owned */
	struct ralm_rows_ranks *rows;
	struct ralm_block_work *blocks;
	struct ralm_parameters *parameters;
	ralm_real *X, *dX, *cosine; /* of this rank's blocks */
	double *loss; /* of these, then the signal that asks this rank to stop */
	ralm_real *out, *in; /* dense gradients: of these blocks for each rank,
			      * and of all blocks for this one */
	size_t *out_count, *in_count; /* (size) */
	size_t X_room, dX_room, cosine_room, loss_room, out_room, in_room;

	/* Rank 0, of all ranks. */
	ralm_real *all_cosine; /* (B), not owned */
	double *all_loss;
	size_t all_loss_room;
};

int ralm_rank_work_init(struct ralm_rank_work *work, struct ralm_ranks *ranks,
			struct ralm_rows_ranks *rows,
			struct ralm_block_work *blocks,
			struct ralm_parameters *parameters,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_rank_work_release(struct ralm_rank_work *work);

/* All ranks: a step up to the gradients of rows, which are scattered then. own:
 * this rank's blocks, of K. result: of what this rank did before; -1 on all
 * where it is not 0 on each. Rank 0 has parts, and gets loss, gradient and cosines
 * (all_cosine); elsewhere these are NULL. */
int ralm_rank_work_do(double *loss, struct ralm_parameters *gradient,
		      struct ralm_rank_work *work,
		      const struct ralm_blocks *own, size_t samples, size_t K,
		      const struct ralm_parts *parts,
		      const struct ralm_beside *beside, int result,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* What must be the same everywhere for the same bytes. */
enum { RALM_RANK_KIND = 128 };
void ralm_rank_kind(char name[RALM_RANK_KIND]);

#endif
