/* What is computed for a seed list: global attention and its gradient; one of the
 * tables of kernels.h.
 *
 *	M = A·Sᵀ   P = softmax_rows(M)   w_j = Σ_i P_ij   (so that g = Σ_j w_j S_j)
 *
 * In scoring seed j may stand for m_j seeds: exp(M_ij) then counts m_j times in the
 * softmax of each row i, and row i counts m_i times in w, as if each of these seeds were
 * in the list.
 *
 * S and A are pointers to rows of `width` numbers. Up to three rows behind the last one
 * are read, whatever they are; they change nothing. M, P and their gradients stand as
 * products do (products.h): ralm_products_room(m, n) numbers for m rows.
 * Source: Liu et al. 2019, section 3.3, equations 6 to 9; PaddleRec
 * look-alike_recall model.py lines 38-62. */
#ifndef RALM_KERNELS_LIST_KERNELS_H
#define RALM_KERNELS_LIST_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/soon.h"

struct ralm_list_kernels {
	/* Sets w (n') of a list. seed (n): the S of each and, `width` behind it,
	 * its A; m (n'), 0 behind the n-th; NULL: 1 each. n >= 1.
	 * Scratch: P, ralm_products_room(RALM_LIST_ROWS, n), and X,
	 * ralm_interleaved_room(width). */
	void (*weights)(ralm_real *w, ralm_real *P, ralm_real *X,
			const ralm_real *const *seed, const ralm_real *m,
			size_t n, size_t width, struct ralm_soon *soon);

	/* Sets the rows of P that belong to A (m) and adds their column sums to
	 * w (n'). X is scratch as above. */
	void (*softmax)(ralm_real *w, ralm_real *P, ralm_real *X,
			const ralm_real *const *A, size_t m,
			const ralm_real *const *S, size_t n, size_t width);
	/* Overwrites m rows of P with dM, the gradient of these rows of M. Every row
	 * of P has the gradient dw (n'), since w_j = Σ_i P_ij. */
	void (*softmax_backward)(ralm_real *P, const ralm_real *dw, size_t m,
				 size_t n);
	/* out_i = Σ_j P_ij R_j (i < m, j < n): dA = dM·S */
	void (*sums)(ralm_real *const *out, const ralm_real *P, size_t m,
		     const ralm_real *const *R, size_t n, size_t width);
	/* out_j += Σ_i P_ij R_i (j < n, i < m): dS += dMᵀ·A. With `sets`, = in
	 * place of +=. */
	void (*transposed_sums)(ralm_real *const *out, const ralm_real *P,
				size_t n, const ralm_real *const *R, size_t m,
				size_t width, bool sets);
};

#endif
