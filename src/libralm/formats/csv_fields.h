/* The fields of a line one after the other, some of them quoted as in CSV. A
 * quote opens where a field begins and nowhere else. */
#ifndef RALM_FORMATS_CSV_FIELDS_H
#define RALM_FORMATS_CSV_FIELDS_H

#include "formats/delimiter.h"

struct ralm_field {
	char *text;
	size_t length;
	bool quoted; /* text is what stands between the quotes */
};

struct ralm_fields {
	const struct ralm_delimiter *delimiter;
	bool spans; /* the line may be several: a record with newlines in it */
	char *at, *end;
	bool more; /* a field is there, perhaps an empty one */
};

void ralm_fields_start(struct ralm_fields *fields,
		       const struct ralm_delimiter *delimiter, bool spans,
		       char *line, size_t length);

/* The next field; not to be called without one. Its doubled quotes are still
 * two. RALM_ERROR_DATA for quotes that are wrong. */
int ralm_fields_next(struct ralm_field *field, struct ralm_fields *fields,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* The rest of a line holds nothing: a delimiter may end a line. */
bool ralm_fields_done(const struct ralm_fields *fields);

/* Goes over the fields that are left, behind `got` others, where fields may be
 * quoted: their quotes must be right, and there may not be more than the `most`
 * of the header (0: there is none), which are a sign of numbers with a comma in
 * them, "3,5", where commas delimit. An empty last one counts for none, as in
 * the header. Elsewhere nothing is looked at. */
int ralm_fields_check_rest(struct ralm_fields *fields, size_t got, size_t most,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes one quote of each two of a quoted field, in place. */
void ralm_field_unquote(struct ralm_field *field);

enum ralm_quotes { RALM_QUOTES_CLOSED, RALM_QUOTES_OPEN, RALM_QUOTES_WRONG };

/* How the quotes stand at the end of a line, which begins within a quoted
 * field (open) or not. Wrong: text follows a closing quote, or a blank stands
 * before an opening one. The delimiter has quotes. */
enum ralm_quotes ralm_quotes_after(bool open,
				   const struct ralm_delimiter *delimiter,
				   const char *line, size_t length);

#endif
