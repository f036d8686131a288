/* The fields of users (ralm-users(5)): their names, numbered in order of first
 * sight, and whether the values of each are words or numbers. */
#ifndef RALM_FORMATS_USER_FIELDS_H
#define RALM_FORMATS_USER_FIELDS_H

#include "formats/names.h"

enum ralm_field_kind {
	RALM_FIELD_UNTOLD,  /* only bad lines have it so far */
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

/* Sets the number of a field, and adds it where it is not known. A name is length > 0
 * bytes, not "user", without a blank, colon, equals sign or NUL. Returns 1 where no good
 * line had the field before, 0 where one had, or -1: RALM_ERROR_DATA where it was of
 * the other kind. The fields of a model are added first where the lines of a file must
 * agree with them. */
int ralm_user_fields_add(uint32_t *field, struct ralm_user_fields *fields,
			 const char *name, size_t length,
			 enum ralm_field_kind kind,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
