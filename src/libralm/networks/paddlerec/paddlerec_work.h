/* What one call of the network works on; internal to this folder.
 *
 * A tile's own users live in the scratch of the thread that has the tile, from
 * S to dA; nothing of them but dX outlives it. Shared users (plan.h) have rows
 * here: seeds by user - once_end, targets by user - targets_begin. */
#ifndef RALM_PADDLEREC_WORK_H
#define RALM_PADDLEREC_WORK_H

#include "networks/paddlerec/paddlerec.h"
#include "networks/sample_losses.h"

/* Rows a thread takes through the matrix products at a time: as many as fit its
 * caches and, at D = H = 96, the kernels of OpenBLAS for small products (up to
 * a million multiplications), which pack nothing: 115 GFLOP/s a core where 128
 * rows get 98. */
enum { RALM_USER_BLOCK = 96 };

/* Rows of seeds, (rows,H) each, and their gradients. */
struct ralm_seed_rows {
	ralm_real *S, *A, *dS, *dA;
};

/* A part of the sums that the dense gradients are: of some tiles and some
 * shared users, always the same ones, added in their order. */
struct ralm_slab {
	struct ralm_parameters sum; /* scale and bias stay unused */
	bool begun[RALM_PADDLEREC_PARAMETERS]; /* else there is nothing in it yet */
	size_t lacks; /* as below */
};

struct ralm_work {
	const struct ralm_network *network;
	const struct ralm_parameters *parameters;
	const struct ralm_plan *plan;
	const ralm_real *X; /* (U,D) */
	size_t D, H;
	/* 0, or RALM_LOCAL_ATTENTION of a network without the transforms, the
	 * first parameters: S and t are the users' own vectors then, H = D. */
	size_t lacks;

	/* shared users; their gradients have extra rows behind (plan.h) */
	struct ralm_seed_rows seeds;
	ralm_real *T, *Q, *dT, *dQ; /* (targets,H); q = t · Wlᵀ */
	size_t shared_block;        /* users taken at a time */

	ralm_real *cosine; /* (B) */

	/* backward */
	ralm_real *dX; /* (U,D) */
	struct ralm_sample_losses losses;
	/* Transposed copies of the matrices that only the backward pass
	 * multiplies with from behind: those products are faster so. */
	ralm_real *MsT, *MtT; /* (H,D) */
	ralm_real *WgT;       /* (H,H) */
	size_t slabs;
	struct ralm_slab *slab;

	/* Scratch of each thread, scratch_size reals apart. */
	ralm_real *scratch;
	size_t scratch_size;
};

static inline const ralm_real *ralm_work_matrix(const struct ralm_work *work,
						enum ralm_paddlerec_parameter p)
{
	return work->parameters->p[p - work->lacks].at;
}

/* The functions that say "by all threads" share their loops between the
 * network's threads. */

/* paddlerec_users.c, the first level. X, dX: the m users' rows. Sets S, A; and,
 * from dS, dA, which it uses up, dX and the sums of the slab. */
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

/* paddlerec_groups.c, the second and third level. */
size_t ralm_group_scratch_size(const struct ralm_network *network,
			       const struct ralm_plan *plan);
/* One group; own: the rows of its tile's own users. memory: of the scratch. */
void ralm_group_run(struct ralm_work *work, const struct ralm_seed_rows *own,
		    ralm_real *memory, const struct ralm_group *group);

/* paddlerec_tiles.c: every tile, all levels of it, by all threads. */
size_t ralm_tile_scratch_size(const struct ralm_network *network,
			      const struct ralm_plan *plan);
void ralm_tiles_run(struct ralm_work *work);

/* paddlerec_slabs.c: room for the slabs; their sums added up, by all threads. */
int ralm_slabs_init(struct ralm_work *work, struct ralm_network *network,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_slab_add(struct ralm_slab *slab, enum ralm_paddlerec_parameter p,
		   const ralm_real *a, const ralm_real *b, size_t m, size_t n,
		   size_t k);
void ralm_slabs_sum(struct ralm_parameters *gradient,
		    const struct ralm_work *work);

#endif
