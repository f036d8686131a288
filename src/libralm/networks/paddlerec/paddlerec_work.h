/* The data of one call of the network; internal to this folder.
 *
 * Rows of a tile's own users, from S to dA, are in the scratch of the thread
 * that works on the tile; only their dX outlives it. Shared users (plan.h) have
 * rows here: seeds at user - once_end, targets at user - targets_begin. */
#ifndef RALM_NETWORKS_PADDLEREC_PADDLEREC_WORK_H
#define RALM_NETWORKS_PADDLEREC_PADDLEREC_WORK_H

#include "networks/paddlerec/paddlerec.h"
#include "networks/sample_losses.h"
#include "networks/slabs.h"
#include "networks/user_blocks.h"

/* Rows of seeds, (rows,H) each, and their gradients. */
struct ralm_seed_rows {
	ralm_real *S, *A, *dS, *dA;
};

struct ralm_work {
	const struct ralm_network *network;
	const struct ralm_parameters *parameters;
	const struct ralm_plan *plan;
	const ralm_real *X; /* (U,D) */
	size_t D, H;
	/* How many of the first parameters the network does not have: 0, or 2, the
	 * transforms. Without these S and t are the users' own vectors, H = D. */
	size_t absent;

	/* shared users; their gradients have more rows (plan.h) */
	struct ralm_seed_rows seeds;
	ralm_real *T, *Q;   /* (targets,H); q = t · Wlᵀ */
	ralm_real *dT, *dQ; /* (target_places,H) */
	struct ralm_user_blocks shared;

	ralm_real *cosine; /* (B) */

	/* backward */
	ralm_real *dX; /* (U,D) */
	struct ralm_sample_losses losses;
	/* Transposed copies of matrices, which make the products of the
	 * backward pass faster. */
	ralm_real *MsT, *MtT; /* (H,D) */
	ralm_real *WgT;       /* (H,H) */
	struct ralm_slabs slabs;

	char *scratch; /* of each thread, scratch_size bytes apart */
	size_t scratch_size;
};

static inline const ralm_real *ralm_work_matrix(const struct ralm_work *work,
						enum ralm_paddlerec_parameter p)
{
	return work->parameters->p[p - work->absent].at;
}

/* Adds aᵀ · b to the gradient of a parameter (slabs.h). */
static inline void ralm_work_add(const struct ralm_work *work,
				 struct ralm_slab *slab,
				 enum ralm_paddlerec_parameter p,
				 const ralm_real *a, const ralm_real *b, size_t k)
{
	ralm_slab_add(slab, p - work->absent, a, b, k);
}

/* "By all threads": a function divides its loop between the network's threads. */

/* paddlerec_users.c, the first level, for m users; X, dX: their rows. Forward
 * sets S and A. Backward sets dX from dS and dA, which it overwrites, and adds
 * the dense gradients to the slab. */
void ralm_seeds_forward(const struct ralm_work *work,
			const struct ralm_seed_rows *rows, const ralm_real *X,
			size_t m);
void ralm_seeds_backward(const struct ralm_work *work, struct ralm_slab *slab,
			 const struct ralm_seed_rows *rows, ralm_real *dX,
			 const ralm_real *X, size_t m);
/* All shared users, by all threads. The forward pass makes the transposed
 * copies as well. */
void ralm_shared_forward(struct ralm_work *work);
void ralm_shared_backward(struct ralm_work *work);

/* paddlerec_groups.c: the bytes of a thread's scratch; every tile, all levels of it, by
 * all threads. */
size_t ralm_tile_scratch_size(const struct ralm_network *network,
			      const struct ralm_plan *plan);
void ralm_tiles_run(struct ralm_work *work);

#endif
