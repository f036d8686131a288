#include "formats/timestamp.h"

#include "ground/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Takes `count` digits from *text as a number; -1: there are not as many. */
static int digits(const char **text, const char *end, int count)
{
	int value = 0;
	if (end - *text < count)
		return -1;
	for (int i = 0; i < count; i++, ++*text) {
		if (**text < '0' || **text > '9')
			return -1;
		value = 10 * value + (**text - '0');
	}
	return value;
}

/* Skips one of these characters, if one follows; returns whether it did. */
static bool skip(const char **text, const char *end, const char *any_of)
{
	if (*text == end || **text == '\0' || !strchr(any_of, **text))
		return false;
	++*text;
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01. Years begin in March here, so that a leap day is the
 * last day of its year. */
static long day_number(int year, int month, int day)
{
	long y = year - (month <= 2);
	long m = (month + 9) % 12; /* March 0 */
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static bool parse_clock(double *seconds, const char **text, const char *end)
{
	int hour = digits(text, end, 2);
	if (hour < 0 || hour > 23 || !skip(text, end, ":"))
		return false;
	int minute = digits(text, end, 2);
	if (minute < 0 || minute > 59)
		return false;
	*seconds = 3600 * hour + 60 * minute;
	if (!skip(text, end, ":"))
		return true;
	int second = digits(text, end, 2);
	if (second < 0 || second > 60) /* 60: a leap second */
		return false;
	*seconds += second;
	if (!skip(text, end, ".,"))
		return true;
	double unit = 0.1;
	const char *first = *text;
	for (int digit; (digit = digits(text, end, 1)) >= 0; unit /= 10)
		*seconds += digit * unit;
	return *text > first;
}

/* Skips a word, in any case. */
static bool skip_word(const char **text, const char *end, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(end - *text) < length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (((*text)[i] | 0x20) != word[i])
			return false;
	*text += length;
	return true;
}

static bool parse_zone(double *seconds, const char **text, const char *end)
{
	if (*text == end)
		return true;
	skip(text, end, " ");
	if (skip(text, end, "Zz") || skip_word(text, end, "utc") ||
	    skip_word(text, end, "gmt"))
		return true;
	int sign = *text < end && **text == '-' ? 1 : -1; /* east is earlier */
	if (!skip(text, end, "+-"))
		return false;
	int hour = digits(text, end, 2), minute = 0;
	if (*text != end) {
		skip(text, end, ":");
		minute = digits(text, end, 2);
	}
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*seconds += sign * (3600 * hour + 60 * minute);
	return true;
}

bool ralm_seconds_of(double *seconds, int year, int month, int day,
		     double clock)
{
	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month))
		return false;
	*seconds = 86400.0 * (double)day_number(year, month, day) + clock;
	return true;
}

bool ralm_parse_iso_time(double *seconds, const char *text, size_t length)
{
	const char *end = text + length;
	double clock = 0;
	int year = digits(&text, end, 4);
	if (year < 1 || text == end)
		return false;
	const char between[] = {*text == '/' ? '/' : '-', '\0'};
	if (!skip(&text, end, between))
		return false;
	int month = digits(&text, end, 2);
	if (!skip(&text, end, between))
		return false;
	int day = digits(&text, end, 2);
	if (skip(&text, end, "Tt ") && (!parse_clock(&clock, &text, end) ||
					!parse_zone(&clock, &text, end)))
		return false;
	return text == end && ralm_seconds_of(seconds, year, month, day, clock);
}

/* The inverse of day_number, by periods of 400 years that begin in March. */
static void date_of(int *year, int *month, int *day, long days)
{
	long since = days + 719468; /* 0000-03-01 */
	long era = since / 146097, of_era = since % 146097;
	long y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		 365;
	long of_year = of_era - (365 * y + y / 4 - y / 100);
	long m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5) + 1;
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400) + (*month <= 2);
}

void ralm_format_iso_time(char text[RALM_TIME_TEXT], double seconds)
{
	if (!(seconds >= -62135596800. && seconds < 253402300800.)) {
		ralm_format_double(text, seconds);
		return;
	}
	int year, month, day;
	double days = floor(seconds / 86400);
	int clock = (int)(floor(seconds) - 86400 * days);
	date_of(&year, &month, &day, (long)days);
	snprintf(text, RALM_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		 year % 10000, month, day, clock / 3600, clock / 60 % 60,
		 clock % 60);
}
