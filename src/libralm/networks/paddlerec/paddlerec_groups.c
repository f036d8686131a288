/* The second and third level: a group is a seed list and up to RALM_GROUP_MAX
 * samples of it. Forward, loss and backward of a group run in one go, while its
 * rows lie in the cache; the work of the list is done once for its samples. */
#include "kernels/blas.h"
#include "networks/loss.h"
#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

/* Scratch of a thread, for the longest list. Of P a block of rows at a time is
 * there: memory grows with n, not with n². */
struct group_scratch {
	ralm_real *S, *A, *dS, *dA; /* (n,H) */
	ralm_real *P;               /* (block,n) */
	ralm_real *w, *dw, *p, *a, *dz; /* (n) */
	ralm_real *g, *dg, *l, *v, *dv; /* (H) */
};

enum { ROWS_MATRICES = 4, ROWS_VECTORS = 5, H_VECTORS = 5 };

static size_t padded(size_t reals)
{
	const size_t unit = RALM_ALIGNMENT / sizeof(ralm_real);
	return (reals + unit - 1) / unit * unit;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t ralm_group_scratch_size(const struct ralm_network *network,
			       const struct ralm_plan *plan)
{
	size_t n = plan->longest, H = network->H;
	size_t block = smaller(n, network->list_block);
	return ROWS_MATRICES * padded(n * H) + padded(block * n) +
	       ROWS_VECTORS * padded(n) + H_VECTORS * padded(H);
}

static ralm_real *cut(ralm_real **next, size_t reals)
{
	ralm_real *start = *next;
	*next += padded(reals);
	return start;
}

static void scratch_cut(struct group_scratch *x, const struct ralm_work *work,
			ralm_real *memory)
{
	size_t n = work->plan->longest, H = work->H;
	size_t block = smaller(n, work->network->list_block);
	x->S = cut(&memory, n * H);
	x->A = cut(&memory, n * H);
	x->dS = cut(&memory, n * H);
	x->dA = cut(&memory, n * H);
	x->P = cut(&memory, block * n);
	x->w = cut(&memory, n);
	x->dw = cut(&memory, n);
	x->p = cut(&memory, n);
	x->a = cut(&memory, n);
	x->dz = cut(&memory, n);
	x->g = cut(&memory, H);
	x->dg = cut(&memory, H);
	x->l = cut(&memory, H);
	x->v = cut(&memory, H);
	x->dv = cut(&memory, H);
}

/* Whether all of the list's users are its own: their rows then stand together,
 * in its order (plan.h), and serve where they are. */
static bool in_place(const struct ralm_work *work, const uint32_t *users,
		     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (users[i] >= work->plan->once_end)
			return false;
	return true;
}

static void use(struct group_scratch *x, const struct ralm_seed_rows *own,
		size_t row, size_t H)
{
	x->S = own->S + row * H;
	x->A = own->A + row * H;
	x->dS = own->dS + row * H;
	x->dA = own->dA + row * H;
}

/* Copies of the list's rows, which stand wherever their users do. */
static void gather(struct group_scratch *x, const struct ralm_work *work,
		   const struct ralm_seed_rows *own, const uint32_t *users,
		   const uint32_t *places, size_t n)
{
	const size_t H = work->H, once = work->plan->once_end;
	for (size_t i = 0; i < n; i++) {
		bool is_own = users[i] < once;
		size_t row = is_own ? places[i] : users[i] - once;
		const struct ralm_seed_rows *from = is_own ? own : &work->seeds;
		memcpy(x->S + i * H, from->S + row * H, H * sizeof *x->S);
		memcpy(x->A + i * H, from->A + row * H, H * sizeof *x->A);
	}
}

static void scatter(struct ralm_work *work, const struct ralm_seed_rows *own,
		    const struct group_scratch *x, const uint32_t *users,
		    const uint32_t *places, size_t n)
{
	const size_t H = work->H, once = work->plan->once_end;
	for (size_t i = 0; i < n; i++) {
		const struct ralm_seed_rows *to = users[i] < once ? own
								  : &work->seeds;
		size_t row = places[i];
		memcpy(to->dS + row * H, x->dS + i * H, H * sizeof *x->dS);
		memcpy(to->dA + row * H, x->dA + i * H, H * sizeof *x->dA);
	}
}

/* Rows [i, i + m) of P = softmax_rows(A·Sᵀ), whose columns' sums are added to
 * w. */
static void attention_rows(const struct ralm_work *work,
			   const struct group_scratch *x, ralm_real *w,
			   size_t i, size_t m, size_t n)
{
	const size_t H = work->H;
	ralm_matmul_nt(x->P, x->A + i * H, x->S, m, n, H, false);
	work->network->layers->global_attention_forward(w, x->P, m, n);
}

/* w and g of the list. Leaves the last block of P. */
static void list_forward(const struct ralm_work *work,
			 const struct group_scratch *x, size_t n)
{
	const size_t block = work->network->list_block;
	memset(x->w, 0, n * sizeof *x->w);
	for (size_t i = 0; i < n; i += block)
		attention_rows(work, x, x->w, i, smaller(block, n - i), n);
	work->network->layers->weighted_sum_forward(x->g, x->w, x->S, n,
						    work->H);
}

/* Adds to dS and sets dA. The blocks go backwards, from the one that is still
 * there; those before it are made again. */
static void list_backward(const struct ralm_work *work,
			  const struct group_scratch *x, size_t n)
{
	const struct ralm_layers *layers = work->network->layers;
	const size_t H = work->H, block = work->network->list_block;
	const size_t last = (n - 1) / block * block;
	layers->weighted_sum_backward(x->dS, x->dw, x->dg, x->w, x->S, n, H);
	for (size_t i = last + block; i > 0;) {
		i -= block;
		size_t m = smaller(block, n - i);
		if (i != last) /* its sums have served: w takes them */
			attention_rows(work, x, x->w, i, m, n);
		layers->global_attention_backward(x->P, x->dw, m, n);
		/* M = A·Sᵀ; x->P holds dM */
		ralm_matmul(x->dA + i * H, x->P, x->S, m, H, n, false);
		ralm_matmul_tn(x->dS, x->P, x->A + i * H, n, H, m, true);
	}
}

/* One sample, given its list's S and g; adds to dS and dg of the list. */
static void sample_run(struct ralm_work *work, struct group_scratch *x,
		       size_t sample, size_t n)
{
	const struct ralm_layers *layers = work->network->layers;
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H;
	size_t target = plan->target[sample] - plan->targets_begin;
	const ralm_real *t = work->T + target * H, *q = work->Q + target * H;

	layers->local_attention_forward(x->l, x->p, x->a, x->S, q, n, H);
	ralm_real cosine = layers->cosine_forward(x->v, x->l, x->g, t, H);
	work->cosine[sample] = cosine;
	if (work->dX == NULL)
		return;

	struct ralm_loss_gradient d;
	work->loss[sample] = ralm_loss(
		&d, work->network->loss, (double)cosine, plan->label[sample],
		(double)*work->parameters->scale,
		(double)*work->parameters->bias,
		(double)work->network->margin);
	work->dscale[sample] = d.scale;
	work->dbias[sample] = d.bias;

	size_t place = plan->target_place[sample] * H;
	layers->cosine_backward(x->dv, work->dT + place, (ralm_real)d.cosine,
				x->v, t, H);
	/* v = l + g */
	layers->add_scaled(x->dg, 1, x->dv, H);
	layers->local_attention_backward(x->dS, work->dQ + place, x->dz, x->dv,
					 x->p, x->a, x->S, q, n, H);
}

void ralm_group_run(struct ralm_work *work, const struct ralm_seed_rows *own,
		    ralm_real *memory, const struct ralm_group *group)
{
	struct group_scratch scratch, *x = &scratch;
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H;
	size_t start = plan->list_start[group->list];
	size_t n = plan->list_start[group->list + 1] - start;
	const uint32_t *users = plan->list_user + start;
	const uint32_t *places = plan->seed_place + group->seeds;

	scratch_cut(x, work, memory);
	bool placed = in_place(work, users, n);
	if (placed)
		use(x, own, places[0], H);
	else
		gather(x, work, own, users, places, n);
	list_forward(work, x, n);
	if (work->dX != NULL) {
		memset(x->dS, 0, n * H * sizeof *x->dS);
		memset(x->dg, 0, H * sizeof *x->dg);
	}
	for (size_t sample = group->first; sample < group->end; sample++)
		sample_run(work, x, sample, n);
	if (work->dX == NULL)
		return;

	list_backward(work, x, n);
	if (!placed)
		scatter(work, own, x, users, places, n);
}
