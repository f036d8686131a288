/* The users' level: rows of seeds and targets, forward and backward, in blocks.
 * A user who is seed and target has one S and the sum of both gradients. */
#include "kernels/blas.h"
#include "networks/kdd19/kdd19_work.h"
#include "networks/local_attention.h"

static const ralm_real *matrix(const struct ralm_kdd19_work *work,
			       enum ralm_kdd19_parameter p)
{
	return work->parameters->p[p].at;
}

/* ---- forward --------------------------------------------------------------- */

/* S = PReLU(Z), Z = X·M */
static void transform(struct ralm_kdd19_work *work, size_t begin, size_t n)
{
	const size_t D = work->D, H = work->H;
	const ralm_real slope = *matrix(work, RALM_KDD19_SLOPE);
	ralm_real *Z = work->Z + begin * H, *S = work->S + begin * H;
	ralm_matmul(Z, work->X + begin * D, matrix(work, RALM_KDD19_TRANSFORM),
		    n, H, D, false);
	for (size_t i = 0; i < n * H; i++)
		S[i] = Z[i] > 0 ? Z[i] : slope * Z[i];
}

static void block_forward(void *context, size_t i, unsigned thread)
{
	struct ralm_kdd19_work *work = context;
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const struct ralm_user_block b = ralm_user_block(&work->blocks, i);
	const size_t H = work->H, seeds = b.seeds_end - b.seeds_begin;
	const size_t target = b.targets_begin - work->plan->targets_begin;
	const size_t targets = b.targets_end - b.targets_begin;
	ralm_real *A = work->A + b.seeds_begin * H;
	(void)thread;
	transform(work, b.begin, b.end - b.begin);
	/* b = tanh(S·Wg)·wᵀ */
	ralm_matmul(A, work->S + b.seeds_begin * H,
		    matrix(work, RALM_KDD19_GLOBAL), seeds, H, H, false);
	rows->tanh_forward(A, seeds * H);
	for (size_t u = b.seeds_begin; u < b.seeds_end; u++)
		work->b[u] = (ralm_real)rows->dot(
			work->A + u * H, matrix(work, RALM_KDD19_WEIGHTS), H);
	/* Q = T·Wlᵀ */
	ralm_matmul_nt(work->Q + target * H, work->S + b.targets_begin * H,
		       matrix(work, RALM_KDD19_LOCAL), targets, H, H, false);
}

void ralm_kdd19_users_forward(struct ralm_kdd19_work *work)
{
	ralm_transpose(work->MT, matrix(work, RALM_KDD19_TRANSFORM), work->D,
		       work->H);
	ralm_transpose(work->WgT, matrix(work, RALM_KDD19_GLOBAL), work->H,
		       work->H);
	ralm_threads_each(work->network->threads, work->blocks.count,
			  block_forward, work);
}

/* ---- backward -------------------------------------------------------------- */

static void seeds_backward(struct ralm_kdd19_work *work,
			   struct ralm_slab *slab,
			   const struct ralm_user_block *b)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_kernels *kernels = work->network->kernels;
	const size_t H = work->H, begin = b->seeds_begin;
	const size_t n = b->seeds_end - begin, once = plan->once_end;
	ralm_real *dS = work->dS + begin * H, *A = work->A + begin * H;
	if (n == 0)
		return;
	if (b->seeds_end > once) {
		const size_t first = begin > once ? begin - once : 0;
		ralm_sum_extra_rows(work->dS + once * H, plan->seed_extra,
				    first, b->seeds_end - once, H, kernels);
		ralm_sum_extra_rows(work->db + once, plan->seed_extra, first,
				    b->seeds_end - once, 1, kernels);
	}
	/* b = A·wᵀ, A = tanh(S·Wg); A becomes the gradient of S·Wg */
	ralm_real *dw = ralm_slab_at(slab, RALM_KDD19_WEIGHTS);
	const ralm_real *w = matrix(work, RALM_KDD19_WEIGHTS);
	for (size_t u = 0; u < n; u++) {
		const ralm_real db = work->db[begin + u];
		ralm_real *a = A + u * H;
		kernels->rows->combine(dw, 1, dw, (double)db, a, H);
		for (size_t h = 0; h < H; h++)
			a[h] = db * w[h] * (1 - a[h] * a[h]);
	}
	ralm_slab_add(slab, RALM_KDD19_GLOBAL, work->S + begin * H, A, n);
	ralm_matmul(dS, A, work->WgT, n, H, H, true);
}

static void targets_backward(struct ralm_kdd19_work *work,
			     struct ralm_slab *slab,
			     const struct ralm_user_block *b)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_kernels *kernels = work->network->kernels;
	const size_t H = work->H, n = b->targets_end - b->targets_begin;
	const size_t first = b->targets_begin - plan->targets_begin;
	if (n == 0)
		return;
	ralm_sum_extra_rows(work->dT, plan->target_extra, first, first + n, H,
			    kernels);
	ralm_sum_extra_rows(work->dQ, plan->target_extra, first, first + n, H,
			    kernels);
	/* Q = T·Wlᵀ */
	ralm_slab_add(slab, RALM_KDD19_LOCAL, work->dQ + first * H,
		      work->S + b->targets_begin * H, n);
	ralm_matmul(work->dT + first * H, work->dQ + first * H,
		    matrix(work, RALM_KDD19_LOCAL), n, H, H, true);
}

/* Overwrites a user's Z with its gradient, from that of S. Returns the gradient of the
 * slope. */
static double prelu_backward(struct ralm_kdd19_work *work, size_t user)
{
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H;
	const ralm_real slope = *matrix(work, RALM_KDD19_SLOPE);
	const ralm_real *s = NULL, *t = NULL;
	if (user < plan->seeds_end)
		s = work->dS + user * H;
	if (user >= plan->targets_begin)
		t = work->dT + (user - plan->targets_begin) * H;
	ralm_real *z = work->Z + user * H;
	double dslope = 0;
	for (size_t h = 0; h < H; h++) {
		const ralm_real d = (s != NULL ? s[h] : 0) + (t != NULL ? t[h] : 0);
		if (z[h] <= 0)
			dslope += (double)(d * z[h]);
		z[h] = z[h] > 0 ? d : slope * d;
	}
	return dslope;
}

static void block_backward(struct ralm_kdd19_work *work,
			   struct ralm_slab *slab, size_t i)
{
	const struct ralm_user_block b = ralm_user_block(&work->blocks, i);
	const size_t D = work->D, H = work->H, n = b.end - b.begin;
	double dslope = 0;
	seeds_backward(work, slab, &b);
	targets_backward(work, slab, &b);
	for (size_t u = b.begin; u < b.end; u++)
		dslope += prelu_backward(work, u);
	*ralm_slab_at(slab, RALM_KDD19_SLOPE) += (ralm_real)dslope;
	/* Z = X·M */
	ralm_slab_add(slab, RALM_KDD19_TRANSFORM, work->X + b.begin * D,
		      work->Z + b.begin * H, n);
	ralm_matmul(work->dX + b.begin * D, work->Z + b.begin * H, work->MT, n,
		    D, H, false);
}

static void slab_backward(void *context, size_t s, unsigned thread)
{
	struct ralm_kdd19_work *work = context;
	(void)thread;
	for (size_t i = s; i < work->blocks.count; i += work->slabs.count)
		block_backward(work, &work->slabs.slab[s], i);
}

void ralm_kdd19_users_backward(struct ralm_kdd19_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs.count,
			  slab_backward, work);
}
