#include "formats/user_fields.h"

#include "formats/slots.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void ralm_user_fields_release(struct ralm_user_fields *fields)
{
	free(fields->fields);
	free(fields->names);
	free(fields->hashes);
	ralm_index_release(&fields->index);
	memset(fields, 0, sizeof *fields);
}

static uint32_t find(const struct ralm_user_fields *fields, uint64_t hash,
		     const char *name, size_t length)
{
	if (fields->count == 0)
		return RALM_INDEX_NONE;
	size_t slot = ralm_index_home(&fields->index, hash);
	uint32_t i;
	while ((i = ralm_index_next(&slot, &fields->index, fields->hashes,
				    fields->count, hash)) != RALM_INDEX_NONE)
		if (fields->fields[i].length == length &&
		    memcmp(ralm_field_name(fields, i), name, length) == 0)
			break;
	return i;
}

static int add(struct ralm_user_fields *fields, uint64_t hash, const char *name,
	       size_t length, struct ralm_error *err)
{
	const size_t n = fields->count;
	if (n >= UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_DATA, "too many fields");
	if (ralm_array_reserve(&fields->fields, &fields->capacity, n + 1,
			       sizeof *fields->fields, err) != 0 ||
	    ralm_array_reserve(&fields->names, &fields->names_capacity,
			       fields->names_length + length, 1, err) != 0 ||
	    ralm_array_reserve(&fields->hashes, &fields->hash_capacity, n + 1,
			       sizeof *fields->hashes, err) != 0 ||
	    ralm_index_reserve(&fields->index, fields->hashes, n, err) != 0)
		return -1;
	fields->fields[n] = (struct ralm_user_field){
		.name = fields->names_length,
		.length = length,
		.kind = RALM_FIELD_UNTOLD,
	};
	memcpy(fields->names + fields->names_length, name, length);
	fields->names_length += length;
	fields->hashes[n] = hash;
	ralm_index_put(&fields->index, hash, (uint32_t)n);
	fields->count++;
	return 0;
}

int ralm_user_fields_add(uint32_t *field, struct ralm_user_fields *fields,
			 const char *name, size_t length,
			 enum ralm_field_kind kind, struct ralm_error *err)
{
	const uint64_t hash = XXH3_64bits(name, length);
	uint32_t i = find(fields, hash, name, length);
	if (i == RALM_INDEX_NONE) {
		i = (uint32_t)fields->count;
		if (add(fields, hash, name, length, err) != 0)
			return -1;
	}
	*field = i;
	if (fields->fields[i].kind == RALM_FIELD_UNTOLD) {
		fields->fields[i].kind = kind;
		return 1;
	}
	if (fields->fields[i].kind != kind) {
		char text[RALM_SLOT_QUOTE];
		ralm_slot_quote(text, name, length);
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"field '%s' has both words (%s:) and numbers (%s=)",
			text, text, text);
	}
	return 0;
}
