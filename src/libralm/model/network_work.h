/* What one call of the network works on; internal to network*.c.
 * Rows of S, A (seeds) are users [0, seeds_end); rows of T, Q (targets) are
 * users [targets_begin, U), counted from 0. */
#ifndef RALM_MODEL_NETWORK_WORK_H
#define RALM_MODEL_NETWORK_WORK_H

#include "network.h"

/* Rows a thread takes through the matrix products at a time: as many as fit its
 * caches and, at D = H = 96, the kernels of OpenBLAS for small products (up to
 * a million multiplications), which pack nothing: 115 GFLOP/s a core where 128
 * rows get 98. */
enum { RALM_USER_BLOCK = 96 };

struct ralm_work {
	const struct ralm_network *network;
	const struct ralm_parameters *parameters;
	const struct ralm_batch *batch;
	const ralm_real *X; /* (U,D) */
	size_t D, H, seeds, targets; /* seeds = seeds_end, targets = U - begin */

	/* forward */
	ralm_real *S, *A; /* (seeds,H) */
	ralm_real *T, *Q; /* (targets,H); q = t · Wlᵀ */
	ralm_real *cosine; /* (B) */

	/* backward; NULL when only the forward pass is wanted */
	ralm_real *dS, *dA; /* (seed_extra[seeds],H) */
	ralm_real *dT, *dQ; /* (target_extra[targets],H) */
	ralm_real *dX;      /* (U,D) */
	/* Transposed copies of the matrices that only the backward pass
	 * multiplies with from behind: those products are faster so. */
	ralm_real *MsT, *MtT; /* (H,D) */
	ralm_real *WgT;       /* (H,H) */
	double *loss, *dscale, *dbias; /* (B) */

	/* Scratch of each thread, scratch_size reals apart. */
	ralm_real *scratch;
	size_t scratch_size;

	/* Each slab of users sums its part of the dense gradients here. */
	size_t slabs, slab_users;
	struct ralm_parameters *slab; /* shapes of parameters, one block each */
};

/* network_users.c: S, A, T, Q of every user; then dX and the slabs' parts of
 * the dense gradients. */
void ralm_users_forward(struct ralm_work *work);
void ralm_users_backward(struct ralm_work *work);

/* network_groups.c: lists and samples. */
size_t ralm_group_scratch(const struct ralm_batch *batch, size_t H);
void ralm_groups_run(struct ralm_work *work);

#endif
