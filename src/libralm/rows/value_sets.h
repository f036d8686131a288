/* Users and the set of values of each, as numbers: what the lines of a file about users
 * (ralm-users(5)) add up to. */
#ifndef RALM_ROWS_VALUE_SETS_H
#define RALM_ROWS_VALUE_SETS_H

#include "ground/index.h"

struct ralm_value_set {
	uint32_t *value; /* (count) ascending, none twice */
	uint32_t count, room;
};

struct ralm_value_sets {
	uint64_t *keys;		     /* (count) of the users */
	struct ralm_value_set *sets; /* (count) */
	struct ralm_index index;     /* of the keys */
	size_t count, key_room, set_room;
};

/* A zeroed struct has no users. */
void ralm_value_sets_release(struct ralm_value_sets *sets);

/* Adds values (count), each below 2^32, to the set of a user, who is added if new, and
 * sets *user to the user's number. What value (count) holds after it is undefined. */
int ralm_value_sets_add(uint32_t *user, struct ralm_value_sets *sets,
			uint64_t key, uint64_t *value, size_t count,
			struct ralm_error *err) RALM_MUST_CHECK;

/* The number of a user, or RALM_INDEX_NONE. */
uint32_t ralm_value_sets_find(const struct ralm_value_sets *sets, uint64_t key);

#endif
