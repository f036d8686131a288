/* What is computed for a sample: local attention and the cosine, with their
 * gradients; one of the tables of kernels.h. Several samples of one list are
 * worked on together, so that its rows are read once for them. The bits are the
 * same as if each were worked on alone.
 *
 *	a_j = tanh(S_j · q)   p = softmax(a)   v = Σ_j (p_j + w_j) S_j = l + g
 *	cosine = v · t / (|v| |t|)
 *
 * S (n) and the q, t, v of each sample are pointers to rows of `width` numbers. Up to
 * three rows behind the last S and the last q are read, whatever they are; they change
 * nothing. p and a stand as products do (products.h): ralm_products_room(samples, n)
 * numbers. n >= 1. A cosine is 0 where a vector is zero (RALM_ZERO_NORM).
 * Source: that of list_kernels.h. */
#ifndef RALM_KERNELS_SAMPLE_KERNELS_H
#define RALM_KERNELS_SAMPLE_KERNELS_H

#include <stddef.h>

#include "kernels/soon.h"

struct ralm_sample_kernels {
	/* For scoring. Sets p of 1 target, (n') in the order of seeds, or of a
	 * multiple of RALM_TARGETS_TOGETHER, at most RALM_TARGETS_MOST.
	 * target: the t / |t| of each and, `width` behind it, its q; width is one of
	 * ralm_kernel_width(). m (n'), 0 behind the n-th: how many seeds each S
	 * stands for, so that exp(a_j) counts m_j times in the softmax; NULL: 1
	 * each. */
	void (*attention)(ralm_real *p, const ralm_real *const *S,
			  const ralm_real *m, const ralm_real *const *target,
			  size_t targets, size_t n, size_t width,
			  struct ralm_soon *soon);
	/* Sets the cosines of these targets, in [-1, 1], from their p, which is
	 * overwritten; NaN where |v|² is more than a number holds. w (n') of the
	 * list. */
	void (*cosines)(ralm_real *cosine, ralm_real *p, const ralm_real *w,
			const ralm_real *const *S, const ralm_real *const *target,
			size_t targets, size_t n, size_t width);

	/* For training. Sets cosine, v, p and a of up to RALM_SAMPLES_TOGETHER
	 * samples. c: scratch, ralm_products_room(4, n). */
	void (*forward)(ralm_real *cosine, ralm_real *const *v, ralm_real *p,
			ralm_real *a, ralm_real *c, const ralm_real *w,
			const ralm_real *const *S, const ralm_real *const *q,
			const ralm_real *const *t, size_t samples, size_t n,
			size_t width);
	/* Overwrites v with its gradient dv and sets dt, from that of the cosine. */
	void (*cosine_backward)(ralm_real *v, ralm_real *dt, ralm_real dcosine,
				const ralm_real *t, size_t width);
	/* From dv, behind whose last row up to three rows of zeros are read: sets
	 * dq and adds to dw (n') of the list. Overwrites p with p + w, and a with the
	 * gradients of the S_j · q, so that the caller gets
	 * dS_j += Σ p_j dv + a_j q by transposed_sums of list_kernels.h. */
	void (*backward)(ralm_real *const *dq, ralm_real *dw, ralm_real *p,
			 ralm_real *a, ralm_real *c, const ralm_real *w,
			 const ralm_real *const *S, const ralm_real *const *dv,
			 size_t samples, size_t n, size_t width);
};

#endif
