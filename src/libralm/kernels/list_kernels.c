#include "kernels/list_kernels.h"

#include "kernels/exp_tanh.h"
#include "kernels/isa.h"
#include "kernels/kernels.h"
#include "kernels/products.h"
#include "kernels/sums.h"

/* Overwrites a group (products.h) of M with E_ij = m_j exp(M_ij - max_j M_ij). Returns
 * 1 / Σ_j E_ij of its TILE i, repeated until the vector is full. Behind the n-th j E is
 * 0. */
ALWAYS wide exp_group(ralm_real *P, const ralm_real *m, size_t n)
{
	const size_t numbers = group_size(n);
	for (size_t k = n * TILE; k < numbers; k++)
		P[k] = -1e30f; /* no seed j */
	wide most = load(P), sum = all(0);
	for (size_t k = LANES; k < numbers; k += LANES)
		most = larger(most, load(P + k));
	OVER_TILES(most, larger);
	for (size_t k = 0; k < numbers; k += LANES) {
		wide x = exp_of(load(P + k) - most);
		if (m != NULL)
			x *= spread(m + k / TILE);
		store(P + k, x);
		sum += x;
	}
	/* exp_of(-1e30) is exp(-87): too little to change the sum, but products with
	 * it would be denormal numbers, on which processors are slow. */
	for (size_t k = n * TILE; k < numbers; k++)
		P[k] = 0;
	OVER_TILES(sum, PLUS);
	return 1 / sum;
}

/* Sets the rows of P that belong to A (`rows`), which begin `behind` numbers after the
 * pointers, and adds their column sums to w. m: how often each seed j counts, own: the
 * same of the seeds i of these rows; NULL: once. Unless P is to be `kept`, its rows are
 * left without the division by their sums. */
ALWAYS void softmax_rows(ralm_real *w, ralm_real *P, ralm_real *X,
			 const ralm_real *const *A, size_t rows, size_t behind,
			 const ralm_real *const *S, const ralm_real *m,
			 const ralm_real *own, size_t n, size_t width,
			 struct ralm_soon *soon, const bool kept)
{
	const size_t groups = (rows + TILE - 1) / TILE;
	const size_t numbers = group_size(n);
	wide inverse[RALM_LIST_ROWS / TILE];
	products(P, X, S, n, A, groups, behind, width, soon);
	for (size_t i = 0; i < groups; i++)
		inverse[i] = exp_group(P + i * numbers, m, n);
	for (size_t i = 0; i < groups && own != NULL; i++)
		for (size_t k = 0; k < LANES; k++)
			inverse[i][k] *= own[i * TILE + k % TILE];
	for (size_t k = 0; k < LANES && rows % TILE != 0; k++)
		if (k % TILE >= rows % TILE)
			inverse[groups - 1][k] = 0; /* no seed i */
	for (size_t k = 0; k < numbers; k += LANES) {
		wide sum = all(0);
		for (size_t i = 0; i < groups; i++) {
			ralm_real *p = P + i * numbers + k;
			wide x = load(p) * inverse[i];
			if (kept)
				store(p, x);
			sum += x;
		}
		add_neighbours(w + k / TILE, sum);
	}
}

ALWAYS void weights_of(ralm_real *w, ralm_real *P, ralm_real *X,
		       const ralm_real *const *seed, const ralm_real *m,
		       size_t n, size_t width, struct ralm_soon *soon)
{
	for (size_t j = 0; j < n; j += LANES)
		store(w + j, all(0));
	for (size_t i = 0; i < n; i += RALM_LIST_ROWS)
		softmax_rows(w, P, X, seed + i,
			     n - i < RALM_LIST_ROWS ? n - i : RALM_LIST_ROWS,
			     width, seed, m, m != NULL ? m + i : NULL, n, width,
			     soon, false);
}

static void weights(ralm_real *w, ralm_real *P, ralm_real *X,
		    const ralm_real *const *seed, const ralm_real *m, size_t n,
		    size_t width, struct ralm_soon *soon)
{
	if (m == NULL)
		weights_of(w, P, X, seed, NULL, n, width, soon);
	else
		weights_of(w, P, X, seed, m, n, width, soon);
}

static void softmax(ralm_real *w, ralm_real *P, ralm_real *X,
		    const ralm_real *const *A, size_t m,
		    const ralm_real *const *S, size_t n, size_t width)
{
	for (size_t i = 0; i < m; i += RALM_LIST_ROWS)
		softmax_rows(w, P + i / TILE * group_size(n), X, A + i,
			     m - i < RALM_LIST_ROWS ? m - i : RALM_LIST_ROWS, 0,
			     S, NULL, NULL, n, width, NULL, true);
}

static void softmax_backward(ralm_real *P, const ralm_real *dw, size_t m,
			     size_t n)
{
	const size_t numbers = group_size(n);
	/* P_i = softmax(M_i): dM_ij = P_ij (dw_j - Σ_k P_ik dw_k) */
	for (size_t i = 0; i < m; i += TILE, P += numbers) {
		wide mean = all(0);
		for (size_t k = 0; k < numbers; k += LANES)
			mean += load(P + k) * spread(dw + k / TILE);
		OVER_TILES(mean, PLUS);
		for (size_t k = 0; k < numbers; k += LANES)
			store(P + k, load(P + k) *
				     (spread(dw + k / TILE) - mean));
	}
}

ALWAYS void add_groups(ralm_real *const *out, const ralm_real *P, size_t n,
		       const ralm_real *const *R, size_t m, bool sets,
		       size_t h, size_t count, const int columns)
{
	const size_t group = group_size(n);
	size_t j = 0;
	for (; j + TILE <= n; j += TILE)
		add_columns_transposed(out + j, P + j * TILE, group, R, m, sets,
				       h, count, TILE, columns);
	for (; j < n; j++)
		add_columns_transposed(out + j, P + j * TILE, group, R, m, sets,
				       h, count, 1, columns);
}

static void transposed_sums(ralm_real *const *out, const ralm_real *P, size_t n,
			    const ralm_real *const *R, size_t m, size_t width,
			    bool sets)
{
#define STEP(h, count, columns) \
	add_groups(out, P, n, R, m, sets, h, count, columns)
	OVER_COLUMNS(width, TILE_COLUMNS, STEP);
#undef STEP
}

const struct ralm_list_kernels RALM_ISA_NAME(ralm_list_kernels) = {
	.weights = weights,
	.softmax = softmax,
	.softmax_backward = softmax_backward,
	.sums = sum_rows,
	.transposed_sums = transposed_sums,
};
