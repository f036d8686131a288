/* Times as text, and as seconds since 1970-01-01T00:00:00Z, exact to about a
 * microsecond for dates near the present. */
#ifndef RALM_FORMATS_TIMESTAMP_H
#define RALM_FORMATS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "ralm.h"

/* ISO 8601 and similar: 2016-03-28 or 2016/03/28, then after a T or a space
 * 19:39:48, a fraction of the seconds, and then, perhaps after a space, Z, UTC,
 * GMT or +02:00; UTC where no zone is given. False when the whole text is no
 * such time. */
bool ralm_parse_iso_time(double *seconds, const char *text, size_t length);

/* Seconds of a date and a time of day, which may pass 24 hours; false when
 * there is no such day. Years from 0 to 9999. */
bool ralm_seconds_of(double *seconds, int year, int month, int day,
		     double clock);

/* "2016-03-28T19:39:48Z", with a NUL; a fraction is cut off. A time that is
 * not in the years 1 to 9999 is written as its number of seconds. */
void ralm_format_iso_time(char text[RALM_TIME_TEXT], double seconds);

#endif
