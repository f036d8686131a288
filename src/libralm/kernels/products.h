/* Products S_j · B_i of rows, for the files of an instruction set.
 *
 * In memory they stand in groups of TILE rows B, and a group in tiles of four rows S,
 * TILE_REALS numbers each. With TILE = 2 and n = 6 rows S:
 *
 *	group     i = 0, 1                                           | i = 2, 3 ...
 *	tile      j = 0 .. 3              | j = 4 .. 7               | j = 0 .. 3 ...
 *	ji        00 01 10 11 20 21 30 31 | 40 41 50 51 60 61 70 71  | 02 03 12 ...
 *
 * Behind the n-th j (6 and 7 here) they mean nothing. */
#ifndef RALM_KERNELS_PRODUCTS_H
#define RALM_KERNELS_PRODUCTS_H

#include "kernels/soon.h"
#include "kernels/vectors.h"

/* Numbers in a group of products with n rows S. */
ALWAYS size_t group_size(size_t n)
{
	return (n + 3) / 4 * TILE_REALS;
}

/* ---- sums of several vectors at once --------------------------------------- */

#if RALM_LANES == 16

/* a and b, half as long: [a a b b], in quarters. */
ALWAYS wide fold_8(wide a, wide b)
{
	return MIX(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30,
		   31) +
	       MIX(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
		   22, 23);
}

/* [a a b b] and [c c d d] half as long: [a c b d]. */
ALWAYS wide fold_4(wide ab, wide cd)
{
	return MIX(ab, cd, 0, 1, 2, 3, 20, 21, 22, 23, 8, 9, 10, 11, 28, 29,
		   30, 31) +
	       MIX(ab, cd, 4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 24, 25,
		   26, 27);
}

/* Within each quarter [e e e e] and [f f f f] to [e e f f]. */
ALWAYS wide fold_2(wide e, wide f)
{
	return MIX(e, f, 0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30,
		   31) +
	       MIX(e, f, 2, 3, 16, 17, 6, 7, 20, 21, 10, 11, 24, 25, 14, 15,
		   28, 29);
}

/* Within each quarter [e e f f] and [g g h h] to [e f g h]. */
ALWAYS wide fold_1(wide ef, wide gh)
{
	return MIX(ef, gh, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14,
		   28, 30) +
	       MIX(ef, gh, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15,
		   29, 31);
}

/* The quarters of ab (a a b b) and cd (c c d d) as a b c d, twice. */
ALWAYS void store_two(ralm_real *x, wide ab, wide cd)
{
	store(x, MIX(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25,
		     26, 27));
	store(x + 16, MIX(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23,
			  28, 29, 30, 31));
}

/* Transposes four vectors of four quarters: the k-th quarters go to x + 16
 * k. */
ALWAYS void store_quarters(ralm_real *x, wide a, wide b, wide c, wide d)
{
	store_two(x,
		  MIX(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
		      23),
		  MIX(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
		      23));
	store_two(x + 32,
		  MIX(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28,
		      29, 30, 31),
		  MIX(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28,
		      29, 30, 31));
}

ALWAYS four sums(wide a, wide b, wide c, wide d)
{
	wide e = fold_4(fold_8(a, c), fold_8(b, d));
	e = fold_2(e, e);
	e = fold_1(e, e);
	return (four){e[0], e[4], e[8], e[12]};
}

/* out (4, TILE): the sums of x. */
ALWAYS void put_sums(ralm_real *out, wide x[4][TILE])
{
	wide e[TILE];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		e[i] = fold_4(fold_8(x[0][i], x[2][i]),
			      fold_8(x[1][i], x[3][i]));
	store(out, fold_1(fold_2(e[0], e[1]), fold_2(e[2], e[3])));
}

#else

