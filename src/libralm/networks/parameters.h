/* The dense parameters of a network: one block of memory cut by a table of specs, so
 * that optimizing, adding up and saving are single loops that name no parameter. */
#ifndef RALM_NETWORKS_PARAMETERS_H
#define RALM_NETWORKS_PARAMETERS_H

#include <stdbool.h>

#include "ground/error.h"
#include "kernels/real.h"

/* How many rows or columns a parameter has. */
enum ralm_extent { RALM_ONE, RALM_D, RALM_H };

enum ralm_start {
	RALM_START_NUMBER, /* every element is `number` */
	RALM_START_GLOROT, /* uniform, deviation sqrt(2 / (rows + columns)):
			    * Glorot and Bengio 2010 */
	RALM_START_LIKE,   /* as the earlier parameter named `like` */
};

struct ralm_parameter_spec {
	const char *name; /* of its tensor in a model file */
	enum ralm_extent rows, columns;
	unsigned rank; /* dimensions of that tensor: 2, or 1 without columns */
	bool decays;   /* weight decay acts on it */
	enum ralm_start start;
	double number;
	const char *like;
};

/* The parameters of a network. Every network has two more after them,
 * score_scale and score_bias, of one number each. */
struct ralm_parameter_specs {
	const struct ralm_parameter_spec *spec; /* (count) */
	size_t count; /* at most RALM_PARAMETERS_MAX - 2 */
};

enum { RALM_PARAMETERS_MAX = 16 };

/* Whether a parameter has H rows or H columns. If none has, the network works on the
 * users' own vectors: H is D, whatever the settings say. */
bool ralm_specs_have_H(const struct ralm_parameter_specs *specs);

struct ralm_parameter {
	const struct ralm_parameter_spec *spec;
	size_t rows, columns;
	ralm_real *at; /* (rows,columns), into block, 64-byte aligned */
};

struct ralm_parameters {
	size_t D, H;
	size_t count; /* with scale and bias */
	struct ralm_parameter p[RALM_PARAMETERS_MAX]; /* in the specs' order */
	size_t size; /* reals in block, with what aligns each parameter */
	ralm_real *block;
	ralm_real *scale, *bias; /* into block */
};

/* The sizes of all parameters, without memory: block and each `at` are NULL. The specs
 * outlive them. */
void ralm_parameters_size_up(struct ralm_parameters *parameters,
			     const struct ralm_parameter_specs *specs, size_t D,
			     size_t H);

/* Parameters that are all zero. The specs outlive them. */
int ralm_parameters_init(struct ralm_parameters *parameters,
			 const struct ralm_parameter_specs *specs, size_t D,
			 size_t H, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_parameters_release(struct ralm_parameters *parameters);

/* The number of elements of a parameter. */
static inline size_t ralm_parameter_size(const struct ralm_parameter *p)
{
	return p->rows * p->columns;
}

/* Copies element (r,c) to to[r * row_step + c * column_step]. */
void ralm_parameter_copy(ralm_real *to, const struct ralm_parameter *p,
			 size_t row_step, size_t column_step);

/* Points the parameters into another block of the same size; copies nothing. */
void ralm_parameters_move(struct ralm_parameters *parameters,
			  ralm_real *block);

/* Sets starting values, a function of rng_seed, the specs and the sizes alone. */
void ralm_parameters_start(struct ralm_parameters *parameters,
			   uint64_t rng_seed);

#endif
