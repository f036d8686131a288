/* Text of unknown origin (file names, input that a message quotes, words of a
 * model file) on its way to a terminal, which it must not control. */
#ifndef RALM_GROUND_PRINTABLE_H
#define RALM_GROUND_PRINTABLE_H

/* Replaces by '?': control characters (C0, DEL, C1), bytes that are not UTF-8,
 * and characters that are invisible or turn the direction of writing. Other
 * UTF-8 stays. */
void ralm_make_printable(char *text);

#endif
