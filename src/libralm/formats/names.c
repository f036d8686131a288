#include "formats/names.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void ralm_names_release(struct ralm_names *names)
{
	free(names->text);
	free(names->ends);
	free(names->hashes);
	ralm_index_release(&names->index);
	memset(names, 0, sizeof *names);
}

static uint32_t find(const struct ralm_names *names, uint64_t hash,
		     const char *name, size_t length)
{
	if (names->count == 0)
		return RALM_INDEX_NONE;
	size_t slot = ralm_index_home(&names->index, hash), its_length;
	uint32_t i;
	while ((i = ralm_index_next(&slot, &names->index, names->hashes,
				    names->count, hash)) != RALM_INDEX_NONE) {
		const char *text = ralm_names_text(names, i, &its_length);
		if (its_length == length && memcmp(text, name, length) == 0)
			break;
	}
	return i;
}

uint32_t ralm_names_find(const struct ralm_names *names, const char *name,
			 size_t length)
{
	return find(names, XXH3_64bits(name, length), name, length);
}

int ralm_names_add(uint32_t *number, struct ralm_names *names, const char *name,
		   size_t length, struct ralm_error *err)
{
	const uint64_t hash = XXH3_64bits(name, length);
	const size_t n = names->count, begin = n > 0 ? names->ends[n - 1] : 0;
	*number = find(names, hash, name, length);
	if (*number != RALM_INDEX_NONE)
		return 0;
	if (RALM_RESERVE(names->text, names->text_room, begin + length,
			 err) != 0 ||
	    RALM_RESERVE(names->ends, names->end_room, n + 1, err) != 0 ||
	    RALM_RESERVE(names->hashes, names->hash_room, n + 1, err) != 0 ||
	    ralm_index_reserve(&names->index, names->hashes, n, err) != 0)
		return -1;
	memcpy(names->text + begin, name, length);
	names->ends[n] = begin + length;
	names->hashes[n] = hash;
	*number = (uint32_t)names->count++;
	ralm_index_put(&names->index, hash, *number);
	return 1;
}
