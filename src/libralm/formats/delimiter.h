/* What separates the fields of a line, as --delimiter gives it, and cutting a
 * line there. */
#ifndef RALM_FORMATS_DELIMITER_H
#define RALM_FORMATS_DELIMITER_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

enum { RALM_DELIMITER_MAX = 15 };

struct ralm_delimiter {
	char bytes[RALM_DELIMITER_MAX + 1]; /* and a NUL */
	size_t length; /* 0: any run of spaces and tabs */
	bool quotes;   /* a field may stand in double quotes, as in CSV */
};

/* text: 1 to RALM_DELIMITER_MAX bytes as they are, where \t is a tab, \\ a
 * backslash and \xHH any byte; or "blanks". NULL: a tab. NUL, line ends and
 * double quotes cannot delimit. Fields may be quoted where a single byte
 * delimits, but a tab or a space. RALM_ERROR_CONFIG when the text is wrong;
 * then delimiter is untouched. */
int ralm_delimiter_parse(struct ralm_delimiter *delimiter, const char *text,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* The number of bytes before the first field of a line: blanks, where they
 * delimit, otherwise none. */
size_t ralm_delimiter_indent(const struct ralm_delimiter *delimiter,
			     const char *line, size_t length);

/* The length of the field that begins at `text`, of which `left` bytes are
 * left. *gap is the length of the delimiter behind it; 0: it is the last field.
 * Where blanks delimit, those at the end of a line belong to no field. */
size_t ralm_delimiter_find(size_t *gap, const struct ralm_delimiter *delimiter,
			   const char *text, size_t left);

#endif
