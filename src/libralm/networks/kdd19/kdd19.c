#include "networks/kdd19/kdd19.h"

#include "networks/kdd19/kdd19_work.h"

enum { BLOCKS_WANTED = 8, SLABS_AT_MOST = 16 };

static int work_init(struct ralm_kdd19_work *work,
		     struct ralm_network *network, struct ralm_error *err)
{
	const struct ralm_plan *plan = work->plan;
	const size_t D = network->D, H = network->H, U = plan->U;
	const size_t seeds = plan->seeds_end, targets = U - plan->targets_begin;
	const size_t seed_places = plan->once_end + plan->seed_places;
	const size_t blocks = work->blocks.count;
	const size_t slabs = blocks < SLABS_AT_MOST ? blocks : SLABS_AT_MOST;
	const struct ralm_network_array array[] = {
		RALM_NETWORK_ARRAY(work->Z, U * H),
		RALM_NETWORK_ARRAY(work->S, U * H),
		RALM_NETWORK_ARRAY(work->A, seeds * H),
		RALM_NETWORK_ARRAY(work->b, seeds),
		RALM_NETWORK_ARRAY(work->Q, targets * H),
		RALM_NETWORK_ARRAY(work->MT, D * H),
		RALM_NETWORK_ARRAY(work->WgT, H * H),
		RALM_NETWORK_ARRAY(work->dS, seed_places * H),
		RALM_NETWORK_ARRAY(work->db, seed_places),
		RALM_NETWORK_ARRAY(work->dT, plan->target_places * H),
		RALM_NETWORK_ARRAY(work->dQ, plan->target_places * H),
		RALM_NETWORK_ARRAY(work->scratch,
				   ralm_threads_count(network->threads) *
					   work->scratch_size),
	};
	if (ralm_network_arrays(network, array, sizeof array / sizeof *array,
				err) != 0 ||
	    ralm_slabs_init(&work->slabs, slabs, network, work->parameters,
			    err) != 0)
		return -1;
	return ralm_sample_losses_init(&work->losses, network, plan->B, err);
}

static int gradient(ralm_real *cosine, double *loss, ralm_real *dX,
		    struct ralm_parameters *gradient,
		    struct ralm_network *network,
		    const struct ralm_parameters *parameters,
		    const ralm_real *X, const struct ralm_plan *plan,
		    struct ralm_error *err)
{
	struct ralm_kdd19_work work = {
		.network = network,
		.parameters = parameters,
		.plan = plan,
		.X = X,
		.D = network->D,
		.H = network->H,
		.blocks = ralm_user_blocks(plan, 0, BLOCKS_WANTED),
		.cosine = cosine,
		.dX = dX,
		.scratch_size = ralm_kdd19_scratch_size(network, plan),
	};
	if (work_init(&work, network, err) != 0)
		return -1;
	ralm_kdd19_users_forward(&work);
	ralm_kdd19_groups_run(&work);
	ralm_kdd19_users_backward(&work);
	ralm_slabs_sum(gradient, &work.slabs, network);
	ralm_sample_losses_sum(loss, gradient, &work.losses, plan->B);
	return 0;
}

static const struct ralm_parameter_spec specs[] = {
	[RALM_KDD19_TRANSFORM] = {"transform", RALM_D, RALM_H, 2, true,
				  RALM_START_GLOROT, 0, NULL},
	[RALM_KDD19_SLOPE] = {.name = "transform_slope", .rank = 1,
			      .start = RALM_START_NUMBER, .number = 0.25},
	[RALM_KDD19_LOCAL] = {"local_attention", RALM_H, RALM_H, 2, true,
			      RALM_START_GLOROT, 0, NULL},
	[RALM_KDD19_GLOBAL] = {"global_attention", RALM_H, RALM_H, 2, true,
			       RALM_START_GLOROT, 0, NULL},
	[RALM_KDD19_WEIGHTS] = {"global_weights", RALM_H, RALM_ONE, 1, true,
				RALM_START_GLOROT, 0, NULL},
};

const struct ralm_network_kind ralm_kdd19 = {
	.name = "kdd19",
	.specs = {specs, sizeof specs / sizeof *specs},
	.gradient = gradient,
	.scoring = &ralm_kdd19_scoring,
};
