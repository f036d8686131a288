#include "formats/score_fields.h"

#include "ground/c_locale.h"
#include "formats/column_list.h"

#include <stdio.h>
#include <strings.h>

/* ---- the options ------------------------------------------------------- */

static const struct {
	const char *name;
	enum ralm_score_role role;
} roles[] = {
	{"_", RALM_COLUMN_PASS},      {"label", RALM_COLUMN_LABEL},
	{"score", RALM_COLUMN_SCORE}, {"group", RALM_COLUMN_GROUP},
	{"weight", RALM_COLUMN_WEIGHT},
};
enum { ROLES = sizeof roles / sizeof *roles };

static int find_role(const char *name, size_t length)
{
	for (size_t i = 0; i < ROLES; i++)
		if (strlen(roles[i].name) == length &&
		    memcmp(roles[i].name, name, length) == 0)
			return (int)roles[i].role;
	return -1;
}

/* Takes the index-th entry of --columns: that column, or, with a name, one whose place
 * the header will give. */
static int take_entry(struct ralm_score_columns *columns,
		      const struct ralm_column_entry *entry, unsigned index,
		      struct ralm_error *err)
{
	int role = find_role(entry->text, entry->role);
	bool named = ralm_column_has_name(entry);
	if (role < 0 || (named && role == RALM_COLUMN_PASS))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--columns: expected label, score, group, weight or _, or "
			"ROLE=NAME for a field of the header, got '%.*s'",
			(int)entry->length, entry->text);
	if (index > 0 && named != columns->named)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: '%s': either all entries are ROLE=NAME "
				      "or none",
				      columns->format.columns);
	columns->named = named;
	if (role != RALM_COLUMN_PASS &&
	    memchr(columns->roles, role, index) != NULL)
		return ralm_column_twice(entry->text, entry->role, err);
	if (index == RALM_SCORE_COLUMNS_MAX)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: more than %d",
				      RALM_SCORE_COLUMNS_MAX);
	columns->roles[index] = (char)role;
	if (role != RALM_COLUMN_PASS)
		columns->count = (int)index + 1;
	columns->grouped = columns->grouped || role == RALM_COLUMN_GROUP;
	columns->weighted = columns->weighted || role == RALM_COLUMN_WEIGHT;
	return ralm_column_check_name(entry, columns->format.columns, err);
}

static int take_spec(struct ralm_score_columns *columns, const char *spec,
		     struct ralm_error *err)
{
	struct ralm_column_entry entry;
	unsigned index = 0;
	for (bool more = ralm_column_first(&entry, spec); more;
	     more = ralm_column_next(&entry), index++)
		if (take_entry(columns, &entry, index, err) != 0)
			return -1;
	if (memchr(columns->roles, RALM_COLUMN_LABEL, index) == NULL ||
	    memchr(columns->roles, RALM_COLUMN_SCORE, index) == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: label and score must be among them");
	if (columns->named && !columns->format.header)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: '%s': names need a header (--header)",
				      spec);
	if (columns->named)
		columns->count = 0;
	return 0;
}

/* Sets whether the columns have a fast path in ralm_score_line_scan, and which. */
static void find_fast_path(struct ralm_score_columns *columns)
{
	const struct ralm_score_format *format = &columns->format;
	const struct ralm_delimiter *delimiter = &columns->delimiter;
	bool any = format->delimiter == NULL || delimiter->length == 0;
	columns->gap[0] = any ? ' ' : delimiter->bytes[0];
	columns->gap[1] = any ? '\t' : delimiter->bytes[0];
	bool usual = columns->count >= 2 &&
		     columns->roles[0] == RALM_COLUMN_LABEL &&
		     columns->roles[1] == RALM_COLUMN_SCORE &&
		     !format->signed_labels && !format->probabilities;
	/* The delimiter must be no character that could continue a number. */
	columns->plain = usual && columns->count == 2 &&
			 (any || (delimiter->length == 1 &&
				  strchr("0123456789.+-eE",
					 delimiter->bytes[0]) == NULL));
	columns->plain_group = usual && columns->count == 3 &&
			       columns->roles[2] == RALM_COLUMN_GROUP &&
			       delimiter->length == 1 &&
			       delimiter->bytes[0] == '\t';
}

