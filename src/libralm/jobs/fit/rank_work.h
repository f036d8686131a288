/* Training over ranks (ground/ranks.h): what all ranks do in a step.
 *
 *	rank 0   reads samples, makes a batch, hands out its blocks
 *	all      ask for the rows of their blocks (rows/rows_ranks.h), run the
 *	         network on each, give the rows' gradients back
 *	all      add up one part each of the dense gradients, in the order of blocks
 *	rank 0   has the losses, cosines and dense gradients that it would have alone;
 *	         moves the dense parameters, while all move their rows
 *
 * Everything else is done by rank 0: epochs, progress, files, signals, errors. So a run
 * over ranks gives the same bits as ralm-fit with the same block_size. */
#ifndef RALM_JOBS_FIT_RANK_WORK_H
#define RALM_JOBS_FIT_RANK_WORK_H

#include "networks/blocks.h"
#include "rows/rows_ranks.h"
#include "samples/parts.h"

/* Commands of rank 0, besides those of rows. */
enum { RALM_FIT_START = 16, RALM_FIT_WORK };

struct ralm_rank_work {
	struct ralm_ranks *ranks;         /* these are not owned */
	struct ralm_rows_ranks *rows;
	struct ralm_block_work *blocks;
	struct ralm_parameters *parameters;
	ralm_real *X, *dX, *cosine; /* of this rank's blocks */
	double *loss; /* of each of these, then the signal that this rank got */
	ralm_real *out, *in; /* dense gradients: of these blocks, a part for each
			      * rank; of all blocks, the part of this one */
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

/* All ranks together: a step, up to and with the scatter of the rows' gradients. own:
 * this rank's blocks, with so many samples; K: the blocks of all. result: that of what
 * this rank did before; unless it is 0 on every rank, -1 is returned on all. Rank 0
 * passes parts and gets loss, gradient and cosines (all_cosine); on the others all of
 * these are NULL. */
int ralm_rank_work_do(double *loss, struct ralm_parameters *gradient,
		      struct ralm_rank_work *work,
		      const struct ralm_blocks *own, size_t samples, size_t K,
		      const struct ralm_parts *parts,
		      const struct ralm_beside *beside, int result,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* name: filled with what must be the same on all ranks for the same bytes. */
enum { RALM_RANK_KIND = 128 };
void ralm_rank_kind(char name[RALM_RANK_KIND]);

#endif
