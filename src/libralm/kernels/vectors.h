/* Vectors as GCC and clang define them, as wide as the instruction set has
 * them, and sums over them. Only for the files that are compiled once for each
 * set (isa.h). */
#ifndef RALM_KERNELS_VECTORS_H
#define RALM_KERNELS_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels/real.h"

#ifdef RALM_LANES /* the tests have all widths on every processor */
#elif defined __AVX512F__
#define RALM_LANES 16
#elif defined __AVX2__
#define RALM_LANES 8
#else
#define RALM_LANES 4
#endif
#ifdef __AVX2__
#include <immintrin.h>
#endif

/* Whether a wide is one register, whose instructions can be named. */
#if defined RALM_REAL_IS_FLOAT && defined __AVX512F__ && RALM_LANES == 16
#define RALM_ONE_REGISTER 16
#elif defined RALM_REAL_IS_FLOAT && defined __AVX2__ && RALM_LANES == 8
#define RALM_ONE_REGISTER 8
#else
#define RALM_ONE_REGISTER 0
#endif

enum {
	LANES = RALM_LANES,
	TILE = LANES == 16 ? 4 : 2, /* rows whose products share loads */
	TILE_REALS = 4 * TILE,	    /* a multiple of LANES */
};
typedef ralm_real wide
	__attribute__((vector_size(LANES * sizeof(ralm_real)), may_alias));
typedef ralm_real wide_anywhere
	__attribute__((vector_size(LANES * sizeof(ralm_real)), may_alias,
		       aligned(sizeof(ralm_real))));
typedef ralm_real four
	__attribute__((vector_size(4 * sizeof(ralm_real)), may_alias));
typedef ralm_real four_anywhere
	__attribute__((vector_size(4 * sizeof(ralm_real)), may_alias,
		       aligned(sizeof(ralm_real))));
/* Integers of the size of ralm_real. */
typedef __typeof__(__builtin_choose_expr(sizeof(ralm_real) == 4, (int32_t)0,
					 (int64_t)0)) whole_number;
typedef whole_number whole
	__attribute__((vector_size(LANES * sizeof(ralm_real))));

/* Arrays of vectors become registers once the loops over them are unrolled,
 * which takes constant bounds: ALWAYS makes parameters constants. */
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

ALWAYS wide load(const ralm_real *p)
{
	return *(const wide_anywhere *)p;
}

ALWAYS void store(ralm_real *p, wide x)
{
	*(wide_anywhere *)p = x;
}

/* The first `count` elements (or all of LANES), the others 0: for the end of an
 * array whose length is no multiple of LANES. */
ALWAYS wide load_some(const ralm_real *p, size_t count)
{
	if (count >= LANES)
		return load(p);
	wide x = {0};
	memcpy(&x, p, count * sizeof *p);
	return x;
}

ALWAYS void store_some(ralm_real *p, wide x, size_t count)
{
	if (count >= LANES)
		store(p, x);
	else
		memcpy(p, &x, count * sizeof *p);
}

/* x in every element; not 0 + x, which would turn -0 into 0. */
ALWAYS wide all(ralm_real x)
{
	return x - (wide){0};
}

/* x, a product, rounded before it is added to anything: a compiler that fuses the
 * multiplication with the addition in one place and not in another would make the bits
 * differ. */
ALWAYS wide rounded(wide x)
{
	__asm__("" : "+m"(x));
	return x;
}

/* x in a register: compilers would load what is used twice from memory twice. */
ALWAYS wide held(wide x)
{
#if RALM_ONE_REGISTER
	__asm__("" : "+v"(x));
#endif
	return x;
}

ALWAYS wide pick(whole mask, wide yes, wide no)
{
	return (wide)((mask & (whole)yes) | (~mask & (whole)no));
}

/* a > b ? a : b; b where one of them is NaN. */
ALWAYS wide larger(wide a, wide b)
{
	/* One instruction, which compilers do not find themselves. */
#if RALM_ONE_REGISTER == 16
	return _mm512_max_ps(a, b);
#elif RALM_ONE_REGISTER == 8
	return _mm256_max_ps(a, b);
#else
	return pick(a > b, a, b);
#endif
}

