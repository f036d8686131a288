/* Rows of numbers, each by itself; one of the tables of kernels.h. */
#ifndef RALM_KERNELS_ROW_KERNELS_H
#define RALM_KERNELS_ROW_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/soon.h"

/* Numbers in a slice: a line of a processor's cache. */
enum { RALM_SLICE = 16 };
/* Rows that are summed one after the other. */
enum { RALM_SUM_BLOCK = 1024 };

struct ralm_row_kernels {
	/* x (n), in place: x = tanh(x) */
	void (*tanh_forward)(ralm_real *x, size_t n);
	/* dx (n), in place: dx *= 1 - y², y = tanh(x) */
	void (*tanh_backward)(ralm_real *dx, const ralm_real *y, size_t n);
	/* y += x (n) */
	void (*add)(ralm_real *y, const ralm_real *x, size_t n);
	/* x (n), in place: x = softmax(x). n >= 1. */
	void (*softmax)(ralm_real *x, size_t n);
	/* x · y (n) */
	double (*dot)(const ralm_real *x, const ralm_real *y, size_t n);
	/* out_r = x · y_r (n) of `rows` rows, with the bits of dot */
	void (*dots)(ralm_real *out, const ralm_real *x,
		     const ralm_real *const *y, size_t rows, size_t n);
	/* |x - y|² (n); 0 where they are equal */
	double (*distance)(const ralm_real *x, const ralm_real *y, size_t n);
	/* out = a x + b y (n), a and b as ralm_real; out may be x or y. */
	void (*combine)(ralm_real *out, double a, const ralm_real *x, double b,
			const ralm_real *y, size_t n);
	/* x (n), in place: x / |x|, 0 where x is zero (RALM_ZERO_NORM), NaN where
	 * |x|² is more than a number holds */
	void (*normalize)(ralm_real *x, size_t n);
	/* The same of `rows` rows x (n), to y (width), with zeros behind n. */
	void (*normalized)(ralm_real *const *y, const ralm_real *const *x,
			   size_t rows, size_t n, size_t width);
	/* out (n) = the sum of `count` rows, in their order; of more than
	 * RALM_SUM_BLOCK rows that of the sums of blocks, so that rounding does not
	 * grow with their number. soon: NULL, or what to prefetch meanwhile. */
	void (*sum)(ralm_real *out, const ralm_real *const *row, size_t count,
		    size_t n, struct ralm_soon *soon);

	/* y_u + at (width) = x_u (D) · M (D,width); width is a multiple of 16. x_u
	 * may be y_u, if at >= D. `users` is a multiple of RALM_USERS_TOGETHER: a
	 * caller with fewer fills up with an x again and a y that nobody reads. */
	void (*times)(ralm_real *const *y, size_t at, const ralm_real *const *x,
		      size_t users, const ralm_real *M, size_t D, size_t width);

	/* out (RALM_SLICE) = the sum of `count` rows of X (·,RALM_SLICE), in
	 * their order; and Y's rows += x (RALM_SLICE). */
	void (*slice_sum)(ralm_real *out, const ralm_real *X,
			  const uint32_t *rows, size_t count);
	void (*slice_add)(ralm_real *Y, const ralm_real *x,
			  const uint32_t *rows, size_t count);
};

#endif
