#include "formats/user_id.h"

#include "ground/numbers.h"

#include <xxhash.h>

static const uint64_t hashed = UINT64_C(1) << 63;

uint64_t ralm_user_key(const char *id, size_t length, uint64_t hash_seed)
{
	uint64_t key;
	bool canonical = id[0] != '0' || length == 1;
	if (canonical && ralm_parse_u64(&key, id, length, hashed - 1))
		return key;
	return XXH3_64bits_withSeed(id, length, hash_seed) | hashed;
}
