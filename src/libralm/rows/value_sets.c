#include "rows/value_sets.h"

#include "ground/memory.h"
#include "ground/radix_sort.h"

#include <stdlib.h>
#include <string.h>

void ralm_value_sets_release(struct ralm_value_sets *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		free(sets->sets[i].value);
	free(sets->sets);
	free(sets->keys);
	ralm_index_release(&sets->index);
	memset(sets, 0, sizeof *sets);
}

uint32_t ralm_value_sets_find(const struct ralm_value_sets *sets, uint64_t key)
{
	if (sets->count == 0)
		return RALM_INDEX_NONE;
	return ralm_index_find(&sets->index, sets->keys, sets->count, key);
}

static int add_user(struct ralm_value_sets *sets, uint64_t key,
		    struct ralm_error *err)
{
	const size_t n = sets->count;
	if (n >= UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u users", UINT32_MAX - 1);
	if (RALM_RESERVE(sets->keys, sets->key_room, n + 1, err) != 0 ||
	    RALM_RESERVE(sets->sets, sets->set_room, n + 1, err) != 0 ||
	    ralm_index_reserve(&sets->index, sets->keys, n, err) != 0)
		return -1;
	sets->keys[n] = key;
	memset(&sets->sets[n], 0, sizeof sets->sets[n]);
	ralm_index_put(&sets->index, key, (uint32_t)n);
	sets->count++;
	return 0;
}

/* Sorts, and leaves out values that are there already. Returns how many stay. */
static size_t sort(uint64_t *value, size_t count)
{
	size_t n = 0;
	bool sorted = true;
	for (size_t i = 1; i < count; i++)
		sorted &= value[i - 1] < value[i];
	if (sorted)
		return count;
	ralm_words_sort(value, count, 1, NULL);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || value[n - 1] != value[i])
			value[n++] = value[i];
	return n;
}

/* Moves the values that are not in the set yet to the front. Returns how many. */
static size_t new_ones(uint64_t *value, size_t count,
		       const struct ralm_value_set *set)
{
	size_t n = 0, at = 0;
	for (size_t i = 0; i < count; i++) {
		while (at < set->count && set->value[at] < value[i])
			at++;
		if (at == set->count || set->value[at] != value[i])
			value[n++] = value[i];
	}
	return n;
}

/* The first time room for these values and no more: most users have one line. */
static int reserve(struct ralm_value_set *set, size_t count,
		   struct ralm_error *err)
{
	size_t want = set->count + count;
	if (want <= set->room)
		return 0;
	if (want > UINT32_MAX)
		return ralm_error_memory(err, SIZE_MAX);
	if (set->room > 0 && want < set->room + set->room / 2)
		want = set->room + set->room / 2;
	uint32_t *value = realloc(set->value, want * sizeof *value);
	if (value == NULL)
		return ralm_error_memory(err, want * sizeof *value);
	set->value = value;
	set->room = (uint32_t)want;
	return 0;
}

/* Merges sorted values into the set, from the largest to the smallest, in place. */
static void merge(struct ralm_value_set *set, const uint64_t *value,
		  size_t count)
{
	size_t old = set->count, to = old + count;
	set->count = (uint32_t)to;
	while (count > 0)
		set->value[--to] = old > 0 && set->value[old - 1] >
							value[count - 1]
					   ? set->value[--old]
					   : (uint32_t)value[--count];
}

int ralm_value_sets_add(uint32_t *user, struct ralm_value_sets *sets,
			uint64_t key, uint64_t *value, size_t count,
			struct ralm_error *err)
{
	*user = ralm_value_sets_find(sets, key);
	if (*user == RALM_INDEX_NONE) {
		*user = (uint32_t)sets->count;
		if (add_user(sets, key, err) != 0)
			return -1;
	}
	struct ralm_value_set *set = &sets->sets[*user];
	count = new_ones(value, sort(value, count), set);
	if (count == 0)
		return 0;
	if (reserve(set, count, err) != 0)
		return -1;
	merge(set, value, count);
	return 0;
}
