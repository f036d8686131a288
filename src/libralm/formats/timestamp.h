/* Times as text: seconds since 1970 as a whole or decimal number, or ISO
 * 8601 (2016-03-28, 2016-03-28T19:39:48, a space for the T, a fraction of the
 * seconds, Z or +02:00 behind; UTC where no zone is given). */
#ifndef RALM_FORMATS_TIMESTAMP_H
#define RALM_FORMATS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds since 1970-01-01T00:00:00Z, exact to about a microsecond for dates
 * near the present. False when the whole text is not a time. */
bool ralm_parse_time(double *seconds, const char *text, size_t length);

#endif
