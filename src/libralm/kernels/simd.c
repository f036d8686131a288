#include "kernels/simd.h"

#if RALM_SIMD_X86
static const struct ralm_layers *const layer_sets[] = {
	&ralm_layers_plain, &ralm_layers_avx2, &ralm_layers_avx512};
static const struct ralm_update *const update_sets[] = {
	&ralm_update_plain, &ralm_update_avx2, &ralm_update_avx512};

static bool runs(enum ralm_simd set)
{
	switch (set) {
	case RALM_SIMD_AVX512:
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512bw") &&
		       __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl");
	case RALM_SIMD_AVX2:
		return __builtin_cpu_supports("avx2") &&
		       __builtin_cpu_supports("fma");
	case RALM_SIMD_PLAIN:
		break;
	}
	return true;
}
#else
static const struct ralm_layers *const layer_sets[] = {&ralm_layers_plain};
static const struct ralm_update *const update_sets[] = {&ralm_update_plain};

static bool runs(enum ralm_simd set)
{
	return set == RALM_SIMD_PLAIN;
}
#endif

enum ralm_simd ralm_simd_best(void)
{
	enum ralm_simd set = RALM_SIMD_AVX512;
	while (!runs(set))
		set--;
	return set;
}

const struct ralm_layers *ralm_layers(void)
{
	return layer_sets[ralm_simd_best()];
}

const struct ralm_update *ralm_update(void)
{
	return update_sets[ralm_simd_best()];
}

const struct ralm_layers *ralm_layers_named(const char *name)
{
	for (size_t i = 0; i < sizeof layer_sets / sizeof *layer_sets; i++)
		if (!strcmp(layer_sets[i]->name, name))
			return runs((enum ralm_simd)i) ? layer_sets[i] : NULL;
	return NULL;
}
