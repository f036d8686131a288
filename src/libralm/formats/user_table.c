#include "formats/user_table.h"

#include "formats/column_list.h"
#include "formats/csv_fields.h"
#include "formats/ids.h"
#include "formats/slots.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <stdlib.h>
#include <string.h>

/* ---- the options ------------------------------------------------------- */

static bool is_word(const char *text, size_t length, const char *word)
{
	return length == strlen(word) && memcmp(text, word, length) == 0;
}

static bool may_be_field(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (ralm_is_blank(text[i]) || text[i] == ':')
			return false;
	return length > 0;
}

static int add_column(struct ralm_user_table *table,
		      const struct ralm_user_column *column,
		      struct ralm_error *err)
{
	if (RALM_RESERVE(table->columns, table->capacity, table->count + 1,
			 err) != 0)
		return -1;
	table->columns[table->count++] = *column;
	return 0;
}

/* Takes the entry of --user-columns that is number `place`, from 0. */
static int take_entry(struct ralm_user_table *table, size_t place,
		      const struct ralm_column_entry *entry, bool *has_user,
		      struct ralm_error *err)
{
	const bool named = ralm_column_has_name(entry);
	struct ralm_user_column column = {.at = place};
	char text[RALM_SLOT_QUOTE];
	if (place > 0 && named != table->named)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--user-columns: either all entries are FIELD=NAME "
				      "or none");
	table->named = named;
	if (!named && is_word(entry->text, entry->role, "_"))
		return 0;
	if (!may_be_field(entry->text, entry->role))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--user-columns: expected user, _ or a field, got '%s'",
			ralm_slot_quote(text, entry->text, entry->length));
	if (is_word(entry->text, entry->role, "user")) {
		if (*has_user)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--user-columns: two columns are the user");
		*has_user = true;
		return add_column(table, &column, err);
	}
	struct ralm_word_list numbers;
	ralm_word_list_init(&numbers, table->options.numbers);
	column.field = entry->text;
	column.length = entry->role;
	column.number = ralm_word_list_find(&numbers, entry->text,
					    entry->role) >= 0;
	if (column.number && is_word(entry->text, entry->role, "read"))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--user-numbers: 'read' has the words of the "
				      "clicks");
	return add_column(table, &column, err);
}

static int check_numbers(const struct ralm_user_table *table,
			 struct ralm_error *err)
{
	struct ralm_word_list numbers;
	const char *word = NULL;
	char text[RALM_SLOT_QUOTE];
	size_t length;
	ralm_word_list_init(&numbers, table->options.numbers);
	while ((word = ralm_word_list_next(&numbers, word, &length)) != NULL) {
		bool found = false;
		for (size_t i = 0; i < table->count; i++) {
			const struct ralm_user_column *column =
				&table->columns[i];
			found |= column->field != NULL &&
				 column->length == length &&
				 memcmp(column->field, word, length) == 0;
		}
		if (!found)
			return ralm_error_set(
				err, RALM_ERROR_CONFIG,
				"--user-numbers: '%s' is no field of --user-columns",
				ralm_slot_quote(text, word, length));
	}
	return 0;
}

static int take_options(struct ralm_user_table *table, struct ralm_error *err)
{
	const struct ralm_user_table_options *options = &table->options;
	const char *delimiter =
		options->delimiter != NULL ? options->delimiter : ",";
	struct ralm_column_entry entry;
	bool has_user = false;
	size_t place = 0;
	if (ralm_delimiter_parse(&table->delimiter, delimiter, NULL) != 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--user-delimiter: '%.40s' delimits nothing",
				      delimiter);
	for (bool more = ralm_column_first(&entry, options->columns); more;
	     more = ralm_column_next(&entry))
		if (take_entry(table, place++, &entry, &has_user, err) != 0)
			return -1;
	if (!has_user || table->count < 2)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--user-columns: a user column is needed, and a "
				      "field");
	return check_numbers(table, err);
}

