/* Draws from a fixed distribution in constant time (Walker's alias method,
 * tables built as Vose does). */
#ifndef RALM_GROUND_ALIAS_H
#define RALM_GROUND_ALIAS_H

#include "ground/error.h"
#include "ground/rng.h"

struct ralm_alias_cell;
struct ralm_alias {
	size_t count;
	struct ralm_alias_cell *cells;
};

/* Weights are finite and >= 0, at least one is > 0, and there are fewer than
 * 2^32. A weight of 0 is never drawn. */
int ralm_alias_init(struct ralm_alias *alias, const double *weights,
		    size_t count, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_alias_release(struct ralm_alias *alias);

/* An index below count, in proportion to its weight (to 2^-32). */
uint32_t ralm_alias_draw(const struct ralm_alias *alias, struct ralm_rng *rng);

#endif
