#include "kernels/kernels.h"

#include <stdbool.h>
#include <string.h>

/* The tables that the files of a set define (isa.h). */
#define DECLARE(isa)                                                     \
	extern const struct ralm_row_kernels ralm_row_kernels_##isa;     \
	extern const struct ralm_list_kernels ralm_list_kernels_##isa;   \
	extern const struct ralm_sample_kernels ralm_sample_kernels_##isa; \
	extern const struct ralm_update ralm_update_##isa
#define SET(isa)                                                           \
	{                                                                  \
		#isa, &ralm_row_kernels_##isa, &ralm_list_kernels_##isa,   \
			&ralm_sample_kernels_##isa, &ralm_update_##isa     \
	}

DECLARE(plain);
#ifdef RALM_X86_KERNELS
DECLARE(avx2);
DECLARE(avx512);
#endif

/* From the one that every processor runs to the one that few do. */
static const struct ralm_kernels sets[] = {
	SET(plain),
#ifdef RALM_X86_KERNELS
	SET(avx2),
	SET(avx512),
#endif
};

static bool runs(size_t set)
{
#ifdef RALM_X86_KERNELS
	if (set == 2)
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512bw") &&
		       __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl") && runs(1);
	if (set == 1)
		return __builtin_cpu_supports("avx2") &&
		       __builtin_cpu_supports("fma");
#endif
	return set == 0;
}

const struct ralm_kernels *ralm_kernels(void)
{
	size_t set = sizeof sets / sizeof *sets - 1;
	while (!runs(set))
		set--;
	return &sets[set];
}

const struct ralm_kernels *ralm_kernels_named(const char *name)
{
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (strcmp(sets[i].name, name) == 0)
			return runs(i) ? &sets[i] : NULL;
	return NULL;
}
