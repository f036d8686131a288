/* Scoring with the toy. Kept of a seed: x ∘ w; of a target: t / |t|; of a list:
 * v / |v|, so that a cosine is one product and wants no seed's row. */
#include "toy.h"

#include <math.h>
#include <string.h>

static void sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H)
{
	const size_t width = ralm_kernel_width(D);
	(void)H;
	*sizes = (struct ralm_scoring_sizes){
		.weights = 2 * width, /* w and behind it b */
		.seed = width,
		.target = width,
		.seed_for_cosines = 0,
		.part = width,
		.list = width,
	};
}

static void prepare(ralm_real *weights,
		    const struct ralm_parameters *parameters)
{
	ralm_real *shift = weights + ralm_kernel_width(parameters->D);
	for (size_t d = 0; d < parameters->D; d++) {
		weights[d] = parameters->p[TOY_WEIGHT].at[d];
		shift[d] = parameters->p[TOY_SHIFT].at[d];
	}
}

/* x / |x| in place, 0 where x is; width: floats of x. */
static void normalize(ralm_real *x, size_t width)
{
	ralm_real square = 0;
	for (size_t d = 0; d < width; d++)
		square += x[d] * x[d];
	const ralm_real inverse = (ralm_real)ralm_inverse_length((double)square);
	for (size_t d = 0; d < width; d++)
		x[d] *= inverse;
}

static void seed_rows(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const struct ralm_prepared *network)
{
	const ralm_real *weight = network->weights;
	for (size_t u = 0; u < users; u++) {
		memset(row[u], 0, network->sizes.seed * sizeof **row);
		for (size_t d = 0; d < network->D; d++)
			row[u][d] = x[u][d] * weight[d];
	}
}

static void target_rows(ralm_real *const *row, const ralm_real *const *x,
			size_t users, const struct ralm_prepared *network)
{
	const ralm_real *shift = network->weights + network->sizes.target;
	for (size_t u = 0; u < users; u++) {
		memset(row[u], 0, network->sizes.target * sizeof **row);
		for (size_t d = 0; d < network->D; d++)
			row[u][d] = x[u][d] + shift[d];
		normalize(row[u], network->sizes.target);
	}
}

static void cosines(ralm_real *cosine, ralm_real *list, bool new_list,
		    const ralm_real *const *seed, const ralm_real *m, size_t n,
		    const ralm_real *const *target, size_t targets,
		    ralm_real *scratch, const struct ralm_prepared *network,
		    struct ralm_soon *soon)
{
	const size_t width = network->sizes.list;
	(void)m;
	(void)scratch;
	(void)soon;
	if (new_list) {
		memset(list, 0, width * sizeof *list);
		for (size_t i = 0; i < n; i++)
			for (size_t d = 0; d < width; d++)
				list[d] += seed[i][d];
		normalize(list, width);
	}
	for (size_t t = 0; t < targets; t++) {
		ralm_real c = 0;
		for (size_t d = 0; d < width; d++)
			c += list[d] * target[t][d];
		cosine[t] = c > 1 ? 1 : c < -1 ? -1 : c;
	}
}

/* Of the cosine. */
static void shares(ralm_real *share, const ralm_real *const *seed, size_t n,
		   const ralm_real *target, ralm_real *scratch,
		   const struct ralm_prepared *network)
{
	const size_t width = network->sizes.seed;
	double square = 0;
	memset(scratch, 0, width * sizeof *scratch);
	for (size_t i = 0; i < n; i++)
		for (size_t d = 0; d < width; d++)
			scratch[d] += seed[i][d];
	for (size_t d = 0; d < width; d++)
		square += (double)scratch[d] * (double)scratch[d];
	for (size_t i = 0; i < n; i++) {
		double product = 0;
		for (size_t d = 0; d < width; d++)
			product += (double)seed[i][d] * (double)target[d];
		share[i] = (ralm_real)(product * ralm_inverse_length(square));
	}
}

const struct ralm_network_scoring toy_scoring = {
	.sizes = sizes,
	.prepare = prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.cosines = cosines,
	.shares = shares,
};
