#include "ground/index.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* Slots of which at least a third are free. */
static size_t slots_for(size_t count)
{
	return count + count / 2 + count % 2;
}

size_t ralm_index_size(size_t count)
{
	size_t size = RALM_INDEX_LEAST;
	while (size < slots_for(count))
		size *= 2;
	return size;
}

void ralm_index_fill(struct ralm_index *index, const uint64_t *keys,
		     size_t count)
{
	memset(index->slots, 0xff, index->size * sizeof *index->slots);
	for (size_t i = 0; i < count; i++)
		ralm_index_put(index, keys[i], (uint32_t)i);
}

int ralm_index_reserve(struct ralm_index *index, const uint64_t *keys,
		       size_t count, struct ralm_error *err)
{
	if (index->size >= slots_for(count + 1) && index->size > 0)
		return 0;
	struct ralm_index larger = {.size = ralm_index_size(count + 1)};
	larger.slots = ralm_aligned_new(larger.size, sizeof *larger.slots, err);
	if (larger.slots == NULL)
		return -1;
	ralm_index_fill(&larger, keys, count);
	free(index->slots);
	*index = larger;
	return 0;
}

void ralm_index_release(struct ralm_index *index)
{
	free(index->slots);
	*index = (struct ralm_index){NULL, 0};
}
