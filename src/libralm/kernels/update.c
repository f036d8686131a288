/* A number that is not finite is found by x * 0, which is NaN then. `omp simd` lets a
 * compiler vectorise a loop with a sum. */
#include "kernels/update.h"

#include "kernels/isa.h"

#include <math.h>

/* sqrt in the real type, so that the loops stay vectors. */
static inline ralm_real root(ralm_real x)
{
	return sizeof(ralm_real) == sizeof(float)
		       ? (ralm_real)sqrtf((float)x)
		       : (ralm_real)sqrt((double)x);
}

static bool sgd(ralm_real *x, const ralm_real *g, size_t n, ralm_real rate,
		ralm_real keep)
{
	ralm_real zero = 0;
#pragma omp simd reduction(+ : zero)
	for (size_t i = 0; i < n; i++) {
		x[i] = x[i] * keep - rate * g[i];
		zero += x[i] * 0;
	}
	return zero == 0;
}

static bool adagrad(ralm_real *x, ralm_real *G, const ralm_real *g, size_t n,
		    ralm_real rate, ralm_real keep)
{
	const ralm_real eps = (ralm_real)1e-10;
	ralm_real zero = 0;
#pragma omp simd reduction(+ : zero)
	for (size_t i = 0; i < n; i++) {
		G[i] += g[i] * g[i];
		x[i] = x[i] * keep - rate * g[i] / (root(G[i]) + eps);
		zero += x[i] * 0 + G[i] * 0;
	}
	return zero == 0;
}

static bool rowwise_adagrad(ralm_real *x, ralm_real *G, const ralm_real *g,
			    size_t n, ralm_real rate, ralm_real keep)
{
	ralm_real sum = 0;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += g[i] * g[i];
	*G += sum / (ralm_real)n;
	rate /= root(*G) + (ralm_real)1e-10;
	return sgd(x, g, n, rate, keep) && *G * 0 == 0;
}

static bool adam(ralm_real *x, ralm_real *m, ralm_real *v, const ralm_real *g,
		 size_t n, ralm_real rate, ralm_real keep)
{
	const ralm_real b1 = (ralm_real)RALM_ADAM_B1;
	const ralm_real b2 = (ralm_real)RALM_ADAM_B2;
	const ralm_real c1 = (ralm_real)(1 - RALM_ADAM_B1);
	const ralm_real c2 = (ralm_real)(1 - RALM_ADAM_B2);
	const ralm_real eps = (ralm_real)1e-8;
	ralm_real zero = 0;
#pragma omp simd reduction(+ : zero)
	for (size_t i = 0; i < n; i++) {
		m[i] = b1 * m[i] + c1 * g[i];
		v[i] = b2 * v[i] + c2 * g[i] * g[i];
		x[i] = x[i] * keep - rate * m[i] / (root(v[i]) + eps);
		zero += x[i] * 0 + v[i] * 0; /* x shows whether m is finite */
	}
	return zero == 0;
}

static bool finite_all(const ralm_real *x, size_t n)
{
	ralm_real zero = 0;
#pragma omp simd reduction(+ : zero)
	for (size_t i = 0; i < n; i++)
		zero += x[i] * 0;
	return zero == 0;
}

const struct ralm_update RALM_ISA_NAME(ralm_update) = {
	.sgd = sgd,
	.adagrad = adagrad,
	.rowwise_adagrad = rowwise_adagrad,
	.adam = adam,
	.finite = finite_all,
};
