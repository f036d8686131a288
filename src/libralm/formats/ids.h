/* Ids as dense numbers: the text of each distinct id is kept once, numbered
 * in order of first sight. A decimal integer below 2^63 without leading zeros
 * is told apart by its value, any other id by 95 bits of hashes of it (a model tells
 * users apart by 63 of them), so that no text is compared. Among a billion
 * ids the chance that any two share the bits is 1 in 10^11. */
#ifndef RALM_FORMATS_IDS_H
#define RALM_FORMATS_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

enum {
	RALM_ID_MAX = 4096, /* bytes of one id */
	RALM_ID_SLACK = 16, /* readable bytes behind every text, for copies */
};

struct ralm_ids_slot;
struct ralm_ids {
	size_t count;
	char *text; /* all ids, one after the other, or in cells (ralm_ids_seal) */
	size_t text_capacity;
	size_t *begin; /* (count + 1) places in text; NULL: in cells */
	size_t begin_capacity;
	size_t longest; /* bytes of the longest id */
	size_t cell; /* bytes of a cell; 0: there are none */
	struct ralm_ids_slot *slots;
	size_t slot_count; /* a power of two; 0: none yet, or sealed */
};

void ralm_ids_init(struct ralm_ids *ids);
void ralm_ids_release(struct ralm_ids *ids);

/* An id to be added, and the key it is looked up by. */
struct ralm_id {
	const char *text; /* not owned */
	size_t length;    /* 1 to RALM_ID_MAX */
	uint64_t key;
	uint32_t check;
};

/* Prepares an id and prefetches its slot in the table; other work should come
 * before it is added. */
void ralm_ids_prepare(struct ralm_id *id, const struct ralm_ids *ids,
		      const char *text, size_t length);

/* The number of a prepared id, new or known. */
int ralm_ids_add_prepared(uint32_t *number, struct ralm_ids *ids,
			  const struct ralm_id *id, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Both in one call. No byte, or more than RALM_ID_MAX, are RALM_ERROR_DATA. */
int ralm_ids_add(uint32_t *number, struct ralm_ids *ids, const char *text,
		 size_t length, struct ralm_error *err) RALM_MUST_CHECK;

/* The same for a number in decimal. */
int ralm_ids_add_u64(uint32_t *number, struct ralm_ids *ids, uint64_t value,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* To be called after the last id is added: frees what adding needs, and keeps the texts
 * in no more memory than they need. Short ones are laid out in cells of 16, 32 or 64
 * bytes, with the length in the last byte, where that takes at most twice the memory: a
 * text is then one access to memory. After a failure, too, the texts can be read, and
 * no id can be added. */
int ralm_ids_seal(struct ralm_ids *ids, struct ralm_error *err) RALM_MUST_CHECK;

/* What is wrong with the text of an id; NULL: nothing. */
const char *ralm_id_fault(const char *text, size_t length);

/* The text of an id, not NUL-terminated; RALM_ID_SLACK bytes behind it may be
 * read (and are not used). */
static inline const char *ralm_ids_text(const struct ralm_ids *ids,
					uint32_t number, size_t *length)
{
	if (ids->cell > 0) {
		const char *cell = ids->text + number * ids->cell;
		*length = (unsigned char)cell[ids->cell - 1];
		return cell;
	}
	size_t begin = ids->begin[number];
	*length = ids->begin[number + 1] - begin;
	return ids->text + begin;
}

/* Prefetch what ralm_ids_text will read: the first where the text is, or its cell; the
 * second, some time later, the text. */
static inline void ralm_ids_prefetch(const struct ralm_ids *ids, uint32_t number)
{
	__builtin_prefetch(ids->cell > 0 ? ids->text + number * ids->cell
					 : (const char *)&ids->begin[number]);
}

static inline void ralm_ids_prefetch_text(const struct ralm_ids *ids,
					  uint32_t number)
{
	if (ids->cell == 0)
		__builtin_prefetch(ids->text + ids->begin[number]);
}

#endif
