#include "networks/kdd19/kdd19.h"

#include "networks/kdd19/kdd19_work.h"

#include <string.h>

/* The size of blocks of users: several blocks even in a small batch. */
static size_t block_of(const struct ralm_plan *plan)
{
	enum { BLOCKS_WANTED = 8, AT_LEAST = 16, AT_MOST = 96 };
	size_t size = plan->U / BLOCKS_WANTED + 1;
	return size < AT_LEAST ? AT_LEAST : size > AT_MOST ? AT_MOST : size;
}

static int slabs_init(struct ralm_kdd19_work *work, struct ralm_arena *arena,
		      struct ralm_error *err)
{
	const size_t blocks = (work->plan->U + work->block - 1) / work->block;
	work->slabs = blocks < RALM_KDD19_SLABS ? blocks : RALM_KDD19_SLABS;
	for (size_t s = 0; s < work->slabs; s++) {
		ralm_real *block = ralm_arena_get(
			arena, work->parameters->size, sizeof *block, err);
		if (block == NULL)
			return -1;
		work->slab[s] = *work->parameters;
		ralm_parameters_move(&work->slab[s], block);
		ralm_parameters_zero(&work->slab[s]);
	}
	return 0;
}

static int work_init(struct ralm_kdd19_work *work,
		     struct ralm_network *network, struct ralm_error *err)
{
	const struct ralm_plan *plan = work->plan;
	const size_t D = network->D, H = network->H, U = plan->U;
	const size_t seeds = plan->seeds_end, targets = U - plan->targets_begin;
	const size_t seed_places =
		plan->once_end +
		plan->seed_extra[plan->seeds_end - plan->once_end];
	const size_t target_places = plan->target_extra[targets];
	const struct {
		ralm_real **at;
		size_t size;
	} array[] = {
		{&work->Z, U * H},
		{&work->S, U * H},
		{&work->A, seeds * H},
		{&work->b, seeds},
		{&work->Q, targets * H},
		{&work->MT, D * H},
		{&work->WgT, H * H},
		{&work->dS, seed_places * H},
		{&work->db, seed_places},
		{&work->dT, target_places * H},
		{&work->dQ, target_places * H},
		{&work->scratch, ralm_threads_count(network->threads) *
					 work->scratch_size},
	};
	ralm_arena_reset(&network->arena);
	for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
		*array[i].at = ralm_arena_get(&network->arena, array[i].size,
					      sizeof(ralm_real), err);
		if (*array[i].at == NULL)
			return -1;
	}
	if (slabs_init(work, &network->arena, err) != 0)
		return -1;
	return ralm_sample_losses_init(&work->losses, network, plan->B, err);
}

struct sum {
	struct ralm_parameters *gradient;
	const struct ralm_kdd19_work *work;
};

enum { PARTS = 8 }; /* of the dense gradients, each summed by one thread */

static void sum_part(void *context, size_t part, unsigned thread)
{
	const struct sum *sum = context;
	const struct ralm_kdd19_work *work = sum->work;
	const size_t size = sum->gradient->size;
	const size_t begin = size * part / PARTS;
	const size_t n = size * (part + 1) / PARTS - begin;
	ralm_real *to = sum->gradient->block + begin;
	(void)thread;
	memset(to, 0, n * sizeof *to);
	for (size_t s = 0; s < work->slabs; s++)
		work->network->kernels->rows->add(
			to, work->slab[s].block + begin, n);
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
		.block = block_of(plan),
		.cosine = cosine,
		.dX = dX,
		.scratch_size = ralm_kdd19_scratch_size(network, plan),
	};
	if (work_init(&work, network, err) != 0)
		return -1;
	ralm_kdd19_users_forward(&work);
	ralm_kdd19_groups_run(&work);
	ralm_kdd19_users_backward(&work);
	struct sum sum = {gradient, &work};
	ralm_threads_each(network->threads, PARTS, sum_part, &sum);
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
