/* Which column of a click log holds what, by the options or by the names in a
 * header, and cutting a line into the fields that are used. */
#ifndef RALM_FORMATS_CLICK_COLUMNS_H
#define RALM_FORMATS_CLICK_COLUMNS_H

#include <stdbool.h>

#include "ground/error.h"
#include "formats/click_names.h"
#include "formats/csv_fields.h"

enum { RALM_CLICK_COLUMNS_MAX = 1024 };

struct ralm_click_columns {
	struct ralm_delimiter delimiter;
	bool multiline; /* quoted fields may hold newlines */
	bool named;     /* roles are found by the names in the header */
	bool known;     /* by the usual names: until the first header is read */
	const char *spec; /* --columns, not owned; NULL: the default */
	char own_spec[512]; /* --columns as the usual names would give it: ROLE=NAME
			     * for each role, names of RALM_CLICK_NAME_MAX bytes */
	/* What each column holds; further columns hold nothing. */
	unsigned char role[RALM_CLICK_COLUMNS_MAX];
	size_t count; /* columns a line must have at least */
	bool has[RALM_CLICK_ROLES];
	bool wants[RALM_CLICK_ROLES]; /* an option needs it */
	size_t header_fields; /* of the file's header; 0: there was none */
	/* What to tell the user about the first header: which columns were used,
	 * or what contradicts --columns. Without a message: nothing. */
	struct ralm_error note;
};

struct ralm_click_columns_options {
	const char *spec, *delimiter; /* NULL: the defaults */
	bool header, multiline;
	/* --min-rating, --event and --time-format */
	bool wants_rating, wants_event, wants_time;
};

/* Checks the texts of the options; RALM_ERROR_CONFIG when they are wrong. */
int ralm_click_columns_init(struct ralm_click_columns *columns,
			    const struct ralm_click_columns_options *options,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Takes the header of a file; the bytes of `line` may change. Where --columns has
 * names, columns are found by these; where it is not given, by the usual names in the
 * first header, which later headers must have, too. */
int ralm_click_columns_header(struct ralm_click_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sets the fields of a line, by role; those of roles without a column stay as they
 * are. A quoted field is unquoted in place. Quotes are checked in the whole line. */
int ralm_click_columns_cut(struct ralm_field fields[RALM_CLICK_ROLES],
			   const struct ralm_click_columns *columns, char *line,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Whether a first line looks like a header: its user or item column has a usual name
 * of a user or an item, or two fields have usual names; and no field begins with a
 * digit. */
bool ralm_click_columns_like_header(const struct ralm_click_columns *columns,
				    const char *line, size_t length);

#endif