#if RALM_LANES == 8
/* The four sums twice: over the first halves of the vectors, then over the second. */
ALWAYS wide half_sums(wide a, wide b, wide c, wide d)
{
	wide ab = MIX(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
		  MIX(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
	wide cd = MIX(c, d, 0, 8, 1, 9, 4, 12, 5, 13) +
		  MIX(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
	return MIX(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
	       MIX(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
}
#endif

ALWAYS four sums(wide a, wide b, wide c, wide d)
{
#if RALM_LANES == 8
	union {
		wide all;
		four half[2];
	} abcd = {half_sums(a, b, c, d)};
	return abcd.half[0] + abcd.half[1];
#else
	wide ab = MIX(a, b, 0, 4, 1, 5) + MIX(a, b, 2, 6, 3, 7);
	wide cd = MIX(c, d, 0, 4, 1, 5) + MIX(c, d, 2, 6, 3, 7);
	return MIX(ab, cd, 0, 1, 4, 5) + MIX(ab, cd, 2, 3, 6, 7);
#endif
}

ALWAYS void put_sums(ralm_real *out, wide x[4][TILE])
{
#if RALM_LANES == 8
	wide e = half_sums(x[0][0], x[0][1], x[1][0], x[1][1]);
	wide f = half_sums(x[2][0], x[2][1], x[3][0], x[3][1]);
	store(out, MIX(e, f, 0, 1, 2, 3, 8, 9, 10, 11) +
		   MIX(e, f, 4, 5, 6, 7, 12, 13, 14, 15));
#else
	*(four_anywhere *)out = sums(x[0][0], x[0][1], x[1][0], x[1][1]);
	*(four_anywhere *)(out + 4) = sums(x[2][0], x[2][1], x[3][0], x[3][1]);
#endif
}

#endif

/* ---- products --------------------------------------------------------------- */

/* The part of a row to prefetch next, or `here` where there is none. */
ALWAYS const ralm_real *next_part(struct ralm_soon *soon, const ralm_real *here)
{
	return soon != NULL && soon->next < soon->end ? *soon->next++ : here;
}

/* Adds the products of `count` columns from h on to a tile. */
ALWAYS void tile_columns(wide sum[4][TILE], const ralm_real *const s[4],
			 const ralm_real *const b[TILE], size_t h, size_t count)
{
	wide x[TILE];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		x[i] = load_some(b[i] + h, count);
	UNROLL(4)
	for (int j = 0; j < 4; j++) {
		wide y = held(load_some(s[j] + h, count));
		UNROLL(4)
		for (int i = 0; i < TILE; i++)
			sum[j][i] += y * x[i];
	}
}

/* One tile. B's rows begin `behind` numbers after the pointers. */
ALWAYS void tile(ralm_real *out, const ralm_real *const *S,
		 const ralm_real *const *B, size_t behind, size_t width,
		 struct ralm_soon *soon)
{
	const ralm_real *next = next_part(soon, S[0]);
	wide sum[4][TILE] = {0};
	const ralm_real *s[4], *b[TILE];
	UNROLL(4)
	for (int j = 0; j < 4; j++)
		s[j] = S[j];
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		b[i] = B[i] + behind;
	size_t h = 0;
	for (; h + LANES <= width; h += LANES) {
		if (soon != NULL)
			__builtin_prefetch(next + h, 0, 2);
		tile_columns(sum, s, b, h, LANES);
	}
	if (h < width)
		tile_columns(sum, s, b, h, width - h);
	put_sums(out, sum);
}

#if RALM_LANES == 16

/* Adding up the elements of a tile's 16 vectors is a third of its work. Where
 * four seeds are interleaved, four numbers of each in turn, a vector has four
 * elements for each of four products, and a tile has four vectors. */
enum { FOURS = RALM_SEEDS_INTERLEAVED / 4 };
_Static_assert(RALM_SEEDS_INTERLEAVED == 20, "products has a case for each");

/* X (fours, width' / 4, 4, 4) of S, zeros behind width. */
ALWAYS void interleave(ralm_real *X, const ralm_real *const *S, size_t fours,
		       size_t width, struct ralm_soon *soon)
{
	for (; fours > 0; fours--, S += 4) {
		const ralm_real *next = next_part(soon, S[0]);
		for (size_t h = 0; h < width; h += LANES, X += 4 * LANES) {
			if (soon != NULL)
				__builtin_prefetch(next + h, 0, 2);
			store_quarters(X, load_some(S[0] + h, width - h),
				       load_some(S[1] + h, width - h),
				       load_some(S[2] + h, width - h),
				       load_some(S[3] + h, width - h));
		}
	}
}

/* p's four numbers in each quarter. */
ALWAYS wide quarters(const ralm_real *p)
{
#ifdef __AVX512F__ /* one load, which GCC 12 does not see */
	return _mm512_broadcast_f32x4(_mm_loadu_ps(p));
#else
	return (wide){p[0], p[1], p[2], p[3], p[0], p[1], p[2], p[3],
		      p[0], p[1], p[2], p[3], p[0], p[1], p[2], p[3]};
#endif
}

/* Adds the products of `count` columns of b to tiles of the same TILE i; X
 * points at the columns in the first four seeds, those of the next four are
 * `apart` further. */
ALWAYS void tiles_columns(wide sum[FOURS][TILE], const ralm_real *X,
			  size_t apart, const ralm_real *const b[TILE],
			  size_t count, struct ralm_soon *soon,
			  const int fours)
{
	const ralm_real *next = NULL;
	for (size_t h = 0; h < count; h += 4, X += LANES) {
		wide x[FOURS];
		/* There are four times as many steps as cache lines in a
		 * part. */
		if (soon != NULL && h % (count / 4) == 0)
			next = next_part(soon, b[0]);
		if (soon != NULL)
			__builtin_prefetch(next + h % (count / 4) * 4, 0, 2);
		UNROLL(8)
		for (int j = 0; j < fours; j++)
			x[j] = load(X + (size_t)j * apart);
		UNROLL(4)
		for (int i = 0; i < TILE; i++) {
			wide y = quarters(b[i] + h);
			UNROLL(8)
			for (int j = 0; j < fours; j++)
				sum[j][i] += y * x[j];
		}
	}
}

/* Tiles of the same TILE i, of interleaved S. */
ALWAYS void tiles(ralm_real *out, const ralm_real *X, const ralm_real *const *B,
		  size_t behind, size_t width, struct ralm_soon *soon,
		  const int fours)
{
	wide sum[FOURS][TILE] = {0};
	const ralm_real *b[TILE];
	const size_t even = width / LANES * LANES, left = width - even;
	const size_t apart = 4 * (left > 0 ? even + LANES : even);
	UNROLL(4)
	for (int i = 0; i < TILE; i++)
		b[i] = B[i] + behind;
	tiles_columns(sum, X, apart, b, even, soon, fours);
	if (left > 0) {
		ralm_real end[TILE][LANES];
		UNROLL(4)
		for (int i = 0; i < TILE; i++) {
			store(end[i], load_some(b[i] + even, left));
			b[i] = end[i];
		}
		tiles_columns(sum, X + 4 * even, apart, b, left, NULL, fours);
	}
	UNROLL(8)
	for (int j = 0; j < fours; j++)
		store(out + j * TILE_REALS,
		      fold_1(fold_2(sum[j][0], sum[j][1]),
			     fold_2(sum[j][2], sum[j][3])));
}

#endif

/* The products of all S (n) with TILE * groups rows B; up to three more S after
 * the n-th are read, whose products mean nothing. X is scratch
 * (RALM_SEEDS_INTERLEAVED, ralm_kernel_width(width)). */
ALWAYS void products(ralm_real *out, ralm_real *X, const ralm_real *const *S,
		     size_t n, const ralm_real *const *B, size_t groups,
		     size_t behind, size_t width, struct ralm_soon *soon)
{
	const size_t group = group_size(n);
#if RALM_LANES == 16
	for (size_t j = 0; j < n; j += 4 * FOURS) {
		const size_t left = (n - j + 3) / 4;
		const size_t fours = left < FOURS ? left : FOURS;
		interleave(X, S + j, fours, width, soon);
		for (size_t i = 0; i < groups; i++) {
			ralm_real *to = out + i * group + j * TILE;
			const ralm_real *const *b = B + i * TILE;
			switch (fours) {
			case 1:
				tiles(to, X, b, behind, width, soon, 1);
				break;
			case 2:
				tiles(to, X, b, behind, width, soon, 2);
				break;
			case 3:
				tiles(to, X, b, behind, width, soon, 3);
				break;
			case 4:
				tiles(to, X, b, behind, width, soon, 4);
				break;
			default:
				tiles(to, X, b, behind, width, soon, FOURS);
			}
		}
	}
#else
	(void)X;
	for (size_t j = 0; j < n; j += 4)
		for (size_t i = 0; i < groups; i++)
			tile(out + i * group + j * TILE, S + j, B + i * TILE,
			     behind, width, soon);
#endif
}

#endif
