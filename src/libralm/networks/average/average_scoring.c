/* Scoring with the average. Kept of a seed: x; of a target: x / |x|; of a list:
 * v / |v|, so that a cosine is one product and needs no seed's row. Rows are D'
 * long, D padded with zeros. */
#include "networks/average/average.h"

#include <math.h>
#include <string.h>

static void sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H)
{
	const size_t width = ralm_kernel_width(D);
	(void)H;
	*sizes = (struct ralm_scoring_sizes){
		.seed = width,
		.target = width,
		.part = width,
		.list = width,
	};
}

static void prepare(ralm_real *weights, const struct ralm_parameters *parameters)
{
	(void)weights;
	(void)parameters;
}

static void seed_rows(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const struct ralm_prepared *network)
{
	for (size_t u = 0; u < users; u++) {
		memset(row[u], 0, network->sizes.seed * sizeof **row);
		memcpy(row[u], x[u], network->D * sizeof **row);
	}
}

static void target_rows(ralm_real *const *row, const ralm_real *const *x,
			size_t users, const struct ralm_prepared *network)
{
	network->kernels->rows->normalized(row, x, users, network->D,
					   network->sizes.target);
}

static void cosines(ralm_real *cosine, ralm_real *v, bool new_list,
		    const ralm_real *const *seed, const ralm_real *m, size_t n,
		    const ralm_real *const *target, size_t targets,
		    ralm_real *scratch, const struct ralm_prepared *network,
		    struct ralm_soon *soon)
{
	const size_t width = network->sizes.list;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	(void)m;
	(void)scratch;
	if (new_list) {
		rows->sum(v, seed, n, width, soon);
		rows->normalize(v, width);
	}
	rows->dots(cosine, v, target, targets, width);
	for (size_t t = 0; t < targets; t++)
		cosine[t] = (ralm_real)ralm_clamp_cosine((double)cosine[t]);
}

/* x_i · t / (|t| |Σ x|) */
static void shares(ralm_real *share, const ralm_real *const *seed, size_t n,
		   const ralm_real *target, ralm_real *sum,
		   const struct ralm_prepared *network)
{
	const size_t width = network->sizes.seed;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	rows->sum(sum, seed, n, width, NULL);
	const double inverse = ralm_inverse_length(rows->dot(sum, sum, width));
	for (size_t i = 0; i < n; i++)
		share[i] = (ralm_real)(rows->dot(seed[i], target, width) *
				       inverse);
}

const struct ralm_network_scoring ralm_average_scoring = {
	.sizes = sizes,
	.prepare = prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.cosines = cosines,
	.shares = shares,
};
