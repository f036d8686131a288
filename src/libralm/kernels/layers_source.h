/* The layers, once. Included by simd_plain.c, simd_avx2.c and simd_avx512.c,
 * each for its instruction set; everything here is static but the table at the
 * end. The loops are written so that a compiler makes vectors
 * of them: `omp simd` allows the sums to be reordered, here and nowhere else.
 *
 * Above each derivative stands the forward line that it differentiates. */
#include "kernels/layers.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* ---- exp and tanh -------------------------------------------------------- */

/* Our own, not a library's: measured by tests/bench/vector-maths.sh they are
 * no slower than glibc's libmvec and SLEEF on any instruction set, are there on
 * every system, and give the same bits whatever libm is installed. In double
 * (the gradient check) libm serves. */

/* Bounds, read where a loop begins. Of constants that it sees a compiler makes
 * branches for what lies beyond them, in place of one maximum. NaN stays. */
static const volatile float bound_exp = -87, bound_tanh = 9.01f, bound_one = 1;

/* exp of x <= 88, of `least` if that is more: x = k ln 2 + r, |r| <= ln 2 / 2,
 * and exp(r) by the polynomial of the smallest relative error, 3e-9. */
static inline ralm_real exp_of(ralm_real real, float least)
{
	if (sizeof(ralm_real) == sizeof(double))
		return (ralm_real)exp((double)real);
	float x = (float)real;
	x = x < least ? least : x;
	/* Adding 1.5 * 2^23 rounds to a whole number, k, which the lowest bits
	 * then hold; moved to the exponent's place they multiply by 2^k. */
	const float shift = 12582912.0f;
	union { float value; uint32_t bits; } y, z;
	y.value = x * 1.44269504f + shift;
	float k = y.value - shift;
	float r = x - k * 0.693359375f; /* ln 2 in two parts */
	r = r - k * -2.12194440e-4f;
	float s = 1.38145985e-3f;
	s = s * r + 8.36871688e-3f;
	s = s * r + 4.1668388e-2f;
	s = s * r + 1.66665206e-1f;
	s = s * r + 4.99999934e-1f;
	s = s * r + 1;
	z.value = s * r + 1;
	z.bits += y.bits << 23;
	return (ralm_real)z.value;
}

/* tanh x = x P(x²) / Q(x²), of the smallest relative error, 2e-8, for |x| <=
 * `most`, where a float's tanh is 1; rounding makes 4e-7 of it. The sums of P
 * and Q do not wait for each other, and a division takes no longer than they
 * do. */
static inline ralm_real tanh_of(ralm_real real, float most, float one)
{
	if (sizeof(ralm_real) == sizeof(double))
		return (ralm_real)tanh((double)real);
	float x = (float)real;
	x = x < -most ? -most : x;
	x = x > most ? most : x;
	float y = x * x;
	float p = 1.3335391052e-8f, q = 7.7686898497e-7f;
	p = p * y + 2.0595238152e-5f;
	q = q * y + 3.2842616102e-4f;
	p = p * y + 3.4947497525e-3f;
	q = q * y + 2.5873796150e-2f;
	p = p * y + 1.3380320893e-1f;
	q = q * y + 4.6713636387e-1f;
	p = p * y + 1;
	q = q * y + 1;
	x = x * p / q;
	x = x < -one ? -one : x;
	return (ralm_real)(x > one ? one : x);
}

/* x = exp(x - from), x - from <= 88 */
static void exp_forward(ralm_real *x, ralm_real from, size_t n)
{
	const float least = bound_exp;
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		x[i] = exp_of(x[i] - from, least);
}

static void tanh_forward(ralm_real *x, size_t n)
{
	const float most = bound_tanh, one = bound_one;
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		x[i] = tanh_of(x[i], most, one);
}

static void tanh_backward(ralm_real *dx, const ralm_real *y, size_t n)
{
	/* y = tanh(x) */
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		dx[i] *= 1 - y[i] * y[i];
}

/* ---- small products ------------------------------------------------------ */

static ralm_real dot(const ralm_real *x, const ralm_real *y, size_t n)
{
	ralm_real sum = 0;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static void add_scaled(ralm_real *y, ralm_real a, const ralm_real *x, size_t n)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		y[i] += a * x[i];
}

