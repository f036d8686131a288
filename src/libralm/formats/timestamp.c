#include "timestamp.h"

#include "../ground/numbers.h"

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

/* Days since 1970-01-01. Years begin in March here, so that the day a leap
 * year adds is the last one. */
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
	return *text > first && (*text == end || strchr("Z+-", **text));
}

static bool parse_zone(double *seconds, const char **text, const char *end)
{
	if (*text == end || skip(text, end, "Z"))
		return true;
	int sign = **text == '-' ? 1 : -1; /* east of Greenwich is earlier */
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

static bool parse_iso(double *seconds, const char *text, const char *end)
{
	int year = digits(&text, end, 4);
	if (year < 1 || !skip(&text, end, "-"))
		return false;
	int month = digits(&text, end, 2);
	if (month < 1 || month > 12 || !skip(&text, end, "-"))
		return false;
	int day = digits(&text, end, 2);
	if (day < 1 || day > days_of_month(year, month))
		return false;
	double clock = 0;
	if (skip(&text, end, "T ") && (!parse_clock(&clock, &text, end) ||
				       !parse_zone(&clock, &text, end)))
		return false;
	*seconds = 86400.0 * (double)day_number(year, month, day) + clock;
	return text == end;
}

bool ralm_parse_time(double *seconds, const char *text, size_t length)
{
	uint64_t whole;
	if (ralm_parse_u64(&whole, text, length, UINT64_C(1) << 62)) {
		*seconds = (double)whole;
		return true;
	}
	return ralm_parse_double(seconds, text, length) ||
	       parse_iso(seconds, text, text + length);
}
