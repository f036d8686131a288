/* Times as a text in the style of strptime says, in any locale. */
#ifndef RALM_FORMATS_TIME_FORMAT_H
#define RALM_FORMATS_TIME_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

/* RALM_ERROR_CONFIG for a format that says no year, or has conversions that
 * are not read: those of strptime are, but for names of zones, seconds since
 * 1970, weeks, and what the locale decides; %f, once, is a fraction. */
int ralm_time_format_check(const char *format, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Seconds since 1970; UTC where the format has no %z. False when the whole
 * text is not as the format, which was checked, says. Months have
 * English names. */
bool ralm_time_format_read(double *seconds, const char *format,
			   const char *text, size_t length);

#endif
