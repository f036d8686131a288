/* A random order of [0, size) that takes no memory: a keyed bijection (a
 * Feistel network that walks until it is back in range), so that a hundred
 * million things can be visited in random order without an array of them. */
#ifndef RALM_GROUND_PERMUTATION_H
#define RALM_GROUND_PERMUTATION_H

#include <stdint.h>

#include "ground/rng.h"

enum { RALM_PERMUTATION_ROUNDS = 6 };

struct ralm_permutation {
	uint64_t size;
	int low_bits, high_bits; /* of the network's domain, >= size */
	uint64_t keys[RALM_PERMUTATION_ROUNDS];
};

/* The order is drawn from rng. size may be 0; then no place may be asked for. */
void ralm_permutation_init(struct ralm_permutation *permutation, uint64_t size,
			   struct ralm_rng *rng);

/* What stands at place `index`, index < size. Different for each index. */
uint64_t ralm_permutation_at(const struct ralm_permutation *permutation,
			     uint64_t index);

#endif
