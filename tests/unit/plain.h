/* The network as its formula says it, one sample at a time, in double: nothing
 * is shared between samples, lists or users, and no library multiplies. What
 * the batched network is held to. Matrices are row-major; row vectors. */
#ifndef RALM_TESTS_PLAIN_H
#define RALM_TESTS_PLAIN_H

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { PLAIN_DIM = 32, PLAIN_SEEDS = 32 }; /* at most */

struct plain {
	size_t D, H;
	double *X;                    /* (users,D) */
	double *Ms, *Mt, *Wl, *Wg;    /* (D,H) (D,H) (H,H) (H,H) */
	double scale, bias;
};

typedef double plain_rows[PLAIN_SEEDS][PLAIN_DIM];

/* y (columns) += x (rows) · M, and its backward pass; each may be left out. */
static inline void plain_times(double *y, const double *x, const double *M,
			       size_t rows, size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			y[j] += x[i] * M[i * columns + j];
}

static inline void plain_times_back(double *dx, double *dM, const double *dy,
				    const double *x, const double *M,
				    size_t rows, size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++) {
			dx[i] += dy[j] * M[i * columns + j];
			dM[i * columns + j] += x[i] * dy[j];
		}
}

static inline double plain_dot(const double *x, const double *y, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static inline void plain_add(double *y, double a, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] += a * x[i];
}

static inline void plain_softmax(double *p, const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p[i] = exp(x[i]);
	for (size_t i = 0; i < n; i++)
		p[i] /= sum;
}

/* dx = the gradient of x through p = softmax(x). */
static inline void plain_softmax_back(double *dx, const double *dp,
				      const double *p, size_t n)
{
	double mean = plain_dot(p, dp, n);
	for (size_t i = 0; i < n; i++)
		dx[i] = p[i] * (dp[i] - mean);
}

/* One sample's log loss; adds its gradients to d, which has w's shapes. */
static inline double plain_sample(double *cosine, struct plain *d,
				  const struct plain *w, const unsigned *seeds,
				  size_t n, unsigned target, int label)
{
	const size_t D = w->D, H = w->H;
	plain_rows S = {{0}}, A = {{0}}, M = {{0}}, P = {{0}};
	plain_rows dS = {{0}}, dP, dM;
	double t[PLAIN_DIM] = {0}, q[PLAIN_DIM] = {0}, v[PLAIN_DIM] = {0};
	double dt[PLAIN_DIM] = {0}, dq[PLAIN_DIM] = {0}, dv[PLAIN_DIM] = {0};
	double a[PLAIN_SEEDS], p[PLAIN_SEEDS], dp[PLAIN_SEEDS], da[PLAIN_SEEDS];

	for (size_t i = 0; i < n; i++) {
		plain_times(S[i], w->X + seeds[i] * D, w->Ms, D, H);
		plain_times(A[i], S[i], w->Wg, H, H);
		for (size_t h = 0; h < H; h++)
			A[i][h] = tanh(A[i][h]);
	}
	plain_times(t, w->X + target * D, w->Mt, D, H);
	for (size_t h = 0; h < H; h++)
		q[h] = plain_dot(w->Wl + h * H, t, H);
	for (size_t i = 0; i < n; i++)
		a[i] = tanh(plain_dot(S[i], q, H));
	plain_softmax(p, a, n);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			M[i][j] = plain_dot(A[i], S[j], H);
		plain_softmax(P[i], M[i], n);
		plain_add(v, p[i], S[i], H);
		for (size_t j = 0; j < n; j++)
			plain_add(v, P[i][j], S[j], H);
	}
	double vv = plain_dot(v, v, H), tt = plain_dot(t, t, H);
	double c = plain_dot(v, t, H) / sqrt(vv * tt);
	double z = w->scale * c + w->bias;
	double dz = 1 / (1 + exp(-z)) - label, dc = dz * w->scale;
	*cosine = c;
	d->scale += dz * c;
	d->bias += dz;

	plain_add(dv, dc / sqrt(vv * tt), t, H);
	plain_add(dv, -dc * c / vv, v, H);
	plain_add(dt, dc / sqrt(vv * tt), v, H);
	plain_add(dt, -dc * c / tt, t, H);
	for (size_t i = 0; i < n; i++) {
		dp[i] = plain_dot(dv, S[i], H);
		plain_add(dS[i], p[i], dv, H);
		for (size_t j = 0; j < n; j++) {
			dP[i][j] = plain_dot(dv, S[j], H);
			plain_add(dS[j], P[i][j], dv, H);
		}
		plain_softmax_back(dM[i], dP[i], P[i], n);
	}
	plain_softmax_back(da, dp, p, n);
	for (size_t i = 0; i < n; i++) {
		double dA[PLAIN_DIM] = {0}, dz_i = da[i] * (1 - a[i] * a[i]);
		plain_add(dS[i], dz_i, q, H);
		plain_add(dq, dz_i, S[i], H);
		for (size_t j = 0; j < n; j++) {
			plain_add(dA, dM[i][j], S[j], H);
			plain_add(dS[j], dM[i][j], A[i], H);
		}
		for (size_t h = 0; h < H; h++)
			dA[h] *= 1 - A[i][h] * A[i][h];
		plain_times_back(dS[i], d->Wg, dA, S[i], w->Wg, H, H);
	}
	for (size_t i = 0; i < n; i++)
		plain_times_back(d->X + seeds[i] * D, d->Ms, dS[i],
				 w->X + seeds[i] * D, w->Ms, D, H);
	for (size_t h = 0; h < H; h++) {
		plain_add(d->Wl + h * H, dq[h], t, H);
		plain_add(dt, dq[h], w->Wl + h * H, H);
	}
	plain_times_back(d->X + target * D, d->Mt, dt, w->X + target * D, w->Mt,
			 D, H);
	return log1p(exp(label ? -z : z));
}

#endif
