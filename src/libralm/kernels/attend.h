/* The weights p of local attention (sample_kernels.h), for the files of an
 * instruction set: of one target, of TILE of them, of many. A target has the same bits
 * in each. */
#ifndef RALM_KERNELS_ATTEND_H
#define RALM_KERNELS_ATTEND_H

#include "kernels/exp_tanh.h"
#include "kernels/kernels.h"
#include "kernels/products.h"

/* The products of one q with S_j ... S_(j+3), to p. */
ALWAYS void products_of_one(ralm_real *p, const ralm_real *const *S,
			    const ralm_real *q, size_t width,
			    struct ralm_soon *soon)
{
	const ralm_real *next = next_part(soon, S[0]);
	wide sum[4] = {0};
	const ralm_real *s[4];
	UNROLL(4)
	for (int k = 0; k < 4; k++)
		s[k] = S[k];
	for (size_t h = 0; h < width; h += LANES) {
		wide x = load(q + h);
		__builtin_prefetch(next + h, 0, 2);
		UNROLL(4)
		for (int k = 0; k < 4; k++)
			sum[k] += load(s[k] + h) * x;
	}
	*(four_anywhere *)p = sums(sum[0], sum[1], sum[2], sum[3]);
}

/* No maximum is subtracted: tanh keeps exponents within [-1, 1]. The sum of p_j
 * adds every STRIDE-th of them first, as attend_tile() does. */
ALWAYS void attend_one(ralm_real *p, const ralm_real *const *S,
		       const ralm_real *m, const ralm_real *q, size_t n,
		       size_t width, struct ralm_soon *soon)
{
	enum { STRIDE = LANES / TILE };
	ralm_real part[STRIDE] = {0};
	for (size_t j = 0; j < n; j += 4)
		products_of_one(p + j, S + j, q, width, soon);
	for (size_t j = 0; j < n; j += LANES) {
		wide x = exp_of_little(tanh_of(load(p + j)));
		if (m != NULL)
			x *= load(m + j);
		store(p + j, x);
	}
	for (size_t j = 0; j < n; j++)
		part[j % STRIDE] += p[j];
#if RALM_LANES > 4
	const ralm_real total = (part[0] + part[2]) + (part[1] + part[3]);
#else
	const ralm_real total = part[0] + part[1];
#endif
	const wide inverse = 1 / all(total);
	for (size_t j = 0; j < n; j += LANES)
		store(p + j, load(p + j) * inverse);
}

/* m exp(p) of TILE samples, from the k-th number on, where p holds their a (a tanh);
 * copies it to a, unless that is NULL. */
ALWAYS wide attended(const ralm_real *p, ralm_real *a, const ralm_real *m,
		     size_t k)
{
	wide x = load(p + k);
	if (a != NULL)
		store(a + k, x);
	x = exp_of_little(x);
	if (m != NULL)
		x *= spread(m + k / TILE);
	return x;
}

/* Sets p of TILE samples and the seeds [begin, end), without the division by their sums,
 * and a unless it is NULL; returns `total` plus these p. end: n or a multiple of NEAR. */
ALWAYS wide attend_seeds(ralm_real *p, ralm_real *a, const ralm_real *const *S,
			 const ralm_real *m, const ralm_real *const *q,
			 size_t behind, size_t begin, size_t end, size_t width,
			 struct ralm_soon *soon, wide total)
{
	size_t k = begin * TILE;
	for (size_t j = begin; j < end; j += 4)
		tile(p + j * TILE, S + j, q, behind, width, soon);
	/* All tanh before all exp: in two loops, each with a short chain of
	 * operations, the processor works on more vectors at once than in one. */
	for (size_t i = k; i < group_size(end); i += LANES)
		store(p + i, tanh_of(load(p + i)));
	for (; k + LANES <= end * TILE; k += LANES) {
		wide x = attended(p, a, m, k);
		store(p + k, x);
		total += x;
	}
	for (; k < group_size(end); k += LANES) {
		wide x = attended(p, a, m, k);
		for (size_t i = 0; i < LANES; i++)
			if (k + i >= end * TILE)
				x[i] = 0; /* no seed j */
		store(p + k, x);
		total += x;
	}
	return total;
}

ALWAYS void divide(ralm_real *p, wide total, size_t n)
{
	OVER_TILES(total, PLUS);
	const wide inverse = 1 / total;
	for (size_t k = 0; k < n * TILE; k += LANES)
		store(p + k, load(p + k) * inverse);
}

/* Sets p of TILE samples, and their a unless it is NULL. */
ALWAYS void attend_tile(ralm_real *p, ralm_real *a, const ralm_real *const *S,
			const ralm_real *m, const ralm_real *const *q,
			size_t behind, size_t n, size_t width,
			struct ralm_soon *soon)
{
	const wide total = attend_seeds(p, a, S, m, q, behind, 0, n, width,
					soon, all(0));
	divide(p, total, n);
}

/* Seeds whose rows stay in the nearest cache while many targets are compared
 * with them; a multiple of LANES. */
enum { NEAR = 32, MOST = RALM_TARGETS_MOST };

ALWAYS size_t near_end(size_t begin, size_t n)
{
	return n - begin < NEAR ? n : begin + NEAR;
}

ALWAYS void attend_many(ralm_real *p, const ralm_real *const *S,
			const ralm_real *m, const ralm_real *const *target,
			size_t targets, size_t n, size_t width)
{
	const size_t group = group_size(n);
	wide total[MOST / TILE];
	for (size_t t = 0; t < targets; t += TILE)
		total[t / TILE] = all(0);
	for (size_t begin = 0; begin < n; begin += NEAR)
		for (size_t t = 0; t < targets; t += TILE)
			total[t / TILE] = attend_seeds(
				p + t / TILE * group, NULL, S, m, target + t,
				width, begin, near_end(begin, n), width, NULL,
				total[t / TILE]);
	for (size_t t = 0; t < targets; t += TILE)
		divide(p + t / TILE * group, total[t / TILE], n);
}

ALWAYS void attend(ralm_real *p, const ralm_real *const *S, const ralm_real *m,
		   const ralm_real *const *target, size_t targets, size_t n,
		   size_t width, struct ralm_soon *soon)
{
	if (targets == 1)
		attend_one(p, S, m, *target + width, n, width, soon);
	else if (targets > RALM_TARGETS_TOGETHER)
		attend_many(p, S, m, target, targets, n, width);
	else
		for (size_t t = 0; t < targets; t += TILE, p += group_size(n))
			attend_tile(p, NULL, S, m, target + t, width, n, width,
				    soon);
}

#endif
