/* Slots NAME:VALUE of a line, words between blanks: what every text that is made
 * of them needs. */
#ifndef RALM_FORMATS_SLOTS_H
#define RALM_FORMATS_SLOTS_H

#include "formats/blank.h"

/* The end of the word that p is in. */
static inline const char *ralm_slot_end(const char *p, const char *end)
{
	while (p < end && !ralm_is_blank(*p))
		p++;
	return p;
}

enum { RALM_SLOT_QUOTE = 48 };

/* The start of a word for a message: at most 40 bytes, no half character, NUL
 * shown as '?' as other control bytes are. Returns text, RALM_SLOT_QUOTE bytes. */
const char *ralm_slot_quote(char *text, const char *word, size_t length);

#endif
