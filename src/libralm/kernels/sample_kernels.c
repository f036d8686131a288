#include "kernels/sample_kernels.h"

#include "kernels/attend.h"
#include "kernels/isa.h"
#include "kernels/kernels.h"
#include "kernels/sums.h"

#include <math.h>
#include <stdbool.h>

/* ---- attention ----------------------------------------------------------- */

static void attention(ralm_real *p, const ralm_real *const *S,
		      const ralm_real *m, const ralm_real *const *target,
		      size_t targets, size_t n, size_t width,
		      struct ralm_soon *soon)
{
	if (m == NULL)
		attend(p, S, NULL, target, targets, n, width, soon);
	else
		attend(p, S, m, target, targets, n, width, soon);
}

/* ---- cosine -------------------------------------------------------------- */

/* The columns from h on of v: adds their part of v·t and v·v, and stores v
 * unless `to` is NULL. */
ALWAYS void add_products(wide vt[TILE], wide vv[TILE], ralm_real *const *to,
			 const wide v[TILE][COLUMNS_MOST],
			 const ralm_real *const *t, size_t h, size_t count,
			 const int sums, const int columns)
{
	UNROLL(8)
	for (int k = 0; k < columns; k++)
		UNROLL(4)
		for (int i = 0; i < sums; i++) {
			const size_t at = h + (size_t)k * LANES;
			if (to != NULL)
				store_some(to[i] + at, v[i][k], count);
			vt[i] += v[i][k] * load_some(t[i] + at, count);
			vv[i] += rounded(v[i][k] * v[i][k]);
		}
}

/* The same of v_t = Σ_j c[j * next + t] S_j. */
ALWAYS void compare_columns(wide vt[TILE], wide vv[TILE], ralm_real *const *to,
			    const ralm_real *c, size_t next,
			    const ralm_real *const *S,
			    const ralm_real *const *t, size_t n, size_t h,
			    size_t count, const int sums, const int columns)
{
	wide v[TILE][COLUMNS_MOST] = {0};
	add_rows(v, c, 1, next, S, n, h, count, sums, columns);
	add_products(vt, vv, to, v, t, h, count, sums, columns);
}

/* square: |v|² |t|², or |v|² where t is of length 1. */
ALWAYS ralm_real cosine_of(ralm_real product, double square)
{
	return (ralm_real)ralm_clamp_cosine((double)product / sqrt(square));
}

ALWAYS void put_cosines(ralm_real *cosine, const wide *vt, const wide *vv,
			const int targets)
{
	UNROLL(4)
	for (int i = 0; i < targets; i++) {
		double square = (double)sum_of(vv[i]);
		if (square < RALM_ZERO_NORM || isinf(square))
			cosine[i] = isinf(square) ? NAN : 0;
		else
			cosine[i] = cosine_of(sum_of(vt[i]), square);
	}
}

/* Cosines, `most` columns at a time as long as there are so many; t has length
 * 1. */
ALWAYS void cosines_of(ralm_real *cosine, const ralm_real *c, size_t next,
		       const ralm_real *const *S, const ralm_real *const *t,
		       size_t n, size_t width, const int targets,
		       const int most)
{
	wide vt[TILE] = {0}, vv[TILE] = {0};
#define STEP(h, count, columns)                                            \
	compare_columns(vt, vv, NULL, c, next, S, t, n, h, count, targets, \
			columns)
	OVER_COLUMNS(width, most, STEP);
#undef STEP
	put_cosines(cosine, vt, vv, targets);
}

/* c = p + w of TILE samples and seeds [begin, end). */
ALWAYS void add_weights(ralm_real *c, const ralm_real *p, const ralm_real *w,
			size_t begin, size_t end)
{
	for (size_t k = begin * TILE; k < group_size(end); k += LANES)
		store(c + k, load(p + k) + spread(w + k / TILE));
}

/* v += Σ_j c_jt S_j of TILE targets and seeds [begin, end), the columns from h
 * on. */
