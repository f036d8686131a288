/* The fields of a line of labels and scores, without the blanks around them.
 * Used by score_text.c and score_columns.c alone. */
#ifndef RALM_FORMATS_SCORE_FIELDS_H
#define RALM_FORMATS_SCORE_FIELDS_H

#include "formats/blank.h"
#include "formats/csv_fields.h"
#include "formats/score_text.h"

#include <string.h>

/* What separates the fields of a line. Where no delimiter was given, that is a tab in a
 * line that has one, and else blanks. */
static inline const struct ralm_delimiter *
ralm_score_delimiter(const struct ralm_score_columns *columns,
		     const char *line, size_t length)
{
	static const struct ralm_delimiter tab = {"\t", 1, false};
	static const struct ralm_delimiter blanks = {"", 0, false};
	if (columns->format.delimiter != NULL)
		return &columns->delimiter;
	return memchr(line, '\t', length) != NULL ? &tab : &blanks;
}

static inline void ralm_score_fields_start(struct ralm_fields *fields,
					   const struct ralm_score_columns *columns,
					   char *line, size_t length)
{
	ralm_fields_start(fields, ralm_score_delimiter(columns, line, length),
			  true, line, length);
}

static inline int ralm_score_fields_next(struct ralm_field *field,
					 struct ralm_fields *fields,
					 struct ralm_error *err)
{
	if (ralm_fields_next(field, fields, err) != 0)
		return -1;
	const char *text = field->text;
	if (!field->quoted)
		ralm_trim(&text, &field->length);
	field->text += text - field->text;
	return 0;
}

/* The number of fields of a line; where quotes are wrong, of those before that. */
int ralm_score_fields_count(const struct ralm_score_columns *columns,
			    char *line, size_t length);

/* The error of a line with too few fields. Always -1. */
int ralm_score_fields_missing(const struct ralm_score_columns *columns,
			      int found, const char *line, size_t length,
			      struct ralm_error *err);

/* The first of the bytes , ; | : in the text, which may be its delimiter where none was
 * given; '\0': there is none. */
char ralm_score_other_delimiter(const struct ralm_score_columns *columns,
				const char *text, size_t length);

#endif
