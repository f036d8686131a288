/* The gradient. Groups (plan.h) first: the sum of the list, its samples, and
 * dv, the gradient that they give to each seed. Then users, whose gradients are
 * sums of dv over their lists and of dt over their samples. */
#include "networks/average/average.h"

#include "networks/cosine.h"
#include "networks/sample_losses.h"

#include <string.h>

/* Scratch of a thread, for one group. */
struct scratch {
	ralm_real *v;                /* (D) the sum of the list */
	const ralm_real **seed;      /* (longest) the rows of its seeds */
	struct ralm_cosine *cosines; /* (largest) of its samples */
};

struct work {
	const struct ralm_network *network;
	const struct ralm_parameters *parameters;
	const struct ralm_plan *plan;
	const ralm_real *X; /* (U,D) */
	size_t D;
	ralm_real *cosine;       /* (B) */
	struct scratch *scratch; /* (threads) */

	/* backward */
	ralm_real *dX; /* (U,D) */
	ralm_real *dV; /* (G,D) */
	ralm_real *dT; /* (target_places,D), by plan->target_place */
	/* The rows of gradients of shared users: dv by plan->seed_place, dt by
	 * plan->target_place. */
	const ralm_real **dv, **dt;
	struct ralm_sample_losses losses;
};

static int scratch_init(struct scratch *scratch, struct ralm_network *network,
			const struct ralm_plan *plan, struct ralm_error *err)
{
	const struct ralm_network_array array[] = {
		RALM_NETWORK_ARRAY(scratch->v, network->D),
		RALM_NETWORK_ARRAY(scratch->seed, plan->longest),
		RALM_NETWORK_ARRAY(scratch->cosines, plan->largest),
	};
	return ralm_network_arrays(network, array, sizeof array / sizeof *array,
				   err);
}

static int work_init(struct work *work, struct ralm_network *network,
		     struct ralm_error *err)
{
	const struct ralm_plan *plan = work->plan;
	const size_t threads = ralm_threads_count(network->threads);
	const struct ralm_network_array array[] = {
		RALM_NETWORK_ARRAY(work->scratch, threads),
		RALM_NETWORK_ARRAY(work->dV, plan->G * work->D),
		RALM_NETWORK_ARRAY(work->dT, plan->target_places * work->D),
		RALM_NETWORK_ARRAY(work->dv, plan->seed_places),
		RALM_NETWORK_ARRAY(work->dt, plan->target_places),
	};
	if (ralm_network_arrays(network, array, sizeof array / sizeof *array,
				err) != 0)
		return -1;
	for (size_t i = 0; i < threads; i++)
		if (scratch_init(&work->scratch[i], network, plan, err) != 0)
			return -1;
	return ralm_sample_losses_init(&work->losses, network, plan->B, err);
}

/* ---- groups -------------------------------------------------------------- */

/* Sets dt of a sample and adds the part of its t to the list's dv; returns the factor
 * of v in dv, which is added once for all samples. */
static double cosine_backward(struct work *work, size_t s,
			      const struct ralm_cosine *cosine,
			      const ralm_real *v, double vv, ralm_real *dv)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const size_t D = work->D, place = plan->target_place[s];
	const ralm_real *t = work->X + plan->target[s] * D;
	const bool zero = cosine->inverse == 0;
	const double d = work->losses.dcosine[s], c = cosine->c;
	ralm_real *dt = work->dT + place * D;
	work->dt[place] = dt;
	rows->combine(dt, d * cosine->inverse, v,
		      zero ? 0 : -d * c / cosine->tt, t, D);
	rows->combine(dv, 1, dv, d * cosine->inverse, t, D);
	return zero ? 0 : -d * c / vv;
}

/* The samples of a group whose v is known; sets dv. */
static void samples_run(struct work *work, const struct ralm_group *group,
			const struct scratch *scratch, ralm_real *dv)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const size_t D = work->D, first = group->first;
	const ralm_real *v = scratch->v;
	const double vv = rows->dot(v, v, D);
	double dvv = 0;
	for (size_t s = first; s < group->end; s++) {
		const ralm_real *t = work->X + plan->target[s] * D;
		struct ralm_cosine *cosine = &scratch->cosines[s - first];
		*cosine = ralm_cosine(v, vv, t, D, rows);
		work->cosine[s] = (ralm_real)ralm_clamp_cosine(cosine->c);
	}
	ralm_group_losses(&work->losses, work->network, work->parameters,
			  work->cosine, plan, group);
	memset(dv, 0, D * sizeof *dv);
	for (size_t s = first; s < group->end; s++)
		dvv += cosine_backward(work, s, &scratch->cosines[s - first], v,
				       vv, dv);
	rows->combine(dv, 1, dv, dvv, v, D);
}

