/* Spaces and tabs are blanks in every text that is read; a line of nothing else
 * is blank, and is skipped. */
#ifndef RALM_FORMATS_BLANK_H
#define RALM_FORMATS_BLANK_H

#include <stdbool.h>
#include <stddef.h>

static inline bool ralm_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The number of blanks that a text begins with. */
static inline size_t ralm_blanks(const char *text, size_t length)
{
	size_t n = 0;
	while (n < length && ralm_is_blank(text[n]))
		n++;
	return n;
}

/* The number of bytes before the first blank of a text. */
static inline size_t ralm_word_length(const char *text, size_t length)
{
	size_t n = 0;
	while (n < length && !ralm_is_blank(text[n]))
		n++;
	return n;
}

/* Leaves out the blanks before and behind a text. */
static inline void ralm_trim(const char **text, size_t *length)
{
	const size_t blanks = ralm_blanks(*text, *length);
	*text += blanks;
	*length -= blanks;
	while (*length > 0 && ralm_is_blank((*text)[*length - 1]))
		--*length;
}

static inline bool ralm_line_is_blank(const char *line, size_t length)
{
	return ralm_blanks(line, length) == length;
}

#endif
