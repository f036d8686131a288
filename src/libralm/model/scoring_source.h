/* The kernels of scoring, once. Included by scoring_plain.c, scoring_avx2.c and
 * scoring_avx512.c, each for its instruction set; everything here is static but
 * the table at the end.
 *
 * Vectors are the compiler's own (GCC, clang): `lanes` for products, whose sums
 * over a vector should be short, `wide` for what goes number by number. Every
 * sum has an order that depends on the shapes alone, never on what else is
 * computed, so that a score has the same bits in whatever batch it is. */
#include "scoring.h"

#include <stdint.h>
#include <string.h>

enum {
	LANES = RALM_SCORING_LANES, /* 4 or 8 */
	WIDE = RALM_SCORING_WIDE,   /* 4, 8 or 16 */
};
typedef float lanes __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t lanes_places __attribute__((vector_size(4 * LANES)));
typedef float wide __attribute__((vector_size(4 * WIDE), may_alias));
typedef int32_t whole __attribute__((vector_size(4 * WIDE)));
typedef float four __attribute__((vector_size(16), may_alias));

static inline lanes load(const float *p)
{
	return *(const lanes *)p;
}

static inline void store(float *p, lanes x)
{
	*(lanes *)p = x;
}

static inline wide load_wide(const float *p)
{
	return *(const wide *)p;
}

static inline void store_wide(float *p, wide x)
{
	*(wide *)p = x;
}

static inline wide all(float x)
{
	return (wide){} + x;
}

/* The arrays of vectors below are registers once their loops are unrolled. */
#define UNROLL_TEXT(text) _Pragma(#text)
#if defined __clang__
#define UNROLL(n) UNROLL_TEXT(unroll)
#else
#define UNROLL(n) UNROLL_TEXT(GCC unroll n)
#endif

/* ---- sums over vectors -------------------------------------------------- */

#if defined __clang__
#define MIX(type, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(type, a, b, ...) __builtin_shuffle(a, b, (type){__VA_ARGS__})
#endif

