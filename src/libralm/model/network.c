#include "network.h"

#include "../ground/blas.h"
#include "loss.h"
#include "network_work.h"

#include <math.h>
#include <string.h>

void ralm_network_init(struct ralm_network *network, size_t D, size_t H,
		       enum ralm_loss loss, double margin, bool learn_scale,
		       unsigned threads)
{
	memset(network, 0, sizeof *network);
	network->D = D;
	network->H = H;
	network->loss = loss;
	network->margin = (ralm_real)margin;
	network->learn_scale = learn_scale && loss == RALM_LOG_LOSS;
	network->threads = threads;
	network->layers = ralm_layers();
	ralm_arena_init(&network->arena);
	ralm_blas_init();
}

void ralm_network_release(struct ralm_network *network)
{
	ralm_arena_release(&network->arena);
}

double ralm_network_score(const struct ralm_parameters *parameters,
			  double cosine)
{
	return ralm_sigmoid((double)*parameters->at[RALM_SCORE_SCALE] * cosine +
			    (double)*parameters->at[RALM_SCORE_BIAS]);
}

/* ---- memory of one call -------------------------------------------------- */

static void *get(struct ralm_network *network, size_t rows, size_t columns,
		 size_t size, struct ralm_error *err)
{
	return ralm_arena_get(&network->arena, rows * columns, size, err);
}

static int work_init(struct ralm_work *work, struct ralm_network *network,
		     const struct ralm_parameters *parameters,
		     const ralm_real *X, const struct ralm_batch *batch,
		     ralm_real *cosine, struct ralm_error *err)
{
	const size_t real = sizeof(ralm_real), H = network->H;
	memset(work, 0, sizeof *work);
	ralm_arena_reset(&network->arena);
	work->network = network;
	work->parameters = parameters;
	work->batch = batch;
	work->X = X;
	work->D = network->D;
	work->H = H;
	work->seeds = batch->seeds_end;
	work->targets = batch->U - batch->targets_begin;
	work->cosine = cosine;
	work->scratch_size = ralm_group_scratch(batch, H);
	if ((work->S = get(network, work->seeds, H, real, err)) == NULL ||
	    (work->A = get(network, work->seeds, H, real, err)) == NULL ||
	    (work->T = get(network, work->targets, H, real, err)) == NULL ||
	    (work->Q = get(network, work->targets, H, real, err)) == NULL ||
	    (work->scratch = get(network, network->threads, work->scratch_size,
				 real, err)) == NULL)
		return -1;
	return 0;
}

/* How many slabs share the sums of the dense gradients: a function of the
 * batch alone. Each costs (2 D + 2 H) H reals to write and to read again, so
 * that a small batch gets few. */
static void choose_slabs(struct ralm_work *work)
{
	enum { USERS_AT_LEAST = 80, SLABS_AT_MOST = 64 };
	size_t users = work->batch->U;
	size_t slabs = users / USERS_AT_LEAST;
	slabs = slabs < 1 ? 1 : slabs > SLABS_AT_MOST ? SLABS_AT_MOST : slabs;
	work->slab_users = (users + slabs - 1) / slabs;
	work->slabs = (users + work->slab_users - 1) / work->slab_users;
}

static int backward_init(struct ralm_work *work, struct ralm_network *network,
			 ralm_real *dX, struct ralm_error *err)
{
	const struct ralm_batch *batch = work->batch;
	const size_t real = sizeof(ralm_real), H = network->H;
	size_t seed_rows = batch->seed_extra[work->seeds];
	size_t target_rows = batch->target_extra[work->targets];
	choose_slabs(work);
	work->dX = dX;
	if ((work->MsT = get(network, H, network->D, real, err)) == NULL ||
	    (work->MtT = get(network, H, network->D, real, err)) == NULL ||
	    (work->WgT = get(network, H, H, real, err)) == NULL ||
	    (work->dS = get(network, seed_rows, H, real, err)) == NULL ||
	    (work->dA = get(network, seed_rows, H, real, err)) == NULL ||
	    (work->dT = get(network, target_rows, H, real, err)) == NULL ||
	    (work->dQ = get(network, target_rows, H, real, err)) == NULL ||
	    (work->loss = get(network, batch->B, 1, sizeof(double), err)) ==
		    NULL ||
	    (work->dscale = get(network, batch->B, 1, sizeof(double), err)) ==
		    NULL ||
	    (work->dbias = get(network, batch->B, 1, sizeof(double), err)) ==
		    NULL ||
	    (work->slab = get(network, work->slabs, 1, sizeof *work->slab,
			      err)) == NULL)
		return -1;
	for (size_t i = 0; i < work->slabs; i++) {
		struct ralm_parameters *slab = &work->slab[i];
		*slab = *work->parameters;
		slab->block = get(network, slab->size, 1, real, err);
		if (slab->block == NULL)
			return -1;
		for (int p = 0; p < RALM_PARAMETERS; p++)
			slab->at[p] = slab->block + (work->parameters->at[p] -
						     work->parameters->block);
	}
	return 0;
}

/* ---- the passes ---------------------------------------------------------- */

int ralm_network_forward(ralm_real *cosine, struct ralm_network *network,
			 const struct ralm_parameters *parameters,
			 const ralm_real *X, const struct ralm_batch *batch,
			 struct ralm_error *err)
{
	struct ralm_work work;
	if (work_init(&work, network, parameters, X, batch, cosine, err) != 0)
		return -1;
	ralm_users_forward(&work);
	ralm_groups_run(&work);
	return 0;
}

/* The slabs' parts, added in their order. */
static void sum_slabs(struct ralm_parameters *gradient,
		      const struct ralm_work *work)
{
	enum { PART = 1024 };
	const struct ralm_layers *layers = work->network->layers;
	size_t size = gradient->size, parts = (size + PART - 1) / PART;
#pragma omp parallel for schedule(static) num_threads(work->network->threads)
	for (size_t part = 0; part < parts; part++) {
		size_t begin = part * PART;
		size_t n = size - begin < PART ? size - begin : PART;
		ralm_real *sum = gradient->block + begin;
		memcpy(sum, work->slab[0].block + begin, n * sizeof *sum);
		for (size_t i = 1; i < work->slabs; i++)
			layers->add_scaled(sum, 1, work->slab[i].block + begin,
					   n);
	}
}

int ralm_network_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_network *network,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_batch *batch,
			  struct ralm_error *err)
{
	struct ralm_work work;
	if (work_init(&work, network, parameters, X, batch, cosine, err) != 0 ||
	    backward_init(&work, network, dX, err) != 0)
		return -1;
	ralm_users_forward(&work);
	ralm_groups_run(&work);
	ralm_users_backward(&work);
	sum_slabs(gradient, &work);

	double scale = 0, bias = 0;
	*loss = 0;
	for (size_t s = 0; s < batch->B; s++) {
		*loss += work.loss[s];
		scale += work.dscale[s];
		bias += work.dbias[s];
	}
	*gradient->at[RALM_SCORE_SCALE] =
		network->learn_scale ? (ralm_real)scale : 0;
	*gradient->at[RALM_SCORE_BIAS] =
		network->learn_scale ? (ralm_real)bias : 0;
	return 0;
}
