#include "metrics/group_stretches.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

void ralm_stretches_release(struct ralm_stretches *stretches)
{
	free(stretches->bytes);
	free(stretches->lists);
	memset(stretches, 0, sizeof *stretches);
}

/* ---- packing ------------------------------------------------------------- */

enum { NUMBER_MOST = 10 }; /* bytes of a packed number */

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static size_t pack(uint8_t *to, uint64_t number)
{
	size_t length = 0;
	for (; number >= 128; number >>= 7)
		to[length++] = (uint8_t)(number | 128);
	to[length++] = (uint8_t)number;
	return length;
}

static uint64_t unpack(const uint8_t **from)
{
	uint64_t number = 0, byte = 128;
	for (int shift = 0; byte & 128; shift += 7) {
		byte = *(*from)++;
		number |= (byte & 127) << shift;
	}
	return number;
}

static size_t part_of(uint64_t group)
{
	return (size_t)(group >> (64 - RALM_GROUP_PART_BITS));
}

static uint64_t first_of(size_t part)
{
	return (uint64_t)part << (64 - RALM_GROUP_PART_BITS);
}

static int add_stretch(struct ralm_stretches *stretches, uint64_t difference,
		       size_t count, struct ralm_error *err)
{
	if (ralm_array_reserve(&stretches->bytes, &stretches->capacity,
			       stretches->used + 2 * NUMBER_MOST, 1, err) != 0)
		return -1;
	uint8_t *to = stretches->bytes + stretches->used;
	size_t length = pack(to, difference);
	length += pack(to + length, count);
	stretches->used += length;
	return 0;
}

int ralm_stretches_add(struct ralm_stretches *stretches,
		       const uint64_t *records, size_t words, size_t count,
		       size_t first, struct ralm_error *err)
{
	if (count == 0)
		return 0;
	if (ralm_array_reserve(&stretches->lists, &stretches->list_capacity,
			       stretches->count + 1, sizeof *stretches->lists,
			       err) != 0)
		return -1;
	struct ralm_stretch_list *list = &stretches->lists[stretches->count];
	size_t part = 0, begin = 0, end;
	uint64_t before = 0;
	list->byte[0] = stretches->used;
	list->record[0] = first;
	for (; begin < count; begin = end) {
		uint64_t group = records[begin * words];
		for (end = begin + 1;
		     end < count && records[end * words] == group; end++)
			;
		for (; part < part_of(group); before = first_of(part)) {
			list->byte[++part] = stretches->used;
			list->record[part] = first + begin;
		}
		if (add_stretch(stretches, group - before, end - begin, err) != 0)
			return -1;
		before = group;
	}
	while (part < RALM_GROUP_PARTS) {
		list->byte[++part] = stretches->used;
		list->record[part] = first + count;
	}
	stretches->count++;
	return 0;
}

/* ---- merging ------------------------------------------------------------- */

/* The next stretch of a list; false: it has ended. */
static bool advance(struct ralm_stretch_cursor *cursor)
{
	if (cursor->at == cursor->end)
		return false;
	cursor->group += unpack(&cursor->at);
	cursor->begin += cursor->count;
	cursor->count = (size_t)unpack(&cursor->at);
	return true;
}

/* Lets the i-th sink to where none below it is lower. */
static void sink(struct ralm_stretch_merge *merge, size_t i)
{
	struct ralm_stretch_cursor *heap = merge->heap, moved = heap[i];
	for (size_t child; (child = 2 * i + 1) < merge->count; i = child) {
		if (child + 1 < merge->count &&
		    heap[child + 1].group < heap[child].group)
			child++;
		if (heap[child].group >= moved.group)
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

int ralm_stretch_merge_init(struct ralm_stretch_merge *merge,
			    const struct ralm_stretches *stretches,
			    size_t part, struct ralm_error *err)
{
	merge->count = 0;
	merge->heap = ralm_aligned_new(stretches->count, sizeof *merge->heap,
				       err);
	if (merge->heap == NULL)
		return -1;
	for (size_t i = 0; i < stretches->count; i++) {
		const struct ralm_stretch_list *list = &stretches->lists[i];
		struct ralm_stretch_cursor cursor = {
			.at = stretches->bytes + list->byte[part],
			.end = stretches->bytes + list->byte[part + 1],
			.group = first_of(part),
			.begin = list->record[part],
		};
		if (advance(&cursor))
			merge->heap[merge->count++] = cursor;
	}
	for (size_t i = merge->count / 2; i-- > 0;)
		sink(merge, i);
	return 0;
}

void ralm_stretch_merge_release(struct ralm_stretch_merge *merge)
{
	free(merge->heap);
	memset(merge, 0, sizeof *merge);
}

bool ralm_stretch_merge_group(uint64_t *group,
			      const struct ralm_stretch_merge *merge)
{
	if (merge->count == 0)
		return false;
	*group = merge->heap[0].group;
	return true;
}

bool ralm_stretch_merge_next(size_t *begin, size_t *count,
			     struct ralm_stretch_merge *merge, uint64_t group)
{
	struct ralm_stretch_cursor *first = merge->heap;
	if (merge->count == 0 || first->group != group)
		return false;
	*begin = first->begin;
	*count = first->count;
	if (!advance(first))
		*first = merge->heap[--merge->count];
	if (merge->count > 0)
		sink(merge, 0);
	return true;
}
