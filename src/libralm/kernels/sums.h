/* Weighted sums of rows, for the files of an instruction set: some columns of
 * several sums at a time, so that a row is read once for them. */
#ifndef RALM_KERNELS_SUMS_H
#define RALM_KERNELS_SUMS_H

#include <stdbool.h>

#include "kernels/products.h"
#include "kernels/vectors.h"

/* Neighbouring vectors of a row that are worked on together: for one sum, and
 * for TILE sums. */
enum { COLUMNS_MOST = 6, TILE_COLUMNS = LANES == 16 ? 3 : 4 };

/* v_t += Σ_j c_jt R_j for n rows, the columns from h on; c_jt = c[t * apart + j *
 * next]. count: numbers of the last vector, if not LANES. */
ALWAYS void add_rows(wide v[TILE][COLUMNS_MOST], const ralm_real *c,
		     const size_t apart, const size_t next,
		     const ralm_real *const *R, size_t n, size_t h,
		     size_t count, const int sums, const int columns)
{
	for (size_t j = 0; j < n; j++, c += next) {
		const ralm_real *r = R[j] + h;
		wide part[COLUMNS_MOST];
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			part[k] = load_some(r + k * LANES, count);
		UNROLL(4)
		for (int t = 0; t < sums; t++) {
			wide factor = all(c[(size_t)t * apart]);
			UNROLL(8)
			for (int k = 0; k < columns; k++)
				v[t][k] += factor * part[k];
		}
	}
}

/* Calls step(h, count, columns) for all columns of a row: `most` vectors at a
 * time as long as there are so many, then one, then what is left. */
#define OVER_COLUMNS(width, most, step)                               \
	do {                                                          \
		size_t h_ = 0;                                        \
		for (; h_ + (most) * LANES <= (width); h_ += (most) * LANES) \
			step(h_, LANES, most);                        \
		for (; h_ + LANES <= (width); h_ += LANES)            \
			step(h_, LANES, 1);                           \
		if (h_ < (width))                                     \
			step(h_, (width) - h_, 1);                    \
	} while (0)

/* The columns from h on of out_t = Σ_j c[j * TILE + t] R_j. */
ALWAYS void sum_columns(ralm_real *const *out, const ralm_real *c,
			const ralm_real *const *R, size_t n, size_t h,
			size_t count, const int sums, const int columns)
{
	wide v[TILE][COLUMNS_MOST] = {0};
	add_rows(v, c, 1, TILE, R, n, h, count, sums, columns);
	UNROLL(4)
	for (int t = 0; t < sums; t++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			store_some(out[t] + h + k * LANES, v[t][k], count);
}

/* The columns from h on of out_t += Σ_i c_ti R_i over r rows i. The factors stand as
 * products do (products.h), their groups of TILE i `group` numbers apart; c points at
 * those of out_0 in the first group. sets: = in place of +=. */
ALWAYS void add_columns_transposed(ralm_real *const *out, const ralm_real *c,
				   size_t group, const ralm_real *const *R,
				   size_t r, bool sets, size_t h, size_t count,
				   const int sums, const int columns)
{
	wide v[TILE][COLUMNS_MOST] = {0};
	size_t i = 0;
	if (!sets)
		UNROLL(4)
		for (int t = 0; t < sums; t++)
			UNROLL(8)
			for (int k = 0; k < columns; k++)
				v[t][k] = load_some(out[t] + h + k * LANES,
						    count);
	for (; i + TILE <= r; i += TILE, c += group)
		add_rows(v, c, TILE, 1, R + i, TILE, h, count, sums, columns);
	add_rows(v, c, TILE, 1, R + i, r - i, h, count, sums, columns);
	UNROLL(4)
	for (int t = 0; t < sums; t++)
		UNROLL(8)
		for (int k = 0; k < columns; k++)
			store_some(out[t] + h + k * LANES, v[t][k], count);
}

/* A few columns of all sums before the next columns: what they read stays in
 * the nearest cache, however long the list. */
ALWAYS void sum_groups(ralm_real *const *out, const ralm_real *P, size_t m,
		       const ralm_real *const *R, size_t n, size_t h,
		       size_t count, const int columns)
{
	size_t i = 0;
	for (; i + TILE <= m; i += TILE, P += group_size(n))
		sum_columns(out + i, P, R, n, h, count, TILE, columns);
	for (; i < m; i++, P++)
		sum_columns(out + i, P, R, n, h, count, 1, columns);
}

/* out_i = Σ_j P_ij R_j for m rows i. */
static inline void sum_rows(ralm_real *const *out, const ralm_real *P, size_t m,
			    const ralm_real *const *R, size_t n, size_t width)
{
#define STEP(h, count, columns) sum_groups(out, P, m, R, n, h, count, columns)
	OVER_COLUMNS(width, TILE_COLUMNS, STEP);
#undef STEP
}

#endif