/* y (n) = S (n,H) · x (H), four rows at a time. */
static void rows_dot(ralm_real *y, const ralm_real *S, const ralm_real *x,
		     size_t n, size_t H)
{
	size_t i = 0;
	for (; i + 4 <= n; i += 4) {
		const ralm_real *s = S + i * H;
		ralm_real y0 = 0, y1 = 0, y2 = 0, y3 = 0;
#pragma omp simd reduction(+ : y0, y1, y2, y3)
		for (size_t h = 0; h < H; h++) {
			y0 += s[h] * x[h];
			y1 += s[H + h] * x[h];
			y2 += s[2 * H + h] * x[h];
			y3 += s[3 * H + h] * x[h];
		}
		y[i] = y0;
		y[i + 1] = y1;
		y[i + 2] = y2;
		y[i + 3] = y3;
	}
	for (; i < n; i++)
		y[i] = dot(S + i * H, x, H);
}

/* y (H) = Σ_i c_i S_i. */
static void rows_sum(ralm_real *y, const ralm_real *c, const ralm_real *S,
		     size_t n, size_t H)
{
	memset(y, 0, H * sizeof *y);
	size_t i = 0;
	for (; i + 4 <= n; i += 4) {
		const ralm_real *s = S + i * H;
#pragma omp simd
		for (size_t h = 0; h < H; h++)
			y[h] += (c[i] * s[h] + c[i + 1] * s[H + h]) +
				(c[i + 2] * s[2 * H + h] +
				 c[i + 3] * s[3 * H + h]);
	}
	for (; i < n; i++)
		add_scaled(y, c[i], S + i * H, H);
}

/* ---- softmax ------------------------------------------------------------- */

static bool all_near(const ralm_real *x, ralm_real to, size_t n)
{
	const float bound = 40;
	int32_t far = 0;
#pragma omp simd reduction(+ : far)
	for (size_t i = 0; i < n; i++)
		far += !(fabsf((float)(x[i] - to)) <= bound);
	return far == 0;
}

static ralm_real largest(const ralm_real *x, size_t n)
{
	ralm_real max = x[0];
	for (size_t i = 1; i < n; i++)
		max = x[i] > max ? x[i] : max;
	return max;
}

/* exp(x) of every row of x (m,n), each row by a factor of its own. Short rows
 * leave much of a vector empty, so all are taken as one where they lie near
 * enough to each other that nothing over- or underflows. */
static void exp_rows(ralm_real *x, size_t m, size_t n)
{
	if (all_near(x, x[0], m * n)) {
		exp_forward(x, x[0], m * n);
		return;
	}
	for (size_t i = 0; i < m; i++)
		exp_forward(x + i * n, largest(x + i * n, n), n);
}

static ralm_real sum_of(const ralm_real *x, size_t n)
{
	ralm_real sum = 0;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum;
}

/* ---- global attention: a list -------------------------------------------- */

static void global_attention_forward(ralm_real *w, ralm_real *P, size_t m,
				     size_t n)
{
	exp_rows(P, m, n);
	for (size_t i = 0; i < m; i++) {
		ralm_real *p = P + i * n, inverse = 1 / sum_of(p, n);
#pragma omp simd
		for (size_t j = 0; j < n; j++) {
			p[j] *= inverse;
			w[j] += p[j];
		}
	}
}

static void global_attention_backward(ralm_real *P, const ralm_real *dw,
				      size_t m, size_t n)
{
	/* w_j = Σ_i P_ij, so every row of dP is dw;
	 * P_i = softmax(M_i), M = A·Sᵀ: dM_ij = P_ij (dw_j - Σ_k P_ik dw_k) */
	for (size_t i = 0; i < m; i++) {
		ralm_real *p = P + i * n, mean = dot(p, dw, n);
#pragma omp simd
		for (size_t j = 0; j < n; j++)
			p[j] *= dw[j] - mean;
	}
}

static void weighted_sum_forward(ralm_real *g, const ralm_real *w,
				 const ralm_real *S, size_t n, size_t H)
{
	rows_sum(g, w, S, n, H);
}

static void weighted_sum_backward(ralm_real *dS, ralm_real *dw,
				  const ralm_real *dg, const ralm_real *w,
				  const ralm_real *S, size_t n, size_t H)
{
	/* g = Σ_j w_j S_j */
	rows_dot(dw, S, dg, n, H);
	for (size_t j = 0; j < n; j++)
		add_scaled(dS + j * H, w[j], dg, H);
}

