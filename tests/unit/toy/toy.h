/* The smallest network, for tests: no attention, no transform, two parameters.
 * All that the programs know of it stands in this folder.
 *
 *	v = Σ_i E[seed_i] ∘ w      t = E[target] + b      cosine  cos(v, t)
 */
#ifndef RALM_TESTS_TOY_H
#define RALM_TESTS_TOY_H

#include "networks/network.h"

/* Its parameters, in the order of its specs; (D) each. */
enum { TOY_WEIGHT, TOY_SHIFT };

extern const struct ralm_network_kind toy;
extern const struct ralm_network_scoring toy_scoring;

#endif
