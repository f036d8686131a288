#include "networks/parameters.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Streams of random numbers, one for each parameter's starting values. */
enum { STREAM_PARAMETERS = 0x100 };

/* score = sigmoid(scale · cosine + bias). A cosine in [-1, 1] alone would move
 * the score too little to learn by: hence the scale. */
static const struct ralm_parameter_spec score_specs[] = {
	{.name = "score_scale", .rank = 1, .start = RALM_START_NUMBER, .number = 5},
	{.name = "score_bias", .rank = 1, .start = RALM_START_NUMBER, .number = 0},
};
enum { SCORE_SPECS = sizeof score_specs / sizeof *score_specs };

static size_t length_of(enum ralm_extent extent, size_t D, size_t H)
{
	return extent == RALM_D ? D : extent == RALM_H ? H : 1;
}

bool ralm_specs_have_H(const struct ralm_parameter_specs *specs)
{
	size_t i = 0;
	while (i < specs->count && specs->spec[i].rows != RALM_H &&
	       specs->spec[i].columns != RALM_H)
		i++;
	return i < specs->count;
}

/* How many reals of the block a parameter takes: the next one is aligned. */
static size_t padded_size(const struct ralm_parameter *p)
{
	const size_t unit = RALM_ALIGNMENT / sizeof(ralm_real);
	return (ralm_parameter_size(p) + unit - 1) / unit * unit;
}

static void add(struct ralm_parameters *parameters,
		const struct ralm_parameter_spec *spec)
{
	struct ralm_parameter *p = &parameters->p[parameters->count++];
	p->spec = spec;
	p->rows = length_of(spec->rows, parameters->D, parameters->H);
	p->columns = length_of(spec->columns, parameters->D, parameters->H);
	parameters->size += padded_size(p);
}

void ralm_parameters_move(struct ralm_parameters *parameters, ralm_real *block)
{
	parameters->block = block;
	for (size_t i = 0; i < parameters->count; i++) {
		struct ralm_parameter *p = &parameters->p[i];
		p->at = block;
		block += padded_size(p);
	}
	parameters->scale = parameters->p[parameters->count - 2].at;
	parameters->bias = parameters->p[parameters->count - 1].at;
}

void ralm_parameter_copy(ralm_real *to, const struct ralm_parameter *p,
			 size_t row_step, size_t column_step)
{
	for (size_t r = 0; r < p->rows; r++)
		for (size_t c = 0; c < p->columns; c++)
			to[r * row_step + c * column_step] =
				p->at[r * p->columns + c];
}

void ralm_parameters_size_up(struct ralm_parameters *parameters,
			     const struct ralm_parameter_specs *specs, size_t D,
			     size_t H)
{
	*parameters = (struct ralm_parameters){
		.D = D,
		.H = ralm_specs_have_H(specs) ? H : D,
	};
	assert(specs->count + SCORE_SPECS <= RALM_PARAMETERS_MAX);
	for (size_t i = 0; i < specs->count; i++)
		add(parameters, &specs->spec[i]);
	for (size_t i = 0; i < SCORE_SPECS; i++)
		add(parameters, &score_specs[i]);
}

int ralm_parameters_init(struct ralm_parameters *parameters,
			 const struct ralm_parameter_specs *specs, size_t D,
			 size_t H, struct ralm_error *err)
{
	struct ralm_parameters fresh;
	ralm_parameters_size_up(&fresh, specs, D, H);
	ralm_real *block = ralm_aligned_new(fresh.size, sizeof *block, err);
	if (block == NULL)
		return -1;
	ralm_parameters_move(&fresh, block);
	*parameters = fresh;
	return 0;
}

void ralm_parameters_release(struct ralm_parameters *parameters)
{
	free(parameters->block);
	memset(parameters, 0, sizeof *parameters);
}

/* ---- starting values ------------------------------------------------------ */

static void start_glorot(const struct ralm_parameter *p, struct ralm_rng *rng)
{
	double limit = sqrt(6.0 / (double)(p->rows + p->columns));
	for (size_t i = 0; i < ralm_parameter_size(p); i++)
		p->at[i] = (ralm_real)(limit * (2 * ralm_rng_uniform(rng) - 1));
}

static void start_like(const struct ralm_parameters *parameters, size_t i)
{
	const struct ralm_parameter *p = &parameters->p[i];
	size_t other = 0;
	while (strcmp(parameters->p[other].spec->name, p->spec->like) != 0)
		other++;
	assert(other < i);
	memcpy(p->at, parameters->p[other].at,
	       ralm_parameter_size(p) * sizeof *p->at);
}

void ralm_parameters_start(struct ralm_parameters *parameters,
			   uint64_t rng_seed)
{
	for (size_t i = 0; i < parameters->count; i++) {
		const struct ralm_parameter *p = &parameters->p[i];
		struct ralm_rng rng;
		switch (p->spec->start) {
		case RALM_START_NUMBER:
			for (size_t k = 0; k < ralm_parameter_size(p); k++)
				p->at[k] = (ralm_real)p->spec->number;
			break;
		case RALM_START_GLOROT:
			ralm_rng_init(&rng, rng_seed, STREAM_PARAMETERS + i);
			start_glorot(p, &rng);
			break;
		case RALM_START_LIKE:
			start_like(parameters, i);
			break;
		}
	}
}
