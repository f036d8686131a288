/* Lists and samples: a group at a time, forward, loss and backward in one go. */
#include "networks/cosine.h"
#include "networks/kdd19/kdd19_work.h"
#include "networks/local_attention.h"

#include <string.h>

enum { SPARE = RALM_ROWS_SPARE };

/* Scratch of a thread, for the longest list. */
struct scratch {
	const ralm_real **S; /* (n + SPARE) pointers to the seeds' rows */
	ralm_real **dS;	     /* (n) and to those of their gradients */
	ralm_real *r, *dr;   /* (n') */
	ralm_real *zeros, *unused; /* (n'), the w and dw of local attention */
	ralm_real *g, *dg; /* (H) */
	struct ralm_local_attention local; /* its v is l */
	struct ralm_cosine *global; /* cos(g, t) of each sample of the group */
	double gg;                  /* |g|² */
};

/* Cuts the scratch out of `memory`; returns its size in bytes. */
static size_t scratch_cut(struct scratch *x, const struct ralm_plan *plan,
			  size_t H, char *memory)
{
	const size_t n = plan->longest;
	const size_t real = sizeof(ralm_real), room = ralm_list_room(n);
	size_t used = 0;
	x->S = ralm_scratch_cut(memory, &used, n + SPARE, sizeof *x->S);
	x->dS = ralm_scratch_cut(memory, &used, n, sizeof *x->dS);
	x->r = ralm_scratch_cut(memory, &used, room, real);
	x->dr = ralm_scratch_cut(memory, &used, room, real);
	x->zeros = ralm_scratch_cut(memory, &used, room, real);
	x->unused = ralm_scratch_cut(memory, &used, room, real);
	x->g = ralm_scratch_cut(memory, &used, H, real);
	x->dg = ralm_scratch_cut(memory, &used, H, real);
	ralm_local_cut(&x->local, memory, &used, plan, H);
	x->global = ralm_scratch_cut(memory, &used, plan->largest,
				     sizeof *x->global);
	return used;
}

size_t ralm_kdd19_scratch_size(const struct ralm_network *network,
			       const struct ralm_plan *plan)
{
	struct scratch none;
	return scratch_cut(&none, plan, network->H, NULL);
}

/* ---- the list ------------------------------------------------------------ */

static void find_seeds(struct scratch *x, const struct ralm_kdd19_work *work,
		       const struct ralm_group *group, size_t n)
{
	const struct ralm_plan *plan = work->plan;
	const uint32_t *users = ralm_list_users(plan, group->list);
	for (size_t i = 0; i < n; i++) {
		const size_t place = ralm_kdd19_place(
			plan, users[i], plan->seed_place[group->seeds + i]);
		x->S[i] = work->S + users[i] * work->H;
		x->dS[i] = work->dS + place * work->H;
		x->r[i] = work->b[users[i]];
	}
	for (size_t i = n; i < n + SPARE; i++)
		x->S[i] = x->S[0];
}

/* r = softmax(b), g = Σ r_i S_i, |g|² */
static void list_forward(const struct ralm_kdd19_work *work, struct scratch *x,
			 size_t n)
{
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	rows->softmax(x->r, n);
	memset(x->g, 0, work->H * sizeof *x->g);
	for (size_t i = 0; i < n; i++)
		rows->combine(x->g, 1, x->g, (double)x->r[i], x->S[i], work->H);
	x->gg = rows->dot(x->g, x->g, work->H);
}

/* Adds to dS and sets db. */
static void list_backward(struct ralm_kdd19_work *work, struct scratch *x,
			  const struct ralm_group *group, size_t n)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const uint32_t *users = ralm_list_users(plan, group->list);
	double mean = 0;
	for (size_t i = 0; i < n; i++) {
		const double dr = rows->dot(x->S[i], x->dg, work->H);
		x->dr[i] = (ralm_real)dr;
		mean += (double)x->r[i] * dr;
		rows->combine(x->dS[i], 1, x->dS[i], (double)x->r[i], x->dg,
			      work->H);
	}
	for (size_t i = 0; i < n; i++) {
		const size_t place = ralm_kdd19_place(
			plan, users[i], plan->seed_place[group->seeds + i]);
		work->db[place] = (ralm_real)((double)x->r[i] *
					      ((double)x->dr[i] - mean));
	}
}

