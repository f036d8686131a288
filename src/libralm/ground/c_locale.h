/* Text in the C locale, whatever locale the calling program has set: numbers
 * with a point, English names of months, ASCII letters. Only the locale of the
 * calling thread is changed, and put back at once; that of the process never
 * is. */
#ifndef RALM_GROUND_C_LOCALE_H
#define RALM_GROUND_C_LOCALE_H

#include <locale.h>
#if defined __APPLE__
#include <xlocale.h>
#endif
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

/* As snprintf, vsnprintf and strtod. */
int ralm_snprintf(char *text, size_t size, const char *format, ...)
	RALM_PRINTF(3, 4);
int ralm_vsnprintf(char *text, size_t size, const char *format, va_list args)
	RALM_PRINTF(3, 0);
double ralm_strtod(const char *text, char **end);

/* Other functions that depend on the locale are called between these two; leave
 * gets what enter returned. */
locale_t ralm_c_locale_enter(void);
void ralm_c_locale_leave(locale_t before);

/* Whether the `length` bytes of text are the word, whatever their case; word:
 * ASCII in lower case. */
bool ralm_is_word(const char *word, const char *text, size_t length);

#endif
