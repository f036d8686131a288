/* Blocks: a batch is cut into blocks of block_size samples, each of which is one call
 * of the network's gradient. The last block has what is left. Where choices stay whole
 * (samples/batch.h) a block may have fewer samples, or one choice that is larger.
 *
 *	samples of the batch   | 0 .. 127 | 128 .. 255 | 256 .. 299 |
 *	block                  |    0     |     1      |      2     |
 *	rows of X and dX       |    0 .. 1611 | 1612 .. 3180 | 3181 .. 3790 |
 *
 * The blocks' results (gradients of the dense parameters and the loss here, those
 * of users in rows/rows.h) are added in the order of blocks, starting from a copy
 * of the first. So the bits depend on block_size and not on what worked on which
 * block: threads, other processes, a device. With one block nothing is added. */
#ifndef RALM_NETWORKS_BLOCKS_H
#define RALM_NETWORKS_BLOCKS_H

#include "networks/network.h"

struct ralm_block {
	struct ralm_batch batch; /* its samples, if there are several blocks */
	struct ralm_plan plan;
	size_t first_sample; /* in the batch */
	size_t first_row;    /* of X */
};

struct ralm_blocks {
	size_t count;
	struct ralm_block *block; /* (count) */
	size_t U;    /* distinct users of the batch */
	size_t rows; /* of X: the sum of the blocks' distinct users */
	const uint32_t *row; /* (rows) of X: row in the table of vectors */
	uint32_t *place; /* (rows) of X: user of the batch; NULL: one block */

	/* memory, reused */
	size_t block_count, block_room, row_room, place_room;
	uint32_t *row_memory, *place_memory;
};

/* There is no _init: a zeroed struct is empty. */
void ralm_blocks_release(struct ralm_blocks *blocks);

/* Cuts a finished batch, which outlives the blocks, and plans each block.
 * block_size 0: one block. A batch without samples has no block. */
int ralm_blocks_cut(struct ralm_blocks *blocks, const struct ralm_batch *batch,
		    size_t block_size, struct ralm_error *err) RALM_MUST_CHECK;

/* A thread that works on a block alone. */
struct ralm_block_worker {
	struct ralm_network network;
	bool failed;
	struct ralm_error error;
};

/* Where there are at least as many blocks as threads, each block is one thread's work;
 * else all threads work together on one block after the other. */
struct ralm_block_work {
	struct ralm_network *network; /* of all threads */
	unsigned threads;
	struct ralm_block_worker *worker; /* (threads) */
	size_t most;                      /* blocks in work at once, at most */
	size_t gradient_count;
	struct ralm_parameters *gradient; /* (most), the first gradient_count have memory */
	double *loss;                     /* (most) of blocks, as are the gradients */
};

/* network stays the caller's and must not change. */
int ralm_block_work_init(struct ralm_block_work *work,
			 struct ralm_network *network, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_block_work_release(struct ralm_block_work *work);

/* As ralm_network_gradient, over all blocks, of which there is at least one: cosine
 * (samples of the batch), X and dX (rows,D). */
int ralm_blocks_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			 struct ralm_parameters *gradient,
			 struct ralm_block_work *work,
			 const struct ralm_parameters *parameters,
			 const ralm_real *X, const struct ralm_blocks *blocks,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Works on as many blocks from `first` on as can be worked on at once, *count, and
 * leaves the adding up to the caller: their gradients and losses are in work->gradient
 * and work->loss until the next call. */
int ralm_blocks_some(size_t *count, ralm_real *cosine, ralm_real *dX,
		     struct ralm_block_work *work,
		     const struct ralm_parameters *parameters,
		     const ralm_real *X, const struct ralm_blocks *blocks,
		     size_t first, struct ralm_error *err) RALM_MUST_CHECK;

#endif