/* The sums of a, b, c and d. */
static inline four sums(lanes a, lanes b, lanes c, lanes d)
{
#if RALM_SCORING_LANES == 8
#define MIX_LANES(a, b, ...) MIX(lanes_places, a, b, __VA_ARGS__)
	lanes ab = MIX_LANES(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
		   MIX_LANES(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
	lanes cd = MIX_LANES(c, d, 0, 8, 1, 9, 4, 12, 5, 13) +
		   MIX_LANES(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
	union {
		lanes all;
		four half[2];
	} abcd = {MIX_LANES(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
		  MIX_LANES(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15)};
	return abcd.half[0] + abcd.half[1];
#else
#define MIX_LANES(a, b, ...) MIX(lanes_places, a, b, __VA_ARGS__)
	lanes ab = MIX_LANES(a, b, 0, 4, 1, 5) + MIX_LANES(a, b, 2, 6, 3, 7);
	lanes cd = MIX_LANES(c, d, 0, 4, 1, 5) + MIX_LANES(c, d, 2, 6, 3, 7);
	return MIX_LANES(ab, cd, 0, 1, 4, 5) + MIX_LANES(ab, cd, 2, 3, 6, 7);
#endif
}

/* x with its places turned round: by half of all, by a quarter and so on. What
 * is added to its turn by 8, then by 4, ..., is a sum in every place. */
#define TURN(x, ...) MIX(whole, x, x, __VA_ARGS__)
#if RALM_SCORING_WIDE == 16
#define BY_8(x) TURN(x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define BY_4(x) TURN(x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define BY_2(x) TURN(x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define BY_1(x) TURN(x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif RALM_SCORING_WIDE == 8
#define BY_4(x) TURN(x, 4, 5, 6, 7, 0, 1, 2, 3)
#define BY_2(x) TURN(x, 2, 3, 0, 1, 6, 7, 4, 5)
#define BY_1(x) TURN(x, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define BY_2(x) TURN(x, 2, 3, 0, 1)
#define BY_1(x) TURN(x, 1, 0, 3, 2)
#endif

/* ---- the larger, exp and tanh ------------------------------------------- */

static inline wide pick(whole mask, wide yes, wide no)
{
	return (wide)((mask & (whole)yes) | (~mask & (whole)no));
}

/* Of NaN and a number the number, which is b. */
static inline wide larger(wide a, wide b)
{
#ifdef RALM_SCORING_LARGER /* one instruction, which compilers do not see */
	return RALM_SCORING_LARGER(a, b);
#else
	return pick(a > b, a, b);
#endif
}

/* 2^y = scale * (1 + p), y in [-126, 127]: y = k + r, |r| <= 1/2, scale = 2^k,
 * p = 2^r - 1 by the polynomial whose relative error is the smallest, 2e-8. */
static inline void exp2_parts(wide *scale, wide *p, wide y)
{
	/* Adding 1.5 * 2^23 rounds to a whole number, which the lowest bits
	 * then hold; with 127 more they are the exponent of 2^k. */
	const float shift = 12582912.0f + 127;
	wide bits = y + shift;
	wide r = y - (bits - shift);
	wide s = r * 1.5403508e-4f + 1.3390735e-3f;
	s = s * r + 9.618238e-3f;
	s = s * r + 5.5503573e-2f;
	s = s * r + 2.4022649e-1f;
	s = s * r + 6.931472e-1f;
	*scale = (wide)((whole)bits << 23);
	*p = s * r;
}

#define LOG2_E 1.44269504f

/* exp of y / LOG2_E; no less than 2^-126. */
static inline wide exp2_of(wide y)
{
	wide scale, p;
	exp2_parts(&scale, &p, larger(y, all(-126)));
	return scale + scale * p;
}

/* tanh x = (e - 1) / (e + 1), e = exp(2x), through exp(2x) - 1, which keeps the
 * relative precision of small x. */
static inline wide tanh_of(wide x)
{
	wide scale, p;
	x = -larger(-larger(x, all(-10)), all(-10));
	exp2_parts(&scale, &p, x * (2 * LOG2_E));
	wide e1 = scale * p + (scale - 1);
	return e1 / (e1 + 2);
}

/* The sum, and the largest, of the places that are STEP or a multiple of it
 * apart, in each of them. */
#if RALM_SCORING_WIDE == 16
#define OVER_4(x, both) (x = both(x, BY_8(x)), x = both(x, BY_4(x)))
#elif RALM_SCORING_WIDE == 8
#define OVER_4(x, both) (x = both(x, BY_4(x)))
#else
#define OVER_4(x, both) ((void)0)
#endif
#define OVER_2(x, both) (OVER_4(x, both), x = both(x, BY_2(x)))
#define OVER_1(x, both) (OVER_2(x, both), x = both(x, BY_1(x)))
#define PLUS(a, b) ((a) + (b))

static inline float sum_of(wide x)
{
	OVER_1(x, PLUS);
	return x[0];
}

/* ---- users --------------------------------------------------------------- */

enum { USERS = RALM_SCORING_USERS };

/* y_u (H') = x_u (D) · M (D,H') for four users at a time: M, larger than the
 * nearest cache, is read once for all. */
static void times(float *const y[USERS], const float *const x[USERS],
		  const float *M, size_t D, size_t width)
{
	for (size_t h = 0; h < width; h += 2 * LANES) {
		lanes sum[USERS][2] = {};
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
		for (size_t h = 0; h < width; h += WIDE)
			store_wide(A[u] + h, tanh_of(load_wide(A[u] + h)));
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
		wide square = all(0);
		for (size_t h = 0; h < width; h += WIDE)
			square += load_wide(t + h) * load_wide(t + h);
		float norm = sum_of(square);
		float inverse = norm < RALM_SCORING_ZERO ? 0 : 1 / sqrtf(norm);
		for (size_t h = 0; h < width; h += WIDE)
			store_wide(t + h, load_wide(t + h) * inverse);
	}
}

/* ---- a list -------------------------------------------------------------- */

/* P is worked on in tiles of four seeds j and TILE seeds i, 4 * TILE floats
 * with i running first. Tiles of the same i stand together, in the order of j;
 * as many i as COLUMNS are worked on at a time, so that a long list takes
 * memory in proportion to its length. */
enum {
	COLUMNS = RALM_SCORING_COLUMNS,
	TILE = RALM_SCORING_TILE,
	TILE_FLOATS = 4 * TILE, /* a multiple of WIDE */
};

/* P_ji = S_j · A_i for four j and TILE i. */
static inline void tile(float *P, const float *const *S, const float *const *A,
			size_t width)
{
	lanes sum[4][TILE] = {};
	const float *s[4], *a[TILE];
	UNROLL(4)
	for (int j = 0; j < 4; j++)
		s[j] = S[j];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		a[i] = A[i] + width;
	for (size_t h = 0; h < width; h += LANES) {
		lanes x[TILE];
		UNROLL(4)
		for (int i = 0; i < TILE; i++)
			x[i] = load(a[i] + h);
		UNROLL(4)
		for (int j = 0; j < 4; j++) {
			lanes y = load(s[j] + h);
			UNROLL(4)
			for (int i = 0; i < TILE; i++)
				sum[j][i] += y * x[i];
		}
	}
#if RALM_SCORING_TILE == 4
	UNROLL(4)
	for (int j = 0; j < 4; j++)
		*(four *)(P + 4 * j) =
			sums(sum[j][0], sum[j][1], sum[j][2], sum[j][3]);
#else
	UNROLL(2)
	for (int j = 0; j < 4; j += 2)
		*(four *)(P + 2 * j) = sums(sum[j][0], sum[j][1],
					    sum[j + 1][0], sum[j + 1][1]);
#endif
}

#if RALM_SCORING_TILE == 4
#define OVER_TILES OVER_4
#else
#define OVER_TILES OVER_2
#endif

/* Makes P, the columns of one group of i, E = exp(P - max), and returns
 * 1 / Σ_j E_ji, for the TILE i over and over. */
static inline wide softmax_columns(float *P, size_t floats)
{
	wide most = load_wide(P), sum = all(0);
	for (size_t k = WIDE; k < floats; k += WIDE)
		most = larger(most, load_wide(P + k));
	OVER_TILES(most, larger);
	most *= LOG2_E;
	for (size_t k = 0; k < floats; k += WIDE) {
		wide x = exp2_of(load_wide(P + k) * LOG2_E - most);
		store_wide(P + k, x);
		sum += x;
	}
	OVER_TILES(sum, PLUS);
	return 1 / sum;
}

/* Adds to w, as many as there are, the sums of TILE neighbours in x. */
static inline void add_neighbours(float *w, wide x)
{
	x += BY_1(x);
#if RALM_SCORING_WIDE == 16 /* and so TILE == 4 */
	x += BY_2(x);
	x = TURN(x, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
#elif RALM_SCORING_WIDE == 8 /* and TILE == 2 */
	x = TURN(x, 0, 2, 4, 6, 1, 3, 5, 7);
#else
	w[0] += x[0];
	w[1] += x[2];
	return;
#endif
	union {
		wide all;
		four first;
	} u = {x};
	*(four *)w += u.first;
}

static void list_weights(float *w, float *P, const float *const *SA, size_t n,
			 size_t width, struct ralm_scoring_ahead *ahead)
{
	const size_t floats = (n + 3) / 4 * TILE_FLOATS;
	wide inverse[COLUMNS / TILE];
	for (size_t j = 0; j < n; j += WIDE)
		store_wide(w + j, all(0));
	for (size_t first = 0; first < n; first += COLUMNS) {
		size_t count = n - first < COLUMNS ? n - first : COLUMNS;
		size_t groups = (count + TILE - 1) / TILE;
		for (size_t j = 0; j < n; j += 4) {
			float *p = P + j * TILE;
			for (size_t i = 0; i < groups; i++, p += floats) {
				ralm_scoring_ask(ahead);
				tile(p, SA + j, SA + first + i * TILE, width);
			}
		}
		for (size_t i = 0; i < groups; i++) {
			float *p = P + i * floats;
			for (size_t k = n * TILE; k < floats; k++)
				p[k] = -1e30f; /* no seed j */
			inverse[i] = softmax_columns(p, floats);
		}
		for (size_t k = 0; k < WIDE && count % TILE != 0; k++)
			if (k % TILE >= count % TILE)
				inverse[groups - 1][k] = 0; /* no seed i */
		for (size_t k = 0; k < floats; k += WIDE) {
			wide sum = all(0);
			for (size_t i = 0; i < groups; i++)
				sum += load_wide(P + i * floats + k) *
				       inverse[i];
			add_neighbours(w + k / TILE, sum);
		}
	}
}

/* ---- a sample ------------------------------------------------------------ */

/* No maximum is taken away: tanh keeps the exponents within [-1, 1]. */
static float attention(float *p, const float *const *SA, const float *tq,
		       size_t n, size_t width, struct ralm_scoring_ahead *ahead)
{
	const float *q = tq + width;
	for (size_t j = 0; j < n; j += 4) {
		ralm_scoring_ask(ahead);
		lanes sum[4] = {};
		const float *s[4];
		UNROLL(4)
		for (int k = 0; k < 4; k++)
			s[k] = SA[j + (size_t)k];
		for (size_t h = 0; h < width; h += LANES) {
			lanes x = load(q + h);
			UNROLL(4)
			for (int k = 0; k < 4; k++)
				sum[k] += x * load(s[k] + h);
		}
		*(four *)(p + j) = sums(sum[0], sum[1], sum[2], sum[3]);
	}
	wide total = all(0);
	for (size_t j = 0; j < n; j += WIDE) {
		wide x = exp2_of(tanh_of(load_wide(p + j)) * LOG2_E);
		if (j + WIDE > n)
			for (size_t k = n - j; k < WIDE; k++)
				x[k] = 0;
		store_wide(p + j, x);
		total += x;
	}
	return sum_of(total);
}

/* Adds what COUNT vectors from h on give to v·t and v·v, v = Σ_j c_j S_j. */
#define ADD_COLUMNS(count) \
	do { \
		wide v_[count] = {}; \
		for (size_t j_ = 0; j_ < n; j_++) { \
			const float *s_ = SA[j_] + h; \
			wide c_ = all(p[j_]); \
			UNROLL(8) \
			for (int k_ = 0; k_ < (count); k_++) \
				v_[k_] += c_ * load_wide(s_ + k_ * WIDE); \
		} \
		UNROLL(8) \
		for (int k_ = 0; k_ < (count); k_++) { \
			vt += v_[k_] * load_wide(t + h + k_ * WIDE); \
			vv += v_[k_] * v_[k_]; \
		} \
		h += (count) * WIDE; \
	} while (0)

static float cosine(float *p, float total, const float *w,
		    const float *const *SA, const float *t, size_t n,
		    size_t width)
{
	const float inverse = 1 / total;
	for (size_t j = 0; j < n; j += WIDE)
		store_wide(p + j, load_wide(p + j) * inverse + load_wide(w + j));
	wide vt = all(0), vv = all(0);
	size_t h = 0;
	while (h + 6 * WIDE <= width)
		ADD_COLUMNS(6);
	while (h + 2 * WIDE <= width)
		ADD_COLUMNS(2);
	while (h < width)
		ADD_COLUMNS(1);
	const float product = sum_of(vt), square = sum_of(vv);
	if (square < RALM_SCORING_ZERO)
		return 0;
	const float c = product / sqrtf(square);
	return c > 1 ? 1 : c < -1 ? -1 : c;
}

const struct ralm_scoring RALM_SCORING = {
	.name = RALM_SIMD_NAME,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.list_weights = list_weights,
	.attention = attention,
	.cosine = cosine,
};
