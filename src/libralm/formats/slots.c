#include "formats/slots.h"

#include <string.h>

const char *ralm_slot_quote(char *text, const char *word, size_t length)
{
	enum { MOST = 40 };
	size_t n = length < MOST ? length : MOST;
	if (n < length)
		while (n > 0 && ((unsigned char)word[n] & 0xc0) == 0x80)
			n--;
	for (size_t i = 0; i < n; i++)
		text[i] = word[i] ? word[i] : '?';
	strcpy(text + n, n < length ? "..." : "");
	return text;
}
