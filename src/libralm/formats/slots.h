/* What the lines of samples and of users share: they are slots NAME:VALUE, words with
 * blanks between. */
#ifndef RALM_FORMATS_SLOTS_H
#define RALM_FORMATS_SLOTS_H

#include "formats/blank.h"

/* The end of the word that p is in. */
static inline const char *ralm_slot_end(const char *p, const char *end)
{
	return p + ralm_word_length(p, (size_t)(end - p));
}

enum { RALM_SLOT_QUOTE = 48 };

/* Writes the start of a word into `text`, RALM_SLOT_QUOTE bytes, for a message: at most
 * 40 bytes, then "...", without a part of a character; a NUL becomes '?', as other
 * control characters do when the message is shown. Returns text. */
const char *ralm_slot_quote(char *text, const char *word, size_t length);

#endif