int ralm_user_table_open(struct ralm_user_table *table,
			 const struct ralm_user_table_options *options,
			 const char *missing, struct ralm_error *err)
{
	memset(table, 0, sizeof *table);
	table->options = *options;
	ralm_word_list_init(&table->missing, missing);
	ralm_record_reader_init(&table->records, &table->delimiter, true);
	if (take_options(table, err) == 0 &&
	    ralm_reader_open(&table->records.lines, &table->options.path, 1,
			     err) == 0)
		return 0;
	ralm_user_table_release(table);
	return -1;
}

void ralm_user_table_release(struct ralm_user_table *table)
{
	ralm_record_reader_release(&table->records);
	free(table->columns);
	free(table->values);
	free(table->text);
	memset(table, 0, sizeof *table);
}

/* ---- the header -------------------------------------------------------- */

/* Looks for the name of the at-th column of the header among the entries of
 * --user-columns. found: (count) the columns of the entries, SIZE_MAX: none yet. */
static int find_name(size_t *found, struct ralm_user_table *table, size_t at,
		     const char *name, size_t length, struct ralm_error *err)
{
	struct ralm_column_entry entry;
	size_t place = 0;
	for (bool more = ralm_column_first(&entry, table->options.columns); more;
	     more = ralm_column_next(&entry), place++) {
		if (!ralm_column_is_named(&entry, name, length))
			continue;
		if (found[place] != SIZE_MAX)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "two columns are named '%.*s'",
					      ralm_shown(length),
					      name);
		found[place] = at;
	}
	return 0;
}

static int find_names(size_t *found, struct ralm_user_table *table, char *line,
		      size_t length, struct ralm_error *err)
{
	struct ralm_fields fields;
	struct ralm_field field;
	size_t at = 0;
	ralm_fields_start(&fields, &table->delimiter, true, line, length);
	for (; fields.more && !ralm_fields_done(&fields); at++) {
		if (ralm_fields_next(&field, &fields, err) != 0)
			return -1;
		ralm_field_unquote(&field);
		const char *name = field.text;
		ralm_trim(&name, &field.length);
		if (find_name(found, table, at, name, field.length, err) != 0)
			return -1;
	}
	table->header_fields = at;
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct ralm_user_column *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->field < y->field ? -1 : x->field > y->field;
}

static int read_header(struct ralm_user_table *table, char *line, size_t length,
		       struct ralm_error *err)
{
	size_t *found = malloc(table->count * sizeof *found);
	if (found == NULL)
		return ralm_error_memory(err, table->count * sizeof *found);
	memset(found, 0xff, table->count * sizeof *found);
	int result = find_names(found, table, line, length, err);
	struct ralm_column_entry entry;
	ralm_column_first(&entry, table->options.columns);
	for (size_t i = 0; result == 0 && i < table->count; i++) {
		const char *name = entry.text + entry.role + 1;
		const size_t name_length = entry.length - entry.role - 1;
		if (found[i] == SIZE_MAX)
			result = ralm_error_set(
				err, RALM_ERROR_DATA,
				"the header has no column '%.*s' (--user-columns)%s",
				ralm_shown(name_length), name,
				table->header_fields == 1 ? "; --user-delimiter?"
							  : "");
		table->columns[i].at = found[i];
		ralm_column_next(&entry);
	}
	free(found);
	qsort(table->columns, table->count, sizeof *table->columns, by_place);
	return result;
}

/* ---- rows -------------------------------------------------------------- */

/* White space would end a value. */
static void make_word(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))
			text[i] = '_';
}

/* Adds the value of a column, if there is one; its slot is written at *to, in
 * table->text, which has room. */
