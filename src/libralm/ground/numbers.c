#include "numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ralm_parse_u64(uint64_t *value, const char *text, size_t length,
		    uint64_t max)
{
	uint64_t x = 0;
	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned)(unsigned char)text[i] - '0';
		if (digit > 9 || digit > max || x > (max - digit) / 10)
			return false;
		x = x * 10 + digit;
	}
	*value = x;
	return true;
}

bool ralm_parse_double(double *value, const char *text, size_t length)
{
	char copy[64];
	if (length == 0 || length >= sizeof copy)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || !strchr("+-.0123456789eE", text[i]))
			return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	char *end;
	double x = strtod(copy, &end);
	if (end != copy + length || !isfinite(x))
		return false;
	*value = x;
	return true;
}

bool ralm_parse_size(uint64_t *value, const char *text, size_t length)
{
	static const char units[] = "KMGT";
	int shift = 0;
	if (length > 1) {
		const char *unit = strchr(units, text[length - 1]);
		if (unit != NULL && *unit) {
			shift = 10 * (int)(unit - units + 1);
			length--;
		}
	}
	uint64_t x;
	if (!ralm_parse_u64(&x, text, length, UINT64_MAX >> shift))
		return false;
	*value = x << shift;
	return true;
}

size_t ralm_format_u64(char *text, uint64_t value)
{
	char digits[20];
	size_t n = 0;
	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		text[i] = digits[n - 1 - i];
	return n;
}

/* A float's digits are those of a whole number times a power of two. Between
 * 0.0001 and 1 nine of them are that number times 10^9 to 10^12, which 64 bits
 * hold, shifted to the right and rounded. */
size_t ralm_format_real(char *text, double value)
{
	double x = fabs(value);
	char *p = text;
	if (!(x >= 0.0001 && x < 1) || (double)(float)x != x) {
		char any[RALM_REAL_TEXT];
		int length = snprintf(any, sizeof any, "%.9g", value);
		memcpy(text, any, (size_t)length);
		return (size_t)length;
	}
	if (value < 0)
		*p++ = '-';
	*p++ = '0';
	*p++ = '.';
	uint64_t power = UINT64_C(1000000000);
	for (double place = 0.1; x < place; place /= 10) {
		power *= 10;
		*p++ = '0';
	}
	int exponent;
	uint64_t whole = (uint64_t)ldexp(frexp(x, &exponent), 24) * power;
	int shift = 24 - exponent;
	uint64_t digits = whole >> shift, half = UINT64_C(1) << (shift - 1);
	uint64_t rest = whole & (2 * half - 1);
	digits += rest > half || (rest == half && (digits & 1));
	for (int i = 8; i >= 0; i--, digits /= 10)
		p[i] = (char)('0' + digits % 10);
	p += 9;
	while (p[-1] == '0')
		p--;
	return (size_t)(p - text);
}
