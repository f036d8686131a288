/* The hot loops for any processor. */
#include "simd.h"

#define RALM_LAYERS ralm_layers_plain
#define RALM_UPDATE ralm_update_plain
#define RALM_SIMD_NAME "plain"
#include "layers_source.h"
#include "update_source.h"
