#include "click_columns.h"

#include <string.h>

static const char *const role_names[] = {"user", "item", "time", "rating", "_"};

/* ---- the next field of a line ------------------------------------------ */

struct cursor {
	char *at, *end;
	bool more; /* a field is there, perhaps an empty one */
};

static char *find_delimiter(const struct ralm_click_columns *columns,
			    const char *at, const char *end)
{
	size_t left = (size_t)(end - at);
	if (columns->delimiter_length == 1)
		return memchr(at, columns->delimiter[0], left);
	return memmem(at, left, columns->delimiter, columns->delimiter_length);
}

/* Moves the cursor behind the closing quote; the field is what is quoted, its
 * doubled quotes included. */
static int find_quote(struct ralm_field *field, struct cursor *cursor,
		      struct ralm_error *err)
{
	field->text = ++cursor->at;
	for (;;) {
		char *quote = memchr(cursor->at, '"',
				     (size_t)(cursor->end - cursor->at));
		if (quote == NULL)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "quote is not closed");
		cursor->at = quote + 1;
		if (cursor->at == cursor->end || *cursor->at != '"') {
			field->length = (size_t)(quote - field->text);
			return 0;
		}
		cursor->at++;
	}
}

/* Makes one quote of each two, in place. */
static void halve_quotes(struct ralm_field *field)
{
	size_t kept = 0;
	for (size_t i = 0; i < field->length; i++) {
		field->text[kept++] = field->text[i];
		if (field->text[i] == '"')
			i++;
	}
	field->length = kept;
}

static int next_field(struct ralm_field *field, bool *quoted,
		      struct cursor *cursor,
		      const struct ralm_click_columns *columns,
		      struct ralm_error *err)
{
	*quoted = columns->quotes && cursor->at < cursor->end &&
		  *cursor->at == '"';
	if (*quoted && find_quote(field, cursor, err) != 0)
		return -1;
	char *stop = find_delimiter(columns, cursor->at, cursor->end);
	cursor->more = stop != NULL;
	if (stop == NULL)
		stop = cursor->end;
	if (!*quoted) {
		field->text = cursor->at;
		field->length = (size_t)(stop - cursor->at);
	} else if (stop != cursor->at) {
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "text behind a closing quote");
	}
	cursor->at = cursor->more ? stop + columns->delimiter_length : stop;
	return 0;
}

static int too_few(size_t want, size_t got, struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_DATA,
			      got == 1 ? "expected at least %zu columns, got %zu (--delimiter)"
				       : "expected at least %zu columns, got %zu",
			      want, got);
}

int ralm_click_columns_cut(struct ralm_field fields[RALM_CLICK_ROLES],
			   const struct ralm_click_columns *columns, char *line,
			   size_t length, struct ralm_error *err)
{
	struct cursor cursor = {line, line + length, true};
	for (size_t i = 0; i < columns->count; i++) {
		struct ralm_field field;
		bool quoted;
		if (!cursor.more)
			return too_few(columns->count, i, err);
		if (next_field(&field, &quoted, &cursor, columns, err) != 0)
			return -1;
		if (columns->role[i] == RALM_CLICK_IGNORED)
			continue;
		if (quoted)
			halve_quotes(&field);
		fields[columns->role[i]] = field;
	}
	return 0;
}

/* ---- the options ------------------------------------------------------- */

static int role_of(const char *name, size_t length)
{
	for (int role = 0; role <= RALM_CLICK_IGNORED; role++)
		if (strlen(role_names[role]) == length &&
		    memcmp(role_names[role], name, length) == 0)
			return role;
	return -1;
}

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
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: '%s': %s is named twice",
				      columns->spec, role_names[role]);
	columns->has[role] = true;
	return 0;
}

/* One entry of --columns: a role, or ROLE=NAME. */
static int take_entry(struct ralm_click_columns *columns, size_t index,
		      const char *entry, size_t length, struct ralm_error *err)
{
	const char *equal = memchr(entry, '=', length);
	bool named = equal != NULL;
	if (index > 0 && named != columns->named)
		return bad_columns(columns, err,
				   "either all entries are ROLE=NAME or none");
	columns->named = named;
	int role = role_of(entry, named ? (size_t)(equal - entry) : length);
	if (role < 0 || (named && role == RALM_CLICK_IGNORED))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--columns: expected user, item, time, rating or _, or "
			"ROLE=NAME for a field of the header, got '%.*s'",
			length > 80 ? 80 : (int)length, entry);
	if (index >= RALM_CLICK_COLUMNS_MAX)
		return bad_columns(columns, err, "too many columns");
	if (!named) {
		columns->role[index] = (unsigned char)role;
		if (role != RALM_CLICK_IGNORED)
			columns->count = index + 1;
	}
	return take_role(columns, role, err);
}

