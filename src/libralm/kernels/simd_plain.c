/* The hot loops for any processor. */
#include "kernels/simd.h"

#define RALM_LAYERS ralm_layers_plain
#define RALM_UPDATE ralm_update_plain
#define RALM_SIMD_NAME "plain"
#include "kernels/layers_source.h"
#include "kernels/update_source.h"
