/* The text of users' ids, by which a model names its users. A decimal id is its
 * own key (formats/user_id.h) and needs none; of a hashed one the text lies in
 * one array, in the order of rows:
 *
 *	row         0        1       2          rows from `count` on have none
 *	id          "ann"    "17"    "bob"
 *	text        a n n b o b
 *	end         3        3       6
 *
 * So ids that are all decimal cost nothing, others their bytes and 8 a row. */
#ifndef RALM_MODEL_USER_IDS_H
#define RALM_MODEL_USER_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

struct ralm_user_ids {
	char *text;
	uint64_t *end; /* (count) where the id of each row ends in text */
	size_t size, count; /* of text; rows up to the last that has one */
	size_t room, end_room;
	bool borrowed; /* both lie in a mapped file */
	bool dropped;  /* none is kept: adding does nothing */
};

/* A zeroed struct has no ids. */
void ralm_user_ids_release(struct ralm_user_ids *ids);

/* Adds the id of a row, which is greater than all rows added before. Nothing is
 * stored for an id that is its own key. */
int ralm_user_ids_add(struct ralm_user_ids *ids, uint32_t row, uint64_t key,
		      const char *id, size_t length,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Ids over arrays that stay the caller's, `count` rows. Only where the last one
 * ends is checked here; each id is checked when it is asked for, or all of them
 * by ralm_user_ids_check. */
int ralm_user_ids_borrow(struct ralm_user_ids *ids, const char *text,
			 size_t size, const uint64_t *end, size_t count,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Copies the ids of another; none if ids->dropped. */
int ralm_user_ids_copy(struct ralm_user_ids *ids,
		       const struct ralm_user_ids *from,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* The id of a row with the key `key`: 1, and the id, in place or in `digits`;
 * 0, it is unknown; or -1, the file holds no id with this key there. */
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

/* How many of `count` rows have no id that is known. */
size_t ralm_user_ids_nameless(const struct ralm_user_ids *ids,
			      const uint64_t *keys, size_t count);

/* The ends of the ids of the first `rows` rows, with those that have none:
 * (rows), for a file; to be freed. NULL: out of memory. */
uint64_t *ralm_user_ids_ends(const struct ralm_user_ids *ids, size_t rows,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
