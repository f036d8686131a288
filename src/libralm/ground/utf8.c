#include "ground/utf8.h"

uint32_t ralm_utf8_decode(size_t *length, const void *text, const void *end)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = text;
	size_t left = (size_t)((const unsigned char *)end - s);
	size_t n = *s < 0x80 ? 1 : *s < 0xc0 ? 0 : *s < 0xe0 ? 2
		 : *s < 0xf0 ? 3 : *s < 0xf8 ? 4 : 0;
	*length = 1;
	if (n == 1)
		return *s;
	if (n == 0 || n > left)
		return 0xfffd;
	uint32_t c = *s & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0xfffd;
	*length = n;
	return c;
}

size_t ralm_utf8_encode(char *s, uint32_t c)
{
	if (c < 0x80) {
		s[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)((0xf00u >> n & 0xff) | c);
	return n;
}
