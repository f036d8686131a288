/* What the first bytes of a file show: plain text, text after a byte order
 * mark, or something else that is often given by mistake. */
#ifndef RALM_FORMATS_TEXT_KIND_H
#define RALM_FORMATS_TEXT_KIND_H

#include "ground/error.h"

/* Checks the first line of a file without its newline, or its beginning. *mark: the
 * length of its byte order mark. A file that is compressed, in UTF-16 or UTF-32, or has
 * lines that end in CR alone is a data error that names a command to convert it. name:
 * of the file, or "stdin". */
int ralm_text_begin(size_t *mark, const char *line, size_t length,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;

#endif
