/* The plain formula of PaddleRec's network: one sample, in double, nothing shared
 * between samples, lists or users. To be read first. Tests compare the fast code
 * (paddlerec.c and on) with it, and networks/attention, which is this formula without
 * transforms: S = E[seeds], t = E[target].
 *
 *	S = E[seeds]·Ms   t = E[target]·Mt
 *	local    a_i = tanh(S_i·Wl·tᵀ)   p = softmax_i(a)       l = Σ p_i S_i
 *	global   A = tanh(S·Wg)   P = softmax_rows(A·Sᵀ)        g = Σ_i (P·S)_i
 *	cosine   cos(l + g, t)
 *
 * Source: Liu et al. 2019, section 3.3, equations 6 to 9. */
#ifndef RALM_NETWORKS_PADDLEREC_PADDLEREC_PLAIN_H
#define RALM_NETWORKS_PADDLEREC_PADDLEREC_PLAIN_H

#include <string.h>

#include "networks/plain.h"

/* Users' vectors and parameters, or their gradients. */
struct paddlerec_plain {
	size_t D, H;
	double *X;	/* (users,D) */
	double *Ms, *Mt; /* (D,H); NULL: no transforms, H = D */
	double *Wl, *Wg; /* (H,H) */
	double scale, bias;
};

/* The values of one sample. */
struct paddlerec_pass {
	plain_row S[PLAIN_SEEDS], t;
	/* local attention: q = Wl·tᵀ */
	plain_row q, l;
	double a[PLAIN_SEEDS], p[PLAIN_SEEDS];
	/* global attention: g is the sum of its rows */
	plain_row A[PLAIN_SEEDS], g;
	double P[PLAIN_SEEDS][PLAIN_SEEDS];
	/* both */
	plain_row v;
};

/* ---- attention ------------------------------------------------------------ */

static inline void paddlerec_local(struct paddlerec_pass *x,
				   const struct paddlerec_plain *w, size_t n)
{
	const size_t H = w->H;
	for (size_t h = 0; h < H; h++)
		x->q[h] = plain_dot(w->Wl + h * H, x->t, H);
	for (size_t i = 0; i < n; i++)
		x->a[i] = tanh(plain_dot(x->S[i], x->q, H));
	plain_softmax(x->p, x->a, n);
	for (size_t i = 0; i < n; i++)
		plain_add(x->l, x->p[i], x->S[i], H);
}

static inline void paddlerec_local_back(plain_row *dS, double *dt,
					struct paddlerec_plain *d,
					const double *dl,
					const struct paddlerec_pass *x,
					const struct paddlerec_plain *w,
					size_t n)
{
	const size_t H = w->H;
	plain_row dq = {0};
	double dp[PLAIN_SEEDS], da[PLAIN_SEEDS] = {0}, dz[PLAIN_SEEDS] = {0};
	for (size_t i = 0; i < n; i++) { /* l = Σ p_i S_i */
		dp[i] = plain_dot(dl, x->S[i], H);
		plain_add(dS[i], x->p[i], dl, H);
	}
	plain_softmax_back(da, dp, x->p, n);
	plain_tanh_back(dz, da, x->a, n);
	for (size_t i = 0; i < n; i++) { /* a_i = tanh(S_i · q) */
		plain_add(dS[i], dz[i], x->q, H);
		plain_add(dq, dz[i], x->S[i], H);
	}
	for (size_t h = 0; h < H; h++) { /* q = Wl·tᵀ */
		plain_add(d->Wl + h * H, dq[h], x->t, H);
		plain_add(dt, dq[h], w->Wl + h * H, H);
	}
}

static inline void paddlerec_global(struct paddlerec_pass *x,
				    const struct paddlerec_plain *w, size_t n)
{
	const size_t H = w->H;
	for (size_t i = 0; i < n; i++) {
		plain_times(x->A[i], x->S[i], w->Wg, H, H);
		plain_tanh(x->A[i], x->A[i], H);
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			x->P[i][j] = plain_dot(x->A[i], x->S[j], H);
		plain_softmax(x->P[i], x->P[i], n);
		for (size_t j = 0; j < n; j++)
			plain_add(x->g, x->P[i][j], x->S[j], H);
	}
}

