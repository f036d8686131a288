#include "model/user_ids.h"

#include "formats/blank.h"
#include "formats/user_id.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void ralm_user_ids_release(struct ralm_user_ids *ids)
{
	if (!ids->borrowed) {
		free(ids->text);
		free(ids->end);
	}
	memset(ids, 0, sizeof *ids);
}

/* Makes room for more bytes of text, and for the ends of `rows` rows. */
static int reserve(struct ralm_user_ids *ids, size_t bytes, size_t rows,
		   struct ralm_error *err)
{
	if (RALM_RESERVE(ids->text, ids->room, ids->size + bytes, err) != 0)
		return -1;
	return RALM_RESERVE(ids->end, ids->end_room, rows, err);
}

int ralm_user_ids_add(struct ralm_user_ids *ids, uint32_t row, uint64_t key,
		      const char *id, size_t length, struct ralm_error *err)
{
	if (ids->dropped || !ralm_key_is_hashed(key))
		return 0;
	if (reserve(ids, length, (size_t)row + 1, err) != 0)
		return -1;
	while (ids->count < row)
		ids->end[ids->count++] = ids->size;
	memcpy(ids->text + ids->size, id, length);
	ids->size += length;
	ids->end[ids->count++] = ids->size;
	return 0;
}

int ralm_user_ids_borrow(struct ralm_user_ids *ids, const char *text,
			 size_t size, const uint64_t *end, size_t count,
			 struct ralm_error *err)
{
	const uint64_t last = count > 0 ? end[count - 1] : 0;
	if (last != size)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user_id_ends: the last one is %" PRIu64
				      ", user_ids has %zu bytes",
				      last, size);
	*ids = (struct ralm_user_ids){
		.text = (char *)text,
		.end = (uint64_t *)end,
		.size = size,
		.count = count,
		.borrowed = true,
	};
	return 0;
}

int ralm_user_ids_copy(struct ralm_user_ids *ids,
		       const struct ralm_user_ids *from, struct ralm_error *err)
{
	if (ids->dropped || from->count == 0)
		return 0;
	if (reserve(ids, from->size, from->count, err) != 0)
		return -1;
	if (from->size > 0)
		memcpy(ids->text, from->text, from->size);
	memcpy(ids->end, from->end, from->count * sizeof *ids->end);
	ids->size = from->size;
	ids->count = from->count;
	return 0;
}

/* Whether a text is an id, and the one with that key. */
static bool is_id(const char *id, size_t length, uint64_t key,
		  uint64_t hash_seed)
{
	for (size_t i = 0; i < length; i++)
		if (ralm_is_blank(id[i]) || id[i] == '\n' || id[i] == '\0')
			return false;
	return ralm_user_key(id, length, hash_seed) == key;
}

int ralm_user_ids_get(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_user_ids *ids, uint32_t row,
		      uint64_t key, uint64_t hash_seed, struct ralm_error *err)
{
	const uint64_t begin = row > 0 && row <= ids->count ? ids->end[row - 1]
							    : 0;
	const uint64_t end = row < ids->count ? ids->end[row] : begin;
	if (begin > end || end > ids->size)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user_id_ends: row %" PRIu32 " is from %" PRIu64
				      " to %" PRIu64 " of %zu bytes",
				      row, begin, end, ids->size);
	if (end > begin) {
		*id = ids->text + begin;
		*length = (size_t)(end - begin);
		return is_id(*id, *length, key, hash_seed)
			       ? 1
			       : ralm_error_set(
					 err, RALM_ERROR_DATA,
					 "user_ids: row %" PRIu32
					 " does not have the id of its user",
					 row);
	}
	if (ralm_key_is_hashed(key))
		return 0;
	*id = digits;
	*length = ralm_format_u64(digits, key);
	return 1;
}

int ralm_user_ids_check(const struct ralm_user_ids *ids, const uint64_t *keys,
			size_t count, uint64_t hash_seed,
			struct ralm_error *err)
{
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	for (size_t row = 0; row < count && row < ids->count; row++)
		if (ralm_user_ids_get(&id, &length, digits, ids, (uint32_t)row,
				      keys[row], hash_seed, err) < 0)
			return -1;
	return 0;
}

size_t ralm_user_ids_missing(const struct ralm_user_ids *ids,
			      const uint64_t *keys, size_t count)
{
	size_t missing = 0;
	for (size_t row = 0; row < count; row++) {
		const uint64_t begin =
			row > 0 && row < ids->count ? ids->end[row - 1] : 0;
		missing += ralm_key_is_hashed(keys[row]) &&
			    (row >= ids->count || ids->end[row] == begin);
	}
	return missing;
}

uint64_t *ralm_user_ids_ends(const struct ralm_user_ids *ids, size_t rows,
			     struct ralm_error *err)
{
	uint64_t *end = ralm_aligned_new(rows, sizeof *end, err);
	for (size_t i = 0; end != NULL && i < rows; i++)
		end[i] = i < ids->count ? ids->end[i] : ids->size;
	return end;
}
