#include "kernels/simd.h"

static const struct ralm_scoring *const sets[] = {
	&ralm_scoring_plain,
#if RALM_SIMD_X86
	&ralm_scoring_avx2,
	&ralm_scoring_avx512,
#endif
};

const struct ralm_scoring *ralm_scoring(void)
{
	return sets[ralm_simd_best()];
}

const struct ralm_scoring *ralm_scoring_named(const char *name)
{
	for (int i = 0; i <= (int)ralm_simd_best(); i++)
		if (strcmp(sets[i]->name, name) == 0)
			return sets[i];
	return NULL;
}
