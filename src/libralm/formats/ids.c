#include "formats/ids.h"

#include "ground/memory.h"
#include "ground/numbers.h"
#include "ground/rng.h"
#include "formats/user_id.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* A hash table of its own beside ground/index: a slot has the key beside the number,
 * so that to look an id up is one wait for memory and not two (tests/bench/README.md:
 * "What pays for its lines").
 *
 * The key is ralm_user_key of the id. check: where that is a hash, 32 bits of another
 * hash; else 0. */
struct ralm_ids_slot {
	uint64_t key;
	uint32_t check;
	uint32_t used; /* number + 1; 0: the slot is free */
};

enum { FIRST_SLOTS = RALM_BUFFER_SIZE(1024) };

void ralm_ids_init(struct ralm_ids *ids)
{
	memset(ids, 0, sizeof *ids);
}

void ralm_ids_release(struct ralm_ids *ids)
{
	free(ids->text);
	free(ids->begin);
	free(ids->slots);
	ralm_ids_init(ids);
}

/* The bytes of a cell that holds any of the texts and its length; 0 where cells would
 * take more than twice the memory. bytes: of all texts. */
static size_t cell_for(const struct ralm_ids *ids, size_t bytes)
{
	size_t cell = 16;
	while (cell < ids->longest + 1)
		cell *= 2;
	size_t now = bytes / ids->count + sizeof *ids->begin;
	return cell <= 64 && cell <= 2 * now ? cell : 0;
}

int ralm_ids_seal(struct ralm_ids *ids, struct ralm_error *err)
{
	free(ids->slots);
	ids->slots = NULL;
	ids->slot_count = 0;
	if (ids->count == 0)
		return 0;
	size_t bytes = ids->begin[ids->count], cell = cell_for(ids, bytes);
	size_t room = (cell > 0 ? ids->count * cell : bytes) + RALM_ID_SLACK;
	char *text = ralm_aligned_new(room, 1, err);
	size_t *begin = NULL;
	if (cell == 0)
		begin = ralm_aligned_new(ids->count + 1, sizeof *begin, err);
	if (text == NULL || (cell == 0 && begin == NULL)) {
		free(text);
		return -1;
	}
	if (cell == 0) {
		memcpy(text, ids->text, bytes);
		memcpy(begin, ids->begin, (ids->count + 1) * sizeof *begin);
	}
	for (uint32_t i = 0; cell > 0 && i < ids->count; i++) {
		size_t length;
		const char *from = ralm_ids_text(ids, i, &length);
		memcpy(text + i * cell, from, length);
		text[(i + 1) * cell - 1] = (char)length;
	}
	free(ids->text);
	free(ids->begin);
	ids->text = text;
	ids->begin = begin;
	ids->text_capacity = room;
	ids->begin_capacity = cell > 0 ? 0 : ids->count + 1;
	ids->cell = cell;
	return 0;
}

static size_t place_of(const struct ralm_ids *ids, uint64_t key)
{
	return (size_t)ralm_mix64(key) & (ids->slot_count - 1);
}

static int grow(struct ralm_ids *ids, struct ralm_error *err)
{
	struct ralm_ids old = *ids;
	ids->slot_count = old.slot_count ? 2 * old.slot_count : FIRST_SLOTS;
	ids->slots = ralm_aligned_new(ids->slot_count, sizeof *ids->slots, err);
	if (ids->slots == NULL) {
		*ids = old;
		return -1;
	}
	for (size_t i = 0; i < old.slot_count; i++) {
		if (old.slots[i].used == 0)
			continue;
		size_t place = place_of(ids, old.slots[i].key);
		while (ids->slots[place].used != 0)
			place = (place + 1) & (ids->slot_count - 1);
		ids->slots[place] = old.slots[i];
	}
	free(old.slots);
	return 0;
}

static int append(struct ralm_ids *ids, const char *text, size_t length,
		  struct ralm_error *err)
{
	size_t used = ids->count ? ids->begin[ids->count] : 0;
	if (ids->count == UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "more than %u different ids",
				      UINT32_MAX - 1);
	if (RALM_RESERVE(ids->text, ids->text_capacity,
			 used + length + RALM_ID_SLACK, err) != 0 ||
	    RALM_RESERVE(ids->begin, ids->begin_capacity, ids->count + 2,
			 err) != 0)
		return -1;
	memcpy(ids->text + used, text, length);
	memset(ids->text + used + length, 0, RALM_ID_SLACK);
	ids->begin[ids->count] = used;
	ids->begin[++ids->count] = used + length;
	if (length > ids->longest)
		ids->longest = length;
	return 0;
}

void ralm_ids_prepare(struct ralm_id *id, const struct ralm_ids *ids,
		      const char *text, size_t length)
{
	id->text = text;
	id->length = length;
	id->key = ralm_user_key(text, length, 0);
	id->check = ralm_key_is_hashed(id->key)
			    ? (uint32_t)XXH3_64bits_withSeed(text, length, 1)
			    : 0;
	if (ids->slot_count > 0)
		__builtin_prefetch(&ids->slots[place_of(ids, id->key)]);
}

int ralm_ids_add_prepared(uint32_t *number, struct ralm_ids *ids,
			  const struct ralm_id *id, struct ralm_error *err)
{
	if (ids->count >= ids->slot_count / 2 && grow(ids, err) != 0)
		return -1;
	size_t place = place_of(ids, id->key);
	struct ralm_ids_slot *slot;
	for (; (slot = &ids->slots[place])->used != 0;
	     place = (place + 1) & (ids->slot_count - 1)) {
		if (slot->key == id->key && slot->check == id->check) {
			*number = slot->used - 1;
			return 0;
		}
	}
	if (append(ids, id->text, id->length, err) != 0)
		return -1;
	slot->key = id->key;
	slot->check = id->check;
	slot->used = (uint32_t)ids->count;
	*number = slot->used - 1;
	return 0;
}

int ralm_ids_add(uint32_t *number, struct ralm_ids *ids, const char *text,
		 size_t length, struct ralm_error *err)
{
	struct ralm_id id;
	if (length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA, "empty id");
	if (length > RALM_ID_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "id longer than %d bytes", RALM_ID_MAX);
	ralm_ids_prepare(&id, ids, text, length);
	return ralm_ids_add_prepared(number, ids, &id, err);
}

int ralm_ids_add_u64(uint32_t *number, struct ralm_ids *ids, uint64_t value,
		     struct ralm_error *err)
{
	char text[20];
	return ralm_ids_add(number, ids, text, ralm_format_u64(text, value),
			    err);
}

const char *ralm_id_fault(const char *text, size_t length)
{
	if (length == 0)
		return "empty id";
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c > ' ')
			continue;
		if (c == '\0')
			return "id with a NUL byte";
		if (c == ' ' || (c >= '\t' && c <= '\r'))
			return "id with white space";
	}
	_Static_assert(RALM_ID_MAX == 4096, "as the message says");
	return length > RALM_ID_MAX ? "id longer than 4096 bytes" : NULL;
}
