/* Scoring with the paper's network. Kept of a seed: S and b; of a target: t / |t|
 * and q = Wl·tᵀ; of a list: g / |g|. S, t, q, g and the parameters' rows are H' long, H
 * padded with zeros. */
#include "networks/kdd19/kdd19.h"
#include "networks/local_attention.h"

#include <string.h>

/* The parameters in `weights`, one after the other. */
struct weights {
	ralm_real *M;	     /* (D,H') */
	ralm_real *WlT, *Wg; /* (H',H') */
	ralm_real *w;	     /* (H') */
	ralm_real *slope;    /* (1) */
};

static struct weights weights_at(ralm_real *at, size_t D, size_t H)
{
	const size_t width = ralm_kernel_width(H);
	struct weights w = {.M = at};
	w.WlT = w.M + D * width;
	w.Wg = w.WlT + width * width;
	w.w = w.Wg + width * width;
	w.slope = w.w + width;
	return w;
}

static void sizes(struct ralm_scoring_sizes *sizes, size_t D, size_t H)
{
	const size_t width = ralm_kernel_width(H);
	*sizes = (struct ralm_scoring_sizes){
		.weights = (D + 2 * width + 1) * width + 16,
		.seed = 2 * width, /* behind b nothing is read */
		.target = 2 * width,
		.seed_for_cosines = width,
		.part = width,
		.list = width,
		/* p of the targets, and before it r of a new list, then w */
		.scratch_each = RALM_TARGETS_TOGETHER + 1,
		.scratch_more = RALM_TARGETS_MOST - RALM_TARGETS_TOGETHER,
	};
}

static void prepare(ralm_real *weights,
		    const struct ralm_parameters *parameters)
{
	const struct ralm_parameter *p = parameters->p;
	const size_t width = ralm_kernel_width(parameters->H);
	struct weights w = weights_at(weights, parameters->D, parameters->H);
	ralm_parameter_copy(w.M, &p[RALM_KDD19_TRANSFORM], width, 1);
	ralm_parameter_copy(w.WlT, &p[RALM_KDD19_LOCAL], 1, width);
	ralm_parameter_copy(w.Wg, &p[RALM_KDD19_GLOBAL], width, 1);
	ralm_parameter_copy(w.w, &p[RALM_KDD19_WEIGHTS], 1, 1);
	*w.slope = *p[RALM_KDD19_SLOPE].at;
}

/* PReLU(x·M), followed by its product with a matrix (H',H'). */
static void transform(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const struct weights *w,
		      const ralm_real *matrix,
		      const struct ralm_prepared *network)
{
	const size_t width = network->sizes.part;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	rows->times(row, 0, x, users, w->M, network->D, width);
	for (size_t u = 0; u < users; u++)
		for (size_t h = 0; h < width; h++)
			row[u][h] = row[u][h] > 0 ? row[u][h]
						  : *w->slope * row[u][h];
	rows->times(row, width, (const ralm_real *const *)row, users, matrix,
		    width, width);
}

static void seed_rows(ralm_real *const *row, const ralm_real *const *x,
		      size_t users, const struct ralm_prepared *network)
{
	const size_t width = network->sizes.part;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	const struct weights w =
		weights_at(network->weights, network->D, network->H);
	transform(row, x, users, &w, w.Wg, network);
	for (size_t u = 0; u < users; u++) {
		ralm_real *A = row[u] + width;
		rows->tanh_forward(A, width);
		*A = (ralm_real)rows->dot(A, w.w, width);
	}
}

static void target_rows(ralm_real *const *row, const ralm_real *const *x,
			size_t users, const struct ralm_prepared *network)
{
	const struct weights w =
		weights_at(network->weights, network->D, network->H);
	transform(row, x, users, &w, w.WlT, network);
	for (size_t u = 0; u < users; u++)
		network->kernels->rows->normalize(row[u], network->sizes.part);
}

/* g = Σ r_i S_i, r = softmax(b) */
static void list_vector(ralm_real *g, ralm_real *r,
			const ralm_real *const *seed, size_t n,
			const struct ralm_prepared *network)
{
	const size_t width = network->sizes.part;
	const struct ralm_row_kernels *rows = network->kernels->rows;
	for (size_t i = 0; i < n; i++)
		r[i] = seed[i][width];
	rows->softmax(r, n);
	memset(g, 0, width * sizeof *g);
	for (size_t i = 0; i < n; i++)
		rows->combine(g, 1, g, (double)r[i], seed[i], width);
	rows->normalize(g, width);
}

static void cosines(ralm_real *cosine, ralm_real *g, bool new_list,
		    const ralm_real *const *seed, const ralm_real *m, size_t n,
		    const ralm_real *const *target, size_t targets,
		    ralm_real *scratch, const struct ralm_prepared *network,
		    struct ralm_soon *soon)
{
	const struct ralm_kernels *kernels = network->kernels;
	const size_t width = network->sizes.part, room = ralm_list_room(n);
	ralm_real *r = scratch, *w = scratch, *p = scratch + room;
	(void)m;
	if (targets > 0)
		kernels->samples->attention(p, seed, NULL, target, targets, n,
					    width, soon);
	if (new_list)
		list_vector(g, r, seed, n, network);
	if (targets == 0)
		return;
	memset(w, 0, room * sizeof *w); /* v = l: the kernel adds no g */
	kernels->samples->cosines(cosine, p, w, seed, target, targets, n,
				  width);
	for (size_t t = 0; t < targets; t++) {
		const double local = (double)cosine[t];
		const double global =
			kernels->rows->dot(g, target[t], width);
		const double c = (1 - network->alpha) * local +
				 network->alpha * global;
		cosine[t] = (ralm_real)ralm_clamp_cosine(c);
	}
}

const struct ralm_network_scoring ralm_kdd19_scoring = {
	.numbers = RALM_LIST_VECTOR,
	.sizes = sizes,
	.prepare = prepare,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.cosines = cosines,
	.shares = ralm_local_shares,
};
