/* A radix sort, in place, and integer keys in the order of floating-point
 * numbers. */
#ifndef RALM_GROUND_RADIX_SORT_H
#define RALM_GROUND_RADIX_SORT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ground/threads.h"

/* The key of a number: -inf < finite < +inf, and -0 has the key of +0. A NaN
 * has no place in the order; the caller keeps it out. */
static inline uint64_t ralm_real_key(double number)
{
	uint64_t bits;
	number += 0.0; /* -0 + 0 is +0 */
	memcpy(&bits, &number, sizeof bits);
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* The number a key was made from; +0 for -0. */
static inline double ralm_key_real(uint64_t key)
{
	uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
	double number;
	memcpy(&number, &bits, sizeof number);
	return number;
}

/* Sorts `count` records of `words` (1 to 3) 64-bit words each, ascending,
 * first word first. In place, but for less than 64 KB of stack. Records that are
 * equal in every word cannot be told apart, so the result depends on the input
 * as a set alone, whatever the number of threads (NULL: the caller alone). */
void ralm_words_sort(uint64_t *records, size_t count, int words,
		     struct ralm_threads *threads);

#endif
