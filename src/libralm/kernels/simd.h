/* The hot loops are written once (layers_source.h, update_source.h,
 * scoring_source.h) and compiled for several instruction sets (simd_plain.c,
 * simd_avx2.c, simd_avx512.c and scoring_*.c). This header says which sets the
 * build holds and how a file is compiled for one. Internal to those files,
 * layers.c and update.c. */
#ifndef RALM_MODEL_SIMD_H
#define RALM_MODEL_SIMD_H

#include "kernels/layers.h"
#include "kernels/scoring.h"
#include "kernels/update.h"

/* The check-only build in double has the plain set alone. */
#if defined __x86_64__ && defined __GNUC__ && !defined RALM_PLAIN_ONLY
#define RALM_SIMD_X86 1
#else
#define RALM_SIMD_X86 0
#endif

/* System headers come before the target changes: their inline functions must
 * not be compiled for it. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define RALM_PRAGMA(text) _Pragma(#text)
#if defined __clang__
#define RALM_TARGET_BEGIN(features) \
	RALM_PRAGMA(clang attribute push(__attribute__((target(features))), \
					 apply_to = function))
#define RALM_TARGET_END RALM_PRAGMA(clang attribute pop)
#else
#define RALM_TARGET_BEGIN(features) \
	RALM_PRAGMA(GCC push_options) RALM_PRAGMA(GCC target(features))
#define RALM_TARGET_END RALM_PRAGMA(GCC pop_options)
#endif

enum ralm_simd { RALM_SIMD_PLAIN, RALM_SIMD_AVX2, RALM_SIMD_AVX512 };

/* The best set this processor runs. */
enum ralm_simd ralm_simd_best(void);

extern const struct ralm_layers ralm_layers_plain;
extern const struct ralm_update ralm_update_plain;
extern const struct ralm_scoring ralm_scoring_plain;
#if RALM_SIMD_X86
extern const struct ralm_layers ralm_layers_avx2, ralm_layers_avx512;
extern const struct ralm_update ralm_update_avx2, ralm_update_avx512;
extern const struct ralm_scoring ralm_scoring_avx2, ralm_scoring_avx512;
#endif

#endif
