#include "formats/csv_fields.h"

#include "formats/blank.h"

#include <string.h>

void ralm_fields_start(struct ralm_fields *fields,
		       const struct ralm_delimiter *delimiter, bool spans,
		       char *line, size_t length)
{
	fields->delimiter = delimiter;
	fields->spans = spans;
	fields->at = line + ralm_delimiter_indent(delimiter, line, length);
	fields->end = line + length;
	fields->more = true;
}

/* Where the closing quote of a field ends; `at`: behind the opening one. NULL: it is
 * not closed. */
static const char *find_close(const char *at, const char *end)
{
	for (;;) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		if (quote == NULL)
			return NULL;
		at = quote + 1;
		if (at == end || *at != '"')
			return at;
		at++;
	}
}

static int take_quoted(struct ralm_field *field, struct ralm_fields *fields,
		       struct ralm_error *err)
{
	const char *behind = find_close(fields->at + 1, fields->end);
	if (behind == NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      fields->spans
					      ? "quote is not closed"
					      : "quote is not closed on its line "
						"(--multiline)");
	const size_t length = (size_t)(behind - fields->at); /* with its quotes */
	field->text = fields->at + 1;
	field->length = length - 2;
	fields->at += length;
	if (behind == fields->end) {
		fields->more = false;
		return 0;
	}
	if (*behind != fields->delimiter->bytes[0])
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "text behind a closing quote");
	fields->at++;
	return 0;
}

/* Whether blanks and then a quote begin a field: programs differ on whether such a
 * field is quoted. */
static bool blank_before_quote(const char *field, const char *end)
{
	const char *at = field;
	while (at < end && *at == ' ')
		at++;
	return at > field && at < end && *at == '"';
}

int ralm_fields_next(struct ralm_field *field, struct ralm_fields *fields,
		     struct ralm_error *err)
{
	const struct ralm_delimiter *delimiter = fields->delimiter;
	size_t left = (size_t)(fields->end - fields->at), gap;
	field->quoted = false;
	if (delimiter->quotes && left > 0) {
		field->quoted = *fields->at == '"';
		if (field->quoted)
			return take_quoted(field, fields, err);
		if (blank_before_quote(fields->at, fields->end))
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "a blank before a quote");
	}
	field->text = fields->at;
	if (delimiter->length == 1) {
		char *stop = memchr(fields->at, delimiter->bytes[0], left);
		fields->more = stop != NULL;
		field->length = stop ? (size_t)(stop - fields->at) : left;
		fields->at = stop ? stop + 1 : fields->end;
		return 0;
	}
	field->length = ralm_delimiter_find(&gap, delimiter, fields->at, left);
	fields->more = gap > 0;
	fields->at += field->length + gap;
	return 0;
}

bool ralm_fields_done(const struct ralm_fields *fields)
{
	const char *p = fields->at;
	while (p < fields->end && ralm_is_blank(*p) &&
	       *p != fields->delimiter->bytes[0])
		p++;
	return p == fields->end;
}

int ralm_fields_check_rest(struct ralm_fields *fields, size_t got, size_t most,
			   struct ralm_error *err)
{
	struct ralm_field field;
	size_t left = (size_t)(fields->end - fields->at);
	if (!fields->more || !fields->delimiter->quotes ||
	    (most == 0 && memchr(fields->at, '"', left) == NULL))
		return 0;
	for (; fields->more && !ralm_fields_done(fields); got++)
		if (ralm_fields_next(&field, fields, err) != 0)
			return -1;
	if (most > 0 && got > most)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%zu fields, and the header has %zu: a decimal "
				      "comma, or text without quotes?",
				      got, most);
	return 0;
}

void ralm_field_unquote(struct ralm_field *field)
{
	size_t kept = 0;
	if (!field->quoted)
		return;
	field->quoted = false;
	for (size_t i = 0; i < field->length; i++) {
		field->text[kept++] = field->text[i];
		if (field->text[i] == '"')
			i++;
	}
	field->length = kept;
}

enum ralm_quotes ralm_quotes_after(bool open,
				   const struct ralm_delimiter *delimiter,
				   const char *line, size_t length)
{
	const char *at = line, *end = line + length;
	for (;;) {
		if (open || (at < end && *at == '"')) {
			at = find_close(open ? at : at + 1, end);
			open = false;
			if (at == NULL)
				return RALM_QUOTES_OPEN;
			if (at < end && *at != delimiter->bytes[0])
				return RALM_QUOTES_WRONG;
		} else if (blank_before_quote(at, end)) {
			return RALM_QUOTES_WRONG;
		}
		at = memchr(at, delimiter->bytes[0], (size_t)(end - at));
		if (at == NULL)
			return RALM_QUOTES_CLOSED;
		at++;
	}
}
