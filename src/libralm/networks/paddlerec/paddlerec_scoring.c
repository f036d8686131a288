/* Scoring with PaddleRec's network. Kept of a seed: S and A; of a target:
 * t / |t| and q = Wl·tᵀ; of a list: w_j = Σ_i P_ij, so that g = Σ_j w_j S_j.
 * S, A, t, q and the parameters' rows are H' long, H padded with zeros. */
#include "networks/local_attention.h"
#include "networks/paddlerec/paddlerec.h"

#include <string.h>

/* The parameters in `weights`, one after the other. */
struct weights {
	ralm_real *WlT, *Wg; /* (H',H') */
	ralm_real *Ms, *Mt;  /* (D,H'); NULL: there are no transforms */
};

static size_t weights_size(size_t D, size_t H, bool transforms)
{
	const size_t width = ralm_kernel_width(H);
	return 2 * (transforms ? D + width : width) * width;
}

static struct weights weights_at(ralm_real *at, size_t D, size_t H,
				 bool transforms)
{
	const size_t width = ralm_kernel_width(H);
	struct weights w = {.WlT = at, .Wg = at + width * width};
	if (transforms) {
		w.Ms = w.Wg + width * width;
		w.Mt = w.Ms + D * width;
	}
	return w;
}

static struct weights weights_of(const struct ralm_prepared *network)
{
	const size_t D = network->D, H = network->H;
	return weights_at(network->weights, D, H,
			  network->sizes.weights == weights_size(D, H, true));
}

static void set_sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H,
		      bool transforms)
{
	const size_t width = ralm_kernel_width(H);
	*sizes = (struct ralm_scoring_sizes){
		.weights = weights_size(D, H, transforms),
		.seed = 2 * width,
		.target = 2 * width,
		.seed_for_cosines = width,
		.part = width,
		.list_each = 1,
		.scratch = ralm_interleaved_room(width),
		/* p of RALM_TARGETS_TOGETHER targets and P of a new list, or,
		 * where the list is not new, p of RALM_TARGETS_MOST */
		.scratch_each = RALM_TARGETS_TOGETHER + RALM_LIST_ROWS,
	};
}

_Static_assert(RALM_TARGETS_MOST <= RALM_TARGETS_TOGETHER + RALM_LIST_ROWS,
	       "p of many targets has room");

static void sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H)
{
	set_sizes(sizes, D, H, true);
}

static void attention_sizes(struct ralm_scoring_sizes *sizes, size_t D,
			    size_t H)
{
	set_sizes(sizes, D, H, false);
}

static void prepare_attention(const struct weights *w,
			      const struct ralm_parameter *local,
			      const struct ralm_parameter *global, size_t width)
{
	ralm_parameter_copy(w->WlT, local, 1, width);
	ralm_parameter_copy(w->Wg, global, width, 1);
}

static void prepare(ralm_real *weights,
		    const struct ralm_parameters *parameters)
{
	const struct ralm_parameter *p = parameters->p;
	const size_t width = ralm_kernel_width(parameters->H);
	struct weights w = weights_at(weights, parameters->D, parameters->H,
				      true);
	prepare_attention(&w, &p[RALM_LOCAL_ATTENTION],
			  &p[RALM_GLOBAL_ATTENTION], width);
	ralm_parameter_copy(w.Ms, &p[RALM_SEEDS_TRANSFORM], width, 1);
	ralm_parameter_copy(w.Mt, &p[RALM_TARGET_TRANSFORM], width, 1);
}

static void attention_prepare(ralm_real *weights,
			      const struct ralm_parameters *parameters)
{
	const struct ralm_parameter *p = parameters->p;
	struct weights w = weights_at(weights, parameters->D, parameters->H,
				      false);
	prepare_attention(&w, &p[0], &p[1], ralm_kernel_width(parameters->H));
}

/* Sets the first part of rows: x · M, or x itself where M is NULL, and zeros behind. */
static void transform(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const ralm_real *M,
		      const struct ralm_prepared *network)
{
	const size_t D = network->D, width = network->sizes.part;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	if (M != NULL)
		rows->times(row, 0, x, users, M, D, width);
	for (size_t u = 0; M == NULL && u < users; u++) {
		memset(row[u], 0, width * sizeof **row);
		memcpy(row[u], x[u], D * sizeof **row);
	}
}

/* Sets the second part of rows: the first one times a matrix (H',H'). */
static void times(ralm_real *const *row, size_t users, const ralm_real *matrix,
		  const struct ralm_prepared *network)
{
	const size_t width = network->sizes.part;
	network->kernels->rows->times(row, width,
				      (const ralm_real *const *)row, users,
				      matrix, width, width);
}

/* A, the second part, from S, the first. */
static void centroid_rows(ralm_real *const *row, size_t users,
			  const struct ralm_prepared *network)
{
	const size_t width = network->sizes.part;
	const struct weights w = weights_of(network);
	times(row, users, w.Wg, network);
	for (size_t u = 0; u < users; u++)
		network->kernels->rows->tanh_forward(row[u] + width, width);
}

static void seed_rows(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const struct ralm_prepared *network)
{
	const struct weights w = weights_of(network);
	transform(row, x, users, w.Ms, network);
	centroid_rows(row, users, network);
}

static void target_rows(ralm_real *const *row, const ralm_real *const *x,
			size_t users, const struct ralm_prepared *network)
{
	const struct weights w = weights_of(network);
	transform(row, x, users, w.Mt, network);
	times(row, users, w.WlT, network);
	for (size_t u = 0; u < users; u++)
		network->kernels->rows->normalize(row[u], network->sizes.part);
}

static void cosines(ralm_real *cosine, ralm_real *w, bool new_list,
		    const ralm_real *const *seed, const ralm_real *m, size_t n,
		    const ralm_real *const *target, size_t targets,
		    ralm_real *scratch, const struct ralm_prepared *network,
		    struct ralm_soon *soon)
{
	const struct ralm_kernels *kernels = network->kernels;
	const size_t width = ralm_kernel_width(network->H);
	ralm_real *X = scratch, *p = X + ralm_interleaved_room(width);
	ralm_real *P = p + RALM_TARGETS_TOGETHER * ralm_list_room(n);
	if (targets > 0)
		kernels->samples->attention(p, seed, m, target, targets, n,
					    width, soon);
	/* Between the two, since it need not wait for the end of the attention. */
	if (new_list)
		kernels->lists->weights(w, P, X, seed, m, n, width, soon);
	if (targets > 0)
		kernels->samples->cosines(cosine, p, w, seed, target, targets,
					  n, width);
}

const struct ralm_network_scoring ralm_paddlerec_scoring = {
	.numbers = RALM_LIST_WEIGHTS,
	.sizes = sizes,
	.prepare = prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.centroid_rows = centroid_rows,
	.cosines = cosines,
	.shares = ralm_local_shares,
};

const struct ralm_network_scoring ralm_attention_scoring = {
	.numbers = RALM_LIST_WEIGHTS,
	.sizes = attention_sizes,
	.prepare = attention_prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.centroid_rows = centroid_rows,
	.cosines = cosines,
	.shares = ralm_local_shares,
};
