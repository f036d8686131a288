/* The second and third level: a group is a seed list and up to RALM_GROUP_MAX
 * samples of it. Forward, loss and backward of a group run in one go, while its
 * rows lie in the cache; the work of the list is done once for its samples. */
#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

/* Scratch of a thread, for the longest list. Of P a block of rows at a time is
 * there: memory grows with n, not with n². The rows of a list stand wherever
 * those of its users do; pointers name them. */
struct group_scratch {
	const ralm_real **S, **A;       /* (n + SPARE) */
	ralm_real **dS, **dA;		/* (n) */
	const ralm_real **q, **t, **dv; /* (SAMPLES + SPARE) */
	ralm_real **v, **dq;		/* (SAMPLES) */
	ralm_real *P;			/* (block,n) */
	ralm_real *w, *dw;		/* (n') */
	ralm_real *p, *a, *c;		/* (SAMPLES,n), c for four */
	ralm_real *V;			/* (SAMPLES,H) */
	ralm_real *X, *zeros;		/* what kernels.h says, and (H) */
};

enum { SAMPLES = RALM_SAMPLES_TOGETHER, SPARE = 3 };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Memory, unless it is NULL, of `count` of `size` bytes, *used bytes from its
 * start; they are used then. */
static void *cut(char *memory, size_t *used, size_t count, size_t size)
{
	char *start = memory != NULL ? memory + *used : NULL;
	*used += (count * size + RALM_ALIGNMENT - 1) / RALM_ALIGNMENT *
		 RALM_ALIGNMENT;
	return start;
}

/* Cuts the scratch out of `memory`; how many bytes of it. */
static size_t scratch_cut(struct group_scratch *x,
			  const struct ralm_network *network, size_t n,
			  char *memory)
{
	const size_t H = network->H, row = sizeof(ralm_real *);
	const size_t real = sizeof(ralm_real), room = ralm_list_room(n);
	const size_t block = smaller(n, network->list_block);
	size_t used = 0;
	x->S = cut(memory, &used, n + SPARE, row);
	x->A = cut(memory, &used, n + SPARE, row);
	x->dS = cut(memory, &used, n, row);
	x->dA = cut(memory, &used, n, row);
	x->q = cut(memory, &used, SAMPLES + SPARE, row);
	x->t = cut(memory, &used, SAMPLES + SPARE, row);
	x->dv = cut(memory, &used, SAMPLES + SPARE, row);
	x->v = cut(memory, &used, SAMPLES, row);
	x->dq = cut(memory, &used, SAMPLES, row);
	x->P = cut(memory, &used, ralm_group_room(block, n), real);
	x->w = cut(memory, &used, room, real);
	x->dw = cut(memory, &used, room, real);
	x->p = cut(memory, &used, ralm_group_room(SAMPLES, n), real);
	x->a = cut(memory, &used, ralm_group_room(SAMPLES, n), real);
	x->c = cut(memory, &used, ralm_group_room(4, n), real);
	x->V = cut(memory, &used, SAMPLES * H, real);
	x->X = cut(memory, &used, ralm_turned_room(H), real);
	x->zeros = cut(memory, &used, H, real);
	return used;
}

size_t ralm_group_scratch_size(const struct ralm_network *network,
			       const struct ralm_plan *plan)
{
	struct group_scratch none;
	return scratch_cut(&none, network, plan->longest, NULL) /
	       sizeof(ralm_real);
}

/* The rows of the list's users: own ones of the tile, and shared ones. Their
 * gradients have places of their own (plan.h). */
static void find_rows(struct group_scratch *x, const struct ralm_work *work,
		      const struct ralm_seed_rows *own, const uint32_t *users,
		      const uint32_t *places, size_t n)
{
	const size_t H = work->H, once = work->plan->once_end;
	for (size_t i = 0; i < n; i++) {
		const bool is_own = users[i] < once;
		const struct ralm_seed_rows *at = is_own ? own : &work->seeds;
		const size_t row = is_own ? places[i] : users[i] - once;
		x->S[i] = at->S + row * H;
		x->A[i] = at->A + row * H;
		x->dS[i] = at->dS + places[i] * H;
		x->dA[i] = at->dA + places[i] * H;
	}
	for (size_t i = n; i < n + SPARE; i++) {
		x->S[i] = x->S[0];
		x->A[i] = x->A[0];
	}
}

/* Rows [i, i + m) of P, whose columns' sums are added to w. */
static void attention_rows(const struct ralm_work *work,
			   const struct group_scratch *x, ralm_real *w,
			   size_t i, size_t m, size_t n)
{
	work->network->kernels->lists->softmax(w, x->P, x->X, x->A + i, m, x->S,
					       n, work->H);
}

