/* Text of unknown origin (file names, input that a message quotes, a model
 * file's words) on its way to a terminal, which must not be driven by it. */
#ifndef RALM_GROUND_PRINTABLE_H
#define RALM_GROUND_PRINTABLE_H

/* Puts '?' in place of each control character (C0, DEL, C1), of what is no
 * UTF-8, and of characters that are not seen or turn the direction of writing.
 * Other UTF-8 stays. */
void ralm_make_printable(char *text);

#endif
