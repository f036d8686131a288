/* Times in a format like strptime's, in any locale. */
#ifndef RALM_FORMATS_TIME_FORMAT_H
#define RALM_FORMATS_TIME_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"

/* RALM_ERROR_CONFIG for a format without a year, or with an unsupported
 * conversion: those of strptime are supported, but for names of zones, seconds
 * since 1970, weeks, and what the locale decides; %f, once, is a fraction. */
int ralm_time_format_check(const char *format, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Seconds since 1970; UTC where the format has no %z. False when the text does
 * not match the format, which was checked. Months have English names. */
bool ralm_time_format_read(double *seconds, const char *format,
			   const char *text, size_t length);

#endif
