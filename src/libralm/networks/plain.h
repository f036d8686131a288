/* Functions in which the plain formulas of the networks are written, in double, each
 * beside its derivative. Vectors are rows, matrices row-major. Functions add to their
 * output, but tanh and softmax set it. For readers and tests: the library does not use
 * it. */
#ifndef RALM_NETWORKS_PLAIN_H
#define RALM_NETWORKS_PLAIN_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAIN_DIM = 32, PLAIN_SEEDS = 32 }; /* at most */

typedef double plain_row[PLAIN_DIM];

static inline double plain_dot(const double *x, const double *y, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

/* y += a·x */
static inline void plain_add(double *y, double a, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] += a * x[i];
}

/* y (columns) += x (rows) · M */
static inline void plain_times(double *y, const double *x, const double *M,
			       size_t rows, size_t columns)
{
	for (size_t i = 0; i < rows; i++)
		plain_add(y, x[i], M + i * columns, columns);
}

static inline void plain_times_back(double *dx, double *dM, const double *dy,
				    const double *x, const double *M,
				    size_t rows, size_t columns)
{
	for (size_t i = 0; i < rows; i++) {
		dx[i] += plain_dot(dy, M + i * columns, columns);
		plain_add(dM + i * columns, x[i], dy, columns);
	}
}

/* y (n) = tanh(x) */
static inline void plain_tanh(double *y, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = tanh(x[i]);
}

static inline void plain_tanh_back(double *dx, const double *dy,
				   const double *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dx[i] += dy[i] * (1 - y[i] * y[i]);
}

/* p (n) = softmax(x) */
static inline void plain_softmax(double *p, const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p[i] = exp(x[i]);
	for (size_t i = 0; i < n; i++)
		p[i] /= sum;
}

static inline void plain_softmax_back(double *dx, const double *dp,
				      const double *p, size_t n)
{
	double mean = plain_dot(p, dp, n);
	for (size_t i = 0; i < n; i++)
		dx[i] += p[i] * (dp[i] - mean);
}

/* -log softmax(scale · cosine) of a choice's click; cosine (n). 0 for a choice
 * without a click or without another sample. */
static inline double plain_choice_loss(const double *cosine,
				       const uint8_t *label, size_t n,
				       double scale)
{
	double click = 0, all = 0, clicks = 0;
	for (size_t i = 0; i < n; i++) {
		all += exp(scale * cosine[i]);
		clicks += label[i];
		click += label[i] ? exp(scale * cosine[i]) : 0;
	}
	return clicks == 1 && n > 1 ? -log(click / all) : 0;
}

static inline double plain_cosine(const double *x, const double *y, size_t n)
{
	return plain_dot(x, y, n) /
	       sqrt(plain_dot(x, x, n) * plain_dot(y, y, n));
}

static inline void plain_cosine_back(double *dx, double *dy, double dc,
				     const double *x, const double *y, size_t n)
{
	double xx = plain_dot(x, x, n), yy = plain_dot(y, y, n);
	double c = plain_cosine(x, y, n);
	plain_add(dx, dc / sqrt(xx * yy), y, n);
	plain_add(dx, -dc * c / xx, x, n);
	plain_add(dy, dc / sqrt(xx * yy), x, n);
	plain_add(dy, -dc * c / yy, y, n);
}

#endif