static int put_value(struct ralm_user_line *user, char **to,
		     struct ralm_user_table *table,
		     const struct ralm_user_column *column, const char *text,
		     size_t length, struct ralm_error *err)
{
	char name[RALM_SLOT_QUOTE], quoted[RALM_SLOT_QUOTE];
	double number;
	if (length == 0 ||
	    ralm_word_list_find(&table->missing, text, length) >= 0)
		return 0;
	ralm_slot_quote(name, column->field, column->length);
	if (memchr(text, '\0', length) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: NUL byte in a value", name);
	if (column->number && !ralm_parse_double(&number, text, length))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: expected a number, got '%s'", name,
				      ralm_slot_quote(quoted, text, length));
	char *slot = *to;
	memcpy(slot, column->field, column->length);
	slot[column->length] = column->number ? '=' : ':';
	memcpy(slot + column->length + 1, text, length);
	make_word(slot + column->length + 1, length);
	table->values[user->count++] = (struct ralm_user_value){
		.slot = slot,
		.slot_length = column->length + 1 + length,
		.text = slot + column->length + 1,
		.length = length,
	};
	*to = slot + column->length + 1 + length;
	return 0;
}

static int take_user(struct ralm_user_line *user, const char *text,
		     size_t length, struct ralm_error *err)
{
	const char *fault = ralm_id_fault(text, length);
	if (fault != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "user: %s", fault);
	user->user = text;
	user->user_length = length;
	return 0;
}

/* Makes room for the slots and values of a row of `length` bytes, of whichever columns
 * these are. */
static int make_room(struct ralm_user_table *table, size_t length,
		     struct ralm_error *err)
{
	size_t most = length;
	for (size_t i = 0; i < table->count; i++) {
		const struct ralm_user_column *column = &table->columns[i];
		most += column->length + 1;
		if (i > 0 && column->at == column[-1].at)
			most += length;
	}
	if (RALM_RESERVE(table->text, table->text_capacity, most, err) != 0)
		return -1;
	return RALM_RESERVE(table->values, table->value_capacity, table->count,
			    err);
}

/* table->columns ascend by place; several of them may be at one. */
static int read_row(struct ralm_user_line *user, struct ralm_user_table *table,
		    char *line, size_t length, struct ralm_error *err)
{
	struct ralm_fields fields;
	struct ralm_field field;
	size_t got = 0;
	if (make_room(table, length, err) != 0)
		return -1;
	char *to = table->text;
	ralm_fields_start(&fields, &table->delimiter, true, line, length);
	for (size_t i = 0; i < table->count; i++) {
		const struct ralm_user_column *column = &table->columns[i];
		for (; got <= column->at; got++) {
			if (!fields.more)
				return ralm_error_set(
					err, RALM_ERROR_DATA,
					"%zu fields, and a column of --user-columns is "
					"number %zu",
					got, column->at + 1);
			if (ralm_fields_next(&field, &fields, err) != 0)
				return -1;
		}
		ralm_field_unquote(&field);
		const char *text = field.text;
		size_t text_length = field.length;
		ralm_trim(&text, &text_length);
		if ((column->field == NULL
			     ? take_user(user, text, text_length, err)
			     : put_value(user, &to, table, column, text,
					 text_length, err)) != 0)
			return -1;
	}
	user->values = table->values;
	return ralm_fields_check_rest(&fields, got, table->header_fields, err);
}

int ralm_user_table_next(struct ralm_user_line *user,
			 struct ralm_user_table *table, struct ralm_error *err)
{
	struct ralm_record_reader *records = &table->records;
	char *line;
	size_t length;
	int got;
	table->bad_line = false;
	while ((got = ralm_record_reader_next(records, &line, &length, err)) ==
	       1) {
		if (ralm_line_is_blank(line, length))
			continue;
		const bool header = table->named && table->header_fields == 0;
		struct ralm_user_line row = {.count = 0};
		if ((header ? read_header(table, line, length, err)
			    : read_row(&row, table, line, length, err)) != 0) {
			table->bad_line =
				!header && err->code == RALM_ERROR_DATA;
			return ralm_error_at(err, records->name, records->line,
					     0);
		}
		if (header)
			continue;
		*user = row;
		return 1;
	}
	table->bad_line = got < 0 && records->lines.long_line;
	return got;
}
