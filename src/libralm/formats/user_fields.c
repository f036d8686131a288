#include "formats/user_fields.h"

#include "formats/slots.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

void ralm_user_fields_release(struct ralm_user_fields *fields)
{
	ralm_names_release(&fields->names);
	free(fields->kinds);
	memset(fields, 0, sizeof *fields);
}

int ralm_user_fields_add(uint32_t *field, struct ralm_user_fields *fields,
			 const char *name, size_t length,
			 enum ralm_field_kind kind, struct ralm_error *err)
{
	const size_t n = fields->names.count;
	char text[RALM_SLOT_QUOTE];
	if (n >= UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_DATA, "too many fields");
	if (RALM_RESERVE(fields->kinds, fields->kind_room, n + 1, err) != 0)
		return -1;
	const int added = ralm_names_add(field, &fields->names, name, length, err);
	if (added < 0)
		return -1;
	enum ralm_field_kind *known = &fields->kinds[*field];
	if (added || *known == RALM_FIELD_UNTOLD) {
		*known = kind;
		return 1;
	}
	if (*known == kind)
		return 0;
	ralm_slot_quote(text, name, length);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "field '%s' has both words (%s:) and numbers (%s=)",
			      text, text, text);
}
