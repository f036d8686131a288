/* Random numbers that are the same everywhere: xoshiro256** (Blackman and
 * Vigna) started by splitmix64 from (rng_seed, stream). Streams keep uses
 * apart: what one part draws never shifts what another part sees. */
#ifndef RALM_GROUND_RNG_H
#define RALM_GROUND_RNG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ralm_rng {
	uint64_t state[4];
};

/* The 64-bit finaliser of splitmix64: a bijection that scatters bits. */
static inline uint64_t ralm_mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* splitmix64: a state made of two numbers, and the next random number of a state. */
#define RALM_GOLDEN UINT64_C(0x9e3779b97f4a7c15) /* 2^64 over the golden ratio */
static inline uint64_t ralm_splitmix_start(uint64_t a, uint64_t b)
{
	return ralm_mix64(a + RALM_GOLDEN) ^ ralm_mix64(b + 2 * RALM_GOLDEN);
}

static inline uint64_t ralm_splitmix_next(uint64_t *state)
{
	return ralm_mix64(*state += RALM_GOLDEN);
}

void ralm_rng_init(struct ralm_rng *rng, uint64_t rng_seed, uint64_t stream);
uint64_t ralm_rng_next(struct ralm_rng *rng);

/* Uniform in [0, bound), bound > 0, without bias (Lemire). */
uint64_t ralm_rng_below(struct ralm_rng *rng, uint64_t bound);

/* Uniform in [0, 1), 53 bits. */
double ralm_rng_uniform(struct ralm_rng *rng);

/* Puts `count` elements of `size` (at most 64) bytes each into random order
 * (Fisher and Yates); as fast as written out where size is a constant. */
static inline void ralm_rng_shuffle(void *elements, size_t count, size_t size,
				    struct ralm_rng *rng)
{
	char moved[64], *at = elements;
	for (size_t i = count; i-- > 1;) {
		char *other = at + ralm_rng_below(rng, i + 1) * size;
		memcpy(moved, at + i * size, size);
		memcpy(at + i * size, other, size);
		memcpy(other, moved, size);
	}
}

/* order (count) = a random order of 0, 1, ... count - 1; the same algorithm, from the
 * front. */
void ralm_rng_order(uint32_t *order, size_t count, struct ralm_rng *rng);

/* Draws `wanted` of `count` numbers without repetition and brings them to the front:
 * the first `wanted` steps of Fisher and Yates. */
void ralm_rng_choose(uint32_t *numbers, size_t wanted, size_t count,
		     struct ralm_rng *rng);

#endif
