/* Scoring with PaddleRec's network. Kept of a seed: S and A; of a target:
 * t / |t| and q = Wl·tᵀ; of a list: w_j = Σ_i P_ij, so that g = Σ_j w_j S_j.
 * Rows are H' floats long, H padded with zeros, and so are the parameters. */
#include "networks/paddlerec/paddlerec.h"

/* The parameters in `weights`, one after the other. */
struct weights {
	float *Ms;  /* (D,H') */
	float *Mt;  /* (D,H') */
	float *WlT; /* (H',H') */
	float *Wg;  /* (H',H') */
	float *end;
};

static struct weights weights_at(float *at, size_t D, size_t H)
{
	const size_t width = ralm_scoring_width(H);
	struct weights w = {.Ms = at};
	w.Mt = w.Ms + D * width;
	w.WlT = w.Mt + D * width;
	w.Wg = w.WlT + width * width;
	w.end = w.Wg + width * width;
	return w;
}

static void sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H)
{
	const size_t width = ralm_scoring_width(H);
	*sizes = (struct ralm_scoring_sizes){
		.weights = 2 * (D + width) * width,
		.seed = 2 * width,
		.target = 2 * width,
		.seed_for_cosines = width,
		.part = width,
		.list_each = 1,
		.scratch = RALM_SCORING_TOGETHER * width,
		.scratch_each = RALM_SCORING_TARGETS + RALM_SCORING_COLUMNS,
	};
}

/* M with its rows at a distance of `width`. */
static void pad(float *padded, const struct ralm_parameter *M, size_t width)
{
	for (size_t r = 0; r < M->rows; r++)
		for (size_t c = 0; c < M->columns; c++)
			padded[r * width + c] =
				(float)M->at[r * M->columns + c];
}

static void pad_transposed(float *padded, const struct ralm_parameter *M,
			   size_t width)
{
	for (size_t r = 0; r < M->rows; r++)
		for (size_t c = 0; c < M->columns; c++)
			padded[c * width + r] =
				(float)M->at[r * M->columns + c];
}

static void prepare(float *weights, const struct ralm_parameters *parameters)
{
	const struct ralm_parameter *p = parameters->p;
	const size_t width = ralm_scoring_width(parameters->H);
	struct weights w = weights_at(weights, parameters->D, parameters->H);
	pad(w.Ms, &p[RALM_SEEDS_TRANSFORM], width);
	pad(w.Mt, &p[RALM_TARGET_TRANSFORM], width);
	pad_transposed(w.WlT, &p[RALM_LOCAL_ATTENTION], width);
	pad(w.Wg, &p[RALM_GLOBAL_ATTENTION], width);
}

static void seed_rows(float *const *row, const float *const *x, size_t users,
		      const struct ralm_prepared *network)
{
	const size_t D = network->D, H = network->H;
	const struct weights w = weights_at(network->weights, D, H);
	network->kernels->seed_rows(row, x, users, w.Ms, w.Wg, D,
				  ralm_scoring_width(H));
}

static void target_rows(float *const *row, const float *const *x, size_t users,
			const struct ralm_prepared *network)
{
	const size_t D = network->D, H = network->H;
	const struct weights w = weights_at(network->weights, D, H);
	network->kernels->target_rows(row, x, users, w.Mt, w.WlT, D,
				    ralm_scoring_width(H));
}

static void cosines(float *cosine, float *w, bool new_list,
		    const float *const *seed, size_t n,
		    const float *const *target, size_t targets, float *scratch,
		    const struct ralm_prepared *network,
		    struct ralm_scoring_ahead *ahead)
{
	const struct ralm_scoring *kernels = network->kernels;
	const size_t width = ralm_scoring_width(network->H);
	float *X = scratch, *p = X + RALM_SCORING_TOGETHER * width;
	float *P = p + RALM_SCORING_TARGETS * ralm_scoring_padded(n);
	if (targets > 0)
		kernels->attention(p, seed, target, targets, n, width, ahead);
	/* In between: it does not wait for what the attention ends with. */
	if (new_list)
		kernels->list_weights(w, P, X, seed, n, width, ahead);
	if (targets > 0)
		kernels->cosines(cosine, p, w, seed, target, targets, n, width);
}

const struct ralm_network_scoring ralm_paddlerec_scoring = {
	.sizes = sizes,
	.prepare = prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.cosines = cosines,
};
