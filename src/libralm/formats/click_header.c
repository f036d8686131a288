#include "formats/click_columns.h"

#include "formats/column_list.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 40 }; /* bytes of a name in a message */

static int shown(size_t length)
{
	return length > SHOWN ? SHOWN : (int)length;
}

/* ---- what is said of a header -------------------------------------------- */

/* Adds the names of the header's fields to the error of a missing column. */
static int tell_fields(const struct ralm_field *fields, size_t count,
		       struct ralm_error *err)
{
	char names[240] = "", why[200];
	size_t used = 0;
	snprintf(why, sizeof why, "%.190s", err ? err->message : "");
	for (size_t i = 0; i < count; i++) {
		if (used > sizeof names - SHOWN - 10) {
			snprintf(names + used, sizeof names - used, ", ...");
			break;
		}
		used += (size_t)snprintf(names + used, sizeof names - used,
					 "%s'%.*s'", i ? ", " : "",
					 shown(fields[i].length),
					 fields[i].text);
	}
	if (count == 1)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s; the header is one field, %s (--delimiter)",
				      why, names);
	return ralm_error_set(err, RALM_ERROR_DATA, "%s; the header has %s",
			      why, names);
}

/* The error where no column has the name that --columns gives for the role. */
static void no_name(const struct ralm_click_columns *columns, int wanted,
		    struct ralm_error *err)
{
	struct ralm_column_entry entry;
	ralm_column_first(&entry, columns->spec);
	while (ralm_click_role_of_text(entry.text, entry.role) != wanted)
		ralm_column_next(&entry);
	size_t length = entry.length - entry.role - 1;
	ralm_error_set(err, RALM_ERROR_DATA,
		       "no column is named '%.*s' (--columns)",
		       ralm_shown(length),
		       entry.text + entry.role + 1);
}

static void no_known_name(int role, struct ralm_error *err)
{
	const char *text = ralm_click_role_text((enum ralm_click_role)role);
	ralm_error_set(err, RALM_ERROR_DATA,
		       "no column has a name that is known for the %s "
		       "(--columns=%s=NAME,...)",
		       text, text);
}

/* ---- by the names of --columns -------------------------------------------- */

/* The role that --columns gives to a field of the header, or RALM_CLICK_IGNORED. */
static int role_of_field(const struct ralm_click_columns *columns,
			 const struct ralm_field *field)
{
	struct ralm_column_entry entry;
	for (bool more = ralm_column_first(&entry, columns->spec); more;
	     more = ralm_column_next(&entry))
		if (ralm_column_is_named(&entry, field->text, field->length))
			return ralm_click_role_of_text(entry.text, entry.role);
	return RALM_CLICK_IGNORED;
}

/* Returns 0; 1 with the error of a missing column, to which tell_fields adds; or -1. */
static int take_names(struct ralm_click_columns *columns,
		      const struct ralm_field *fields, size_t count,
		      struct ralm_error *err)
{
	bool found[RALM_CLICK_ROLES] = {false};
	columns->count = 0;
	for (size_t i = 0; i < count; i++) {
		int role = role_of_field(columns, &fields[i]);
		columns->role[i] = (unsigned char)role;
		if (role == RALM_CLICK_IGNORED)
			continue;
		if (found[role])
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "two fields of the header are named '%.*s'",
					      shown(fields[i].length),
					      fields[i].text);
		found[role] = true;
		columns->count = i + 1;
	}
	for (int role = 0; role < RALM_CLICK_ROLES; role++)
		if (columns->has[role] && !found[role]) {
			no_name(columns, role, err);
			return 1;
		}
	return 0;
}

/* ---- by known names -------------------------------------------------------- */

/* Writes the columns found as --columns would give them, and notes them for the user,
 * with those behind them that no option uses. */
static void write_spec(struct ralm_click_columns *columns,
		       const struct ralm_field *const found[RALM_CLICK_ROLES])
{
	char unused[160] = "";
	size_t used = 0, more = 0;
	for (int role = 0; role < RALM_CLICK_ROLES; role++) {
		if (found[role] == NULL)
			continue;
		const char *text =
			ralm_click_role_text((enum ralm_click_role)role);
		if (columns->has[role])
			used += (size_t)snprintf(
				columns->own_spec + used,
				sizeof columns->own_spec - used, "%s%s=%.*s",
				used ? "," : "", text,
				(int)found[role]->length, found[role]->text);
		else
			more += (size_t)snprintf(
				unused + more, sizeof unused - more,
				"%s'%.*s' (%s)",
				more ? ", " : "; not used: ",
				(int)found[role]->length, found[role]->text,
				role == RALM_CLICK_RATING ? "--min-rating"
							  : "--event");
	}
	ralm_error_set(&columns->note, RALM_OK, "taken by name: --columns=%s%s",
		       columns->own_spec, unused);
}

