/* What the first bytes of a file say of it: text as it is meant, text behind a
 * byte order mark, or something else that is often given by mistake. */
#ifndef RALM_FORMATS_TEXT_KIND_H
#define RALM_FORMATS_TEXT_KIND_H

#include "ground/error.h"

/* Looks at the first line of a file without its newline, or at as much of it as
 * is there. *mark is the length of the byte order mark that it begins with.
 * What is compressed, other than UTF-8, or has lines that end in CR alone is a
 * data error that says which command makes it text; `name` is that of the file,
 * "stdin" where it has none. */
int ralm_text_begin(size_t *mark, const char *line, size_t length,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;

#endif
