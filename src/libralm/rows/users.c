#include "rows/users.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

enum { USERS_MOST = INT32_MAX };

int ralm_users_init(struct ralm_users *users, size_t user_count,
		    struct ralm_error *err)
{
	memset(users, 0, sizeof *users);
	if (user_count > USERS_MOST)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "user_count: at most %d, got %zu",
				      USERS_MOST, user_count);
	users->user_count = user_count;
	return ralm_index_reserve(&users->index, NULL, 0, err);
}

void ralm_users_release(struct ralm_users *users)
{
	if (!users->borrowed) {
		free(users->keys);
		ralm_index_release(&users->index);
	}
	memset(users, 0, sizeof *users);
}

int ralm_users_borrow(struct ralm_users *users, const uint64_t *keys,
		      size_t count, const uint32_t *index, size_t index_size,
		      struct ralm_error *err)
{
	if (index_size < RALM_INDEX_LEAST || (index_size & (index_size - 1)) != 0)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"user_index: %zu is no power of two of at least %d",
			index_size, RALM_INDEX_LEAST);
	if (count >= index_size || count > USERS_MOST)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user_index: %zu places for %zu users",
				      index_size, count);
	*users = (struct ralm_users){
		.keys = (uint64_t *)keys,
		.index = {(uint32_t *)index, index_size},
		.count = count,
		.user_count = count,
		.borrowed = true,
	};
	return 0;
}

uint32_t ralm_users_find(const struct ralm_users *users, uint64_t key)
{
	return ralm_index_find(&users->index, users->keys, users->count, key);
}

void ralm_users_find_all(uint32_t *rows, const struct ralm_users *users,
			 const uint64_t *keys, size_t n)
{
	enum { TOGETHER = 32 }; /* more than a processor can wait for */
	const struct ralm_index *index = &users->index;
	size_t slots[TOGETHER];
	while (n > 0) {
		size_t count = n < TOGETHER ? n : TOGETHER;
		for (size_t i = 0; i < count; i++) {
			slots[i] = ralm_index_home(index, keys[i]);
			__builtin_prefetch(&index->slots[slots[i]]);
		}
		for (size_t i = 0; i < count; i++) {
			uint32_t row = index->slots[slots[i]];
			if (row < users->count)
				__builtin_prefetch(&users->keys[row]);
		}
		for (size_t i = 0; i < count; i++)
			rows[i] = ralm_index_next(&slots[i], index, users->keys,
						  users->count, keys[i]);
		rows += count;
		keys += count;
		n -= count;
	}
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
	if (RALM_RESERVE(users->keys, users->key_capacity, users->count + 1,
			 err) != 0 ||
	    ralm_index_reserve(&users->index, users->keys, users->count, err) !=
		    0)
		return -1;
	found = (uint32_t)users->count;
	users->keys[users->count++] = key;
	ralm_index_put(&users->index, key, found);
	*row = found;
	*added = true;
	return 0;
}

int ralm_users_copy(struct ralm_users *users, const struct ralm_users *from,
		    struct ralm_error *err)
{
	for (size_t i = 0; i < from->count; i++) {
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, users, from->keys[i], err) != 0)
			return -1;
		if (!added)
			return ralm_error_set(
				err, RALM_ERROR_DATA,
				"user_keys: rows %zu and %u are one user", i,
				row);
	}
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
					"user_index: the user of row %zu is "
					"not found there",
					row);
	}
	return 0;
}
