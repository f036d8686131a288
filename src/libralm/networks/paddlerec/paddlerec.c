#include "networks/paddlerec/paddlerec.h"

#include "networks/paddlerec/paddlerec_work.h"

enum { BLOCKS_WANTED = 4 }; /* of shared users */

static int work_init(struct ralm_work *work, struct ralm_network *network,
		     struct ralm_error *err)
{
	const struct ralm_plan *plan = work->plan;
	const size_t D = network->D, H = network->H;
	const size_t seeds = plan->seeds_end - plan->once_end;
	const size_t targets = plan->U - plan->targets_begin;
	const struct ralm_network_array array[] = {
		RALM_NETWORK_ARRAY(work->seeds.S, seeds * H),
		RALM_NETWORK_ARRAY(work->seeds.A, seeds * H),
		RALM_NETWORK_ARRAY(work->T, targets * H),
		RALM_NETWORK_ARRAY(work->Q, targets * H),
		RALM_NETWORK_ARRAY(work->seeds.dS, plan->seed_places * H),
		RALM_NETWORK_ARRAY(work->seeds.dA, plan->seed_places * H),
		RALM_NETWORK_ARRAY(work->dT, plan->target_places * H),
		RALM_NETWORK_ARRAY(work->dQ, plan->target_places * H),
		RALM_NETWORK_ARRAY(work->MsT, H * D),
		RALM_NETWORK_ARRAY(work->MtT, H * D),
		RALM_NETWORK_ARRAY(work->WgT, H * H),
		RALM_NETWORK_ARRAY(work->scratch,
				   ralm_threads_count(network->threads) *
					   work->scratch_size),
	};
	if (ralm_network_arrays(network, array, sizeof array / sizeof *array,
				err) != 0 ||
	    ralm_slabs_init(&work->slabs, plan->slabs, network,
			    work->parameters, err) != 0)
		return -1;
	return ralm_sample_losses_init(&work->losses, network, plan->B, err);
}

/* ---- the gradient ---------------------------------------------------------- */

int ralm_paddlerec_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			    struct ralm_parameters *gradient,
			    struct ralm_network *network,
			    const struct ralm_parameters *parameters,
			    const ralm_real *X, const struct ralm_plan *plan,
			    struct ralm_error *err)
{
	struct ralm_work work = {
		.network = network,
		.parameters = parameters,
		.plan = plan,
		.X = X,
		.D = network->D,
		.H = network->H,
		.absent = RALM_PADDLEREC_PARAMETERS - network->kind->specs.count,
		.shared = ralm_user_blocks(plan, plan->once_end, BLOCKS_WANTED),
		.cosine = cosine,
		.dX = dX,
		.scratch_size = ralm_tile_scratch_size(network, plan),
	};
	if (work_init(&work, network, err) != 0)
		return -1;
	ralm_shared_forward(&work);
	ralm_tiles_run(&work);
	ralm_shared_backward(&work);
	ralm_slabs_sum(gradient, &work.slabs, network);
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
