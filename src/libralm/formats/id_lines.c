#include "formats/id_lines.h"

#include "formats/blank.h"
#include "formats/csv_fields.h"
#include "formats/ids.h"

#include <string.h>

int ralm_id_lines_open(struct ralm_id_lines *lines, const char *const *paths,
		       size_t path_count, const char *column,
		       const char *delimiter, struct ralm_error *err)
{
	memset(lines, 0, sizeof *lines);
	lines->column = column;
	lines->paths = paths;
	lines->path_count = path_count;
	if (ralm_delimiter_parse(&lines->delimiter, delimiter, err) != 0)
		return -1;
	ralm_record_reader_init(&lines->records, &lines->delimiter,
				column != NULL);
	if (ralm_reader_open(&lines->records.lines, paths, path_count, err) == 0)
		return 0;
	ralm_id_lines_release(lines);
	return -1;
}

void ralm_id_lines_release(struct ralm_id_lines *lines)
{
	ralm_record_reader_release(&lines->records);
}

int ralm_id_lines_place(struct ralm_error *err, const struct ralm_id_lines *lines)
{
	return ralm_error_at(err, lines->records.name, lines->records.line, 0);
}

/* The i-th field of a line, from 0; an error where there are fewer fields. */
static int find_field(struct ralm_field *field, struct ralm_id_lines *lines,
		      char *line, size_t length, size_t i,
		      struct ralm_error *err)
{
	struct ralm_fields fields;
	size_t got = 0;
	ralm_fields_start(&fields, &lines->delimiter, true, line, length);
	while (fields.more && got <= i) {
		if (ralm_fields_next(field, &fields, err) != 0)
			return -1;
		got++;
	}
	if (got <= i)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%zu fields, the column is number %zu",
				      got, i + 1);
	if (ralm_fields_check_rest(&fields, got, lines->fields, err) != 0)
		return -1;
	ralm_field_unquote(field);
	return 0;
}

static int read_header(struct ralm_id_lines *lines, char *line, size_t length,
		       struct ralm_error *err)
{
	const size_t wanted = strlen(lines->column);
	struct ralm_fields fields;
	struct ralm_field field;
	bool found = false;
	size_t i = 0;
	ralm_fields_start(&fields, &lines->delimiter, true, line, length);
	for (; fields.more && !ralm_fields_done(&fields); i++) {
		if (ralm_fields_next(&field, &fields, err) != 0)
			return -1;
		ralm_field_unquote(&field);
		const char *text = field.text;
		size_t text_length = field.length;
		ralm_trim(&text, &text_length);
		if (text_length != wanted ||
		    memcmp(text, lines->column, wanted) != 0)
			continue;
		if (found)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "two columns are named '%.80s'",
					      lines->column);
		found = true;
		lines->field = i;
	}
	lines->fields = i;
	if (found)
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "the header has no column '%.80s' (--%s)%s",
			      lines->column,
			      lines->column_option ? lines->column_option : "column",
			      i == 1 ? "; --delimiter?" : "");
}

/* Returns 1, or -1 with an error. */
static int take_id(const char **id, size_t *id_length,
		   struct ralm_id_lines *lines, char *line, size_t length,
		   struct ralm_error *err)
{
	struct ralm_field field = {line, length, false};
	if (lines->column != NULL) {
		if (find_field(&field, lines, line, length, lines->field,
			       err) != 0)
			return -1;
	} else {
		const size_t blanks = ralm_blanks(line, length);
		const char *tab = memchr(line + blanks, '\t', length - blanks);
		if (tab != NULL)
			field.length = (size_t)(tab - line);
	}
	*id = field.text;
	*id_length = field.length;
	ralm_trim(id, id_length);
	const char *fault = ralm_id_fault(*id, *id_length);
	if (fault != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "%s", fault);
	lines->count++;
	return 1;
}

int ralm_id_lines_next(const char **id, size_t *id_length,
		       struct ralm_id_lines *lines, struct ralm_error *err)
{
	char *line;
	size_t length;
	int got;
	while ((got = ralm_record_reader_next(&lines->records, &line, &length,
					      err)) == 1) {
		if (lines->records.line == 1)
			lines->headed = lines->column == NULL;
		if (ralm_line_is_blank(line, length))
			continue;
		got = lines->headed ? take_id(id, id_length, lines, line, length, err)
				    : read_header(lines, line, length, err);
		if (got < 0)
			return ralm_id_lines_place(err, lines);
		if (got == 1)
			return 1;
		lines->headed = true;
	}
	if (got == 0 && lines->count == 0 && !lines->may_be_empty)
		return ralm_input_empty(lines->paths, lines->path_count, err,
					"no ids");
	return got;
}
