#include "networks/paddlerec/paddlerec.h"

#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

/* ---- memory of one call -------------------------------------------------- */

static void *get(struct ralm_network *network, size_t rows, size_t columns,
		 size_t size, struct ralm_error *err)
{
	return ralm_arena_get(&network->arena, rows * columns, size, err);
}

/* The size of blocks of shared users: several blocks even in a small batch, so that
 * every thread has work. */
static size_t shared_block(const struct ralm_plan *plan)
{
	enum { BLOCKS_WANTED = 4, AT_LEAST = 16 };
	size_t size = (plan->U - plan->once_end) / BLOCKS_WANTED + 1;
	return size < AT_LEAST	       ? AT_LEAST
	       : size > RALM_USER_BLOCK ? RALM_USER_BLOCK
					: size;
}

static int work_init(struct ralm_work *work, struct ralm_network *network,
		     const struct ralm_parameters *parameters,
		     const ralm_real *X, const struct ralm_plan *plan,
		     ralm_real *cosine, struct ralm_error *err)
{
	const size_t real = sizeof(ralm_real), H = network->H;
	memset(work, 0, sizeof *work);
	ralm_arena_reset(&network->arena);
	work->network = network;
	work->parameters = parameters;
	work->plan = plan;
	work->X = X;
	work->D = network->D;
	work->H = H;
	work->absent = RALM_PADDLEREC_PARAMETERS - network->kind->specs.count;
	work->cosine = cosine;
	work->shared_block = shared_block(plan);
	work->scratch_size = ralm_tile_scratch_size(network, plan);
	size_t seeds = plan->seeds_end - plan->once_end;
	size_t targets = plan->U - plan->targets_begin;
	if ((work->seeds.S = get(network, seeds, H, real, err)) == NULL ||
	    (work->seeds.A = get(network, seeds, H, real, err)) == NULL ||
	    (work->T = get(network, targets, H, real, err)) == NULL ||
	    (work->Q = get(network, targets, H, real, err)) == NULL ||
	    (work->scratch = get(network, ralm_threads_count(network->threads),
				 work->scratch_size, real, err)) == NULL)
		return -1;
	return 0;
}

static int backward_init(struct ralm_work *work, struct ralm_network *network,
			 ralm_real *dX, struct ralm_error *err)
{
	const struct ralm_plan *plan = work->plan;
	const size_t real = sizeof(ralm_real), D = network->D, H = network->H;
	size_t seeds = plan->seed_extra[plan->seeds_end - plan->once_end];
	size_t targets = plan->target_extra[plan->U - plan->targets_begin];
	work->dX = dX;
	if ((work->seeds.dS = get(network, seeds, H, real, err)) == NULL ||
	    (work->seeds.dA = get(network, seeds, H, real, err)) == NULL ||
	    (work->dT = get(network, targets, H, real, err)) == NULL ||
	    (work->dQ = get(network, targets, H, real, err)) == NULL ||
	    (work->MsT = get(network, H, D, real, err)) == NULL ||
	    (work->MtT = get(network, H, D, real, err)) == NULL ||
	    (work->WgT = get(network, H, H, real, err)) == NULL ||
	    ralm_sample_losses_init(&work->losses, network, plan->B, err) != 0)
		return -1;
	return ralm_slabs_init(work, network, err);
}

/* ---- the gradient ---------------------------------------------------------- */

int ralm_paddlerec_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			    struct ralm_parameters *gradient,
			    struct ralm_network *network,
			    const struct ralm_parameters *parameters,
			    const ralm_real *X, const struct ralm_plan *plan,
			    struct ralm_error *err)
{
	struct ralm_work work;
	if (work_init(&work, network, parameters, X, plan, cosine, err) != 0 ||
	    backward_init(&work, network, dX, err) != 0)
		return -1;
	ralm_shared_forward(&work);
	ralm_tiles_run(&work);
	ralm_shared_backward(&work);
	ralm_slabs_sum(gradient, &work);
	ralm_sample_losses_sum(loss, gradient, &work.losses, plan->B);
	return 0;
}

/* ---- the entry ----------------------------------------------------------- */

/* Both transforms start with the same values, so that the first cosines already
 * tell which users are near each other. */
static const struct ralm_parameter_spec specs[] = {
	[RALM_SEEDS_TRANSFORM] = {"seeds_transform", RALM_D, RALM_H, 2, true,
				  RALM_START_GLOROT, 0, NULL},
	[RALM_TARGET_TRANSFORM] = {"target_transform", RALM_D, RALM_H, 2, true,
				   RALM_START_LIKE, 0, "seeds_transform"},
	[RALM_LOCAL_ATTENTION] = {"local_attention", RALM_H, RALM_H, 2, true,
				  RALM_START_GLOROT, 0, NULL},
	[RALM_GLOBAL_ATTENTION] = {"global_attention", RALM_H, RALM_H, 2, true,
				   RALM_START_GLOROT, 0, NULL},
};

const struct ralm_network_kind ralm_paddlerec = {
	.name = "paddlerec",
	.specs = {specs, sizeof specs / sizeof *specs},
	.gradient = ralm_paddlerec_gradient,
	.scoring = &ralm_paddlerec_scoring,
};
