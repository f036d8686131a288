/* A file of seed lists, one a line: "item:ID user_seeds:ID ...", no item twice. */
#ifndef RALM_FORMATS_LIST_SET_H
#define RALM_FORMATS_LIST_SET_H

#include <stdbool.h>

#include "ground/error.h"

struct ralm_list_set;

/* Reads a file of one list or more. hash_seed: see ralm_user_key. The caller holds
 * one reference, and gives it back in the end. */
struct ralm_list_set *ralm_list_set_read(const char *path, uint64_t hash_seed,
					 struct ralm_error *err)
	RALM_MUST_CHECK;

/* Takes one more reference and returns the set. In any thread. */
struct ralm_list_set *ralm_list_set_hold(struct ralm_list_set *set);
/* Gives one reference back; the last one frees the set. NULL: nothing. */
void ralm_list_set_give_back(struct ralm_list_set *set);

/* The seeds of an item; false: it has no list. */
bool ralm_list_set_find(const uint64_t **keys, size_t *count,
			const struct ralm_list_set *set, const char *item,
			size_t length);

/* The lists in the order of the file. */
struct ralm_list_entry {
	const char *item; /* not NUL-terminated */
	size_t item_length;
	const uint64_t *keys; /* (count) of its seeds */
	size_t count;
	uint64_t line;
};
size_t ralm_list_set_count(const struct ralm_list_set *set);
struct ralm_list_entry ralm_list_set_at(const struct ralm_list_set *set,
					size_t i);

#endif
