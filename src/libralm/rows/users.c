#include "rows/users.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <stdlib.h>
#include <string.h>

enum { INDEX_LEAST = 16, USERS_MOST = INT32_MAX };

/* Where the search for a key begins; it goes on slot by slot. */
static inline size_t first_slot(uint64_t key, size_t index_size)
{
	return (size_t)ralm_mix64(key) & (index_size - 1);
}

size_t ralm_users_index_size(size_t count)
{
	size_t size = INDEX_LEAST;
	while (size < count + count / 2 + count % 2)
		size *= 2;
	return size;
}

static void index_put(uint32_t *index, size_t index_size, uint64_t key,
		      uint32_t row)
{
	size_t slot = first_slot(key, index_size);
	while (index[slot] != RALM_ROW_NONE)
		slot = (slot + 1) & (index_size - 1);
	index[slot] = row;
}

void ralm_users_build_index(uint32_t *index, size_t index_size,
			    const uint64_t *keys, size_t count)
{
	memset(index, 0xff, index_size * sizeof *index);
	for (size_t row = 0; row < count; row++)
		index_put(index, index_size, keys[row], (uint32_t)row);
}

static uint32_t *index_new(size_t index_size, const uint64_t *keys,
			   size_t count, struct ralm_error *err)
{
	uint32_t *index = ralm_aligned_new(index_size, sizeof *index, err);
	if (index != NULL)
		ralm_users_build_index(index, index_size, keys, count);
	return index;
}

int ralm_users_init(struct ralm_users *users, size_t user_count,
		    struct ralm_error *err)
{
	memset(users, 0, sizeof *users);
	if (user_count > USERS_MOST)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "user_count: at most %d, got %zu",
				      USERS_MOST, user_count);
	users->user_count = user_count;
	users->index_size = INDEX_LEAST;
	users->index = index_new(INDEX_LEAST, NULL, 0, err);
	return users->index != NULL ? 0 : -1;
}

void ralm_users_release(struct ralm_users *users)
{
	if (!users->borrowed) {
		free(users->keys);
		free(users->index);
	}
	memset(users, 0, sizeof *users);
}

int ralm_users_borrow(struct ralm_users *users, const uint64_t *keys,
		      size_t count, const uint32_t *index, size_t index_size,
		      struct ralm_error *err)
{
	if (index_size < INDEX_LEAST || (index_size & (index_size - 1)) != 0)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"user_index: %zu is no power of two of at least %d",
			index_size, INDEX_LEAST);
	if (count >= index_size || count > USERS_MOST)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user_index: %zu places for %zu users",
				      index_size, count);
	*users = (struct ralm_users){
		.keys = (uint64_t *)keys,
		.index = (uint32_t *)index,
		.count = count,
		.index_size = index_size,
		.user_count = count,
		.borrowed = true,
	};
	return 0;
}

/* The search from its first slot on. */
static inline uint32_t find_from(const struct ralm_users *users, uint64_t key,
				 size_t slot)
{
	for (size_t probes = 0; probes < users->index_size; probes++) {
		uint32_t row = users->index[slot];
		if (row == RALM_ROW_NONE)
			break;
		if (row < users->count && users->keys[row] == key)
			return row;
		slot = (slot + 1) & (users->index_size - 1);
	}
	return RALM_ROW_NONE;
}

uint32_t ralm_users_find(const struct ralm_users *users, uint64_t key)
{
	return find_from(users, key, first_slot(key, users->index_size));
}

void ralm_users_find_all(uint32_t *rows, const struct ralm_users *users,
			 const uint64_t *keys, size_t n)
{
	enum { TOGETHER = 32 }; /* more than a processor can wait for */
	size_t slots[TOGETHER];
	while (n > 0) {
		size_t count = n < TOGETHER ? n : TOGETHER;
		for (size_t i = 0; i < count; i++) {
			slots[i] = first_slot(keys[i], users->index_size);
			__builtin_prefetch(&users->index[slots[i]]);
		}
		for (size_t i = 0; i < count; i++) {
			uint32_t row = users->index[slots[i]];
			if (row < users->count)
				__builtin_prefetch(&users->keys[row]);
		}
		for (size_t i = 0; i < count; i++)
			rows[i] = find_from(users, keys[i], slots[i]);
		rows += count;
		keys += count;
		n -= count;
	}
}

/* Room for one more user in keys and index. */
static int make_room(struct ralm_users *users, struct ralm_error *err)
{
	size_t count = users->count + 1;
	if (ralm_array_reserve(&users->keys, &users->key_capacity, count,
			       sizeof *users->keys, err) != 0)
		return -1;
	size_t size = ralm_users_index_size(count);
	if (size == users->index_size)
		return 0;
	uint32_t *index = index_new(size, users->keys, users->count, err);
	if (index == NULL)
		return -1;
	free(users->index);
	users->index = index;
	users->index_size = size;
	return 0;
}

int ralm_users_add(uint32_t *row, bool *added, struct ralm_users *users,
		   uint64_t key, struct ralm_error *err)
{
	uint32_t found = ralm_users_find(users, key);
	if (found != RALM_ROW_NONE) {
		*row = found;
		*added = false;
		return 0;
	}
	if (users->count >= users->user_count)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"more than %zu users: raise --user-count",
			users->user_count);
	if (make_room(users, err) != 0)
		return -1;
	found = (uint32_t)users->count;
	users->keys[users->count++] = key;
	index_put(users->index, users->index_size, key, found);
	*row = found;
	*added = true;
	return 0;
}

int ralm_users_check(const struct ralm_users *users, struct ralm_error *err)
{
	uint32_t found[1024];
	const size_t most = sizeof found / sizeof *found;
	for (size_t row = 0; row < users->count;) {
		const size_t left = users->count - row;
		const size_t count = left < most ? left : most;
		ralm_users_find_all(found, users, users->keys + row, count);
		for (size_t i = 0; i < count; i++, row++)
			if (found[i] != row)
				return ralm_error_set(
					err, RALM_ERROR_DATA,
					"user_index: the user of row %zu is not found there",
					row);
	}
	return 0;
}
