/* User ids as text and as 64-bit keys (ralm-samples(5)). A decimal integer
 * without leading zeros below 2^63 is its own key; any other id is hashed
 * (XXH3, 64 bits, started by hash_seed) and the top bit is set. */
#ifndef RALM_FORMATS_USER_ID_H
#define RALM_FORMATS_USER_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* id: length > 0 bytes, no white space. Never fails. */
uint64_t ralm_user_key(const char *id, size_t length, uint64_t hash_seed);

/* Whether the key was made of an id that is no such integer: the id cannot be
 * recovered from it. */
static inline bool ralm_key_is_hashed(uint64_t key)
{
	return key >> 63;
}

#endif
