/* The hot loops for x86-64 processors with AVX-512. */
#include "kernels/simd.h"

#if RALM_SIMD_X86
RALM_TARGET_BEGIN("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#define RALM_LAYERS ralm_layers_avx512
#define RALM_UPDATE ralm_update_avx512
#define RALM_SIMD_NAME "avx512"
#include "kernels/layers_source.h"
#include "kernels/update_source.h"
RALM_TARGET_END
#endif
