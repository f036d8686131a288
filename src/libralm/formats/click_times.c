#include "formats/click_times.h"

#include "ground/numbers.h"
#include "formats/time_format.h"
#include "formats/timestamp.h"

#include <math.h>
#include <string.h>

/* By enum ralm_time_kind; seconds to nanoseconds are words of --time-format, too. */
static const char *const kinds[] = {
	"any",		"numbers",     "seconds", "milliseconds",
	"microseconds", "nanoseconds", "dates",	  "formatted",
};

int ralm_click_times_init(struct ralm_click_times *times, const char *format,
			  struct ralm_error *err)
{
	memset(times, 0, sizeof *times);
	if (format == NULL)
		return 0;
	times->given = true;
	for (int kind = RALM_TIME_SECONDS; kind <= RALM_TIME_NANOSECONDS;
	     kind++)
		if (strcmp(format, kinds[kind]) == 0) {
			times->kind = (enum ralm_time_kind)kind;
			return 0;
		}
	if (ralm_time_format_check(format, err) != 0)
		return -1;
	times->kind = RALM_TIME_FORMATTED;
	times->format = format;
	return 0;
}

static int no_time(const struct ralm_click_times *times, const char *text,
		   size_t length, struct ralm_error *err)
{
	int shown = ralm_shown(length);
	if (times->format != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "time: '%.*s' is not as --time-format says",
				      shown, text);
	if (ralm_has_decimal_comma(text, length))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "time: '%.*s' has a decimal comma: a point is "
				      "needed",
				      shown, text);
	if (times->given)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "time: expected %s, got '%.*s' (--time-format)",
				      kinds[times->kind], shown, text);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "time: expected seconds or ISO 8601, got '%.*s' "
			      "(--time-format)",
			      shown, text);
}

/* Converts a number to seconds, by the unit that was given or that its size shows;
 * false: it is too large. */
static bool scale(double *seconds, enum ralm_time_kind *kind,
		  const struct ralm_click_times *times)
{
	double size = fabs(*seconds);
	if (times->given)
		*kind = times->kind;
	else if (size < 1e11)
		*kind = size > 0 ? RALM_TIME_SECONDS : RALM_TIME_NUMBERS;
	else if (size < 1e14)
		*kind = RALM_TIME_MILLISECONDS;
	else if (size < 1e17)
		*kind = RALM_TIME_MICROSECONDS;
	else if (size < 1e20)
		*kind = RALM_TIME_NANOSECONDS;
	else
		return false;
	if (*kind == RALM_TIME_MILLISECONDS)
		*seconds /= 1e3;
	else if (*kind == RALM_TIME_MICROSECONDS)
		*seconds /= 1e6;
	else if (*kind == RALM_TIME_NANOSECONDS)
		*seconds /= 1e9;
	return true;
}

static bool has_unit(enum ralm_time_kind kind)
{
	return kind == RALM_TIME_SECONDS || kind == RALM_TIME_MILLISECONDS ||
	       kind == RALM_TIME_MICROSECONDS ||
	       kind == RALM_TIME_NANOSECONDS;
}

/* Combines the kind of a time with that of earlier ones: a 0 is of their unit, whatever
 * that is. False: they differ. */
static bool join_kinds(enum ralm_time_kind *kind, enum ralm_time_kind before)
{
	if (*kind == RALM_TIME_NUMBERS && has_unit(before))
		*kind = before;
	return *kind == before || before == RALM_TIME_ANY ||
	       (before == RALM_TIME_NUMBERS && has_unit(*kind));
}

int ralm_click_times_parse(double *seconds, enum ralm_time_kind *kind,
			   const struct ralm_click_times *times,
			   const char *text, size_t length,
			   struct ralm_error *err)
{
	uint64_t whole;
	bool ok;
	if (times->format != NULL) {
		*kind = RALM_TIME_FORMATTED;
		ok = ralm_time_format_read(seconds, times->format, text, length);
	} else if (ralm_parse_u64(&whole, text, length, UINT64_C(1) << 62)) {
		*seconds = (double)whole;
		ok = scale(seconds, kind, times);
	} else if (ralm_parse_double(seconds, text, length)) {
		ok = scale(seconds, kind, times);
	} else {
		*kind = RALM_TIME_DATES;
		ok = !times->given && ralm_parse_iso_time(seconds, text, length);
	}
	if (!ok)
		return no_time(times, text, length, err);
	if (!join_kinds(kind, times->kind))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "time: '%.*s' is of another kind than the times "
				      "before it: %s, not %s (--time-format)",
				      ralm_shown(length), text,
				      kinds[*kind], kinds[times->kind]);
	return 0;
}