int ralm_score_columns_init(struct ralm_score_columns *columns,
			    const struct ralm_score_format *format,
			    struct ralm_error *err)
{
	struct ralm_score_columns new;
	memset(&new, 0, sizeof new);
	new.format = *format;
	if (ralm_delimiter_parse(&new.delimiter, format->delimiter, err) != 0 ||
	    (format->columns != NULL &&
	     take_spec(&new, format->columns, err) != 0))
		return -1;
	new.named = new.named || (format->header && format->columns == NULL);
	find_fast_path(&new);
	*columns = new;
	return 0;
}

/* ---- the header -------------------------------------------------------- */

/* The role of a field of the header, by --columns or by its usual name. */
static int role_of_field(const struct ralm_score_columns *columns,
			 const struct ralm_field *field)
{
	struct ralm_column_entry entry;
	struct ralm_field name = *field;
	char copy[256];
	/* Unquoted in a copy: the line is read again. A longer name keeps its doubled
	 * quotes. */
	if (name.length <= sizeof copy) {
		name.text = memcpy(copy, field->text, field->length);
		ralm_field_unquote(&name);
	}
	if (columns->format.columns != NULL) {
		for (bool more = ralm_column_first(&entry, columns->format.columns);
		     more; more = ralm_column_next(&entry))
			if (ralm_column_is_named(&entry, name.text, name.length))
				return find_role(entry.text, entry.role);
		return RALM_COLUMN_PASS;
	}
	for (size_t i = 1; i < ROLES; i++)
		if (ralm_is_word(roles[i].name, name.text, name.length))
			return (int)roles[i].role;
	return ralm_is_word("item", name.text, name.length) ? RALM_COLUMN_GROUP
							    : RALM_COLUMN_PASS;
}

/* The entry of --columns for a role, or the role's usual name. */
static struct ralm_column_entry
wanted_of(const struct ralm_score_columns *columns, int role)
{
	struct ralm_column_entry entry = {.length = 0};
	if (columns->format.columns != NULL)
		for (bool more = ralm_column_first(&entry, columns->format.columns);
		     more; more = ralm_column_next(&entry))
			if (find_role(entry.text, entry.role) == role)
				return entry;
	for (size_t i = 0; i < ROLES; i++)
		if ((int)roles[i].role == role)
			ralm_column_first(&entry, roles[i].name);
	return entry;
}

/* The error of a missing column, with the names of the header, as far as there is room
 * for them. */
static int no_field(const struct ralm_score_columns *columns, int role,
		    char *line, size_t length, struct ralm_error *err)
{
	struct ralm_column_entry wanted = wanted_of(columns, role);
	struct ralm_fields fields;
	struct ralm_field field;
	char names[300] = "";
	size_t used = 0;
	int count = 0;
	ralm_score_fields_start(&fields, columns, line, length);
	while (fields.more && used < sizeof names - 80 &&
	       ralm_score_fields_next(&field, &fields, NULL) == 0)
		used += (size_t)snprintf(names + used, sizeof names - used,
					 "%s'%.*s'", count++ ? ", " : "",
					 field.length > 70 ? 70
							   : (int)field.length,
					 field.text);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "no field of the header for %.*s (--columns); there are "
			      "%s%s%s",
			      ralm_shown(wanted.length),
			      wanted.text, names, fields.more ? ", ..." : "",
			      count == 1 ? " (--delimiter)" : "");
}

static int second_field(const struct ralm_score_columns *columns, int role,
			const struct ralm_field *field, struct ralm_error *err)
{
	struct ralm_column_entry wanted = wanted_of(columns, role);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "two fields of the header are for %.*s, the second is "
			      "'%.*s'",
			      ralm_shown(wanted.length),
			      wanted.text,
			      ralm_shown(field->length),
			      field->text);
}

