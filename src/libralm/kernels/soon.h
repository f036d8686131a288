/* Rows that are needed soon: a caller that knows what comes next lists them,
 * and long kernels prefetch one now and then. A processor that prefetches many
 * rows at once stalls everything else (tests/bench/README.md: "What pays for
 * its lines"). */
#ifndef RALM_KERNELS_SOON_H
#define RALM_KERNELS_SOON_H

#include <stddef.h>

#include "kernels/real.h"

/* Parts of rows not yet prefetched, in the order of use. */
struct ralm_soon {
	const ralm_real **next, **end;
};

/* Prefetches the next part, if there is one. */
static inline void ralm_soon_ask(struct ralm_soon *soon, size_t part)
{
	if (soon->next == soon->end)
		return;
	for (size_t h = 0; h < part; h += 16)
		__builtin_prefetch(*soon->next + h, 0, 2);
	soon->next++;
}

#endif
