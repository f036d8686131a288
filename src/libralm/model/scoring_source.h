/* The kernels of scoring, once. Included by scoring_plain.c, scoring_avx2.c and
 * scoring_avx512.c, each for its instruction set; everything here is static but
 * the table at the end.
 *
 * Vectors of four or eight floats are the compiler's own (GCC, clang). Every
 * sum has an order that depends on the shapes alone, never on what else is
 * computed, so that a score has the same bits in whatever batch it is. */
#include "scoring.h"

#include <stdint.h>
#include <string.h>

enum { LANES = RALM_SCORING_LANES };
typedef float lanes __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t whole __attribute__((vector_size(4 * LANES), may_alias));
typedef float four __attribute__((vector_size(16), may_alias));

static inline lanes load(const float *p)
{
	return *(const lanes *)p;
}

static inline void store(float *p, lanes x)
{
	*(lanes *)p = x;
}

static inline lanes all(float x)
{
	return (lanes){} + x;
}

/* The arrays of vectors below are registers once their loops are unrolled. */
#define UNROLL_TEXT(text) _Pragma(#text)
#if defined __clang__
#define UNROLL(n) UNROLL_TEXT(unroll)
#else
#define UNROLL(n) UNROLL_TEXT(GCC unroll n)
#endif

/* ---- sums over lanes ---------------------------------------------------- */

#if defined __clang__
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(a, b, ...) __builtin_shuffle(a, b, (whole){__VA_ARGS__})
#endif