/* Returns as take_names does. */
static int take_known(struct ralm_click_columns *columns,
		      const struct ralm_field *fields, size_t count,
		      struct ralm_error *err)
{
	const struct ralm_field *found[RALM_CLICK_ROLES] = {NULL};
	for (size_t i = 0; i < count; i++) {
		enum ralm_click_role role = ralm_click_role_of_name(
			fields[i].text, fields[i].length);
		if (role == RALM_CLICK_IGNORED)
			continue;
		if (found[role] != NULL)
			return ralm_error_set(
				err, RALM_ERROR_DATA,
				"'%.*s' and '%.*s' may both be the %s (--columns)",
				shown(found[role]->length), found[role]->text,
				shown(fields[i].length), fields[i].text,
				ralm_click_role_text(role));
		found[role] = &fields[i];
	}
	for (int role = 0; role < RALM_CLICK_ROLES; role++) {
		bool needed = role == RALM_CLICK_USER ||
			      role == RALM_CLICK_ITEM || columns->wants[role];
		if (needed && found[role] == NULL) {
			no_known_name(role, err);
			return 1;
		}
		columns->has[role] = found[role] != NULL &&
				     (needed || role == RALM_CLICK_TIME);
	}
	write_spec(columns, found);
	columns->spec = columns->own_spec;
	columns->known = false;
	columns->named = true;
	return 0;
}

/* ---- by place --------------------------------------------------------------- */

/* Where --columns gives places, names do not count; but a note tells of the first one
 * that usually means another role. */
static void note_other_name(struct ralm_click_columns *columns,
			    const struct ralm_field *fields, size_t count)
{
	if (columns->note.message[0] != '\0')
		return;
	for (size_t i = 0; i < count && i < columns->count; i++) {
		enum ralm_click_role taken = columns->role[i];
		enum ralm_click_role known = ralm_click_role_of_name(
			fields[i].text, fields[i].length);
		if (taken == RALM_CLICK_IGNORED ||
		    known == RALM_CLICK_IGNORED || known == taken)
			continue;
		ralm_error_set(&columns->note, RALM_OK,
			       "column %zu is the %s by --columns, and '%.*s' by the "
			       "header",
			       i + 1, ralm_click_role_text(taken),
			       shown(fields[i].length), fields[i].text);
		return;
	}
}

/* ---- any header ------------------------------------------------------------- */

static int take_fields(struct ralm_click_columns *columns,
		       const struct ralm_field *fields, size_t count,
		       struct ralm_error *err)
{
	if (columns->known) {
		int result = take_known(columns, fields, count, err);
		if (result != 0)
			return result;
	}
	if (columns->named)
		return take_names(columns, fields, count, err);
	note_other_name(columns, fields, count);
	return 0;
}

int ralm_click_columns_header(struct ralm_click_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
{
	struct ralm_field fields[RALM_CLICK_COLUMNS_MAX];
	struct ralm_fields cursor;
	size_t count = 0;
	ralm_fields_start(&cursor, &columns->delimiter, columns->multiline,
			  line, length);
	columns->header_fields = 0;
	for (; cursor.more; count++) {
		if (!ralm_fields_done(&cursor))
			columns->header_fields = count + 1;
		if (count == RALM_CLICK_COLUMNS_MAX)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "more than %d columns",
					      RALM_CLICK_COLUMNS_MAX);
		if (ralm_fields_next(&fields[count], &cursor, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++)
		ralm_field_unquote(&fields[i]);
	int result = take_fields(columns, fields, count, err);
	return result > 0 ? tell_fields(fields, count, err) : result;
}

static bool is_id(enum ralm_click_role role)
{
	return role == RALM_CLICK_USER || role == RALM_CLICK_ITEM;
}

bool ralm_click_columns_like_header(const struct ralm_click_columns *columns,
				    const char *line, size_t length)
{
	struct ralm_fields fields;
	struct ralm_field field;
	int known = 0;
	/* Nothing is changed: no field is unquoted. */
	ralm_fields_start(&fields, &columns->delimiter, columns->multiline,
			  (char *)line, length);
	for (size_t i = 0; fields.more && i < RALM_CLICK_COLUMNS_MAX; i++) {
		if (ralm_fields_next(&field, &fields, NULL) != 0)
			return false;
		/* Columns are not named by numbers: this is a click. */
		if (field.length > 0 && *field.text >= '0' &&
		    *field.text <= '9')
			return false;
		enum ralm_click_role role =
			ralm_click_role_of_name(field.text, field.length);
		if (role == RALM_CLICK_IGNORED)
			continue;
		const bool id = i < columns->count && is_id(columns->role[i]);
		known += id && is_id(role) ? 2 : 1;
	}
	return known >= 2;
}
