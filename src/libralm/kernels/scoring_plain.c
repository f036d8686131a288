/* The kernels of scoring for any processor. */
#include "kernels/simd.h"

#define RALM_SCORING ralm_scoring_plain
#define RALM_SCORING_WIDE 4
#define RALM_SCORING_TILE 2
#define RALM_SIMD_NAME "plain"
#include "kernels/scoring_source.h"
