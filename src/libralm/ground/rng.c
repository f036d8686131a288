#include "ground/rng.h"

void ralm_rng_init(struct ralm_rng *rng, uint64_t rng_seed, uint64_t stream)
{
	uint64_t x = ralm_splitmix_start(rng_seed, stream);
	for (int i = 0; i < 4; i++)
		rng->state[i] = ralm_splitmix_next(&x);
}

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t ralm_rng_next(struct ralm_rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t ralm_rng_below(struct ralm_rng *rng, uint64_t bound)
{
	unsigned __int128 m = (unsigned __int128)ralm_rng_next(rng) * bound;
	if ((uint64_t)m < bound) {
		uint64_t threshold = -bound % bound;
		while ((uint64_t)m < threshold)
			m = (unsigned __int128)ralm_rng_next(rng) * bound;
	}
	return (uint64_t)(m >> 64);
}

double ralm_rng_uniform(struct ralm_rng *rng)
{
	return (double)(ralm_rng_next(rng) >> 11) * 0x1p-53;
}

void ralm_rng_order(uint32_t *order, size_t count, struct ralm_rng *rng)
{
	for (size_t i = 0; i < count; i++) {
		size_t j = ralm_rng_below(rng, i + 1);
		order[i] = order[j];
		order[j] = (uint32_t)i;
	}
}

void ralm_rng_choose(uint32_t *numbers, size_t wanted, size_t count,
		     struct ralm_rng *rng)
{
	for (size_t i = 0; i < wanted; i++) {
		size_t j = i + ralm_rng_below(rng, count - i);
		uint32_t swap = numbers[i];
		numbers[i] = numbers[j];
		numbers[j] = swap;
	}
}
