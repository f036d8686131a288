/* Text of unknown origin (file names, input that a message quotes, words of a
 * model file) on its way to a terminal, which it must not control. */
#ifndef RALM_GROUND_PRINTABLE_H
#define RALM_GROUND_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a code point and its length, as ralm_utf8_decode returns them, are printable:
 * no control character (C0, DEL, C1), no byte that is not UTF-8, and, of U+2000 to U+206F
 * and U+FEFF, none that is invisible, breaks lines or turns the direction of writing. */
bool ralm_is_printable(uint32_t c, size_t length);

/* Replaces each character of a text that is not printable by '?', in place. */
void ralm_make_printable(char *text);

#endif
