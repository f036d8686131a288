/* The C tests' whole framework: TAP on stdout, one line a check. */
#ifndef RALM_TESTS_CHECK_H
#define RALM_TESTS_CHECK_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int check_count, check_failed;

/* Each check is one TAP line; where one case makes many comparisons, gather
 * them into one condition or use check_quiet, which prints failures only. */
__attribute__((format(printf, 4, 5)))
static inline bool check_say(bool ok, const char *file, int line,
			     const char *format, ...)
{
	va_list args;
	va_start(args, format);
	printf("%sok %d - ", ok ? "" : "not ", ++check_count);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	if (!ok) {
		check_failed++;
		printf("# at %s:%d\n", file, line);
	}
	return ok;
}
#define check(condition, ...) \
	check_say((condition), __FILE__, __LINE__, __VA_ARGS__)

/* The larger, of errors; what is no number is worse than any, and stays. (fmax
 * would pass over it.) */
static inline double worse(double a, double b)
{
	return b > a || isnan(b) ? b : a;
}

static inline int check_done(void)
{
	printf("1..%d\n", check_count);
	return check_failed != 0;
}

#endif
