/* The kernels of scoring, once. Included by scoring_plain.c, scoring_avx2.c and
 * scoring_avx512.c, each for its instruction set; everything here and in the
 * parts is static but the table at the end.
 *
 * Every sum has an order that depends on the shapes alone, never on what else is
 * computed, so that a score has the same bits in whatever batch it is. */
#include "kernels/scoring.h"

#include <stdint.h>
#include <string.h>

#include "kernels/scoring_vectors.h"

/* Vectors that lie side by side in a row and are worked on together. */
enum { COLUMNS_MOST = 6, TIMES_COLUMNS = RALM_SCORING_WIDE == 16 ? 6 : 2 };

#include "kernels/scoring_users.h"

#include "kernels/scoring_products.h"

#include "kernels/scoring_lists.h"

#include "kernels/scoring_samples.h"

const struct ralm_scoring RALM_SCORING = {
	.name = RALM_SIMD_NAME,
	.seed_rows = seed_rows,
	.target_rows = target_rows,
	.list_weights = list_weights,
	.attention = attention,
	.cosines = cosines,
};