ALWAYS void add_seeds(wide v[TILE][COLUMNS_MOST], const ralm_real *c,
		      const ralm_real *const *S, size_t begin, size_t end,
		      size_t h, const int columns)
{
	wide sum[TILE][COLUMNS_MOST]; /* in registers */
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			sum[i][k] = v[i][k];
	add_rows(sum, c + begin * TILE, 1, TILE, S + begin, end - begin, h,
		 LANES, TILE, columns);
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			v[i][k] = sum[i][k];
}

/* The columns from h on of v = Σ_j (p_j + w_j) S_j of many targets: adds their
 * part of v·t and v·v. With the first columns p becomes p + w. */
ALWAYS void compare_many(wide *vt, wide *vv, ralm_real *p, const ralm_real *w,
			 const ralm_real *const *S, const ralm_real *const *t,
			 size_t targets, size_t n, size_t h, const int columns)
{
	const size_t group = group_size(n);
	wide v[MOST / TILE][TILE][COLUMNS_MOST];
	memset(v, 0, sizeof v);
	for (size_t begin = 0; begin < n; begin += NEAR)
		for (size_t i = 0; i < targets / TILE; i++) {
			ralm_real *c = p + i * group;
			const size_t end = near_end(begin, n);
			if (h == 0)
				add_weights(c, c, w, begin, end);
			add_seeds(v[i], c, S, begin, end, h, columns);
		}
	for (size_t i = 0; i < targets / TILE; i++)
		add_products(vt + i * TILE, vv + i * TILE, NULL, v[i],
			     t + i * TILE, h, LANES, TILE, columns);
}

/* Cosines of many targets; t has length 1. */
ALWAYS void cosines_of_many(ralm_real *cosine, ralm_real *p, const ralm_real *w,
			    const ralm_real *const *S,
			    const ralm_real *const *t, size_t targets, size_t n,
			    size_t width)
{
	wide vt[MOST], vv[MOST];
	memset(vt, 0, sizeof vt);
	memset(vv, 0, sizeof vv);
#define STEP(h, count, columns) \
	compare_many(vt, vv, p, w, S, t, targets, n, h, columns)
	OVER_COLUMNS(width, TILE_COLUMNS, STEP);
#undef STEP
	for (size_t i = 0; i < targets; i += TILE)
		put_cosines(cosine + i, vt + i, vv + i, TILE);
}

static void cosines(ralm_real *cosine, ralm_real *p, const ralm_real *w,
		    const ralm_real *const *S, const ralm_real *const *target,
		    size_t targets, size_t n, size_t width)
{
	if (targets == 1) {
		for (size_t j = 0; j < n; j += LANES)
			store(p + j, load(p + j) + load(w + j));
		cosines_of(cosine, p, 1, S, target, n, width, 1, COLUMNS_MOST);
		return;
	}
	if (targets > RALM_TARGETS_TOGETHER) {
		cosines_of_many(cosine, p, w, S, target, targets, n, width);
		return;
	}
	for (size_t t = 0; t < targets; t += TILE, p += group_size(n)) {
		add_weights(p, p, w, 0, n);
		cosines_of(cosine + t, p, TILE, S, target + t, n, width, TILE,
			   TILE_COLUMNS);
	}
}

/* ---- training ------------------------------------------------------------- */

ALWAYS double square_of(const ralm_real *x, size_t width)
{
	wide sum = all(0);
	for (size_t h = 0; h < width; h += LANES) {
		wide y = load_some(x + h, width - h);
		sum += y * y;
	}
	return (double)sum_of(sum);
}

/* v and the cosine of one sample, or of TILE. */
ALWAYS void compare(ralm_real *cosine, ralm_real *const *v, const ralm_real *c,
		    const ralm_real *const *S, const ralm_real *const *t,
		    size_t n, size_t width, const int samples)
{
	wide vt[TILE] = {0}, vv[TILE] = {0};
#define STEP(h, count, columns)                                           \
	compare_columns(vt, vv, v, c, TILE, S, t, n, h, count, samples,   \
			columns)
	OVER_COLUMNS(width, TILE_COLUMNS, STEP);
#undef STEP
	for (int i = 0; i < samples; i++) {
		double square = (double)sum_of(vv[i]);
		double other = square_of(t[i], width);
		bool zero = square < RALM_ZERO_NORM || other < RALM_ZERO_NORM;
		cosine[i] = zero ? 0 : cosine_of(sum_of(vt[i]), square * other);
	}
}

