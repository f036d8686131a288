/* From 64-bit keys to numbers: an open-addressing table of 32-bit numbers over
 * an array of keys that its user owns; keys[i] is the key of number i. Several
 * numbers may have one key. The same keys make the same table, which may be
 * written to a file and searched in the mapped file. */
#ifndef RALM_GROUND_INDEX_H
#define RALM_GROUND_INDEX_H

#include <stddef.h>

#include "ground/error.h"
#include "ground/rng.h"

#define RALM_INDEX_NONE UINT32_MAX

enum { RALM_INDEX_LEAST = 16 }; /* slots */

struct ralm_index {
	uint32_t *slots; /* (size) numbers; RALM_INDEX_NONE: free */
	size_t size;     /* a power of two, at least 3/2 of the numbers; or 0 */
};

/* The slot where the search for a key begins; it goes on slot by slot. */
static inline size_t ralm_index_home(const struct ralm_index *index,
				     uint64_t key)
{
	return (size_t)ralm_mix64(key) & (index->size - 1);
}

/* The next number from *slot on that has the key, and *slot behind it; or
 * RALM_INDEX_NONE. Ends after at most size slots and looks at no key from
 * `count` on, whatever a hostile table holds. */
static inline uint32_t ralm_index_next(size_t *slot,
				       const struct ralm_index *index,
				       const uint64_t *keys, size_t count,
				       uint64_t key)
{
	for (size_t probes = 0; probes < index->size; probes++) {
		uint32_t number = index->slots[*slot];
		if (number == RALM_INDEX_NONE)
			break;
		*slot = (*slot + 1) & (index->size - 1);
		if (number < count && keys[number] == key)
			return number;
	}
	return RALM_INDEX_NONE;
}

/* The first number that has the key, or RALM_INDEX_NONE. */
static inline uint32_t ralm_index_find(const struct ralm_index *index,
				       const uint64_t *keys, size_t count,
				       uint64_t key)
{
	size_t slot = ralm_index_home(index, key);
	return ralm_index_next(&slot, index, keys, count, key);
}

/* Makes room for number `count`; the keys below it are in the table. The table
 * grows where it must. */
int ralm_index_reserve(struct ralm_index *index, const uint64_t *keys,
		       size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* Puts a number into the table; there is room for it. */
static inline void ralm_index_put(struct ralm_index *index, uint64_t key,
				  uint32_t number)
{
	size_t slot = ralm_index_home(index, key);
	while (index->slots[slot] != RALM_INDEX_NONE)
		slot = (slot + 1) & (index->size - 1);
	index->slots[slot] = number;
}

/* The size of a table of `count` numbers, and such a table in slots (size): the
 * one that reserving and putting them one after the other makes. */
size_t ralm_index_size(size_t count);
void ralm_index_fill(struct ralm_index *index, const uint64_t *keys,
		     size_t count);

/* Frees the slots; the index is empty. */
void ralm_index_release(struct ralm_index *index);

#endif