/* a < b ? a : b; b where one of them is NaN. */
ALWAYS wide smaller(wide a, wide b)
{
#if RALM_ONE_REGISTER == 16
	return _mm512_min_ps(a, b);
#elif RALM_ONE_REGISTER == 8
	return _mm256_min_ps(a, b);
#else
	return pick(a < b, a, b);
#endif
}

/* ---- over the elements of a vector ----------------------------------------- */

/* x with its elements in another order; BY_k: neighbouring blocks of k elements change
 * places. Adding BY_8(x) to x, to that its BY_4, and so on, gives the sum of all in every
 * element. */
#define TURN(x, ...) MIX(x, x, __VA_ARGS__)
#if RALM_LANES == 16
#define BY_8(x) TURN(x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define BY_4(x) TURN(x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define BY_2(x) TURN(x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define BY_1(x) TURN(x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#define OVER_4(x, both) (x = both(x, BY_8(x)), x = both(x, BY_4(x)))
#elif RALM_LANES == 8
#define BY_4(x) TURN(x, 4, 5, 6, 7, 0, 1, 2, 3)
#define BY_2(x) TURN(x, 2, 3, 0, 1, 6, 7, 4, 5)
#define BY_1(x) TURN(x, 1, 0, 3, 2, 5, 4, 7, 6)
#define OVER_4(x, both) (x = both(x, BY_4(x)))
#else
#define BY_2(x) TURN(x, 2, 3, 0, 1)
#define BY_1(x) TURN(x, 1, 0, 3, 2)
#define OVER_4(x, both) ((void)0)
#endif

/* Sets each element of x to the sum, or the maximum, of the elements that are a multiple
 * of 4, 2, 1 or TILE away from it. */
#define OVER_2(x, both) (OVER_4(x, both), x = both(x, BY_2(x)))
#define OVER_1(x, both) (OVER_2(x, both), x = both(x, BY_1(x)))
#if RALM_LANES == 16
#define OVER_TILES OVER_4
#else
#define OVER_TILES OVER_2
#endif
#define PLUS(a, b) ((a) + (b))

ALWAYS ralm_real sum_of(wide x)
{
	OVER_1(x, PLUS);
	return x[0];
}

/* ---- between a row of numbers and the same, TILE times each --------------- */

/* w_j of LANES / TILE neighbours, each TILE times. */
ALWAYS wide spread(const ralm_real *w)
{
#if RALM_LANES == 4
	return (wide){w[0], w[0], w[1], w[1]};
#elif RALM_ONE_REGISTER == 8
	/* Without the way over memory that compilers take. */
	return (wide)_mm256_permutevar8x32_ps(
		_mm256_castps128_ps256(_mm_loadu_ps(w)),
		_mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3));
#elif RALM_ONE_REGISTER == 16
	return (wide)_mm512_permutexvar_ps(
		_mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3,
				  3),
		_mm512_castps128_ps512(_mm_loadu_ps(w)));
#else
	union {
		four first;
		wide all;
	} u = {*(const four_anywhere *)w};
#if RALM_LANES == 8
	return TURN(u.all, 0, 0, 1, 1, 2, 2, 3, 3);
#else
	return TURN(u.all, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
#endif
#endif
}

/* Adds the sum of each TILE neighbours in x to w (LANES / TILE). */
ALWAYS void add_neighbours(ralm_real *w, wide x)
{
	x += BY_1(x);
#if RALM_LANES == 4
	w[0] += x[0];
	w[1] += x[2];
#else
#if RALM_LANES == 16
	x += BY_2(x);
	x = TURN(x, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
#else
	x = TURN(x, 0, 2, 4, 6, 1, 3, 5, 7);
#endif
	union {
		wide all;
		four first;
	} u = {x};
	*(four_anywhere *)w += u.first;
#endif
}

#endif
