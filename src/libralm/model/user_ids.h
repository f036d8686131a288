/* The texts of users' ids, by which a model names its users. A decimal id is its own
 * key (formats/user_id.h) and needs no text; the texts of hashed ones lie in one array,
 * in the order of rows:
 *
 *	row         0        1       2          rows from `count` on have none
 *	id          "ann"    "17"    "bob"
 *	text        a n n b o b
 *	end         3        3       6
 *
 * So decimal ids alone take no memory; with others it is their bytes and 8 a row. */
#ifndef RALM_MODEL_USER_IDS_H
#define RALM_MODEL_USER_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

struct ralm_user_ids {
	char *text;
	uint64_t *end; /* (count) where the id of each row ends in text */
	size_t size, count; /* bytes of text; rows up to the last that has one */
	size_t room, end_room; /* what is allocated of text and end */
	bool borrowed; /* text and end lie in a mapped file */
	bool dropped;  /* no id is kept: adding does nothing */
};

/* A zeroed struct has no ids. */
void ralm_user_ids_release(struct ralm_user_ids *ids);

/* Adds the id of a row, which comes after all rows added before. Nothing is stored for an
 * id that is its own key. On failure nothing is added. */
int ralm_user_ids_add(struct ralm_user_ids *ids, uint32_t row, uint64_t key,
		      const char *id, size_t length,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Ids of `count` rows in arrays that stay the caller's. Checks no more than where the
 * last id ends; each id is checked by ralm_user_ids_get, all by ralm_user_ids_check. */
int ralm_user_ids_borrow(struct ralm_user_ids *ids, const char *text,
			 size_t size, const uint64_t *end, size_t count,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Copies the ids of another; none if ids->dropped. */
int ralm_user_ids_copy(struct ralm_user_ids *ids,
		       const struct ralm_user_ids *from,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* Sets *id and *length to the id of the user with that row and key, in place or written
 * to `digits`; no NUL. Returns 1; 0: the id is not known; -1: the file has another id
 * there. */
enum { RALM_USER_ID_DIGITS = 20 };
int ralm_user_ids_get(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_user_ids *ids, uint32_t row,
		      uint64_t key, uint64_t hash_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Checks that each of `count` rows has its id or none: O(count). */
int ralm_user_ids_check(const struct ralm_user_ids *ids, const uint64_t *keys,
			size_t count, uint64_t hash_seed,
			struct ralm_error *err) RALM_MUST_CHECK;

/* How many of `count` rows have no known id. */
size_t ralm_user_ids_missing(const struct ralm_user_ids *ids,
			      const uint64_t *keys, size_t count);

/* Makes the array `end` of a file with the first `rows` rows, also of those from `count`
 * on. To be freed; NULL: out of memory. */
uint64_t *ralm_user_ids_ends(const struct ralm_user_ids *ids, size_t rows,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
