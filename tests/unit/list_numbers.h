/* The plain formula of a list and its samples in double, forward and backward, for
 * test-kernels. */
#ifndef RALM_TESTS_LIST_NUMBERS_H
#define RALM_TESTS_LIST_NUMBERS_H

#include "libralm/kernels/kernels.h"

#include <math.h>
#include <string.h>

enum { ROWS = 80, WIDTH = 96, M = RALM_SAMPLES_TOGETHER };

/* A list with its samples, and all that is made of them, in double. */
struct numbers {
	double S[ROWS][WIDTH], A[ROWS][WIDTH], q[M][WIDTH], t[M][WIDTH];
	double P[ROWS][ROWS], w[ROWS], a[M][ROWS], p[M][ROWS], v[M][WIDTH];
	double cosine[M], dcosine[M];
	double dS[ROWS][WIDTH], dA[ROWS][WIDTH], dq[M][WIDTH], dt[M][WIDTH];
	double dv[M][WIDTH], dw[ROWS];
};

static double dot(const double *x, const double *y, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static void softmax(double *p, const double *x, size_t n)
{
	double sum = 0, most = x[0];
	for (size_t i = 0; i < n; i++)
		most = fmax(most, x[i]);
	for (size_t i = 0; i < n; i++)
		sum += p[i] = exp(x[i] - most);
	for (size_t i = 0; i < n; i++)
		p[i] /= sum;
}

static void plain_forward(struct numbers *x, size_t m, size_t n, size_t width)
{
	double z[ROWS];
	memset(x->w, 0, sizeof x->w);
	memset(x->v, 0, sizeof x->v);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			z[j] = dot(x->A[i], x->S[j], width);
		softmax(x->P[i], z, n);
		for (size_t j = 0; j < n; j++)
			x->w[j] += x->P[i][j];
	}
	for (size_t s = 0; s < m; s++) {
		for (size_t j = 0; j < n; j++)
			x->a[s][j] = tanh(dot(x->S[j], x->q[s], width));
		softmax(x->p[s], x->a[s], n);
		for (size_t j = 0; j < n; j++)
			for (size_t h = 0; h < width; h++)
				x->v[s][h] += (x->p[s][j] + x->w[j]) * x->S[j][h];
		x->cosine[s] = dot(x->v[s], x->t[s], width) /
			       sqrt(dot(x->v[s], x->v[s], width) *
				    dot(x->t[s], x->t[s], width));
	}
}

static void plain_sample(struct numbers *x, size_t s, size_t n, size_t width)
{
	const double vv = dot(x->v[s], x->v[s], width);
	const double tt = dot(x->t[s], x->t[s], width);
	double dp[ROWS];
	memset(x->dq[s], 0, sizeof x->dq[s]);
	for (size_t h = 0; h < width; h++) {
		x->dv[s][h] = x->dcosine[s] *
			      (x->t[s][h] / sqrt(vv * tt) -
			       x->cosine[s] * x->v[s][h] / vv);
		x->dt[s][h] = x->dcosine[s] *
			      (x->v[s][h] / sqrt(vv * tt) -
			       x->cosine[s] * x->t[s][h] / tt);
	}
	for (size_t j = 0; j < n; j++) {
		dp[j] = dot(x->S[j], x->dv[s], width);
		x->dw[j] += dp[j];
	}
	const double mean = dot(x->p[s], dp, n);
	for (size_t j = 0; j < n; j++) {
		double dz = x->p[s][j] * (dp[j] - mean) *
			    (1 - x->a[s][j] * x->a[s][j]);
		for (size_t h = 0; h < width; h++) {
			x->dq[s][h] += dz * x->S[j][h];
			x->dS[j][h] += (x->p[s][j] + x->w[j]) * x->dv[s][h] +
				       dz * x->q[s][h];
		}
	}
}

static void plain_backward(struct numbers *x, size_t m, size_t n, size_t width)
{
	memset(x->dS, 0, sizeof x->dS);
	memset(x->dA, 0, sizeof x->dA);
	memset(x->dw, 0, sizeof x->dw);
	for (size_t s = 0; s < m; s++)
		plain_sample(x, s, n, width);
	for (size_t i = 0; i < n; i++) {
		const double mean = dot(x->P[i], x->dw, n);
		for (size_t j = 0; j < n; j++) {
			double dm = x->P[i][j] * (x->dw[j] - mean);
			for (size_t h = 0; h < width; h++) {
				x->dA[i][h] += dm * x->S[j][h];
				x->dS[j][h] += dm * x->A[i][h];
			}
		}
	}
}

#endif
