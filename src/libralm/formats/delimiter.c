#include "formats/delimiter.h"

#include "ground/numbers.h"
#include "formats/blank.h"

#include <string.h>

/* ---- the option -------------------------------------------------------- */

static int bad_escape(struct ralm_error *err, const char *text)
{
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--delimiter: '%s': no such escape; a backslash is written "
			      "twice",
			      text);
}

/* Sets the byte that an escape sequence stands for; returns its end, or NULL where it
 * is none. */
static const char *take_escape(char *byte, const char *p)
{
	int high, low;
	switch (p[1]) {
	case 't':
		*byte = '\t';
		return p + 2;
	case '\\':
		*byte = '\\';
		return p + 2;
	case 'x':
		if ((high = ralm_hex_digit(p[2])) < 0 ||
		    (low = ralm_hex_digit(p[3])) < 0)
			return NULL;
		*byte = (char)(high << 4 | low);
		return p + 4;
	default:
		return NULL;
	}
}

int ralm_delimiter_parse(struct ralm_delimiter *delimiter, const char *text,
			 struct ralm_error *err)
{
	struct ralm_delimiter new;
	memset(&new, 0, sizeof new);
	if (text == NULL)
		text = "\t";
	if (strcmp(text, "blanks") == 0) {
		*delimiter = new;
		return 0;
	}
	for (const char *p = text; *p != '\0';) {
		char byte = *p;
		if (*p != '\\' || (p == text && p[1] == '\0'))
			p++;
		else if ((p = take_escape(&byte, p)) == NULL)
			return bad_escape(err, text);
		if (memchr("\n\r\"", byte, 4) != NULL) /* and NUL */
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--delimiter: neither a quote, a line end "
					      "nor NUL can delimit");
		if (new.length == RALM_DELIMITER_MAX)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--delimiter: expected 1 to %d bytes, got "
					      "'%s'",
					      RALM_DELIMITER_MAX, text);
		new.bytes[new.length++] = byte;
	}
	if (new.length == 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--delimiter: expected 1 to %d bytes, got '%s'",
				      RALM_DELIMITER_MAX, text);
	new.quotes = new.length == 1 && new.bytes[0] != '\t' &&
		     new.bytes[0] != ' ';
	*delimiter = new;
	return 0;
}

/* ---- a line ------------------------------------------------------------ */

size_t ralm_delimiter_indent(const struct ralm_delimiter *delimiter,
			     const char *line, size_t length)
{
	return delimiter->length == 0 ? ralm_blanks(line, length) : 0;
}

size_t ralm_delimiter_find(size_t *gap, const struct ralm_delimiter *delimiter,
			   const char *text, size_t left)
{
	const char *found;
	*gap = 0;
	if (delimiter->length == 0) {
		const size_t length = ralm_word_length(text, left);
		const size_t behind = ralm_blanks(text + length, left - length);
		if (length + behind < left)
			*gap = behind;
		return length;
	}
	found = delimiter->length == 1
			? memchr(text, delimiter->bytes[0], left)
			: memmem(text, left, delimiter->bytes,
				 delimiter->length);
	if (found == NULL)
		return left;
	*gap = delimiter->length;
	return (size_t)(found - text);
}
