/* exp and tanh of vectors, the only ones of the kernels: in place of glibc's libmvec
 * (tests/bench/vector-maths.sh compares them), so that they are there on every
 * system and give the same bits whatever libm is installed. In double (the
 * gradient check) libm is used. NaN stays NaN. */
#ifndef RALM_KERNELS_EXP_TANH_H
#define RALM_KERNELS_EXP_TANH_H

#include <math.h>

#include "kernels/vectors.h"

/* exp x = scale (1 + p) of floats x in [-87, 88]: x = k ln 2 + r, |r| <= (ln 2) / 2,
 * scale = 2^k, and p = exp(r) - 1 by the polynomial of the smallest relative error of
 * exp(r), 3e-9. */
ALWAYS void exp_parts(wide *scale, wide *p, wide x)
{
	/* Adding 1.5 * 2^23 rounds to an integer, held in the lowest bits; plus
	 * 127 it is the exponent of 2^k. */
	const float shift = 12582912.0f + 127;
	wide bits = x * 1.44269504f + shift;
	wide k = bits - shift;
	wide r = x - k * 0.693359375f; /* ln 2 in two parts */
	r = r - k * -2.12194440e-4f;
	wide s = r * 1.38145985e-3f + 8.36871688e-3f;
	s = s * r + 4.1668388e-2f;
	s = s * r + 1.66665206e-1f;
	s = s * r + 4.99999934e-1f;
	s = s * r + 1;
	*scale = (wide)((whole)bits << 23);
	*p = s * r;
}

/* exp(x) for x <= 88; below -87, exp(-87). */
ALWAYS wide exp_of(wide x)
{
	if (sizeof(ralm_real) == sizeof(double)) {
		for (int i = 0; i < LANES; i++)
			x[i] = (ralm_real)exp((double)x[i]);
		return x;
	}
	wide scale, p;
	exp_parts(&scale, &p, larger(all(-87), x));
	return scale + scale * p;
}

/* The same for x in [-1, 1]. */
ALWAYS wide exp_of_little(wide x)
{
	if (sizeof(ralm_real) == sizeof(double))
		return exp_of(x);
	wide scale, p;
	exp_parts(&scale, &p, x);
	return scale + scale * p;
}

/* tanh x = (e - 1) / (e + 1), e = exp(2x), through exp(2x) - 1, which keeps the
 * relative precision of small x. Beyond 10 a float's tanh is 1. */
ALWAYS wide tanh_of(wide x)
{
	if (sizeof(ralm_real) == sizeof(double)) {
		for (int i = 0; i < LANES; i++)
			x[i] = (ralm_real)tanh((double)x[i]);
		return x;
	}
	wide scale, p;
	x = smaller(all(10), larger(all(-10), x));
	exp_parts(&scale, &p, x + x);
	wide e1 = scale * p + (scale - 1);
	return e1 / (e1 + 2);
}

#endif