/* ---- samples ------------------------------------------------------------- */

/* Adds cos(g, t) to the cosine of sample s, the i-th of its group, which is cos(l, t)
 * before. */
static void global_forward(struct ralm_kdd19_work *work, struct scratch *x,
			   size_t s, size_t i)
{
	const double alpha = work->network->alpha;
	struct ralm_cosine *global = &x->global[i];
	*global = ralm_cosine(x->g, x->gg, x->local.t[i], work->H,
			      work->network->kernels->rows);
	global->c = ralm_clamp_cosine(global->c);
	work->cosine[s] = (ralm_real)((1 - alpha) * (double)work->cosine[s] +
				      alpha * global->c);
}

/* Sets dl, in place of l, and dt of a sample, and adds to dg. */
static void cosine_backward(struct ralm_kdd19_work *work, struct scratch *x,
			    size_t s, size_t i)
{
	const struct ralm_kernels *kernels = work->network->kernels;
	const struct ralm_row_kernels *rows = kernels->rows;
	const struct ralm_cosine *global = &x->global[i];
	const size_t H = work->H;
	const double alpha = work->network->alpha, d = work->losses.dcosine[s];
	const double da = alpha * d;
	const ralm_real *t = x->local.t[i];
	ralm_real *dt = work->dT + work->plan->target_place[s] * H;
	kernels->samples->cosine_backward(
		x->local.v[i], dt, (ralm_real)((1 - alpha) * d), t, H);
	if (global->inverse == 0)
		return;
	rows->combine(x->dg, 1, x->dg, da * global->inverse, t, H);
	rows->combine(x->dg, 1, x->dg, -da * global->c / x->gg, x->g, H);
	rows->combine(dt, 1, dt, da * global->inverse, x->g, H);
	rows->combine(dt, 1, dt, -da * global->c / global->tt, t, H);
}

static void samples_run(struct ralm_kdd19_work *work, struct scratch *x,
			const struct ralm_group *group, size_t n)
{
	const struct ralm_kernels *kernels = work->network->kernels;
	const struct ralm_plan *plan = work->plan;
	const size_t H = work->H, first = group->first;
	const struct ralm_local_list list = {x->S, x->dS, x->zeros, x->unused, n};
	const struct ralm_local_targets targets = {
		work->S + plan->targets_begin * H, work->Q, work->dQ};
	ralm_local_forward(work->cosine, &x->local, &list, &targets, plan,
			   group, kernels, H);
	for (size_t s = first; s < group->end; s++)
		global_forward(work, x, s, s - first);
	ralm_group_losses(&work->losses, work->network, work->parameters,
			  work->cosine, plan, group);
	for (size_t s = first; s < group->end; s++)
		cosine_backward(work, x, s, s - first);
	ralm_local_backward(&x->local, &list, group, kernels, H);
}

static void group_run(void *context, size_t g, unsigned thread)
{
	struct ralm_kdd19_work *work = context;
	struct scratch scratch, *x = &scratch;
	const struct ralm_plan *plan = work->plan;
	const struct ralm_group *group = &plan->group[g];
	const size_t H = work->H;
	const size_t n = ralm_list_length(plan, group->list);
	scratch_cut(x, plan, H, work->scratch + thread * work->scratch_size);
	memset(x->dg, 0, H * sizeof *x->dg);
	memset(x->zeros, 0, ralm_list_room(n) * sizeof *x->zeros);
	memset(x->unused, 0, ralm_list_room(n) * sizeof *x->unused);
	find_seeds(x, work, group, n);
	list_forward(work, x, n);
	samples_run(work, x, group, n);
	list_backward(work, x, group, n);
}

void ralm_kdd19_groups_run(struct ralm_kdd19_work *work)
{
	ralm_threads_each(work->network->threads, work->plan->G, group_run,
			  work);
}