/* ---- local attention: a sample ------------------------------------------- */

static void local_attention_forward(ralm_real *l, ralm_real *p, ralm_real *a,
				    const ralm_real *S, const ralm_real *q,
				    size_t n, size_t H)
{
	rows_dot(a, S, q, n, H);
	tanh_forward(a, n);
	memcpy(p, a, n * sizeof *p);
	exp_forward(p, 0, n); /* tanh lies between -1 and 1 */
	ralm_real inverse = 1 / sum_of(p, n);
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		p[i] *= inverse;
	rows_sum(l, p, S, n, H);
}

static void local_attention_backward(ralm_real *dS, ralm_real *dq,
				     ralm_real *dz, const ralm_real *dl,
				     const ralm_real *p, const ralm_real *a,
				     const ralm_real *S, const ralm_real *q,
				     size_t n, size_t H)
{
	/* l = Σ p_i S_i: dp_i = S_i · dl */
	rows_dot(dz, S, dl, n, H);
	/* p = softmax(a), a = tanh(z) */
	ralm_real mean = dot(p, dz, n);
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		dz[i] = p[i] * (dz[i] - mean) * (1 - a[i] * a[i]);
	/* z_i = S_i · q, and l again */
	rows_sum(dq, dz, S, n, H);
	for (size_t i = 0; i < n; i++) {
		ralm_real *d = dS + i * H;
#pragma omp simd
		for (size_t h = 0; h < H; h++)
			d[h] += p[i] * dl[h] + dz[i] * q[h];
	}
}

/* ---- cosine: a sample ---------------------------------------------------- */

/* Below this squared norm a vector counts as zero. */
static const ralm_real zero_norm = (ralm_real)1e-30;

static ralm_real cosine_forward(ralm_real *v, const ralm_real *l,
				const ralm_real *g, const ralm_real *t,
				size_t H)
{
	ralm_real vt = 0, vv = 0, tt = 0;
#pragma omp simd reduction(+ : vt, vv, tt)
	for (size_t h = 0; h < H; h++) {
		ralm_real x = l[h] + g[h];
		v[h] = x;
		vt += x * t[h];
		vv += x * x;
		tt += t[h] * t[h];
	}
	if (vv < zero_norm || tt < zero_norm)
		return 0;
	return vt / (ralm_real)(sqrt((double)vv) * sqrt((double)tt));
}

static void cosine_backward(ralm_real *dv, ralm_real *dt, ralm_real dc,
			    const ralm_real *v, const ralm_real *t, size_t H)
{
	ralm_real vt = 0, vv = 0, tt = 0;
#pragma omp simd reduction(+ : vt, vv, tt)
	for (size_t h = 0; h < H; h++) {
		vt += v[h] * t[h];
		vv += v[h] * v[h];
		tt += t[h] * t[h];
	}
	if (vv < zero_norm || tt < zero_norm) {
		memset(dv, 0, H * sizeof *dv);
		memset(dt, 0, H * sizeof *dt);
		return;
	}
	/* c = v·t / (|v| |t|): dc/dv = t / (|v| |t|) - c v / |v|² */
	ralm_real inverse =
		(ralm_real)(1 / (sqrt((double)vv) * sqrt((double)tt)));
	ralm_real c = vt * inverse;
	ralm_real cross = dc * inverse, dvv = dc * c / vv, dtt = dc * c / tt;
#pragma omp simd
	for (size_t h = 0; h < H; h++) {
		dv[h] = cross * t[h] - dvv * v[h];
		dt[h] = cross * v[h] - dtt * t[h];
	}
}

const struct ralm_layers RALM_LAYERS = {
	.name = RALM_SIMD_NAME,
	.tanh_forward = tanh_forward,
	.tanh_backward = tanh_backward,
	.global_attention_forward = global_attention_forward,
	.global_attention_backward = global_attention_backward,
	.weighted_sum_forward = weighted_sum_forward,
	.weighted_sum_backward = weighted_sum_backward,
	.local_attention_forward = local_attention_forward,
	.local_attention_backward = local_attention_backward,
	.cosine_forward = cosine_forward,
	.cosine_backward = cosine_backward,
	.add_scaled = add_scaled,
};
