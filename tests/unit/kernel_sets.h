/* Every set of kernels, for their tests: those of the instruction sets that this
 * processor runs; and of wider vectors, which few processors have, made of narrow
 * ones (Makefile.am). */
#ifndef RALM_TESTS_KERNEL_SETS_H
#define RALM_TESTS_KERNEL_SETS_H

#include "check.h"

#include "libralm/kernels/kernels.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DECLARE(isa)                                                     \
	extern const struct ralm_row_kernels ralm_row_kernels_##isa;     \
	extern const struct ralm_list_kernels ralm_list_kernels_##isa;   \
	extern const struct ralm_sample_kernels ralm_sample_kernels_##isa; \
	extern const struct ralm_update ralm_update_##isa
DECLARE(of8);
DECLARE(of16);
static const struct ralm_kernels made_sets[] = {
	{"of 8", &ralm_row_kernels_of8, &ralm_list_kernels_of8,
	 &ralm_sample_kernels_of8, &ralm_update_of8},
	{"of 16", &ralm_row_kernels_of16, &ralm_list_kernels_of16,
	 &ralm_sample_kernels_of16, &ralm_update_of16},
};

static inline void each_set(void (*test)(const struct ralm_kernels *))
{
	static const char *const sets[] = {"plain", "avx2", "avx512"};
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		const struct ralm_kernels *kernels = ralm_kernels_named(sets[i]);
		if (kernels == NULL)
			check(true, "# SKIP this processor has no %s", sets[i]);
		else
			test(kernels);
	}
	for (size_t i = 0; i < sizeof made_sets / sizeof *made_sets; i++)
		test(&made_sets[i]);
}

/* In [-1, 1), the same ones every time. */
static inline double random_number(void)
{
	static uint64_t state = 1;
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(state >> 40) / (1 << 23) - 1;
}

/* How far y is from `want`, in units of the last place of that. */
static inline double units(float y, double want)
{
	float near = fabsf((float)want);
	return fabs((double)y - want) / (double)(nextafterf(near, 1e30f) - near);
}

#endif