int ralm_click_columns_init(struct ralm_click_columns *columns,
			    const char *spec, const char *delimiter,
			    bool header, struct ralm_error *err)
{
	memset(columns, 0, sizeof *columns);
	columns->spec = spec;
	if (delimiter == NULL || strcmp(delimiter, "\\t") == 0)
		delimiter = "\t";
	columns->delimiter_length = strlen(delimiter);
	if (columns->delimiter_length == 0 ||
	    columns->delimiter_length >= sizeof columns->delimiter)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--delimiter: expected 1 to %zu bytes, got '%s'",
				      sizeof columns->delimiter - 1, delimiter);
	if (strchr(delimiter, '"') || strchr(delimiter, '\n'))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--delimiter: neither a quote nor a newline can delimit");
	memcpy(columns->delimiter, delimiter, columns->delimiter_length + 1);
	columns->quotes = columns->delimiter_length == 1 &&
			  delimiter[0] != '\t' && delimiter[0] != ' ';
	if (spec == NULL)
		return 0;
	size_t index = 0;
	for (const char *entry = spec;; index++) {
		size_t length = strcspn(entry, ",");
		if (take_entry(columns, index, entry, length, err) != 0)
			return -1;
		if (entry[length] == '\0')
			break;
		entry += length + 1;
	}
	if (!columns->has[RALM_CLICK_USER] || !columns->has[RALM_CLICK_ITEM])
		return bad_columns(columns, err,
				   "a user and an item column are needed");
	if (columns->named && !header)
		return bad_columns(columns, err,
				   "names need a header (--header)");
	return 0;
}

/* ---- what a header or a line settles ------------------------------------ */

/* The role that --columns gives to a field of the header, or ignored. */
static int role_of_field(const struct ralm_click_columns *columns,
			 const struct ralm_field *field)
{
	for (const char *entry = columns->spec;;) {
		size_t length = strcspn(entry, ",");
		size_t role_length = strcspn(entry, "=");
		const char *name = entry + role_length + 1;
		if (field->length == length - role_length - 1 &&
		    memcmp(name, field->text, field->length) == 0)
			return role_of(entry, role_length);
		if (entry[length] == '\0')
			return RALM_CLICK_IGNORED;
		entry += length + 1;
	}
}

/* No field has the name of that role: tells which name. */
static int no_field(const struct ralm_click_columns *columns, int wanted,
		    struct ralm_error *err)
{
	const char *entry = columns->spec;
	while (role_of(entry, strcspn(entry, "=")) != wanted)
		entry += strcspn(entry, ",") + 1;
	size_t length = strcspn(entry, ",");
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "no field of the header for %.*s (--columns)",
			      length > 80 ? 80 : (int)length, entry);
}

static int settle_names(struct ralm_click_columns *columns,
			struct cursor *cursor, struct ralm_error *err)
{
	bool found[RALM_CLICK_ROLES] = {false};
	columns->count = 0;
	for (size_t i = 0; cursor->more; i++) {
		struct ralm_field field;
		bool quoted;
		if (next_field(&field, &quoted, cursor, columns, err) != 0)
			return -1;
		if (quoted)
			halve_quotes(&field);
		int role = role_of_field(columns, &field);
		if (i == RALM_CLICK_COLUMNS_MAX)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "more than %d columns",
					      RALM_CLICK_COLUMNS_MAX);
		columns->role[i] = (unsigned char)role;
		if (role == RALM_CLICK_IGNORED)
			continue;
		if (found[role])
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "two fields of the header are named '%.*s'",
					      field.length > 80 ? 80 : (int)field.length,
					      field.text);
		found[role] = true;
		columns->count = i + 1;
	}
	for (int role = 0; role < RALM_CLICK_ROLES; role++)
		if (columns->has[role] && !found[role])
			return no_field(columns, role, err);
	return 0;
}

int ralm_click_columns_settle(struct ralm_click_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
{
	struct cursor cursor = {line, line + length, true};
	if (columns->named)
		return settle_names(columns, &cursor, err);
	if (columns->count > 0)
		return 0;
	size_t seen = 0;
	for (; cursor.more && seen < 3; seen++) {
		struct ralm_field field;
		bool quoted;
		if (next_field(&field, &quoted, &cursor, columns, err) != 0)
			return -1;
	}
	if (seen < 2)
		return too_few(2, seen, err);
	columns->role[0] = RALM_CLICK_USER;
	columns->role[1] = RALM_CLICK_ITEM;
	columns->role[2] = RALM_CLICK_TIME;
	columns->has[RALM_CLICK_USER] = columns->has[RALM_CLICK_ITEM] = true;
	columns->has[RALM_CLICK_TIME] = seen == 3;
	columns->count = seen == 3 ? 3 : 2;
	return 0;
}
