/* What belongs to a sample: local attention and the cosine, with their
 * gradients; one of the kernels of kernels.h. Several samples of one list are
 * worked on together, so that its rows are read once for them; whether they are
 * makes no difference to the bits.
 *
 *	a_j = tanh(S_j · q)   p = softmax(a)   v = Σ_j (p_j + w_j) S_j = l + g
 *	cosine = v · t / (|v| |t|)
 *
 * Rows are named by pointers: S (n) of `width` numbers, and q, t, v of each
 * sample. Behind the last of S and of q there are up to three more that may be
 * read and change nothing. p, a: room for ralm_group_room(samples, n), see
 * list_kernels.h. n >= 1. A cosine is 0 where a vector is zero
 * (RALM_ZERO_NORM).
 * Source: as of list_kernels.h. */
#ifndef RALM_KERNELS_SAMPLE_KERNELS_H
#define RALM_KERNELS_SAMPLE_KERNELS_H

#include <stddef.h>

#include "kernels/soon.h"

struct ralm_sample_kernels {
	/* For scoring: p of 1 target, or a multiple of RALM_TARGETS_TOGETHER up
	 * to RALM_TARGETS_MOST; target: the t / |t| of each and, `width` behind it,
	 * its q; width is one of ralm_kernel_width(). m (n'), 0 behind the n-th:
	 * how many seeds each S stands for, with exp(a_j) m_j times in the softmax;
	 * NULL: 1 each. */
	void (*attention)(ralm_real *p, const ralm_real *const *S,
			  const ralm_real *m, const ralm_real *const *target,
			  size_t targets, size_t n, size_t width,
			  struct ralm_soon *soon);
	/* And their cosines, in [-1, 1]; w (n') of the list. p is spoiled. */
	void (*cosines)(ralm_real *cosine, ralm_real *p, const ralm_real *w,
			const ralm_real *const *S, const ralm_real *const *target,
			size_t targets, size_t n, size_t width);

	/* For training: cosine, v, p and a of up to RALM_SAMPLES_TOGETHER
	 * samples. c: scratch as p for four. */
	void (*forward)(ralm_real *cosine, ralm_real *const *v, ralm_real *p,
			ralm_real *a, ralm_real *c, const ralm_real *w,
			const ralm_real *const *S, const ralm_real *const *q,
			const ralm_real *const *t, size_t samples, size_t n,
			size_t width);
	/* v becomes its gradient dv, and dt is set, from that of the cosine. */
	void (*cosine_backward)(ralm_real *v, ralm_real *dt, ralm_real dcosine,
				const ralm_real *t, size_t width);
	/* From dv, followed by up to three rows of zeros: sets dq and adds to
	 * dw (n') of the list. p becomes p + w and a the gradient of S_j · q,
	 * from which the caller gets dS_j += Σ p_j dv + a_j q (transposed_sums
	 * of list_kernels.h). */
	void (*backward)(ralm_real *const *dq, ralm_real *dw, ralm_real *p,
			 ralm_real *a, ralm_real *c, const ralm_real *w,
			 const ralm_real *const *S, const ralm_real *const *dv,
			 size_t samples, size_t n, size_t width);
};

#endif