/* w of the list. Leaves the last block of P. */
static void list_forward(const struct ralm_work *work,
			 const struct group_scratch *x, size_t n)
{
	const size_t block = work->network->list_block;
	memset(x->w, 0, ralm_list_room(n) * sizeof *x->w);
	for (size_t i = 0; i < n; i += block)
		attention_rows(work, x, x->w, i, smaller(block, n - i), n);
}

/* Adds to dS and sets dA. The blocks go backwards, from the one that is still
 * there; those before it are made again. */
static void list_backward(const struct ralm_work *work,
			  const struct group_scratch *x, size_t n)
{
	const struct ralm_list_kernels *lists = work->network->kernels->lists;
	const size_t H = work->H, block = work->network->list_block;
	const size_t last = (n - 1) / block * block;
	for (size_t i = last + block; i > 0;) {
		i -= block;
		size_t m = smaller(block, n - i);
		if (i != last) /* its sums have served: w takes them */
			attention_rows(work, x, x->w, i, m, n);
		lists->softmax_backward(x->P, x->dw, m, n);
		/* M = A·Sᵀ; x->P holds dM */
		lists->sums(x->dA + i, x->P, m, x->S, n, H);
		lists->transposed_sums(x->dS, x->P, n, x->A + i, m, H, false);
	}
}

/* ---- samples -------------------------------------------------------------- */

/* Names the rows of m samples from `first` on. */
static void find_samples(struct group_scratch *x, const struct ralm_work *work,
			 size_t first, size_t m)
{
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H;
	for (size_t i = 0; i < m; i++) {
		size_t target = plan->target[first + i] - plan->targets_begin;
		x->q[i] = work->Q + target * H;
		x->t[i] = work->T + target * H;
		x->v[i] = x->V + i * H;
		x->dv[i] = x->v[i];
		x->dq[i] = work->dQ + plan->target_place[first + i] * H;
	}
	for (size_t i = m; i < m + SPARE; i++) {
		x->q[i] = x->zeros;
		x->dv[i] = x->zeros;
	}
}

/* The loss of a sample, and what is known by its cosine: v becomes dv, dt. */
static void sample_loss(struct ralm_work *work, const struct group_scratch *x,
			size_t sample, size_t i)
{
	const struct ralm_plan *plan = work->plan;
	const double dcosine = ralm_sample_loss(
		&work->losses, work->network, work->parameters,
		work->cosine[sample], plan->label[sample], sample);
	work->network->kernels->samples->cosine_backward(
		x->v[i], work->dT + plan->target_place[sample] * work->H,
		(ralm_real)dcosine, x->t[i], work->H);
}

/* Samples [first, first + m) of a list whose w is known; adds to dw and, but for
 * the list's first samples, which set it, to dS of the list. */
static void samples_run(struct ralm_work *work, struct group_scratch *x,
			size_t first, size_t m, size_t n, bool sets)
{
	const struct ralm_kernels *kernels = work->network->kernels;
	const size_t H = work->H;
	find_samples(x, work, first, m);
	kernels->samples->forward(work->cosine + first, x->v, x->p, x->a, x->c,
				  x->w, x->S, x->q, x->t, m, n, H);
	for (size_t i = 0; i < m; i++)
		sample_loss(work, x, first + i, i);
	kernels->samples->backward(x->dq, x->dw, x->p, x->a, x->c, x->w, x->S,
				   x->dv, m, n, H);
	kernels->lists->transposed_sums(x->dS, x->p, n, x->dv, m, H, sets);
	kernels->lists->transposed_sums(x->dS, x->a, n, x->q, m, H, false);
}

void ralm_group_run(struct ralm_work *work, const struct ralm_seed_rows *own,
		    ralm_real *memory, const struct ralm_group *group)
{
	struct group_scratch scratch, *x = &scratch;
	const struct ralm_plan *plan = work->plan;
	size_t start = plan->list_start[group->list];
	size_t n = plan->list_start[group->list + 1] - start;

	scratch_cut(x, work->network, plan->longest, (char *)memory);
	memset(x->zeros, 0, work->H * sizeof *x->zeros);
	find_rows(x, work, own, plan->list_user + start,
		  plan->seed_place + group->seeds, n);
	list_forward(work, x, n);
	memset(x->dw, 0, ralm_list_room(n) * sizeof *x->dw);
	for (size_t first = group->first; first < group->end; first += SAMPLES)
		samples_run(work, x, first, smaller(SAMPLES, group->end - first),
			    n, first == group->first);
	list_backward(work, x, n);
}
