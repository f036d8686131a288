#include "networks/parameters.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Streams of the random numbers that start each matrix. */
enum { STREAM_PARAMETERS = 0x100 };

int ralm_parameters_init(struct ralm_parameters *parameters, size_t D,
			 size_t H, struct ralm_error *err)
{
	const struct ralm_shape shape[RALM_PARAMETERS] = {
		[RALM_SEEDS_TRANSFORM] = {"seeds_transform", D, H},
		[RALM_TARGET_TRANSFORM] = {"target_transform", D, H},
		[RALM_LOCAL_ATTENTION] = {"local_attention", H, H},
		[RALM_GLOBAL_ATTENTION] = {"global_attention", H, H},
		[RALM_SCORE_SCALE] = {"score_scale", 1, 1},
		[RALM_SCORE_BIAS] = {"score_bias", 1, 1},
	};
	size_t offset[RALM_PARAMETERS], size = 0;
	const size_t unit = RALM_ALIGNMENT / sizeof(ralm_real);
	for (int i = 0; i < RALM_PARAMETERS; i++) {
		size_t reals = shape[i].rows * shape[i].columns;
		offset[i] = size;
		size += (reals + unit - 1) / unit * unit;
	}
	ralm_real *block = ralm_aligned_new(size, sizeof *block, err);
	if (block == NULL)
		return -1;
	parameters->D = D;
	parameters->H = H;
	parameters->size = size;
	parameters->block = block;
	memcpy(parameters->shape, shape, sizeof shape);
	for (int i = 0; i < RALM_PARAMETERS; i++)
		parameters->at[i] = block + offset[i];
	return 0;
}

void ralm_parameters_release(struct ralm_parameters *parameters)
{
	free(parameters->block);
	memset(parameters, 0, sizeof *parameters);
}

void ralm_parameters_zero(struct ralm_parameters *parameters)
{
	memset(parameters->block, 0,
	       parameters->size * sizeof *parameters->block);
}

/* Glorot and Bengio's uniform start: deviation sqrt(2 / (rows + columns)). */
static void start_matrix(ralm_real *w, const struct ralm_shape *shape,
			 struct ralm_rng *rng)
{
	double limit = sqrt(6.0 / (double)(shape->rows + shape->columns));
	for (size_t i = 0; i < shape->rows * shape->columns; i++)
		w[i] = (ralm_real)(limit * (2 * ralm_rng_uniform(rng) - 1));
}

void ralm_parameters_start(struct ralm_parameters *parameters,
			   uint64_t rng_seed)
{
	struct ralm_rng rng;
	for (int i = 0; i <= RALM_GLOBAL_ATTENTION; i++) {
		ralm_rng_init(&rng, rng_seed, STREAM_PARAMETERS + (uint64_t)i);
		start_matrix(parameters->at[i], &parameters->shape[i], &rng);
	}
	/* Both towers begin as one, so that the first cosines already say who
	 * is near whom; a cosine alone moves the score too little to learn. */
	memcpy(parameters->at[RALM_TARGET_TRANSFORM],
	       parameters->at[RALM_SEEDS_TRANSFORM],
	       parameters->D * parameters->H * sizeof(ralm_real));
	*parameters->at[RALM_SCORE_SCALE] = 5;
	*parameters->at[RALM_SCORE_BIAS] = 0;
}
