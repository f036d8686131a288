#include "ground/permutation.h"

void ralm_permutation_init(struct ralm_permutation *permutation, uint64_t size,
			   struct ralm_rng *rng)
{
	int bits = 2; /* each half has at least one */
	while (bits < 64 && (UINT64_C(1) << bits) < size)
		bits++;
	permutation->size = size;
	permutation->low_bits = bits / 2;
	permutation->high_bits = bits - bits / 2;
	for (int i = 0; i < RALM_PERMUTATION_ROUNDS; i++)
		permutation->keys[i] = ralm_rng_next(rng);
}

static uint64_t below(uint64_t x, int bits)
{
	return x & ((UINT64_C(1) << bits) - 1);
}

uint64_t ralm_permutation_at(const struct ralm_permutation *permutation,
			     uint64_t index)
{
	int low_bits = permutation->low_bits;
	int high_bits = permutation->high_bits;
	do {
		uint64_t low = below(index, low_bits);
		uint64_t high = index >> low_bits;
		for (int i = 0; i < RALM_PERMUTATION_ROUNDS; i += 2) {
			const uint64_t *key = permutation->keys + i;
			high ^= below(ralm_mix64(low + key[0]), high_bits);
			low ^= below(ralm_mix64(high + key[1]), low_bits);
		}
		index = high << low_bits | low;
	} while (index >= permutation->size);
	return index;
}
