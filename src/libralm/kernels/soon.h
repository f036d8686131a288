/* Rows that are wanted soon: a caller who knows what comes next names them, and
 * kernels that work long ask for one now and then. Memory answers at its own
 * pace; a processor that asks for many rows at once waits with everything else
 * (tests/bench/README.md has what this is worth). */
#ifndef RALM_KERNELS_SOON_H
#define RALM_KERNELS_SOON_H

#include <stddef.h>

#include "kernels/real.h"

/* Parts of rows not yet asked for, in the order in which they will be used. */
struct ralm_soon {
	const ralm_real **next, **end;
};

/* Starts loading the next part, if there is one. */
static inline void ralm_soon_ask(struct ralm_soon *soon, size_t part)
{
	if (soon->next == soon->end)
		return;
	for (size_t h = 0; h < part; h += 16)
		__builtin_prefetch(*soon->next + h, 0, 2);
	soon->next++;
}

#endif
