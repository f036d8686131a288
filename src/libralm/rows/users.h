/* Users: from keys to rows, which are numbered in the order in which users are added.
 * Keys and index are tensors of a model file as well (user_keys and user_index), and are
 * searched in the mapped file. */
#ifndef RALM_ROWS_USERS_H
#define RALM_ROWS_USERS_H

#include <stdbool.h>

#include "ground/index.h"

#define RALM_ROW_NONE RALM_INDEX_NONE

struct ralm_users {
	uint64_t *keys;    /* (count) by row */
	struct ralm_index index; /* from keys to rows */
	size_t count;
	size_t user_count; /* rows allowed at most (option --user-count) */
	size_t key_capacity;
	bool borrowed;     /* keys and index are in a mapped file: no adding */
};

int ralm_users_init(struct ralm_users *users, size_t user_count,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_users_release(struct ralm_users *users);

/* Users over arrays that stay the caller's (a mapped model). Checks that index_size is
 * a power of two, >= RALM_INDEX_LEAST and > count, and that there are not too many
 * users; ralm_users_check checks the rest. */
int ralm_users_borrow(struct ralm_users *users, const uint64_t *keys,
		      size_t count, const uint32_t *index, size_t index_size,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* The row of a key, or RALM_ROW_NONE. Ends after at most index_size probes
 * and reads no row >= count, whatever a hostile index holds. */
uint32_t ralm_users_find(const struct ralm_users *users, uint64_t key);

/* The rows (n) of n keys; faster than one by one, since waits for memory overlap. */
void ralm_users_find_all(uint32_t *rows, const struct ralm_users *users,
			 const uint64_t *keys, size_t n);

/* Sets *row to the row of a key, adding it if it is new (*added). Fails when there are
 * user_count rows already; the message names --user-count. */
int ralm_users_add(uint32_t *row, bool *added, struct ralm_users *users,
		   uint64_t key, struct ralm_error *err) RALM_MUST_CHECK;

/* Adds all users of another, in their order. An error where two of its rows have
 * one key. */
int ralm_users_copy(struct ralm_users *users, const struct ralm_users *from,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* Checks that every key is found at its own row: O(count). */
int ralm_users_check(const struct ralm_users *users, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
