/* The times of a click log: numbers of seconds or of fractions of them, dates,
 * or what --time-format describes; all of one kind in one log. */
#ifndef RALM_FORMATS_CLICK_TIMES_H
#define RALM_FORMATS_CLICK_TIMES_H

#include <stdbool.h>

#include "ground/error.h"

enum ralm_time_kind {
	RALM_TIME_ANY,     /* none yet */
	RALM_TIME_NUMBERS, /* of a unit that is not known yet: all are 0 */
	RALM_TIME_SECONDS,
	RALM_TIME_MILLISECONDS,
	RALM_TIME_MICROSECONDS,
	RALM_TIME_NANOSECONDS,
	RALM_TIME_DATES,
	RALM_TIME_FORMATTED,
};

struct ralm_click_times {
	enum ralm_time_kind kind; /* of the times so far */
	bool given;         /* --time-format gives the kind */
	const char *format; /* for strptime, not owned; of FORMATTED alone */
};

/* format: NULL, one of seconds, milliseconds, microseconds and nanoseconds, or
 * what strptime takes, where %f is a fraction of a second and %z a zone.
 * RALM_ERROR_CONFIG when it is none of them. */
int ralm_click_times_init(struct ralm_click_times *times, const char *format,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Sets the seconds since 1970, and the kind of all times so far, which the caller
 * stores in times->kind if it uses the line. Without a format a number is taken for
 * seconds below 10^11 (the year 5138), for milliseconds below 10^14, for microseconds
 * below 10^17, for nanoseconds below 10^20. RALM_ERROR_DATA where the text is no time,
 * or of another kind than earlier ones. */
int ralm_click_times_parse(double *seconds, enum ralm_time_kind *kind,
			   const struct ralm_click_times *times,
			   const char *text, size_t length,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
