/* Vectors for scoring_source.h: the compiler's own (GCC, clang), as wide as the
 * instruction set has them, sums over them, exp and tanh. */
enum {
	WIDE = RALM_SCORING_WIDE, /* 4, 8 or 16 */
	TILE = RALM_SCORING_TILE, /* 4 where WIDE is 16, else 2 */
};
typedef float wide __attribute__((vector_size(4 * WIDE), may_alias));
typedef int32_t whole __attribute__((vector_size(4 * WIDE)));
typedef float four __attribute__((vector_size(16), may_alias));

static inline wide load(const float *p)
{
	return *(const wide *)p;
}

static inline void store(float *p, wide x)
{
	*(wide *)p = x;
}

/* Not (wide){} + x, which is an addition: it turns -0 into 0. */
static inline wide all(float x)
{
#if RALM_SCORING_WIDE == 4
	return (wide){x, x, x, x};
#elif RALM_SCORING_WIDE == 8
	return (wide){x, x, x, x, x, x, x, x};
#else
	return (wide){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#endif
}

/* Arrays of vectors are registers once the loops over them are unrolled, which
 * takes bounds that the compiler knows: ALWAYS makes parameters such. */
#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL_TEXT(text) _Pragma(#text)
#if defined __clang__
#define UNROLL(n) UNROLL_TEXT(unroll)
#else
#define UNROLL(n) UNROLL_TEXT(GCC unroll n)
#endif

#if defined __clang__
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(a, b, ...) __builtin_shuffle(a, b, (whole){__VA_ARGS__})
#endif

/* ---- turns --------------------------------------------------------------- */

/* x with its places turned round: by half of all, by a quarter and so on. What
 * is added to its turn by 8, then by 4, ..., is a sum in every place. */
#define TURN(x, ...) MIX(x, x, __VA_ARGS__)
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

#if RALM_SCORING_TILE == 4
#define OVER_TILES OVER_4
#else
#define OVER_TILES OVER_2
#endif

/* ---- many sums at once --------------------------------------------------- */

/* Each of these has the sum of a vector in the same order, whatever the place
 * of the vector among the others: halves, then halves of these, and so on. */
#if RALM_SCORING_WIDE == 16

/* a and b, half as long: [a a b b], in quarters. */
static inline wide fold_8(wide a, wide b)
{
	return MIX(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30,
		   31) +
	       MIX(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
		   22, 23);
}

/* [a a b b] and [c c d d] half as long: [a c b d]. */
static inline wide fold_4(wide ab, wide cd)
{
	return MIX(ab, cd, 0, 1, 2, 3, 20, 21, 22, 23, 8, 9, 10, 11, 28, 29,
		   30, 31) +
	       MIX(ab, cd, 4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 24, 25,
		   26, 27);
}

/* Within each quarter [e e e e] and [f f f f] to [e e f f]. */
static inline wide fold_2(wide e, wide f)
{
	return MIX(e, f, 0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30,
		   31) +
	       MIX(e, f, 2, 3, 16, 17, 6, 7, 20, 21, 10, 11, 24, 25, 14, 15,
		   28, 29);
}

/* Within each quarter [e e f f] and [g g h h] to [e f g h]. */
static inline wide fold_1(wide ef, wide gh)
{
	return MIX(ef, gh, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14,
		   28, 30) +
	       MIX(ef, gh, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15,
		   29, 31);
}

/* The quarters of four vectors turned round: the k-th of each to x + 16 k. */
static inline void store_quarters(float *x, wide a, wide b, wide c, wide d)
{
	wide ab = MIX(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
		      23);
	wide cd = MIX(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
		      23);
	store(x, MIX(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25,
		     26, 27));
	store(x + 16, MIX(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23,
			  28, 29, 30, 31));
	ab = MIX(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
		 31);
	cd = MIX(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
		 31);
	store(x + 32, MIX(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24,
			  25, 26, 27));
	store(x + 48, MIX(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23,
			  28, 29, 30, 31));
}

static inline four sums(wide a, wide b, wide c, wide d)
{
	wide e = fold_4(fold_8(a, c), fold_8(b, d));
	e = fold_2(e, e);
	e = fold_1(e, e);
	return (four){e[0], e[4], e[8], e[12]};
}

/* out (4, TILE): the sums of x. */
ALWAYS void put_sums(float *out, wide x[4][TILE])
{
	wide e[TILE];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		e[i] = fold_4(fold_8(x[0][i], x[2][i]),
			      fold_8(x[1][i], x[3][i]));
	store(out, fold_1(fold_2(e[0], e[1]), fold_2(e[2], e[3])));
}

#else

static inline four sums(wide a, wide b, wide c, wide d)
{
#if RALM_SCORING_WIDE == 8
	wide ab = MIX(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
		  MIX(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
	wide cd = MIX(c, d, 0, 8, 1, 9, 4, 12, 5, 13) +
		  MIX(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
	union {
		wide all;
		four half[2];
	} abcd = {MIX(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
		  MIX(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15)};
	return abcd.half[0] + abcd.half[1];
#else
	wide ab = MIX(a, b, 0, 4, 1, 5) + MIX(a, b, 2, 6, 3, 7);
	wide cd = MIX(c, d, 0, 4, 1, 5) + MIX(c, d, 2, 6, 3, 7);
	return MIX(ab, cd, 0, 1, 4, 5) + MIX(ab, cd, 2, 3, 6, 7);
#endif
}

ALWAYS void put_sums(float *out, wide x[4][TILE])
{
	*(four *)out = sums(x[0][0], x[0][1], x[1][0], x[1][1]);
	*(four *)(out + 4) = sums(x[2][0], x[2][1], x[3][0], x[3][1]);
}

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
