/* UTF-8, a code point at a time. */
#ifndef RALM_GROUND_UTF8_H
#define RALM_GROUND_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The code point at s (end - s > 0 bytes) and its length in bytes; U+FFFD and
 * length 1 for what is no UTF-8. */
uint32_t ralm_utf8_decode(size_t *length, const void *s, const void *end);

/* Writes a code point, 1 to 4 bytes, no NUL; returns how many. */
size_t ralm_utf8_encode(char *s, uint32_t c);

#endif
