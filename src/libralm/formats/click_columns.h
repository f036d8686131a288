/* Which column of a click log holds what, and the cutting of a line into the
 * fields that count. Used by clicks.c alone. */
#ifndef RALM_FORMATS_CLICK_COLUMNS_H
#define RALM_FORMATS_CLICK_COLUMNS_H

#include <stdbool.h>

#include "../ground/error.h"

enum ralm_click_role {
	RALM_CLICK_USER,
	RALM_CLICK_ITEM,
	RALM_CLICK_TIME,
	RALM_CLICK_RATING,
	RALM_CLICK_ROLES,
	RALM_CLICK_IGNORED = RALM_CLICK_ROLES,
};

enum { RALM_CLICK_COLUMNS_MAX = 1024 };

struct ralm_click_columns {
	char delimiter[16];
	size_t delimiter_length;
	bool quotes;
	bool named; /* roles are found by the header's names */
	const char *spec; /* --columns, not owned; NULL: the default */
	/* What each column holds; the columns behind hold nothing. */
	unsigned char role[RALM_CLICK_COLUMNS_MAX];
	size_t count; /* columns a line must have at least; 0: not yet known */
	bool has[RALM_CLICK_ROLES];
};

struct ralm_field {
	char *text;
	size_t length;
};

/* Checks the texts of the options; RALM_ERROR_CONFIG when they are wrong. */
int ralm_click_columns_init(struct ralm_click_columns *columns,
			    const char *spec, const char *delimiter,
			    bool header, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Settles what the options left open: by the header of a file what its columns
 * are named, by a header or any line how many there are. A header's line may
 * change. A line that is refused settles nothing. */
int ralm_click_columns_settle(struct ralm_click_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The fields of a line, by role; roles without a column are untouched. A
 * quoted field is unquoted in place. */
int ralm_click_columns_cut(struct ralm_field fields[RALM_CLICK_ROLES],
			   const struct ralm_click_columns *columns, char *line,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