/* Sets the roles by the names of a header; returns how many columns it has, or -1. */
static int place_roles(struct ralm_score_columns *columns, char *line,
		       size_t length, struct ralm_error *err)
{
	struct ralm_fields fields;
	struct ralm_field field;
	int index = 0;
	columns->count = 0;
	ralm_score_fields_start(&fields, columns, line, length);
	for (; fields.more; index++) {
		if (ralm_score_fields_next(&field, &fields, err) != 0)
			return -1;
		int role = role_of_field(columns, &field);
		if (index == RALM_SCORE_COLUMNS_MAX)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "more than %d columns",
					      RALM_SCORE_COLUMNS_MAX);
		if (role != RALM_COLUMN_PASS &&
		    memchr(columns->roles, role, (size_t)index) != NULL)
			return second_field(columns, role, &field, err);
		columns->roles[index] = (char)role;
		if (role != RALM_COLUMN_PASS)
			columns->count = index + 1;
	}
	return index;
}

static int find_names(struct ralm_score_columns *columns, char *line,
		      size_t length, struct ralm_error *err)
{
	int count = place_roles(columns, line, length, err);
	if (count < 0)
		return -1;
	const struct {
		int role;
		const char *name;
		bool must;
		bool *has;
	} all[] = {{RALM_COLUMN_LABEL, "label", true, NULL},
		   {RALM_COLUMN_SCORE, "score", true, NULL},
		   {RALM_COLUMN_GROUP, "group", columns->grouped,
		    &columns->grouped},
		   {RALM_COLUMN_WEIGHT, "weight", columns->weighted,
		    &columns->weighted}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool found = memchr(columns->roles, all[i].role,
				    (size_t)count) != NULL;
		if (all[i].must && !found)
			return no_field(columns, all[i].role, line, length, err);
		if (found && !all[i].must && columns->header_seen)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "this header has a %s, that of the first "
					      "file has none",
					      all[i].name);
		if (found && !all[i].must)
			*all[i].has = true;
	}
	return 0;
}

static int count_fields(struct ralm_score_columns *columns, char *line,
			size_t length, struct ralm_error *err)
{
	struct ralm_fields fields;
	struct ralm_field field;
	columns->header_fields = 0;
	ralm_score_fields_start(&fields, columns, line, length);
	for (; fields.more && !ralm_fields_done(&fields);
	     columns->header_fields++)
		if (ralm_score_fields_next(&field, &fields, err) != 0)
			return -1;
	return 0;
}

int ralm_score_columns_header(struct ralm_score_columns *columns, char *line,
			      size_t length, struct ralm_error *err)
{
	struct ralm_score_columns new = *columns;
	struct ralm_score_line data;
	if ((new.named && find_names(&new, line, length, err) != 0) ||
	    count_fields(&new, line, length, err) != 0)
		return -1;
	if (ralm_score_line_parse(&data, &new, line, length, NULL) == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "this line is no header: it holds a label and a "
				      "score (--header)");
	new.header_seen = true;
	find_fast_path(&new);
	*columns = new;
	return 0;
}

/* ---- the first line ---------------------------------------------------- */

int ralm_score_columns_guess(struct ralm_score_columns *columns, char *line,
			     size_t length, struct ralm_error *err)
{
	struct ralm_score_columns new = *columns;
	struct ralm_fields fields;
	struct ralm_field field;
	int count = 0;
	ralm_score_fields_start(&fields, columns, line, length);
	while (fields.more && !(count >= 2 && ralm_fields_done(&fields))) {
		if (ralm_score_fields_next(&field, &fields, err) != 0)
			return -1;
		count++;
	}
	if (count == 1)
		return ralm_score_fields_missing(columns, count, line, length,
						 err);
	if (count > 3)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"expected LABEL SCORE [GROUP], got %d fields; name them "
			"(--columns)",
			count);
	if (take_spec(&new, count == 3 ? "label,score,group" : "label,score",
		      err) != 0)
		return -1;
	new.exact = true;
	find_fast_path(&new);
	*columns = new;
	return 0;
}
