/* The fields of a line one after the other, some of them quoted as in CSV. A
 * quote opens only at the beginning of a field. */
#ifndef RALM_FORMATS_CSV_FIELDS_H
#define RALM_FORMATS_CSV_FIELDS_H

#include "formats/delimiter.h"

struct ralm_field {
	char *text;
	size_t length;
	bool quoted; /* text is between quotes, and quotes in it are doubled */
};

struct ralm_fields {
	const struct ralm_delimiter *delimiter;
	bool spans; /* a record: quoted fields may hold newlines */
	char *at, *end; /* the rest of the line */
	bool more; /* there is a next field, perhaps an empty one */
};

void ralm_fields_start(struct ralm_fields *fields,
		       const struct ralm_delimiter *delimiter, bool spans,
		       char *line, size_t length);

/* The next field; to be called only while fields->more. Doubled quotes in it stay
 * doubled. RALM_ERROR_DATA for wrong quotes. */
int ralm_fields_next(struct ralm_field *field, struct ralm_fields *fields,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Whether the rest of the line holds nothing: a delimiter may end a line. */
bool ralm_fields_done(const struct ralm_fields *fields);

/* Checks the remaining fields, after `got` others, where fields may be quoted:
 * the quotes must be right, and there may not be more than the `most` fields of
 * the header (0: no header). More of them are a sign of decimal commas, "3,5",
 * where commas delimit. An empty last field is not counted. Where fields may
 * not be quoted nothing is checked. */
int ralm_fields_check_rest(struct ralm_fields *fields, size_t got, size_t most,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes the doubled quotes of a quoted field single ones, in place; it is then no
 * longer a quoted one. Another field stays as it is: its quotes are text. */
void ralm_field_unquote(struct ralm_field *field);

enum ralm_quotes { RALM_QUOTES_CLOSED, RALM_QUOTES_OPEN, RALM_QUOTES_WRONG };

/* The state of quotes at the end of a line that begins inside a quoted field
 * (open) or not. Wrong: text follows a closing quote, or a blank precedes an
 * opening one. The delimiter allows quotes. */
enum ralm_quotes ralm_quotes_after(bool open,
				   const struct ralm_delimiter *delimiter,
				   const char *line, size_t length);

#endif
