#include "ground/printable.h"

#include "ground/utf8.h"

#include <string.h>

bool ralm_is_printable(uint32_t c, size_t length)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	if (c == 0xfffd && length == 1) /* no UTF-8 */
		return false;
	return c != 0xfeff && !(c >= 0x200b && c <= 0x200f) &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f);
}

void ralm_make_printable(char *text)
{
	char *to = text;
	size_t length;
	for (const char *s = text, *end = s + strlen(s); s < end; s += length) {
		uint32_t c = ralm_utf8_decode(&length, s, end);
		if (ralm_is_printable(c, length)) {
			memmove(to, s, length);
			to += length;
		} else {
			*to++ = '?';
		}
	}
	*to = '\0';
}