/* Each seed of the group has the gradient dv: sets dX of seeds that are in no other
 * group, and keeps a pointer to dv for the others. */
static void seeds_backward(struct work *work, const struct ralm_group *group,
			   const ralm_real *dv)
{
	const struct ralm_plan *plan = work->plan;
	const uint32_t *users = ralm_list_users(plan, group->list);
	const size_t n = ralm_list_length(plan, group->list);
	for (size_t i = 0; i < n; i++) {
		if (users[i] < plan->once_end)
			memcpy(work->dX + users[i] * work->D, dv,
			       work->D * sizeof *dv);
		else
			work->dv[plan->seed_place[group->seeds + i]] = dv;
	}
}

static void group_run(struct work *work, size_t g,
		      const struct scratch *scratch)
{
	const struct ralm_plan *plan = work->plan;
	const struct ralm_group *group = &plan->group[g];
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const uint32_t *users = ralm_list_users(plan, group->list);
	const size_t n = ralm_list_length(plan, group->list), D = work->D;
	ralm_real *dv = work->dV + g * D;
	for (size_t i = 0; i < n; i++)
		scratch->seed[i] = work->X + users[i] * D;
	rows->sum(scratch->v, scratch->seed, n, D, NULL);
	samples_run(work, group, scratch, dv);
	seeds_backward(work, group, dv);
}

static void tile_run(void *context, size_t i, unsigned thread)
{
	struct work *work = context;
	const struct ralm_tile *tile = &work->plan->tile[i];
	for (size_t g = tile->first; g < tile->end; g++)
		group_run(work, g, &work->scratch[thread]);
}

/* ---- shared users -------------------------------------------------------- */

enum { USERS = 64 }; /* in a block */

/* Sets dx to the sum of the rows of shared seed or target i, or adds it. */
static void sum_places(ralm_real *dx, const struct work *work,
		       const ralm_real *const *row, const size_t *extra,
		       size_t i, bool adds)
{
	const size_t several = extra[i + 1] - extra[i];
	const struct ralm_row_kernels *rows = work->network->kernels->rows;
	const ralm_real *const *first = several > 0 ? row + extra[i] : row + i;
	const size_t count = several > 0 ? several : 1;
	if (!adds)
		rows->sum(dx, first, count, work->D, NULL);
	for (size_t k = 0; adds && k < count; k++)
		rows->add(dx, first[k], work->D);
}

static void block_run(void *context, size_t block, unsigned thread)
{
	struct work *work = context;
	const struct ralm_plan *plan = work->plan;
	const size_t first = plan->once_end + block * USERS;
	(void)thread;
	for (size_t u = first; u < plan->U && u < first + USERS; u++) {
		ralm_real *dx = work->dX + u * work->D;
		if (u < plan->seeds_end)
			sum_places(dx, work, work->dv, plan->seed_extra,
				   u - plan->once_end, false);
		if (u >= plan->targets_begin)
			sum_places(dx, work, work->dt, plan->target_extra,
				   u - plan->targets_begin,
				   u < plan->seeds_end);
	}
}

/* ---- the entry ----------------------------------------------------------- */

static int gradient(ralm_real *cosine, double *loss, ralm_real *dX,
		    struct ralm_parameters *gradient,
		    struct ralm_network *network,
		    const struct ralm_parameters *parameters,
		    const ralm_real *X, const struct ralm_plan *plan,
		    struct ralm_error *err)
{
	struct work work = {
		.network = network,
		.parameters = parameters,
		.plan = plan,
		.X = X,
		.D = network->D,
		.cosine = cosine,
		.dX = dX,
	};
	if (work_init(&work, network, err) != 0)
		return -1;
	ralm_threads_each(network->threads, plan->tiles, tile_run, &work);
	ralm_threads_each(network->threads,
			  (plan->U - plan->once_end + USERS - 1) / USERS,
			  block_run, &work);
	ralm_sample_losses_sum(loss, gradient, &work.losses, plan->B);
	return 0;
}

const struct ralm_network_kind ralm_average = {
	.name = "average",
	.gradient = gradient,
	.scoring = &ralm_average_scoring,
};
