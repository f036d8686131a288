/* The kernels of scoring for x86-64 processors with AVX-512. */
#include "kernels/simd.h"

#if RALM_SIMD_X86
#include <immintrin.h>

RALM_TARGET_BEGIN("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#define RALM_SCORING ralm_scoring_avx512
#define RALM_SCORING_WIDE 16
#define RALM_SCORING_TILE 4
#define RALM_SCORING_LARGER(a, b) _mm512_max_ps(a, b)
/* p's four floats in each quarter: one load, which GCC 12 does not see. */
#define RALM_SCORING_QUARTERS(p) _mm512_broadcast_f32x4(_mm_load_ps(p))
#define RALM_SIMD_NAME "avx512"
#include "kernels/scoring_source.h"
RALM_TARGET_END
#endif
