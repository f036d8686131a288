/* The toy's gradient, sample by sample on one thread. */
#include "toy.h"

#include "networks/sample_losses.h"

#include <math.h>
#include <string.h>

/* One call: what comes in, and vectors (D). */
struct pass {
	const struct ralm_network *network;
	const struct ralm_plan *plan;
	const ralm_real *X, *weight, *shift;
	ralm_real *v, *t, *dv, *dt;
	ralm_real *cosine; /* (B) */
	struct ralm_sample_losses losses;
	size_t D;
};

static int pass_init(struct pass *pass, struct ralm_network *network,
		     const struct ralm_parameters *parameters,
		     const ralm_real *X, const struct ralm_plan *plan,
		     ralm_real *cosine, struct ralm_error *err)
{
	const size_t D = network->D;
	ralm_real *memory = ralm_arena_get(&network->arena, 4 * D,
					   sizeof *memory, err);
	if (memory == NULL)
		return -1;
	*pass = (struct pass){
		.network = network,
		.plan = plan,
		.X = X,
		.weight = parameters->p[TOY_WEIGHT].at,
		.shift = parameters->p[TOY_SHIFT].at,
		.v = memory,
		.t = memory + D,
		.dv = memory + 2 * D,
		.dt = memory + 3 * D,
		.cosine = cosine,
		.D = D,
	};
	return ralm_sample_losses_init(&pass->losses, network, plan->B, err);
}

/* v = Σ x_i ∘ w */
static void seeds_forward(struct pass *pass, size_t list)
{
	const struct ralm_plan *plan = pass->plan;
	memset(pass->v, 0, pass->D * sizeof *pass->v);
	for (size_t i = plan->list_start[list]; i < plan->list_start[list + 1];
	     i++) {
		const ralm_real *x = pass->X + plan->list_user[i] * pass->D;
		for (size_t d = 0; d < pass->D; d++)
			pass->v[d] += x[d] * pass->weight[d];
	}
}

static void seeds_backward(struct pass *pass, ralm_real *dX,
			   ralm_real *dweight, size_t list)
{
	const struct ralm_plan *plan = pass->plan;
	for (size_t i = plan->list_start[list]; i < plan->list_start[list + 1];
	     i++) {
		const size_t row = plan->list_user[i] * pass->D;
		for (size_t d = 0; d < pass->D; d++) {
			dX[row + d] += pass->dv[d] * pass->weight[d];
			dweight[d] += pass->dv[d] * pass->X[row + d];
		}
	}
}

/* t = x + b */
static void target_forward(struct pass *pass, size_t sample)
{
	const ralm_real *x =
		pass->X + pass->plan->target[sample] * pass->D;
	for (size_t d = 0; d < pass->D; d++)
		pass->t[d] = x[d] + pass->shift[d];
}

static void target_backward(struct pass *pass, ralm_real *dX,
			    ralm_real *dshift, size_t sample)
{
	ralm_real *dx = dX + pass->plan->target[sample] * pass->D;
	for (size_t d = 0; d < pass->D; d++) {
		dx[d] += pass->dt[d];
		dshift[d] += pass->dt[d];
	}
}

/* cos(v, t), 0 where one is zero. */
static double cosine_forward(const struct pass *pass)
{
	double vt = 0, vv = 0, tt = 0;
	for (size_t d = 0; d < pass->D; d++) {
		vt += (double)pass->v[d] * (double)pass->t[d];
		vv += (double)pass->v[d] * (double)pass->v[d];
		tt += (double)pass->t[d] * (double)pass->t[d];
	}
	return vv < 1e-30 || tt < 1e-30 ? 0 : vt / sqrt(vv * tt);
}

/* dv += ..., sets dt. */
static void cosine_backward(struct pass *pass, double dc, double c)
{
	double vv = 0, tt = 0;
	for (size_t d = 0; d < pass->D; d++) {
		vv += (double)pass->v[d] * (double)pass->v[d];
		tt += (double)pass->t[d] * (double)pass->t[d];
	}
	if (vv < 1e-30 || tt < 1e-30)
		dc = 0, vv = tt = 1;
	for (size_t d = 0; d < pass->D; d++) {
		double v = (double)pass->v[d], t = (double)pass->t[d];
		pass->dv[d] += (ralm_real)(dc * (t / sqrt(vv * tt) -
						 c * v / vv));
		pass->dt[d] = (ralm_real)(dc * (v / sqrt(vv * tt) -
						c * t / tt));
	}
}

/* The samples of a list; dX, the gradient and dv are added to. */
static void group_gradient(ralm_real *dX, struct ralm_parameters *gradient,
			   struct pass *pass, const struct ralm_group *group,
			   const struct ralm_parameters *parameters)
{
	for (size_t s = group->first; s < group->end; s++) {
		target_forward(pass, s);
		pass->cosine[s] = (ralm_real)cosine_forward(pass);
	}
	ralm_group_losses(&pass->losses, pass->network, parameters,
			  pass->cosine, pass->plan, group);
	for (size_t s = group->first; s < group->end; s++) {
		target_forward(pass, s);
		cosine_backward(pass, pass->losses.dcosine[s],
				cosine_forward(pass));
		target_backward(pass, dX, gradient->p[TOY_SHIFT].at, s);
	}
}

static int gradient(ralm_real *cosine, double *loss, ralm_real *dX,
		    struct ralm_parameters *gradient,
		    struct ralm_network *network,
		    const struct ralm_parameters *parameters,
		    const ralm_real *X, const struct ralm_plan *plan,
		    struct ralm_error *err)
{
	struct pass pass;
	if (pass_init(&pass, network, parameters, X, plan, cosine, err) != 0)
		return -1;
	memset(dX, 0, plan->U * pass.D * sizeof *dX);
	memset(gradient->block, 0, gradient->size * sizeof *gradient->block);
	for (size_t g = 0; g < plan->G; g++) {
		const struct ralm_group *group = &plan->group[g];
		seeds_forward(&pass, group->list);
		memset(pass.dv, 0, pass.D * sizeof *pass.dv);
		group_gradient(dX, gradient, &pass, group, parameters);
		seeds_backward(&pass, dX, gradient->p[TOY_WEIGHT].at,
			       group->list);
	}
	ralm_sample_losses_sum(loss, gradient, &pass.losses, plan->B);
	return 0;
}

static const struct ralm_parameter_spec specs[] = {
	[TOY_WEIGHT] = {.name = "toy_weight", .rows = RALM_D, .rank = 1,
			.decays = true, .start = RALM_START_NUMBER, .number = 1},
	[TOY_SHIFT] = {.name = "toy_shift", .rows = RALM_D, .rank = 1,
		       .start = RALM_START_NUMBER, .number = 0},
};

const struct ralm_network_kind toy = {
	.name = "toy",
	.specs = {specs, sizeof specs / sizeof *specs},
	.gradient = gradient,
	.scoring = &toy_scoring,
};
