#include "formats/click_columns.h"

#include "formats/column_list.h"

#include <string.h>

/* ---- a line ------------------------------------------------------------ */

static int too_few(size_t want, size_t got, struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_DATA,
			      got == 1 ? "expected at least %zu columns, got %zu "
					 "(--delimiter)"
				       : "expected at least %zu columns, got %zu",
			      want, got);
}

int ralm_click_columns_cut(struct ralm_field fields[RALM_CLICK_ROLES],
			   const struct ralm_click_columns *columns, char *line,
			   size_t length, struct ralm_error *err)
{
	struct ralm_fields cursor;
	ralm_fields_start(&cursor, &columns->delimiter, columns->multiline,
			  line, length);
	for (size_t i = 0; i < columns->count; i++) {
		struct ralm_field field;
		if (!cursor.more)
			return too_few(columns->count, i, err);
		if (ralm_fields_next(&field, &cursor, err) != 0)
			return -1;
		if (columns->role[i] == RALM_CLICK_IGNORED)
			continue;
		ralm_field_unquote(&field);
		fields[columns->role[i]] = field;
	}
	return ralm_fields_check_rest(&cursor, columns->count,
				      columns->header_fields, err);
}

/* ---- the options ------------------------------------------------------- */

static int bad_columns(const struct ralm_click_columns *columns,
		       struct ralm_error *err, const char *why)
{
	return ralm_error_set(err, RALM_ERROR_CONFIG, "--columns: '%s': %s",
			      columns->spec, why);
}

static int take_role(struct ralm_click_columns *columns, int role,
		     struct ralm_error *err)
{
	if (role == RALM_CLICK_IGNORED)
		return 0;
	if (columns->has[role])
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--columns: '%s': %s is named twice", columns->spec,
			ralm_click_role_text((enum ralm_click_role)role));
	columns->has[role] = true;
	return 0;
}

static int take_entry(struct ralm_click_columns *columns, size_t index,
		      const struct ralm_column_entry *entry,
		      struct ralm_error *err)
{
	bool named = ralm_column_has_name(entry);
	if (index > 0 && named != columns->named)
		return bad_columns(columns, err,
				   "either all entries are ROLE=NAME or none");
	columns->named = named;
	int role = ralm_click_role_of_text(entry->text, entry->role);
	if (role < 0 || (named && role == RALM_CLICK_IGNORED))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--columns: expected user, item, time, rating, event or _, or "
			"ROLE=NAME for a field of the header, got '%.*s'",
			ralm_shown(entry->length),
			entry->text);
	if (index >= RALM_CLICK_COLUMNS_MAX)
		return bad_columns(columns, err, "too many columns");
	if (!named) {
		columns->role[index] = (unsigned char)role;
		if (role != RALM_CLICK_IGNORED)
			columns->count = index + 1;
	}
	if (take_role(columns, role, err) != 0)
		return -1;
	return ralm_column_check_name(entry, columns->spec, err);
}

/* The columns without --columns and without a header. */
static void take_default(struct ralm_click_columns *columns)
{
	columns->role[0] = RALM_CLICK_USER;
	columns->role[1] = RALM_CLICK_ITEM;
	columns->has[RALM_CLICK_USER] = columns->has[RALM_CLICK_ITEM] = true;
	columns->count = 2;
}

static int check_wants(const struct ralm_click_columns *columns,
		       struct ralm_error *err)
{
	if (columns->wants[RALM_CLICK_RATING] &&
	    !columns->has[RALM_CLICK_RATING])
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--min-rating: no column is the rating "
				      "(--columns)");
	if (columns->wants[RALM_CLICK_EVENT] && !columns->has[RALM_CLICK_EVENT])
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--event: no column is the event (--columns)");
	if (columns->wants[RALM_CLICK_TIME] && !columns->has[RALM_CLICK_TIME])
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--time-format: no column is the time (--columns)");
	return 0;
}

int ralm_click_columns_init(struct ralm_click_columns *columns,
			    const struct ralm_click_columns_options *options,
			    struct ralm_error *err)
{
	memset(columns, 0, sizeof *columns);
	columns->spec = options->spec;
	columns->multiline = options->multiline;
	columns->wants[RALM_CLICK_RATING] = options->wants_rating;
	columns->wants[RALM_CLICK_EVENT] = options->wants_event;
	columns->wants[RALM_CLICK_TIME] = options->wants_time;
	if (ralm_delimiter_parse(&columns->delimiter, options->delimiter,
				 err) != 0)
		return -1;
	if (options->multiline && !columns->delimiter.quotes)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--multiline: fields are not quoted with that "
				      "delimiter (--delimiter)");
	if (options->spec == NULL) {
		columns->known = options->header;
		if (options->header)
			return 0;
		take_default(columns);
		return check_wants(columns, err);
	}
	struct ralm_column_entry entry;
	size_t index = 0;
	for (bool more = ralm_column_first(&entry, options->spec); more;
	     more = ralm_column_next(&entry))
		if (take_entry(columns, index++, &entry, err) != 0)
			return -1;
	if (!columns->has[RALM_CLICK_USER] || !columns->has[RALM_CLICK_ITEM])
		return bad_columns(columns, err,
				   "a user and an item column are needed");
	if (columns->named && !options->header)
		return bad_columns(columns, err,
				   "names need a header (--header)");
	return check_wants(columns, err);
}
