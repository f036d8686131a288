/* The kernels of scoring for x86-64 processors with AVX2 and FMA. */
#include "kernels/simd.h"

#if RALM_SIMD_X86
#include <immintrin.h>

RALM_TARGET_BEGIN("avx2,fma")
#define RALM_SCORING ralm_scoring_avx2
#define RALM_SCORING_WIDE 8
#define RALM_SCORING_TILE 2
#define RALM_SCORING_LARGER(a, b) _mm256_max_ps(a, b)
#define RALM_SIMD_NAME "avx2"
#include "kernels/scoring_source.h"
RALM_TARGET_END
#endif
