/* What belongs to a seed list: global attention and its gradient; one of the
 * kernels of kernels.h.
 *
 *	P = softmax_rows(A·Sᵀ)   w_j = Σ_i P_ij   (so that g = Σ_j w_j S_j)
 *
 * Where seed j stands for m_j seeds, scoring has the same with exp(.) m_j times in
 * each softmax and row i m_i times in the sum: what it would be if each stood
 * there so often.
 *
 * Rows are named by pointers: S, A (n) of `width` numbers, behind the n-th up to
 * three more that may be read and change nothing; A likewise in steps of four.
 * Matrices like P stand in groups of a few i, and in a group the j one after the
 * other, each with its i: room for ralm_group_room(m, n) numbers.
 * Source: Liu et al. 2019, section 3.3, equations 6 to 9; PaddleRec
 * look-alike_recall model.py lines 38-62. */
#ifndef RALM_KERNELS_LIST_KERNELS_H
#define RALM_KERNELS_LIST_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/soon.h"

struct ralm_list_kernels {
	/* w (n') of a list; seed (n): the S of each and, `width` behind it, its A;
	 * m (n'), 0 behind the n-th; NULL: 1 each.
	 * P is scratch, ralm_group_room(RALM_LIST_ROWS, n), X too, see kernels.h.
	 * n >= 1. */
	void (*weights)(ralm_real *w, ralm_real *P, ralm_real *X,
			const ralm_real *const *seed, const ralm_real *m,
			size_t n, size_t width, struct ralm_soon *soon);

	/* The rows of P for A (m); adds their column sums to w (n'). */
	void (*softmax)(ralm_real *w, ralm_real *P, ralm_real *X,
			const ralm_real *const *A, size_t m,
			const ralm_real *const *S, size_t n, size_t width);
	/* P becomes dP, the gradient of those rows of A·Sᵀ: w_j = Σ_i P_ij, so
	 * that every row of P has the gradient dw (n'). */
	void (*softmax_backward)(ralm_real *P, const ralm_real *dw, size_t m,
				 size_t n);
	/* out_i = Σ_j P_ij R_j (i < m, j < n): dA = dP·S */
	void (*sums)(ralm_real *const *out, const ralm_real *P, size_t m,
		     const ralm_real *const *R, size_t n, size_t width);
	/* out_j += Σ_i P_ij R_i: dS += dPᵀ·A. With `sets`, = in place of +=. */
	void (*transposed_sums)(ralm_real *const *out, const ralm_real *P,
				size_t n, const ralm_real *const *R, size_t m,
				size_t width, bool sets);
};

#endif
