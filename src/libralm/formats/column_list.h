/* The entries of --columns, separated by commas: ROLE by the place of a column,
 * or ROLE=NAME by its name in the header. The callers know which roles there
 * are. */
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

/* Sets the first entry, perhaps an empty one. Always true. */
bool ralm_column_first(struct ralm_column_entry *entry, const char *list);

/* Moves on to the next entry; false, and no change, at the last one. */
bool ralm_column_next(struct ralm_column_entry *entry);

bool ralm_column_has_name(const struct ralm_column_entry *entry);

/* Whether the entry's NAME is that text. */
bool ralm_column_is_named(const struct ralm_column_entry *entry,
			  const char *text, size_t length);

/* RALM_ERROR_CONFIG where an earlier entry of the list has the same NAME: a
 * column has one role. */
int ralm_column_check_name(const struct ralm_column_entry *entry,
			   const char *list, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sets the error of a text that stands twice in --columns. Always -1. */
int ralm_column_twice(const char *text, size_t length, struct ralm_error *err);

#endif
