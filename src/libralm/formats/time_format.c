#include "formats/time_format.h"

#include "ground/c_locale.h"
#include "formats/timestamp.h"

#include <string.h>
#include <time.h>

enum { TEXT_MAX = 127, FORMAT_MAX = 127 };

int ralm_time_format_check(const char *format, struct ralm_error *err)
{
	bool year = false, fraction = false;
	bool half_day = false, noon = false, day_of_year = false, weekday = false;
	if (strlen(format) > FORMAT_MAX)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--time-format: longer than %d bytes",
				      FORMAT_MAX);
	for (const char *p = format; (p = strchr(p, '%')) != NULL; p += 2) {
		if (p[1] == '\0' || !strchr("aAbBdDefFhHIjklmMnpRStTyYz%", p[1]))
			return ralm_error_set(
				err, RALM_ERROR_CONFIG,
				"--time-format: '%s': %%%.1s is not read",
				format, p + 1);
		if (p[1] == 'f' && fraction)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--time-format: '%s': %%f stands twice",
					      format);
		fraction |= p[1] == 'f';
		year |= strchr("yYDF", p[1]) != NULL;
		half_day |= strchr("Il", p[1]) != NULL;
		noon |= p[1] == 'p';
		day_of_year |= p[1] == 'j';
		weekday |= strchr("aA", p[1]) != NULL;
	}
	/* strptime accepts these and ignores one of them. */
	if (noon && !half_day)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--time-format: '%s': %%p goes with %%I, not with "
				      "%%H",
				      format);
	if (day_of_year && weekday)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--time-format: '%s': %%j does not go with a "
				      "weekday",
				      format);
	if (!year)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--time-format: '%s' has no year; one with it is "
				      "like %%Y-%%m-%%d %%H:%%M:%%S, or is seconds, "
				      "milliseconds, microseconds or nanoseconds",
				      format);
	return 0;
}

/* Where %f stands in the format, or NULL. */
static const char *find_fraction(const char *format)
{
	const char *p = format;
	while ((p = strchr(p, '%')) != NULL && p[1] != 'f')
		p += 2;
	return p;
}

/* Whether day and month come from %j, which some strptime leave to their callers. */
static bool has_day_of_year(const char *format)
{
	bool day_of_year = false, month = false, day = false;
	for (const char *p = format; (p = strchr(p, '%')) != NULL; p += 2) {
		day_of_year |= p[1] == 'j';
		month |= strchr("mbBhDF", p[1]) != NULL;
		day |= strchr("deDF", p[1]) != NULL;
	}
	return day_of_year && !(month && day);
}

/* strptime in the C locale, from 1970-01-01T00:00:00 on. */
static const char *read_one(struct tm *tm, const char *text, const char *format)
{
	*tm = (struct tm){.tm_year = 70, .tm_mday = 1};
	locale_t before = ralm_c_locale_enter();
	const char *end = strptime(text, format, tm);
	ralm_c_locale_leave(before);
	return end;
}

/* Removes %f from the format and its digits from the text; strptime does the
 * rest. */
static bool take_fraction(double *fraction, char *text, char *format)
{
	struct tm tm;
	char *place = format + (find_fraction(format) - format);
	char after = *place;
	*place = '\0';
	const char *from = *format ? read_one(&tm, text, format) : text;
	*place = after;
	if (from == NULL)
		return false;
	char *begin = text + (from - text), *end = begin;
	double unit = 0.1;
	for (; *end >= '0' && *end <= '9'; end++, unit /= 10)
		*fraction += (*end - '0') * unit;
	if (end == begin)
		return false;
	memmove(begin, end, strlen(end) + 1);
	memmove(place, place + 2, strlen(place + 2) + 1);
	return true;
}

bool ralm_time_format_read(double *seconds, const char *format,
			   const char *text, size_t length)
{
	/* Behind both, so that a text that ends early is none: BSD's strptime
	 * would take it. */
	static const char end_mark[] = "|";
	char copy[TEXT_MAX + sizeof end_mark], own[FORMAT_MAX + sizeof end_mark];
	double fraction = 0;
	struct tm tm;
	if (length == 0 || length > TEXT_MAX || memchr(text, '\0', length))
		return false;
	memcpy(copy, text, length);
	strcpy(copy + length, end_mark);
	strcpy(own, format);
	strcat(own, end_mark);
	if (find_fraction(own) != NULL && !take_fraction(&fraction, copy, own))
		return false;
	const char *end = read_one(&tm, copy, own);
	if (end == NULL || *end != '\0')
		return false;
	double rest = 3600.0 * tm.tm_hour + 60.0 * tm.tm_min + tm.tm_sec +
		      fraction - (double)tm.tm_gmtoff;
	if (has_day_of_year(own)) {
		double leap_day;
		if (tm.tm_yday == 365 &&
		    !ralm_seconds_of(&leap_day, tm.tm_year + 1900, 2, 29, 0))
			return false;
		rest += 86400.0 * tm.tm_yday;
		tm.tm_mon = 0;
		tm.tm_mday = 1;
	}
	return ralm_seconds_of(seconds, tm.tm_year + 1900, tm.tm_mon + 1,
			       tm.tm_mday, rest);
}