static inline void paddlerec_global_back(plain_row *dS,
					 struct paddlerec_plain *d,
					 const double *dg,
					 const struct paddlerec_pass *x,
					 const struct paddlerec_plain *w,
					 size_t n)
{
	const size_t H = w->H;
	for (size_t i = 0; i < n; i++) {
		plain_row dA = {0}, dz = {0};
		double dP[PLAIN_SEEDS], dM[PLAIN_SEEDS] = {0};
		for (size_t j = 0; j < n; j++) { /* g = Σ_i Σ_j P_ij S_j */
			dP[j] = plain_dot(dg, x->S[j], H);
			plain_add(dS[j], x->P[i][j], dg, H);
		}
		plain_softmax_back(dM, dP, x->P[i], n);
		for (size_t j = 0; j < n; j++) { /* M_ij = A_i · S_j */
			plain_add(dA, dM[j], x->S[j], H);
			plain_add(dS[j], dM[j], x->A[i], H);
		}
		plain_tanh_back(dz, dA, x->A[i], H);
		plain_times_back(dS[i], d->Wg, dz, x->S[i], w->Wg, H, H);
	}
}

/* ---- the transforms ------------------------------------------------------- */

/* y = x·M, or x itself */
static inline void paddlerec_transform(double *y, const double *x,
				       const double *M,
				       const struct paddlerec_plain *w)
{
	if (M != NULL)
		plain_times(y, x, M, w->D, w->H);
	else
		plain_add(y, 1, x, w->D);
}

static inline void paddlerec_transform_back(double *dx, double *dM,
					    const double *dy, const double *x,
					    const double *M,
					    const struct paddlerec_plain *w)
{
	if (M != NULL)
		plain_times_back(dx, dM, dy, x, M, w->D, w->H);
	else
		plain_add(dx, 1, dy, w->D);
}

/* ---- one sample ------------------------------------------------------------ */

/* The cosine of a list of n users and a target. */
static inline double paddlerec_plain_forward(struct paddlerec_pass *x,
					     const struct paddlerec_plain *w,
					     const unsigned *seeds, size_t n,
					     unsigned target)
{
	const size_t D = w->D, H = w->H;
	memset(x, 0, sizeof *x);
	for (size_t i = 0; i < n; i++)
		paddlerec_transform(x->S[i], w->X + seeds[i] * D, w->Ms, w);
	paddlerec_transform(x->t, w->X + target * D, w->Mt, w);
	paddlerec_local(x, w, n);
	paddlerec_global(x, w, n);
	plain_add(x->v, 1, x->l, H);
	plain_add(x->v, 1, x->g, H);
	return plain_cosine(x->v, x->t, H);
}

/* Adds to d the gradients of a sample whose cosine has the derivative dc. */
static inline void paddlerec_plain_backward(struct paddlerec_plain *d,
					    double dc,
					    const struct paddlerec_pass *x,
					    const struct paddlerec_plain *w,
					    const unsigned *seeds, size_t n,
					    unsigned target)
{
	const size_t D = w->D, H = w->H;
	plain_row dS[PLAIN_SEEDS] = {{0}}, dt = {0}, dv = {0};
	plain_cosine_back(dv, dt, dc, x->v, x->t, H);
	paddlerec_global_back(dS, d, dv, x, w, n);
	paddlerec_local_back(dS, dt, d, dv, x, w, n);
	paddlerec_transform_back(d->X + target * D, d->Mt, dt,
				 w->X + target * D, w->Mt, w);
	for (size_t i = 0; i < n; i++)
		paddlerec_transform_back(d->X + seeds[i] * D, d->Ms, dS[i],
					 w->X + seeds[i] * D, w->Ms, w);
}

/* The log loss of a sample, sets its cosine and adds its gradients to d. */
static inline double paddlerec_plain_sample(double *cosine,
					    struct paddlerec_plain *d,
					    const struct paddlerec_plain *w,
					    const unsigned *seeds, size_t n,
					    unsigned target, int label)
{
	struct paddlerec_pass x;
	*cosine = paddlerec_plain_forward(&x, w, seeds, n, target);
	double z = w->scale * *cosine + w->bias;
	double dz = 1 / (1 + exp(-z)) - label;
	d->scale += dz * *cosine;
	d->bias += dz;
	paddlerec_plain_backward(d, dz * w->scale, &x, w, seeds, n, target);
	return log1p(exp(label ? -z : z));
}

#endif
