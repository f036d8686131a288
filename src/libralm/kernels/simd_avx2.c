/* The hot loops for x86-64 processors with AVX2 and FMA. */
#include "kernels/simd.h"

#if RALM_SIMD_X86
RALM_TARGET_BEGIN("avx2,fma")
#define RALM_LAYERS ralm_layers_avx2
#define RALM_UPDATE ralm_update_avx2
#define RALM_SIMD_NAME "avx2"
#include "kernels/layers_source.h"
#include "kernels/update_source.h"
RALM_TARGET_END
#endif
