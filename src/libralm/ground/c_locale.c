#include "ground/c_locale.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Made once and kept; 0 where there is no memory: then the locale stays. */
static locale_t c_locale(void)
{
	static _Atomic(locale_t) kept;
	locale_t locale = atomic_load(&kept), none = (locale_t)0;
	if (locale != none)
		return locale;
	locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (locale == (locale_t)0 ||
	    atomic_compare_exchange_strong(&kept, &none, locale))
		return locale;
	freelocale(locale); /* another thread was first */
	return none;
}

locale_t ralm_c_locale_enter(void)
{
	return uselocale(c_locale());
}

void ralm_c_locale_leave(locale_t before)
{
	uselocale(before);
}

int ralm_vsnprintf(char *text, size_t size, const char *format, va_list args)
{
	locale_t before = ralm_c_locale_enter();
	int length = vsnprintf(text, size, format, args);
	ralm_c_locale_leave(before);
	return length;
}

int ralm_snprintf(char *text, size_t size, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = ralm_vsnprintf(text, size, format, args);
	va_end(args);
	return length;
}

double ralm_strtod(const char *text, char **end)
{
	locale_t before = ralm_c_locale_enter();
	double value = strtod(text, end);
	ralm_c_locale_leave(before);
	return value;
}

bool ralm_is_word(const char *word, const char *text, size_t length)
{
	size_t i = 0;
	for (; i < length && word[i] != '\0'; i++) {
		bool capital = text[i] >= 'A' && text[i] <= 'Z';
		if ((capital ? text[i] + ('a' - 'A') : text[i]) != word[i])
			return false;
	}
	return i == length && word[i] == '\0';
}
