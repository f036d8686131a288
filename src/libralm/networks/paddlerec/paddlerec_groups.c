/* A tile from its users' rows to their gradients, by one thread, while they are in its
 * caches: between them the second and third level. A group is a seed list and up to
 * RALM_GROUP_MAX of its samples. Forward, loss and backward of a group run in one go;
 * the work of the list is done once for its samples. */
#include "networks/local_attention.h"
#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

/* Scratch of a thread, for the longest list. A block of rows of P is in memory at a
 * time, so that memory grows with n, not with n². S, A, dS and dA point to the rows of
 * the list's users, which are scattered. */
struct group_scratch {
	const ralm_real **S, **A; /* (n + SPARE) */
	ralm_real **dS, **dA;	  /* (n) */
	ralm_real *P;		  /* (block,n) */
	ralm_real *w, *dw;	  /* (n') */
	ralm_real *interleaved;	  /* scratch of kernels */
	struct ralm_local_attention local;
};

enum { SPARE = RALM_ROWS_SPARE };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Cuts the scratch out of `memory`; returns its size in bytes. */
static size_t scratch_cut(struct group_scratch *x,
			  const struct ralm_network *network,
			  const struct ralm_plan *plan, char *memory)
{
	const size_t H = network->H, n = plan->longest;
	const size_t row = sizeof(ralm_real *);
	const size_t real = sizeof(ralm_real), room = ralm_list_room(n);
	const size_t block = smaller(n, network->list_block);
	size_t used = 0;
	x->S = ralm_scratch_cut(memory, &used, n + SPARE, row);
	x->A = ralm_scratch_cut(memory, &used, n + SPARE, row);
	x->dS = ralm_scratch_cut(memory, &used, n, row);
	x->dA = ralm_scratch_cut(memory, &used, n, row);
	x->P = ralm_scratch_cut(memory, &used, ralm_products_room(block, n),
				real);
	x->w = ralm_scratch_cut(memory, &used, room, real);
	x->dw = ralm_scratch_cut(memory, &used, room, real);
	x->interleaved = ralm_scratch_cut(memory, &used,
					  ralm_interleaved_room(H), real);
	ralm_local_cut(&x->local, memory, &used, plan, H);
	return used;
}

/* Sets the pointers to the rows of the list's users, the tile's own and shared ones, and
 * to the rows for their gradients (plan.h). */
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

/* Rows [i, i + m) of P; adds their column sums to w. */
static void attention_rows(const struct ralm_work *work,
			   const struct group_scratch *x, ralm_real *w,
			   size_t i, size_t m, size_t n)
{
	work->network->kernels->lists->softmax(w, x->P, x->interleaved, x->A + i,
					       m, x->S, n, work->H);
}

/* Sets w of the list, and leaves the last block of P. */
static void list_forward(const struct ralm_work *work,
			 const struct group_scratch *x, size_t n)
{
	const size_t block = work->network->list_block;
	memset(x->w, 0, ralm_list_room(n) * sizeof *x->w);
	for (size_t i = 0; i < n; i += block)
		attention_rows(work, x, x->w, i, smaller(block, n - i), n);
}

/* Adds to dS and sets dA. Takes the blocks of P from the last, which is still there, to
 * the first; the others are computed again. */
static void list_backward(const struct ralm_work *work,
			  const struct group_scratch *x, size_t n)
{
	const struct ralm_list_kernels *lists = work->network->kernels->lists;
	const size_t H = work->H, block = work->network->list_block;
	const size_t last = (n - 1) / block * block;
	for (size_t i = last + block; i > 0;) {
		i -= block;
		size_t m = smaller(block, n - i);
		if (i != last) /* it adds to w as well, which nobody reads now */
			attention_rows(work, x, x->w, i, m, n);
		lists->softmax_backward(x->P, x->dw, m, n);
		/* M = A·Sᵀ; x->P holds dM */
		lists->sums(x->dA + i, x->P, m, x->S, n, H);
		lists->transposed_sums(x->dS, x->P, n, x->A + i, m, H, false);
	}
}