/* The sums of a, b, c and d. */
static inline four sums(lanes a, lanes b, lanes c, lanes d)
{
#if RALM_SCORING_LANES == 8
	lanes ab = MIX(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
		   MIX(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
	lanes cd = MIX(c, d, 0, 8, 2, 10, 4, 12, 6, 14) +
		   MIX(c, d, 1, 9, 3, 11, 5, 13, 7, 15);
	union {
		lanes all;
		four half[2];
	} abcd = {MIX(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
		  MIX(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15)};
	return abcd.half[0] + abcd.half[1];
#else
	lanes ab = MIX(a, b, 0, 4, 2, 6) + MIX(a, b, 1, 5, 3, 7);
	lanes cd = MIX(c, d, 0, 4, 2, 6) + MIX(c, d, 1, 5, 3, 7);
	return MIX(ab, cd, 0, 1, 4, 5) + MIX(ab, cd, 2, 3, 6, 7);
#endif
}

/* ---- exp and tanh ------------------------------------------------------- */

static inline lanes pick(whole mask, lanes yes, lanes no)
{
	return (lanes)((mask & (whole)yes) | (~mask & (whole)no));
}

static inline lanes larger(lanes a, lanes b)
{
	return pick(a > b, a, b);
}

static inline lanes smaller(lanes a, lanes b)
{
	return pick(a < b, a, b);
}

/* exp(x) = scale * (1 + p), x in [-87, 88]: x = k ln 2 + r, |r| <= ln 2 / 2,
 * scale = 2^k and p = exp(r) - 1 by its Taylor series, whose rest is below half
 * a unit of a float. */
static inline void exp_parts(lanes *scale, lanes *p, lanes x)
{
	/* Adding and taking away 1.5 * 2^23 rounds to a whole number. */
	lanes k = x * 1.44269504f + 12582912.0f;
	k -= 12582912.0f;
	lanes r = x - k * 0.693359375f; /* ln 2 in two parts */
	r = r - k * -2.12194440e-4f;
	lanes s = r * (1.0f / 5040) + 1.0f / 720;
	s = s * r + 1.0f / 120;
	s = s * r + 1.0f / 24;
	s = s * r + 1.0f / 6;
	s = s * r + 0.5f;
	s = s * r + 1.0f;
	*scale = (lanes)((__builtin_convertvector(k, whole) + 127) << 23);
	*p = s * r;
}

static inline lanes exp_of(lanes x)
{
	lanes scale, p;
	exp_parts(&scale, &p, x);
	return scale + scale * p;
}

/* tanh x = (e - 1) / (e + 1), e = exp(2x), through exp(2x) - 1, which keeps the
 * relative precision of small x. */
static inline lanes tanh_of(lanes x)
{
	lanes scale, p;
	x = larger(smaller(x, all(10)), all(-10));
	exp_parts(&scale, &p, 2 * x);
	lanes e1 = scale * p + (scale - 1);
	return e1 / (e1 + 2);
}

/* ---- users --------------------------------------------------------------- */

enum { USERS = RALM_SCORING_USERS };

/* y_u (H') = x_u (D) · M (D,H') for four users at a time: M, larger than the
 * nearest cache, is read once for all. */
static void times(float *const y[USERS], const float *const x[USERS],
		  const float *M, size_t D, size_t width)
{
	for (size_t h = 0; h < width; h += 2 * LANES) {
		lanes sum[USERS][2];
		UNROLL(4)
		for (int u = 0; u < USERS; u++)
			sum[u][0] = sum[u][1] = all(0);
		const float *m = M + h;
		for (size_t d = 0; d < D; d++, m += width) {
			lanes m0 = load(m), m1 = load(m + LANES);
			UNROLL(4)
			for (int u = 0; u < USERS; u++) {
				sum[u][0] += x[u][d] * m0;
				sum[u][1] += x[u][d] * m1;
			}
		}
		UNROLL(4)
		for (int u = 0; u < USERS; u++) {
			store(y[u] + h, sum[u][0]);
			store(y[u] + h + LANES, sum[u][1]);
		}
	}
}

static void seed_rows(float *const SA[USERS], const float *const x[USERS],
		      const float *Ms, const float *Wg, size_t D, size_t width)
{
	float *A[USERS];
	for (int u = 0; u < USERS; u++)
		A[u] = SA[u] + width;
	times(SA, x, Ms, D, width);
	times(A, (const float *const *)SA, Wg, width, width);
	for (int u = 0; u < USERS; u++)
		for (size_t h = 0; h < width; h += LANES)
			store(A[u] + h, tanh_of(load(A[u] + h)));
}

static void target_rows(float *const tq[USERS], const float *const x[USERS],
			const float *Mt, const float *WlT, size_t D,
			size_t width)
{
	float *q[USERS];
	for (int u = 0; u < USERS; u++)
		q[u] = tq[u] + width;
	times(tq, x, Mt, D, width);
	times(q, (const float *const *)tq, WlT, width, width);
	for (int u = 0; u < USERS; u++) {
		float *t = tq[u];
		lanes square = all(0);
		for (size_t h = 0; h < width; h += LANES)
			square += load(t + h) * load(t + h);
		float norm = sums(square, square, square, square)[0];
		float inverse = norm < RALM_SCORING_ZERO ? 0 : 1 / sqrtf(norm);
		for (size_t h = 0; h < width; h += LANES)
			store(t + h, load(t + h) * inverse);
	}
}

/* ---- a list -------------------------------------------------------------- */

/* How many columns of P are worked on at a time, so that a long list takes
 * memory in proportion to its length. */
enum { COLUMNS = RALM_SCORING_COLUMNS, TILE = RALM_SCORING_TILE };

static size_t up_to(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* P_ji = S_j · A_i for four j and TILE i. */
static inline void tile(float *P, const float *S, const float *A, size_t width)
{
	lanes sum[4][TILE];
	UNROLL(4)
	for (int j = 0; j < 4; j++) {
		UNROLL(4)
		for (int i = 0; i < TILE; i++)
			sum[j][i] = all(0);
	}
	for (size_t h = 0; h < width; h += LANES) {
		lanes a[TILE];
		UNROLL(4)
		for (int i = 0; i < TILE; i++)
			a[i] = load(A + (size_t)i * width + h);
		UNROLL(4)
		for (int j = 0; j < 4; j++) {
			lanes s = load(S + (size_t)j * width + h);
			UNROLL(4)
			for (int i = 0; i < TILE; i++)
				sum[j][i] += s * a[i];
		}
	}
	UNROLL(4)
	for (int j = 0; j < 4; j++) {
#if RALM_SCORING_TILE == 4
		*(four *)(P + j * COLUMNS) =
			sums(sum[j][0], sum[j][1], sum[j][2], sum[j][3]);
#else
		four s = sums(sum[j][0], sum[j][1], sum[j][0], sum[j][1]);
		memcpy(P + j * COLUMNS, &s, 2 * sizeof *P);
#endif
	}
}

/* P (n', COLUMNS): the products of all seeds with those of [begin, end). */
static void products(float *P, const float *S, const float *A, size_t n,
		     size_t count, size_t width,
		     struct ralm_scoring_ahead *ahead)
{
	size_t columns = up_to(count, 4);
	for (size_t j = 0; j < n; j += 4) {
		float *p = P + j * COLUMNS;
		for (size_t i = 0; i < columns; i += TILE) {
			ralm_scoring_ask(ahead);
			tile(p + i, S + j * width, A + i * width, width);
		}
		if (columns % LANES != 0)
			for (int k = 0; k < 4; k++)
				memset(p + k * COLUMNS + columns, 0,
				       4 * sizeof *p);
	}
}

/* E = exp(P - max) with inverse_i = 1 / Σ_j E_ji; 0 for i >= count. */
static void softmax_columns(float *P, float *inverse, size_t n, size_t count)
{
	for (size_t i = 0; i < count; i += LANES) {
		float *column = P + i;
		lanes most = load(column), sum = all(0);
		for (size_t j = 1; j < n; j++)
			most = larger(most, load(column + j * COLUMNS));
		for (size_t j = 0; j < n; j++) {
			lanes x = load(column + j * COLUMNS) - most;
			x = exp_of(larger(x, all(-87)));
			store(column + j * COLUMNS, x);
			sum += x;
		}
		store(inverse + i, 1 / sum);
	}
	for (size_t i = count; i % LANES != 0; i++)
		inverse[i] = 0;
}

/* w_j += Σ_i P_ji, P_ji = E_ji inverse_i. */
static void add_row_sums(float *w, const float *E, const float *inverse,
			 size_t n, size_t count)
{
	for (size_t j = 0; j < n; j += 4) {
		lanes sum[4] = {all(0), all(0), all(0), all(0)};
		for (size_t i = 0; i < count; i += LANES) {
			lanes c = load(inverse + i);
			UNROLL(4)
			for (int k = 0; k < 4; k++)
				sum[k] += c * load(E + (j + (size_t)k) * COLUMNS + i);
		}
		*(four *)(w + j) += sums(sum[0], sum[1], sum[2], sum[3]);
	}
}

/* sum (LANES * count) = Σ_j c_j S_j, as many columns from S on. */
#define SUM_ROWS(sum, count, c, S, n, width) \
	do { \
		UNROLL(4) \
		for (int k_ = 0; k_ < (count); k_++) \
			(sum)[k_] = all(0); \
		for (size_t j_ = 0; j_ < (n); j_++) { \
			UNROLL(4) \
			for (int k_ = 0; k_ < (count); k_++) \
				(sum)[k_] += (c)[j_] * load((S) + j_ * (width) + \
							    k_ * LANES); \
		} \
	} while (0)

static void list_vector(float *g, float *w, float *P, const float *S,
			const float *A, size_t n, size_t width,
			struct ralm_scoring_ahead *ahead)
{
	float inverse[COLUMNS] __attribute__((aligned(64)));
	memset(w, 0, up_to(n, LANES) * sizeof *w);
	for (size_t i = 0; i < n; i += COLUMNS) {
		size_t count = n - i < COLUMNS ? n - i : COLUMNS;
		products(P, S, A + i * width, n, count, width, ahead);
		softmax_columns(P, inverse, n, count);
		add_row_sums(w, P, inverse, n, count);
	}
	for (size_t h = 0; h < width; h += 2 * LANES) {
		lanes sum[2];
		SUM_ROWS(sum, 2, w, S + h, n, width);
		store(g + h, sum[0]);
		store(g + h + LANES, sum[1]);
	}
}

/* ---- a sample ------------------------------------------------------------ */

/* p_j = exp(tanh(S_j · q)), not yet divided by their sum, which is returned. No
 * maximum is taken away: tanh keeps the exponents within [-1, 1]. */
static inline float attention(float *p, const float *S, const float *q,
			      size_t n, size_t width,
			      struct ralm_scoring_ahead *ahead)
{
	for (size_t j = 0; j < n; j += 4) {
		ralm_scoring_ask(ahead);
		const float *s = S + j * width;
		lanes sum[4] = {all(0), all(0), all(0), all(0)};
		for (size_t h = 0; h < width; h += LANES) {
			lanes x = load(q + h);
			UNROLL(4)
			for (int k = 0; k < 4; k++)
				sum[k] += x * load(s + (size_t)k * width + h);
		}
		*(four *)(p + j) = sums(sum[0], sum[1], sum[2], sum[3]);
	}
	lanes total = all(0);
	for (size_t j = 0; j < n; j += LANES) {
		lanes x = exp_of(tanh_of(load(p + j)));
		if (j + LANES > n)
			for (size_t k = n - j; k < LANES; k++)
				x[k] = 0;
		store(p + j, x);
		total += x;
	}
	return sums(total, total, total, total)[0];
}

static float sample_cosine(float *p, const float *S, const float *g,
			   const float *tq, size_t n, size_t width,
			   struct ralm_scoring_ahead *ahead)
{
	const float *t = tq, *q = tq + width;
	float inverse = 1 / attention(p, S, q, n, width, ahead);
	lanes vt = all(0), vv = all(0), sum[4];
	size_t h = 0;
	for (; h + 4 * LANES <= width; h += 4 * LANES) {
		SUM_ROWS(sum, 4, p, S + h, n, width);
		UNROLL(4)
		for (int k = 0; k < 4; k++) {
			lanes v = sum[k] * inverse + load(g + h + k * LANES);
			vt += v * load(t + h + k * LANES);
			vv += v * v;
		}
	}
	if (h < width) { /* H' is a multiple of 2 LANES */
		SUM_ROWS(sum, 2, p, S + h, n, width);
		UNROLL(2)
		for (int k = 0; k < 2; k++) {
			lanes v = sum[k] * inverse + load(g + h + k * LANES);
			vt += v * load(t + h + k * LANES);
			vv += v * v;
		}
	}
	four both = sums(vt, vv, vt, vv);
	if (both[1] < RALM_SCORING_ZERO)
		return 0;
	float cosine = both[0] / sqrtf(both[1]);
	return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
}

const struct ralm_scoring RALM_SCORING = {
	.name = RALM_SIMD_NAME,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.list_vector = list_vector,
	.sample_cosine = sample_cosine,
};
