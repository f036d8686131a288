/* The users' level: rows of seeds and targets, forward and backward, in blocks.
 * A user who is seed and target has one S and the sum of both gradients. */
#include "kernels/blas.h"
#include "networks/kdd19/kdd19_work.h"
#include "networks/local_attention.h"

/* The users [begin, end) of a block; seeds are those before seeds_end, targets those
 * from targets_begin on, and some are both. */
struct block {
	size_t begin, end, seeds_end, targets_begin;
};

static struct block block_at(const struct ralm_kdd19_work *work, size_t i)
{
	const struct ralm_plan *plan = work->plan;
	struct block b = {.begin = i * work->block};
	b.end = b.begin + work->block < plan->U ? b.begin + work->block : plan->U;
	b.seeds_end = plan->seeds_end < b.begin ? b.begin
		      : plan->seeds_end > b.end ? b.end
						: plan->seeds_end;
	b.targets_begin = plan->targets_begin < b.begin ? b.begin
			  : plan->targets_begin > b.end	? b.end
							: plan->targets_begin;
	return b;
}

static size_t blocks(const struct ralm_kdd19_work *work)
{
	return (work->plan->U + work->block - 1) / work->block;
}

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
	const struct block b = block_at(work, i);
	const size_t H = work->H, seeds = b.seeds_end - b.begin;
	const size_t target = b.targets_begin - work->plan->targets_begin;
	ralm_real *A = work->A + b.begin * H;
	(void)thread;
	transform(work, b.begin, b.end - b.begin);
	if (seeds > 0) { /* b = tanh(S·Wg)·wᵀ */
		ralm_matmul(A, work->S + b.begin * H,
			    matrix(work, RALM_KDD19_GLOBAL), seeds, H, H, false);
		rows->tanh_forward(A, seeds * H);
	}
	for (size_t u = b.begin; u < b.seeds_end; u++)
		work->b[u] = (ralm_real)rows->dot(
			work->A + u * H, matrix(work, RALM_KDD19_WEIGHTS), H);
	if (b.end > b.targets_begin) /* Q = T·Wlᵀ */
		ralm_matmul_nt(work->Q + target * H,
			       work->S + b.targets_begin * H,
			       matrix(work, RALM_KDD19_LOCAL),
			       b.end - b.targets_begin, H, H, false);
}

void ralm_kdd19_users_forward(struct ralm_kdd19_work *work)
{
	ralm_transpose(work->MT, matrix(work, RALM_KDD19_TRANSFORM), work->D,
		       work->H);
	ralm_transpose(work->WgT, matrix(work, RALM_KDD19_GLOBAL), work->H,
		       work->H);
	ralm_threads_each(work->network->threads, blocks(work), block_forward,
			  work);
}

/* ---- backward -------------------------------------------------------------- */

static void seeds_backward(struct ralm_kdd19_work *work,
			   struct ralm_parameters *slab, const struct block *b)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_kernels *kernels = work->network->kernels;
	const size_t H = work->H, n = b->seeds_end - b->begin;
	const size_t once = plan->once_end;
	ralm_real *dS = work->dS + b->begin * H, *A = work->A + b->begin * H;
	ralm_real *dw = slab->p[RALM_KDD19_WEIGHTS].at;
	if (n == 0)
		return;
	if (b->seeds_end > once) {
		const size_t first = b->begin > once ? b->begin - once : 0;
		ralm_sum_extra_rows(work->dS + once * H, plan->seed_extra,
				    first, b->seeds_end - once, H, kernels);
		ralm_sum_extra_rows(work->db + once, plan->seed_extra, first,
				    b->seeds_end - once, 1, kernels);
	}
	/* b = A·wᵀ, A = tanh(S·Wg); A becomes the gradient of S·Wg */
	for (size_t u = 0; u < n; u++) {
		const ralm_real db = work->db[b->begin + u];
		ralm_real *a = A + u * H;
		const ralm_real *w = matrix(work, RALM_KDD19_WEIGHTS);
		kernels->rows->combine(dw, 1, dw, (double)db, a, H);
		for (size_t h = 0; h < H; h++)
			a[h] = db * w[h] * (1 - a[h] * a[h]);
	}
	ralm_matmul_tn(slab->p[RALM_KDD19_GLOBAL].at, work->S + b->begin * H, A,
		       H, H, n, true);
	ralm_matmul(dS, A, work->WgT, n, H, H, true);
}

static void targets_backward(struct ralm_kdd19_work *work,
			     struct ralm_parameters *slab,
			     const struct block *b)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_kernels *kernels = work->network->kernels;
	const size_t H = work->H, n = b->end - b->targets_begin;
	const size_t first = b->targets_begin - plan->targets_begin;
	if (n == 0)
		return;
	ralm_sum_extra_rows(work->dT, plan->target_extra, first, first + n, H,
			    kernels);
	ralm_sum_extra_rows(work->dQ, plan->target_extra, first, first + n, H,
			    kernels);
	/* Q = T·Wlᵀ */
	ralm_matmul_tn(slab->p[RALM_KDD19_LOCAL].at, work->dQ + first * H,
		       work->S + b->targets_begin * H, H, H, n, true);
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
			   struct ralm_parameters *slab, size_t i)
{
	const struct block b = block_at(work, i);
	const size_t D = work->D, H = work->H, n = b.end - b.begin;
	double dslope = 0;
	seeds_backward(work, slab, &b);
	targets_backward(work, slab, &b);
	for (size_t u = b.begin; u < b.end; u++)
		dslope += prelu_backward(work, u);
	*slab->p[RALM_KDD19_SLOPE].at += (ralm_real)dslope;
	/* Z = X·M */
	ralm_matmul_tn(slab->p[RALM_KDD19_TRANSFORM].at, work->X + b.begin * D,
		       work->Z + b.begin * H, D, H, n, true);
	ralm_matmul(work->dX + b.begin * D, work->Z + b.begin * H, work->MT, n,
		    D, H, false);
}

static void slab_backward(void *context, size_t s, unsigned thread)
{
	struct ralm_kdd19_work *work = context;
	(void)thread;
	for (size_t i = s; i < blocks(work); i += work->slabs)
		block_backward(work, &work->slab[s], i);
}

void ralm_kdd19_users_backward(struct ralm_kdd19_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs, slab_backward,
			  work);
}
