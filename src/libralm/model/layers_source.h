/* The layers, once. Included by simd_plain.c, simd_avx2.c and simd_avx512.c,
 * each for its instruction set; everything here is static but the table at the
 * end. The loops are written so that a compiler makes vectors
 * of them: `omp simd` allows the sums to be reordered, here and nowhere else.
 *
 * Above each derivative stands the forward line that it differentiates. */
#include "layers.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- exp and tanh -------------------------------------------------------- */

/* exp(x) = scale * (1 + p): x = k ln 2 + r, |r| <= ln 2 / 2, scale = 2^k and
 * p = exp(r) - 1 by its Taylor series, whose rest is below half a unit of a
 * float. Kept apart so that expm1(x) = scale * p + (scale - 1) keeps the
 * relative precision of small x. In double (the gradient check) libm serves. */
static inline void exp_parts(float *scale, float *p, float x)
{
	x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
	float k = x * 1.44269504f;
	/* Adding and taking away 1.5 * 2^23 rounds to a whole number. */
	k = (k + 12582912.0f) - 12582912.0f;
	float r = x - k * 0.693359375f; /* ln 2 in two parts */
	r = r - k * -2.12194440e-4f;
	float s = 1.0f / 5040;
	s = s * r + 1.0f / 720;
	s = s * r + 1.0f / 120;
	s = s * r + 1.0f / 24;
	s = s * r + 1.0f / 6;
	s = s * r + 0.5f;
	s = s * r + 1.0f;
	union { int32_t bits; float value; } power = {
		.bits = ((int32_t)k + 127) << 23};
	*scale = power.value;
	*p = s * r;
}

static inline ralm_real exp_of(ralm_real x)
{
	if (sizeof(ralm_real) == sizeof(double))
		return (ralm_real)exp((double)x);
	float scale, p;
	exp_parts(&scale, &p, (float)x);
	return scale + scale * p;
}

/* tanh x = (e - 1) / (e + 1), e = exp(2x), through expm1. */
static inline ralm_real tanh_of(ralm_real x)
{
	if (sizeof(ralm_real) == sizeof(double))
		return (ralm_real)tanh((double)x);
	float scale, p, y = (float)x;
	y = y < -10.0f ? -10.0f : y > 10.0f ? 10.0f : y;
	exp_parts(&scale, &p, 2 * y);
	float e1 = scale * p + (scale - 1);
	return e1 / (e1 + 2);
}

static void tanh_forward(ralm_real *x, size_t n)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		x[i] = tanh_of(x[i]);
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

static void softmax_forward(ralm_real *x, size_t n)
{
	ralm_real max = x[0], sum = 0;
	for (size_t i = 1; i < n; i++)
		max = x[i] > max ? x[i] : max;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++) {
		x[i] = exp_of(x[i] - max);
		sum += x[i];
	}
	ralm_real inverse = 1 / sum;
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		x[i] *= inverse;
}

/* ---- global attention: a list -------------------------------------------- */

static void global_attention_forward(ralm_real *w, ralm_real *P, size_t m,
				     size_t n)
{
	for (size_t i = 0; i < m; i++) {
		softmax_forward(P + i * n, n);
		add_scaled(w, 1, P + i * n, n);
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
	softmax_forward(p, n);
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
