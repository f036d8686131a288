/* The first level: users, in blocks of rows. */
#include "kernels/blas.h"
#include "networks/local_attention.h"
#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* ---- the transforms ------------------------------------------------------- */

/* y (n,H) = x (n,D) · M, or x itself without transforms */
static void transform(ralm_real *y, const struct ralm_work *work,
		      enum ralm_paddlerec_parameter M, const ralm_real *x,
		      size_t n)
{
	if (work->absent)
		memcpy(y, x, n * work->D * sizeof *y);
	else
		ralm_matmul(y, x, ralm_work_matrix(work, M), n, work->H,
			    work->D, false);
}

/* dx (n,D) = dy · Mᵀ, added to the first `adds` rows and set in the others;
 * adds the gradient of M to the slab. */
static void transform_backward(ralm_real *dx, struct ralm_slab *slab,
			       const struct ralm_work *work,
			       enum ralm_paddlerec_parameter M,
			       const ralm_real *dy, const ralm_real *x,
			       size_t n, size_t adds)
{
	const size_t D = work->D, H = work->H;
	const ralm_real *MT = M == RALM_SEEDS_TRANSFORM ? work->MsT : work->MtT;
	if (work->absent) {
		if (adds > 0)
			work->network->kernels->rows->add(dx, dy, adds * D);
		memcpy(dx + adds * D, dy + adds * D,
		       (n - adds) * D * sizeof *dx);
		return;
	}
	ralm_work_add(work, slab, M, x, dy, n);
	if (adds > 0)
		ralm_matmul(dx, dy, MT, adds, D, H, true);
	ralm_matmul(dx + adds * D, dy + adds * H, MT, n - adds, D, H, false);
}

/* ---- seeds --------------------------------------------------------------- */

/* S = X·Ms and A = tanh(S·Wg) */
void ralm_seeds_forward(const struct ralm_work *work,
			const struct ralm_seed_rows *rows, const ralm_real *X,
			size_t m)
{
	const size_t D = work->D, H = work->H;
	for (size_t i = 0; i < m; i += RALM_USER_BLOCK) {
		size_t n = smaller(RALM_USER_BLOCK, m - i);
		ralm_real *S = rows->S + i * H, *A = rows->A + i * H;
		transform(S, work, RALM_SEEDS_TRANSFORM, X + i * D, n);
		ralm_matmul(A, S, ralm_work_matrix(work, RALM_GLOBAL_ATTENTION),
			    n, H, H, false);
		work->network->kernels->rows->tanh_forward(A, n * H);
	}
}

void ralm_seeds_backward(const struct ralm_work *work, struct ralm_slab *slab,
			 const struct ralm_seed_rows *rows, ralm_real *dX,
			 const ralm_real *X, size_t m)
{
	const size_t D = work->D, H = work->H;
	for (size_t i = 0; i < m; i += RALM_USER_BLOCK) {
		size_t n = smaller(RALM_USER_BLOCK, m - i);
		const ralm_real *S = rows->S + i * H, *A = rows->A + i * H;
		ralm_real *dS = rows->dS + i * H, *dA = rows->dA + i * H;
		/* A = tanh(S·Wg) */
		work->network->kernels->rows->tanh_backward(dA, A, n * H);
		ralm_work_add(work, slab, RALM_GLOBAL_ATTENTION, S, dA, n);
		ralm_matmul(dS, dA, work->WgT, n, H, H, true);
		/* S = X·Ms */
		transform_backward(dX + i * D, slab, work, RALM_SEEDS_TRANSFORM,
				   dS, X + i * D, n, 0);
	}
}

/* ---- targets ------------------------------------------------------------- */

/* T = X·Mt and Q = T·Wlᵀ of m targets from row `row` of T on. */
static void targets_forward(struct ralm_work *work, size_t row, size_t m)
{
	const size_t D = work->D, H = work->H;
	ralm_real *T = work->T + row * H, *Q = work->Q + row * H;
	const ralm_real *X = work->X + (work->plan->targets_begin + row) * D;
	transform(T, work, RALM_TARGET_TRANSFORM, X, m);
	ralm_matmul_nt(Q, T, ralm_work_matrix(work, RALM_LOCAL_ATTENTION), m, H,
		       H, false);
}

