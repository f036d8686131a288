/* The fields of users (ralm-users(5)): their names, numbered in order of first
 * sight, and whether the values of each are words or numbers. */
#ifndef RALM_FORMATS_USER_FIELDS_H
#define RALM_FORMATS_USER_FIELDS_H

#include "formats/names.h"

enum ralm_field_kind {
	RALM_FIELD_UNTOLD, /* so far on bad lines alone */
	RALM_FIELD_WORDS,   /* FIELD:VALUE */
	RALM_FIELD_NUMBERS, /* FIELD=NUMBER */
};

struct ralm_user_fields {
	struct ralm_names names;
	enum ralm_field_kind *kinds; /* (names.count) */
	size_t kind_room;
};

/* All zero: no field yet. */
void ralm_user_fields_release(struct ralm_user_fields *fields);

/* The number of the field: how a file that is read later is held to the fields
 * of a model, too. A name is length > 0 bytes, not "user", with no blank, colon,
 * equals sign or NUL. Returns 1 when nothing was told of it before, 0 when it is
 * known, or -1; that it is of the other kind is a data error. */
int ralm_user_fields_add(uint32_t *field, struct ralm_user_fields *fields,
			 const char *name, size_t length,
			 enum ralm_field_kind kind,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
