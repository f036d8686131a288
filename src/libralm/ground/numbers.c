#include "numbers.h"

#include <math.h>
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
