#include "kernels/row_kernels.h"

#include "kernels/exp_tanh.h"
#include "kernels/isa.h"
#include "kernels/kernels.h"
#include "kernels/sums.h"

#include <math.h>

static void tanh_forward(ralm_real *x, size_t n)
{
	for (size_t i = 0; i < n; i += LANES)
		store_some(x + i, tanh_of(load_some(x + i, n - i)), n - i);
}

static void tanh_backward(ralm_real *dx, const ralm_real *y, size_t n)
{
	for (size_t i = 0; i < n; i += LANES) {
		wide f = load_some(y + i, n - i);
		wide d = load_some(dx + i, n - i) * (1 - f * f);
		store_some(dx + i, d, n - i);
	}
}

static void add(ralm_real *y, const ralm_real *x, size_t n)
{
	for (size_t i = 0; i < n; i += LANES)
		store_some(y + i, load_some(y + i, n - i) +
				  load_some(x + i, n - i), n - i);
}

static void softmax(ralm_real *x, size_t n)
{
	ralm_real most = x[0], total = 0;
	for (size_t i = 1; i < n; i++)
		most = x[i] > most ? x[i] : most;
	for (size_t i = 0; i < n; i += LANES)
		store_some(x + i, exp_of(load_some(x + i, n - i) - most),
			   n - i);
	for (size_t i = 0; i < n; i++)
		total += x[i];
	for (size_t i = 0; i < n; i++)
		x[i] /= total;
}

static double dot(const ralm_real *x, const ralm_real *y, size_t n)
{
	wide sum = all(0);
	for (size_t i = 0; i < n; i += LANES)
		sum += load_some(x + i, n - i) * load_some(y + i, n - i);
	return (double)sum_of(sum);
}

static double distance(const ralm_real *x, const ralm_real *y, size_t n)
{
	wide sum = all(0);
	for (size_t i = 0; i < n; i += LANES) {
		wide d = load_some(x + i, n - i) - load_some(y + i, n - i);
		sum += d * d;
	}
	return (double)sum_of(sum);
}

static void combine(ralm_real *out, double a, const ralm_real *x, double b,
		    const ralm_real *y, size_t n)
{
	const wide p = all((ralm_real)a), q = all((ralm_real)b);
	for (size_t i = 0; i < n; i += LANES)
		store_some(out + i, p * load_some(x + i, n - i) +
				    q * load_some(y + i, n - i), n - i);
}

enum { AT_ONCE = 4 }; /* rows whose sums do not wait for each other */

/* out_r = x · y_r; x NULL: y_r · y_r. */
ALWAYS void dots_of(ralm_real *out, const ralm_real *x,
		    const ralm_real *const *y, size_t n, const int rows)
{
	wide sum[AT_ONCE] = {0};
	for (size_t i = 0; i < n; i += LANES) {
		wide part = all(0);
		if (x != NULL)
			part = load_some(x + i, n - i);
		UNROLL(4)
		for (int r = 0; r < rows; r++) {
			wide other = load_some(y[r] + i, n - i);
			sum[r] += (x != NULL ? part : other) * other;
		}
	}
	UNROLL(4)
	for (int r = 0; r < rows; r++)
		out[r] = sum_of(sum[r]);
}

static void dots(ralm_real *out, const ralm_real *x, const ralm_real *const *y,
		 size_t rows, size_t n)
{
	size_t r = 0;
	for (; r + AT_ONCE <= rows; r += AT_ONCE)
		dots_of(out + r, x, y + r, n, AT_ONCE);
	for (; r < rows; r++)
		dots_of(out + r, x, y + r, n, 1);
}

ALWAYS void normalized_of(ralm_real *const *y, const ralm_real *const *x,
			  size_t n, size_t width, const int rows)
{
	ralm_real square[AT_ONCE];
	wide inverse[AT_ONCE];
	dots_of(square, NULL, x, n, rows);
	UNROLL(4)
	for (int r = 0; r < rows; r++)
		inverse[r] = all((ralm_real)ralm_inverse_length(
			(double)square[r]));
	UNROLL(4)
	for (int r = 0; r < rows; r++) {
		for (size_t i = 0; i < n; i += LANES)
			store_some(y[r] + i, load_some(x[r] + i, n - i) *
					     inverse[r], n - i);
		for (size_t i = n; i < width; i++)
			y[r][i] = 0;
	}
}

static void normalized(ralm_real *const *y, const ralm_real *const *x,
		       size_t rows, size_t n, size_t width)
{
	size_t r = 0;
	for (; r + AT_ONCE <= rows; r += AT_ONCE)
		normalized_of(y + r, x + r, n, width, AT_ONCE);
	for (; r < rows; r++)
		normalized_of(y + r, x + r, n, width, 1);
}

static void normalize(ralm_real *x, size_t n)
{
	normalized_of(&x, (const ralm_real *const *)&x, n, n, 1);
}

enum { SUM_COLUMNS = 8 }; /* vectors of a sum in registers */

/* Adds the columns from h on of some rows. */
ALWAYS void add_columns_of(wide sum[SUM_COLUMNS], const ralm_real *const *row,
			   size_t rows, size_t h, size_t count,
			   struct ralm_soon *soon, size_t part,
			   const int columns)
{
	for (size_t j = 0; j < rows; j++) {
		if (soon != NULL)
			ralm_soon_ask(soon, part);
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			sum[k] += load_some(row[j] + h + k * LANES, count);
	}
}

