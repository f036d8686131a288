/* What the first bytes of a file show: plain text, text after a byte order
 * mark, or something else that is often given by mistake. */
#ifndef RALM_FORMATS_TEXT_KIND_H
#define RALM_FORMATS_TEXT_KIND_H

#include "ground/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Checks the first line of a file without its newline, or its beginning. *mark: the
 * length of its byte order mark. A file that is compressed, in UTF-16 or UTF-32, or has
 * lines that end in CR alone is a data error that names a command to convert it. name:
 * of the file, or "stdin". again: it will be read again, so that the command's output
 * goes to a file, not to a pipe. */
int ralm_text_begin(size_t *mark, const char *line, size_t length,
		    const char *name, bool again,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* What compressed a file that begins with these bytes, as "gzip"; NULL: nothing that is
 * known here. */
const char *ralm_compressed_by(const void *bytes, size_t length);

#endif