/* The first `both` targets are also seeds: their dX was set before. */
static void targets_backward(struct ralm_work *work, struct ralm_slab *slab,
			     size_t row, size_t m, size_t both)
{
	const size_t D = work->D, H = work->H;
	size_t user = work->plan->targets_begin + row;
	const ralm_real *X = work->X + user * D, *T = work->T + row * H;
	ralm_real *dT = work->dT + row * H, *dQ = work->dQ + row * H;
	ralm_real *dX = work->dX + user * D;
	/* Q = T·Wlᵀ */
	ralm_work_add(work, slab, RALM_LOCAL_ATTENTION, dQ, T, m);
	ralm_matmul(dT, dQ, ralm_work_matrix(work, RALM_LOCAL_ATTENTION), m, H,
		    H, true);
	/* T = X·Mt */
	transform_backward(dX, slab, work, RALM_TARGET_TRANSFORM, dT, X, m,
			   both);
}

/* ---- the shared users ---------------------------------------------------- */

/* The rows of shared seeds from user u on. */
static struct ralm_seed_rows shared_rows(const struct ralm_work *work, size_t u)
{
	size_t skip = (u - work->plan->once_end) * work->H;
	struct ralm_seed_rows rows = {
		work->seeds.S + skip,
		work->seeds.A + skip,
		work->seeds.dS + skip,
		work->seeds.dA + skip,
	};
	return rows;
}

enum { TRANSPOSED = 3 };

/* The i-th of the transposed copies. */
static void transpose(struct ralm_work *work, size_t i)
{
	static const enum ralm_paddlerec_parameter matrix[TRANSPOSED] = {
		RALM_GLOBAL_ATTENTION, RALM_SEEDS_TRANSFORM,
		RALM_TARGET_TRANSFORM};
	ralm_real *const to[TRANSPOSED] = {work->WgT, work->MsT, work->MtT};
	if (matrix[i] >= work->absent)
		ralm_transpose(to[i], ralm_work_matrix(work, matrix[i]),
			       i == 0 ? work->H : work->D, work->H);
}

static void block_forward(struct ralm_work *work, size_t i)
{
	const struct ralm_user_block b = ralm_user_block(&work->shared, i);
	struct ralm_seed_rows rows = shared_rows(work, b.seeds_begin);
	ralm_seeds_forward(work, &rows, work->X + b.seeds_begin * work->D,
			   b.seeds_end - b.seeds_begin);
	targets_forward(work, b.targets_begin - work->plan->targets_begin,
			b.targets_end - b.targets_begin);
}

/* Copies of matrices first, then blocks. */
static void copy_or_forward(void *context, size_t i, unsigned thread)
{
	(void)thread;
	if (i < TRANSPOSED)
		transpose(context, i);
	else
		block_forward(context, i - TRANSPOSED);
}

void ralm_shared_forward(struct ralm_work *work)
{
	ralm_threads_each(work->network->threads,
			  TRANSPOSED + work->shared.count, copy_or_forward,
			  work);
}

/* The sums of the gradients of m users from row `row` on. */
static void sum_extra(const struct ralm_work *work, ralm_real *d,
		      const size_t *extra, size_t row, size_t m)
{
	ralm_sum_extra_rows(d, extra, row, row + m, work->H,
			    work->network->kernels);
}

static void shared_backward(struct ralm_work *work, struct ralm_slab *slab,
			    size_t i)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_user_block b = ralm_user_block(&work->shared, i);
	struct ralm_seed_rows rows = shared_rows(work, b.seeds_begin);
	size_t seed = b.seeds_begin - plan->once_end;
	size_t seeds = b.seeds_end - b.seeds_begin;
	size_t target = b.targets_begin - plan->targets_begin;
	size_t targets = b.targets_end - b.targets_begin;
	size_t both = b.seeds_end > b.targets_begin
			      ? b.seeds_end - b.targets_begin
			      : 0;
	sum_extra(work, work->seeds.dS, plan->seed_extra, seed, seeds);
	sum_extra(work, work->seeds.dA, plan->seed_extra, seed, seeds);
	ralm_seeds_backward(work, slab, &rows,
			    work->dX + b.seeds_begin * work->D,
			    work->X + b.seeds_begin * work->D, seeds);
	sum_extra(work, work->dT, plan->target_extra, target, targets);
	sum_extra(work, work->dQ, plan->target_extra, target, targets);
	targets_backward(work, slab, target, targets, both);
}

static void slab_backward(void *context, size_t s, unsigned thread)
{
	struct ralm_work *work = context;
	(void)thread;
	for (size_t i = s; i < work->shared.count; i += work->slabs.count)
		shared_backward(work, &work->slabs.slab[s], i);
}

void ralm_shared_backward(struct ralm_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs.count,
			  slab_backward, work);
}
