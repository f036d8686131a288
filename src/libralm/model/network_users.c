/* The first level: every distinct user once, in blocks of rows. */
#include "../ground/blas.h"
#include "network_work.h"

#include <string.h>

static size_t blocks(size_t rows)
{
	return (rows + RALM_USER_BLOCK - 1) / RALM_USER_BLOCK;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* S = X·Ms and A = tanh(S·Wg) of m seeds from row `row` on. */
static void seeds_forward(struct ralm_work *work, size_t row, size_t m)
{
	const struct ralm_parameters *w = work->parameters;
	const size_t D = work->D, H = work->H;
	ralm_real *S = work->S + row * H, *A = work->A + row * H;
	ralm_matmul(S, work->X + row * D, w->at[RALM_SEEDS_TRANSFORM], m, H, D,
		    false);
	ralm_matmul(A, S, w->at[RALM_GLOBAL_ATTENTION], m, H, H, false);
	work->network->layers->tanh_forward(A, m * H);
}

/* T = X·Mt and Q = T·Wlᵀ of m targets from row `row` of T on. */
static void targets_forward(struct ralm_work *work, size_t row, size_t m)
{
	const struct ralm_parameters *w = work->parameters;
	const size_t D = work->D, H = work->H;
	ralm_real *T = work->T + row * H, *Q = work->Q + row * H;
	const ralm_real *X = work->X + (work->batch->targets_begin + row) * D;
	ralm_matmul(T, X, w->at[RALM_TARGET_TRANSFORM], m, H, D, false);
	ralm_matmul_nt(Q, T, w->at[RALM_LOCAL_ATTENTION], m, H, H, false);
}

void ralm_users_forward(struct ralm_work *work)
{
	size_t seed_blocks = blocks(work->seeds);
	size_t all = seed_blocks + blocks(work->targets);
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->network->threads)
	for (size_t b = 0; b < all; b++) {
		size_t row = (b < seed_blocks ? b : b - seed_blocks) *
			     RALM_USER_BLOCK;
		if (b < seed_blocks)
			seeds_forward(work, row, smaller(RALM_USER_BLOCK,
							 work->seeds - row));
		else
			targets_forward(work, row,
					smaller(RALM_USER_BLOCK,
						work->targets - row));
	}
}

static void transpose_matrices(struct ralm_work *work)
{
	const struct ralm_parameters *w = work->parameters;
	const size_t D = work->D, H = work->H;
#pragma omp parallel sections num_threads(work->network->threads)
	{
#pragma omp section
		ralm_transpose(work->MsT, w->at[RALM_SEEDS_TRANSFORM], D, H);
#pragma omp section
		ralm_transpose(work->MtT, w->at[RALM_TARGET_TRANSFORM], D, H);
#pragma omp section
		ralm_transpose(work->WgT, w->at[RALM_GLOBAL_ATTENTION], H, H);
	}
}

/* d (row) = the sum of the extra rows of users who occur several times. */
static void sum_extra(struct ralm_work *work, ralm_real *d, const size_t *extra,
		      size_t row, size_t m)
{
	const size_t H = work->H;
	for (size_t u = row; u < row + m; u++) {
		if (extra[u] == extra[u + 1])
			continue;
		memcpy(d + u * H, d + extra[u] * H, H * sizeof *d);
		for (size_t i = extra[u] + 1; i < extra[u + 1]; i++)
			work->network->layers->add_scaled(d + u * H, 1,
							  d + i * H, H);
	}
}

static void seeds_backward(struct ralm_work *work,
			   struct ralm_parameters *gradient, size_t row,
			   size_t m)
{
	const size_t D = work->D, H = work->H;
	const size_t *extra = work->batch->seed_extra;
	const ralm_real *X = work->X + row * D, *S = work->S + row * H;
	ralm_real *dS = work->dS + row * H, *dA = work->dA + row * H;
	sum_extra(work, work->dS, extra, row, m);
	sum_extra(work, work->dA, extra, row, m);
	/* A = tanh(S·Wg) */
	work->network->layers->tanh_backward(dA, work->A + row * H, m * H);
	ralm_matmul_tn(gradient->at[RALM_GLOBAL_ATTENTION], S, dA, H, H, m,
		       true);
	ralm_matmul(dS, dA, work->WgT, m, H, H, true);
	/* S = X·Ms */
	ralm_matmul_tn(gradient->at[RALM_SEEDS_TRANSFORM], X, dS, D, H, m,
		       true);
	ralm_matmul(work->dX + row * D, dS, work->MsT, m, D, H, false);
}

/* Targets from row `row` of T on; the first `both` of them are seeds too, whose
 * dX was set before. */
static void targets_backward(struct ralm_work *work,
			     struct ralm_parameters *gradient, size_t row,
			     size_t m, size_t both)
{
	const struct ralm_parameters *w = work->parameters;
	const size_t D = work->D, H = work->H;
	const size_t *extra = work->batch->target_extra;
	size_t user = work->batch->targets_begin + row;
	const ralm_real *X = work->X + user * D, *T = work->T + row * H;
	ralm_real *dT = work->dT + row * H, *dQ = work->dQ + row * H;
	ralm_real *dX = work->dX + user * D;
	sum_extra(work, work->dT, extra, row, m);
	sum_extra(work, work->dQ, extra, row, m);
	/* Q = T·Wlᵀ */
	ralm_matmul_tn(gradient->at[RALM_LOCAL_ATTENTION], dQ, T, H, H, m,
		       true);
	ralm_matmul(dT, dQ, w->at[RALM_LOCAL_ATTENTION], m, H, H, true);
	/* T = X·Mt */
	ralm_matmul_tn(gradient->at[RALM_TARGET_TRANSFORM], X, dT, D, H, m,
		       true);
	memset(dX + both * D, 0, (m - both) * D * sizeof *dX);
	ralm_matmul(dX, dT, work->MtT, m, D, H, true);
}

/* Users [begin, end): a block's seeds, then its targets, by one thread. */
static void slab_backward(struct ralm_work *work,
			  struct ralm_parameters *gradient, size_t begin,
			  size_t end)
{
	size_t seeds = work->seeds, first = work->batch->targets_begin;
	ralm_parameters_zero(gradient);
	for (size_t u = begin; u < end; u += RALM_USER_BLOCK) {
		size_t stop = smaller(u + RALM_USER_BLOCK, end);
		size_t seeds_stop = smaller(stop, seeds);
		size_t from = larger(u, first);
		if (u < seeds_stop)
			seeds_backward(work, gradient, u, seeds_stop - u);
		if (from < stop)
			targets_backward(work, gradient, from - first,
					 stop - from,
					 larger(seeds_stop, from) - from);
	}
}

void ralm_users_backward(struct ralm_work *work)
{
	size_t U = work->batch->U, step = work->slab_users;
	transpose_matrices(work);
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->network->threads)
	for (size_t i = 0; i < work->slabs; i++)
		slab_backward(work, &work->slab[i], i * step,
			      smaller((i + 1) * step, U));
}