/* The columns from h on. Of blocks, what rounding leaves out of the total is taken
 * along to the next (Kahan's sum): the last of a million rows is not lost. */
ALWAYS void sum_columns_of(ralm_real *out, const ralm_real *const *row,
			   size_t rows, size_t h, size_t count,
			   struct ralm_soon *soon, size_t part,
			   const int columns)
{
	wide total[SUM_COLUMNS] = {0}, left[SUM_COLUMNS] = {0};
	for (size_t begin = 0; begin < rows; begin += RALM_SUM_BLOCK) {
		const size_t end = rows - begin < RALM_SUM_BLOCK
					   ? rows
					   : begin + RALM_SUM_BLOCK;
		wide sum[SUM_COLUMNS] = {0};
		add_columns_of(sum, row + begin, end - begin, h, count, soon,
			       part, columns);
		UNROLL(8)
		for (int k = 0; k < columns; k++) {
			const wide more = sum[k] + left[k];
			const wide before = total[k];
			total[k] += more;
			left[k] = more - (total[k] - before);
		}
	}
	UNROLL(8)
	for (int k = 0; k < columns; k++)
		store_some(out + h + k * LANES, total[k], count);
}

static void sum(ralm_real *out, const ralm_real *const *row, size_t count,
		size_t n, struct ralm_soon *soon)
{
#define STEP(h, left, columns) \
	sum_columns_of(out, row, count, h, left, (h) == 0 ? soon : NULL, n, \
		       columns)
	OVER_COLUMNS(n, SUM_COLUMNS, STEP);
#undef STEP
}

/* ---- users' rows, for scoring --------------------------------------------- */

/* Vectors of a row that are worked on together, for USERS rows. */
enum { USERS = RALM_USERS_TOGETHER, COLUMNS = LANES == 16 ? 6 : 2 };

/* Columns h to h + columns * LANES of y_u = x_u · M; width is a multiple of
 * LANES. */
ALWAYS void times_columns(ralm_real *const y[USERS],
			  const ralm_real *const x[USERS], const ralm_real *M,
			  size_t D, size_t width, size_t h, const int columns)
{
	wide sum[USERS][COLUMNS] = {0};
	const ralm_real *m = M + h;
	for (size_t d = 0; d < D; d++, m += width) {
		wide part[COLUMNS];
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			part[k] = load(m + k * LANES);
		UNROLL(4)
		for (int u = 0; u < USERS; u++) {
			wide factor = all(x[u][d]);
			UNROLL(8)
			for (int k = 0; k < columns; k++)
				sum[u][k] += factor * part[k];
		}
	}
	UNROLL(4)
	for (int u = 0; u < USERS; u++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			store(y[u] + h + k * LANES, sum[u][k]);
}

/* Sets y_u + at to x_u (D) · M (D,width), four users at a time. M often fits
 * the nearest cache, but not together with the matrix of the next step: all
 * users take one step, then the next. */
static void times(ralm_real *const *y, size_t at, const ralm_real *const *x,
		  size_t users, const ralm_real *M, size_t D, size_t width)
{
	for (size_t u = 0; u < users; u += USERS) {
		ralm_real *to[USERS];
		size_t h = 0;
		for (size_t k = 0; k < USERS; k++)
			to[k] = y[u + k] + at;
		for (; h + COLUMNS * LANES <= width; h += COLUMNS * LANES)
			times_columns(to, x + u, M, D, width, h, COLUMNS);
		for (; h < width; h += LANES)
			times_columns(to, x + u, M, D, width, h, 1);
	}
}

enum { SLICE_VECTORS = RALM_SLICE / LANES };

static void slice_sum(ralm_real *out, const ralm_real *X, const uint32_t *rows,
		      size_t count)
{
	wide sum[SLICE_VECTORS] = {{0}};
	for (size_t i = 0; i < count; i++)
		UNROLL(4)
		for (int k = 0; k < SLICE_VECTORS; k++)
			sum[k] += load(X + (size_t)rows[i] * RALM_SLICE +
				       k * LANES);
	UNROLL(4)
	for (int k = 0; k < SLICE_VECTORS; k++)
		store(out + k * LANES, sum[k]);
}

static void slice_add(ralm_real *Y, const ralm_real *x, const uint32_t *rows,
		      size_t count)
{
	wide part[SLICE_VECTORS];
	UNROLL(4)
	for (int k = 0; k < SLICE_VECTORS; k++)
		part[k] = load(x + k * LANES);
	for (size_t i = 0; i < count; i++) {
		ralm_real *y = Y + (size_t)rows[i] * RALM_SLICE;
		UNROLL(4)
		for (int k = 0; k < SLICE_VECTORS; k++)
			store(y + k * LANES, load(y + k * LANES) + part[k]);
	}
}

const struct ralm_row_kernels RALM_ISA_NAME(ralm_row_kernels) = {
	.tanh_forward = tanh_forward,
	.tanh_backward = tanh_backward,
	.add = add,
	.softmax = softmax,
	.dot = dot,
	.dots = dots,
	.distance = distance,
	.combine = combine,
	.normalize = normalize,
	.normalized = normalized,
	.sum = sum,
	.times = times,
	.slice_sum = slice_sum,
	.slice_add = slice_add,
};
