/* The dense parameters of a network: one block of memory cut by a table of
 * shapes, so that zeroing, optimizing and saving are single loops. */
#ifndef RALM_MODEL_PARAMETERS_H
#define RALM_MODEL_PARAMETERS_H

#include "ground/error.h"
#include "kernels/real.h"

enum ralm_parameter {
	RALM_SEEDS_TRANSFORM,  /* Ms (D,H) */
	RALM_TARGET_TRANSFORM, /* Mt (D,H) */
	RALM_LOCAL_ATTENTION,  /* Wl (H,H) */
	RALM_GLOBAL_ATTENTION, /* Wg (H,H) */
	RALM_SCORE_SCALE,      /* (1) */
	RALM_SCORE_BIAS,       /* (1) */
	RALM_PARAMETERS
};

struct ralm_shape {
	const char *name; /* in a model file: "seeds_transform" ... */
	size_t rows, columns;
};

struct ralm_parameters {
	size_t D, H;
	size_t size;      /* reals in block; each tensor padded to 64 bytes */
	ralm_real *block;
	ralm_real *at[RALM_PARAMETERS]; /* into block, 64-byte aligned */
	struct ralm_shape shape[RALM_PARAMETERS];
};

/* Zero everywhere. */
int ralm_parameters_init(struct ralm_parameters *parameters, size_t D,
			 size_t H, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_parameters_release(struct ralm_parameters *parameters);
void ralm_parameters_zero(struct ralm_parameters *parameters);

/* Starting values, a function of rng_seed and the shapes alone: the two
 * transforms equal, scale 5 and bias 0. */
void ralm_parameters_start(struct ralm_parameters *parameters,
			   uint64_t rng_seed);

#endif
