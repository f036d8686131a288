/* What stands between the fields of a line, as --delimiter says it, and the
 * cutting of a line there. */
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
 * backslash and \xHH any byte; or "blanks". NULL: a tab. A NUL, a line end or
 * a double quote delimits nothing. Quotes are for single bytes but tab and
 * space. RALM_ERROR_CONFIG when the text is wrong; delimiter is untouched. */
int ralm_delimiter_parse(struct ralm_delimiter *delimiter, const char *text,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* How many bytes of a line lie before its first field: blanks, where they
 * delimit, else none. */
size_t ralm_delimiter_indent(const struct ralm_delimiter *delimiter,
			     const char *line, size_t length);

/* The length of the field that begins at `text`, which goes on for `left`
 * bytes. *gap is the length of what parts it from the next field; 0: it is the
 * last one. Where blanks delimit, those that end a line belong to nothing. */
size_t ralm_delimiter_find(size_t *gap, const struct ralm_delimiter *delimiter,
			   const char *text, size_t left);

#endif
