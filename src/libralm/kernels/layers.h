/* The layers of the network as forward/backward pairs on small dense arrays
 * (design: users, lists, samples). Backward functions add to their outputs
 * (+=) unless they say "sets".
 *
 * The same source is compiled for several instruction sets; ralm_layers()
 * gives the best that this processor runs. Same processor, same bits.
 *
 * Shapes: S, A (n,H) the seeds' transformed and attention rows; t, q, l, g (H);
 * p, a, w (n); P (n,n), or m rows of it. Source: Liu et al. 2019, section 3.3,
 * equations 6 to 9; PaddleRec look-alike_recall model.py lines 38-62. */
#ifndef RALM_MODEL_LAYERS_H
#define RALM_MODEL_LAYERS_H

#include <stddef.h>

#include "kernels/real.h"

struct ralm_layers {
	const char *name; /* "plain", "avx2", "avx512" */

	/* x (n), in place: x = tanh(x) */
	void (*tanh_forward)(ralm_real *x, size_t n);
	/* dx (n), in place: dx *= 1 - y², y = tanh(x) */
	void (*tanh_backward)(ralm_real *dx, const ralm_real *y, size_t n);

	/* From m rows of A·Sᵀ, P (m,n), which it turns into softmax_rows(P):
	 * w_j += Σ_i P_ij. */
	void (*global_attention_forward)(ralm_real *w, ralm_real *P, size_t m,
					 size_t n);
	/* P becomes dP, the gradient of those rows of A·Sᵀ, from which the
	 * caller gets their dA = dP·S and dS += dPᵀ·A. */
	void (*global_attention_backward)(ralm_real *P, const ralm_real *dw,
					  size_t m, size_t n);

	/* g = Σ_j w_j S_j. Sets g. */
	void (*weighted_sum_forward)(ralm_real *g, const ralm_real *w,
				     const ralm_real *S, size_t n, size_t H);
	/* dS += ..., sets dw. */
	void (*weighted_sum_backward)(ralm_real *dS, ralm_real *dw,
				      const ralm_real *dg, const ralm_real *w,
				      const ralm_real *S, size_t n, size_t H);

	/* a_i = tanh(S_i · q), p = softmax(a), l = Σ p_i S_i. Sets all. */
	void (*local_attention_forward)(ralm_real *l, ralm_real *p,
					ralm_real *a, const ralm_real *S,
					const ralm_real *q, size_t n, size_t H);
	/* dS += ..., sets dq; dz (n) is scratch. */
	void (*local_attention_backward)(ralm_real *dS, ralm_real *dq,
					 ralm_real *dz, const ralm_real *dl,
					 const ralm_real *p, const ralm_real *a,
					 const ralm_real *S, const ralm_real *q,
					 size_t n, size_t H);

	/* cos(l + g, t); 0 where a vector is zero (squared norm < 1e-30).
	 * Sets v = l + g. */
	ralm_real (*cosine_forward)(ralm_real *v, const ralm_real *l,
				    const ralm_real *g, const ralm_real *t,
				    size_t H);
	/* Sets dv and dt from dc; both zero where the cosine is 0 by rule. */
	void (*cosine_backward)(ralm_real *dv, ralm_real *dt, ralm_real dc,
				const ralm_real *v, const ralm_real *t,
				size_t H);

	/* y += a·x */
	void (*add_scaled)(ralm_real *y, ralm_real a, const ralm_real *x,
			   size_t n);
};

/* The best set for this processor; the same one every time. */
const struct ralm_layers *ralm_layers(void);

/* A set by name; NULL when it is unknown or this processor cannot run it. */
const struct ralm_layers *ralm_layers_named(const char *name);

#endif
