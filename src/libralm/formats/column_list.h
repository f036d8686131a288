/* The entries of --columns, with commas between: ROLE by the place of a column,
 * or ROLE=NAME by its name in the header. What roles there are is another's
 * matter. */
#ifndef RALM_FORMATS_COLUMN_LIST_H
#define RALM_FORMATS_COLUMN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

struct ralm_column_entry {
	const char *text; /* within the list, not owned */
	size_t length;
	size_t role; /* bytes of ROLE; below length where =NAME follows */
};

/* Any list has a first entry, perhaps an empty one: always true. */
bool ralm_column_first(struct ralm_column_entry *entry, const char *list);

/* Makes it the entry behind it; false, and no change, behind the last one. */
bool ralm_column_next(struct ralm_column_entry *entry);

bool ralm_column_has_name(const struct ralm_column_entry *entry);

/* Whether its NAME is that text. */
bool ralm_column_is_named(const struct ralm_column_entry *entry,
			  const char *text, size_t length);

/* RALM_ERROR_CONFIG where an entry of the list before this one has its NAME: a
 * column holds one thing. */
int ralm_column_check_name(const struct ralm_column_entry *entry,
			   const char *list, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Some text of --columns stands twice. Always -1. */
int ralm_column_twice(const char *text, size_t length, struct ralm_error *err);

#endif