/* ---- samples -------------------------------------------------------------- */

/* Forward, losses and backward of a group whose w is known; adds to dw and sets
 * dS of the list. */
static void samples_run(struct ralm_work *work, struct group_scratch *x,
			const struct ralm_group *group, size_t n)
{
	const struct ralm_kernels *kernels = work->network->kernels;
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H;
	const struct ralm_local_list list = {x->S, x->dS, x->w, x->dw, n};
	const struct ralm_local_targets targets = {work->T, work->Q, work->dQ};
	ralm_local_forward(work->cosine, &x->local, &list, &targets, plan,
			   group, kernels, H);
	ralm_group_losses(&work->losses, work->network, work->parameters,
			  work->cosine, plan, group);
	for (size_t s = group->first; s < group->end; s++)
		kernels->samples->cosine_backward(
			x->local.v[s - group->first],
			work->dT + plan->target_place[s] * H,
			(ralm_real)work->losses.dcosine[s],
			x->local.t[s - group->first], H);
	ralm_local_backward(&x->local, &list, group, kernels, H);
}

/* One group; its tile's own users have the rows `own`. */
static void group_run(struct ralm_work *work, const struct ralm_seed_rows *own,
		      char *scratch, const struct ralm_group *group)
{
	struct group_scratch cut, *x = &cut;
	const struct ralm_plan *plan = work->plan;
	const size_t n = ralm_list_length(plan, group->list);

	scratch_cut(x, work->network, plan, scratch);
	find_rows(x, work, own, ralm_list_users(plan, group->list),
		  plan->seed_place + group->seeds, n);
	list_forward(work, x, n);
	memset(x->dw, 0, ralm_list_room(n) * sizeof *x->dw);
	samples_run(work, x, group, n);
	list_backward(work, x, n);
}

/* ---- tiles ---------------------------------------------------------------- */

/* Cuts the rows of a tile's own users out of memory (ralm_scratch_cut). */
static struct ralm_seed_rows rows_cut(char *memory, size_t *used,
				      const struct ralm_plan *plan, size_t H)
{
	const size_t size = plan->tile_users * H, real = sizeof(ralm_real);
	struct ralm_seed_rows rows;
	rows.S = ralm_scratch_cut(memory, used, size, real);
	rows.A = ralm_scratch_cut(memory, used, size, real);
	rows.dS = ralm_scratch_cut(memory, used, size, real);
	rows.dA = ralm_scratch_cut(memory, used, size, real);
	return rows;
}

size_t ralm_tile_scratch_size(const struct ralm_network *network,
			      const struct ralm_plan *plan)
{
	struct group_scratch none;
	size_t used = 0;
	rows_cut(NULL, &used, plan, network->H);
	return used + scratch_cut(&none, network, plan, NULL);
}

static void tile_run(struct ralm_work *work, struct ralm_slab *slab,
		     char *scratch, const struct ralm_tile *tile)
{
	const struct ralm_plan *plan = work->plan;
	const size_t m = tile->users_end - tile->users_begin;
	const size_t skip = tile->users_begin * work->D;
	size_t used = 0;
	const struct ralm_seed_rows own = rows_cut(scratch, &used, plan, work->H);
	ralm_seeds_forward(work, &own, work->X + skip, m);
	for (size_t g = tile->first; g < tile->end; g++)
		group_run(work, &own, scratch + used, &plan->group[g]);
	ralm_seeds_backward(work, slab, &own, work->dX + skip, work->X + skip,
			    m);
}

/* The tiles of a slab. */
static void run_slab(void *context, size_t s, unsigned thread)
{
	struct ralm_work *work = context;
	const size_t tiles = work->plan->tiles, slabs = work->slabs.count;
	char *scratch = work->scratch + thread * work->scratch_size;
	for (size_t t = tiles * s / slabs; t < tiles * (s + 1) / slabs; t++)
		tile_run(work, &work->slabs.slab[s], scratch,
			 &work->plan->tile[t]);
}

void ralm_tiles_run(struct ralm_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs.count, run_slab,
			  work);
}
