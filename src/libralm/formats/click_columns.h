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
	bool named;     /* roles are found by the header's names */
	bool known;     /* by the usual names, until the first header is read */
	const char *spec; /* --columns, not owned; NULL: the default */
	char own_spec[512]; /* what the usual names gave, as --columns */
	/* What each column holds; further columns hold nothing. */
	unsigned char role[RALM_CLICK_COLUMNS_MAX];
	size_t count; /* columns a line must have at least */
	bool has[RALM_CLICK_ROLES];
	bool wants[RALM_CLICK_ROLES]; /* an option has a use for it */
	size_t header_fields; /* of the file's header; 0: there was none */
	/* What to tell the user of the first header: which columns were used,
	 * or what contradicts --columns. No message: nothing. */
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

/* Takes the header of a file, which may change. Columns are found by names
 * where --columns has names or is not given: then by the usual names in the
 * first header, which later headers must have, too. */
int ralm_click_columns_header(struct ralm_click_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The fields of a line, by role; roles without a column are untouched. A quoted
 * field is unquoted in place. Quotes are checked in the whole line. */
int ralm_click_columns_cut(struct ralm_field fields[RALM_CLICK_ROLES],
			   const struct ralm_click_columns *columns, char *line,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Whether a first line looks like a header: its user or item column has a usual
 * name for that role, or two fields have usual names; and no field begins with
 * a digit. */
bool ralm_click_columns_like_header(const struct ralm_click_columns *columns,
				    const char *line, size_t length);

#endif