static void forward(ralm_real *cosine, ralm_real *const *v, ralm_real *p,
		    ralm_real *a, ralm_real *c, const ralm_real *w,
		    const ralm_real *const *S, const ralm_real *const *q,
		    const ralm_real *const *t, size_t samples, size_t n,
		    size_t width)
{
	for (size_t i = 0; i < samples; i += TILE) {
		attend_tile(p, a, S, NULL, q + i, 0, n, width, NULL);
		add_weights(c, p, w, 0, n);
		if (i + TILE <= samples)
			compare(cosine + i, v + i, c, S, t + i, n, width, TILE);
		else
			for (size_t k = i; k < samples; k++)
				compare(cosine + k, v + k, c + k - i, S, t + k,
					n, width, 1);
		p += group_size(n);
		a += group_size(n);
	}
}

static void cosine_backward(ralm_real *v, ralm_real *dt, ralm_real dcosine,
			    const ralm_real *t, size_t width)
{
	wide vt = all(0);
	for (size_t h = 0; h < width; h += LANES)
		vt += load_some(v + h, width - h) * load_some(t + h, width - h);
	const double vv = square_of(v, width), tt = square_of(t, width);
	if (vv < RALM_ZERO_NORM || tt < RALM_ZERO_NORM) {
		memset(v, 0, width * sizeof *v);
		memset(dt, 0, width * sizeof *dt);
		return;
	}
	/* c = v·t / (|v| |t|): dc/dv = t / (|v| |t|) - c v / |v|² */
	const double d = (double)dcosine, inverse = 1 / (sqrt(vv) * sqrt(tt));
	const double c = (double)sum_of(vt) * inverse;
	const wide cross = all((ralm_real)(d * inverse));
	const wide dvv = all((ralm_real)(d * c / vv));
	const wide dtt = all((ralm_real)(d * c / tt));
	for (size_t h = 0; h < width; h += LANES) {
		wide x = load_some(v + h, width - h);
		wide y = load_some(t + h, width - h);
		store_some(v + h, cross * y - dvv * x, width - h);
		store_some(dt + h, cross * x - dtt * y, width - h);
	}
}

/* Of TILE samples: p becomes p + w, a the gradient of S_j · q. d: dp_j = S_j · dv, which
 * is the gradient of w_j, too. */
ALWAYS void attend_backward(ralm_real *dw, ralm_real *p, ralm_real *a,
			    const ralm_real *d, const ralm_real *w, size_t n)
{
	wide mean = all(0);
	for (size_t k = 0; k < group_size(n); k += LANES) {
		wide x = load(d + k);
		mean += load(p + k) * x;
		add_neighbours(dw + k / TILE, x);
	}
	OVER_TILES(mean, PLUS);
	/* p = softmax(a), a = tanh(z): dz */
	for (size_t k = 0; k < group_size(n); k += LANES) {
		wide x = load(p + k), y = load(a + k);
		store(a + k, x * (load(d + k) - mean) * (1 - y * y));
		store(p + k, x + spread(w + k / TILE));
	}
}

static void backward(ralm_real *const *dq, ralm_real *dw, ralm_real *p,
		     ralm_real *a, ralm_real *c, const ralm_real *w,
		     const ralm_real *const *S, const ralm_real *const *dv,
		     size_t samples, size_t n, size_t width)
{
	const size_t group = group_size(n);
	for (size_t i = 0; i < samples; i += TILE) {
		for (size_t j = 0; j < n; j += 4)
			tile(c + j * TILE, S + j, dv + i, 0, width, NULL);
		attend_backward(dw, p + i / TILE * group,
				a + i / TILE * group, c, w, n);
	}
	sum_rows(dq, a, samples, S, n, width);
}

const struct ralm_sample_kernels RALM_ISA_NAME(ralm_sample_kernels) = {
	.attention = attention,
	.cosines = cosines,
	.forward = forward,
	.cosine_backward = cosine_backward,
	.backward = backward,
};
