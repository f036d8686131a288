#include "ground/numbers.h"

#include "ground/c_locale.h"
#include "ground/digits.h"

#include <float.h>
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

/* ---- real numbers ------------------------------------------------------ */

enum { FIVES = 28 }; /* 5^27 is the last power of five below 2^64 */
static const uint64_t five_to[FIVES] = {
	UINT64_C(1),
	UINT64_C(5),
	UINT64_C(25),
	UINT64_C(125),
	UINT64_C(625),
	UINT64_C(3125),
	UINT64_C(15625),
	UINT64_C(78125),
	UINT64_C(390625),
	UINT64_C(1953125),
	UINT64_C(9765625),
	UINT64_C(48828125),
	UINT64_C(244140625),
	UINT64_C(1220703125),
	UINT64_C(6103515625),
	UINT64_C(30517578125),
	UINT64_C(152587890625),
	UINT64_C(762939453125),
	UINT64_C(3814697265625),
	UINT64_C(19073486328125),
	UINT64_C(95367431640625),
	UINT64_C(476837158203125),
	UINT64_C(2384185791015625),
	UINT64_C(11920928955078125),
	UINT64_C(59604644775390625),
	UINT64_C(298023223876953125),
	UINT64_C(1490116119384765625),
	UINT64_C(7450580596923828125),
};

static double two_to(int exponent)
{
	uint64_t bits = (uint64_t)(1023 + exponent) << 52;
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

/* digits * 10^exponent, correctly rounded as strtod does it, for the common
 * numbers. False: the number is not one of them.
 *
 * Up to 2^53 and 10^22 both factors are doubles, and one operation rounds once
 * (Clinger 1990). Past that, a 64-bit integer times or over 5^|exponent|, which
 * is a 64-bit integer too, is taken to at least 62 bits; a remainder makes the
 * lowest of them odd ("sticky"), so that the conversion to double, which rounds
 * at the 53rd bit, rounds as the exact number would. */
static bool scale_exactly(double *value, uint64_t digits, int exponent)
{
	static const double ten_to[] = {
		1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,
		1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#if FLT_EVAL_METHOD == 0
	if (digits <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
		*value = exponent < 0 ? (double)digits / ten_to[-exponent]
				      : (double)digits * ten_to[exponent];
		return true;
	}
#endif
	if (digits == 0 || exponent <= -FIVES || exponent >= FIVES)
		return false;
	if (exponent >= 0) {
		unsigned __int128 product =
			(unsigned __int128)digits * five_to[exponent];
		uint64_t high = (uint64_t)(product >> 64);
		int shift = high == 0 ? 0 : 64 - __builtin_clzll(high);
		uint64_t top = (uint64_t)(product >> shift);
		bool rest = product != (unsigned __int128)top << shift;
		*value = (double)(top | rest) * two_to(exponent + shift);
		return true;
	}
	uint64_t divisor = five_to[-exponent];
	int up = __builtin_clzll(digits), down = __builtin_clzll(divisor);
	divisor <<= down;
	unsigned __int128 dividend = (unsigned __int128)(digits << up) << 63;
	uint64_t top = (uint64_t)(dividend / divisor);
	bool rest = dividend != (unsigned __int128)top * divisor;
	*value = (double)(top | rest) * two_to(exponent - 63 - up + down);
	return true;
}

static bool parse_slowly(double *value, const char *text, size_t length)
{
	char copy[RALM_NUMBER_MAX + 1];
	memcpy(copy, text, length);
	copy[length] = '\0';
	char *end;
	double x = ralm_strtod(copy, &end);
	if (end != copy + length || !isfinite(x))
		return false;
	*value = x;
	return true;
}

/* Appends digits to a number and counts the significant ones, at least. Past 19
 * of them the number has overflowed, perhaps to 0. */
static inline const char *take_digits(uint64_t *number, int *significant,
				      const char *p, const char *end)
{
	uint64_t n = *number;
	int count = *significant;
	while (end - p >= 8) {
		const uint64_t eight = ralm_digits_load(p);
		if (ralm_digits_others(eight) != 0)
			break;
		n = n * 100000000 + ralm_digits_number(eight);
		count += n != 0 || count > 0 ? 8 : 0;
		p += 8;
	}
	for (; p < end; p++) {
		unsigned digit = (unsigned)(unsigned char)*p - '0';
		if (digit > 9)
			break;
		n = n * 10 + digit;
		count += n != 0 || count > 0;
	}
	*number = n;
	*significant = count;
	return p;
}

const char *ralm_scan_double(double *value, const char *text, const char *end)
{
	const char *p = text;
	bool negative = false;
	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';

	uint64_t digits = 0;
	int exponent = 0, significant = 0;
	const char *first = p;
	p = take_digits(&digits, &significant, p, end);
	ptrdiff_t count = p - first;
	if (p < end && *p == '.') {
		first = ++p;
		p = take_digits(&digits, &significant, p, end);
		count += p - first;
		exponent = p - first > RALM_NUMBER_MAX ? 0 : -(int)(p - first);
	}
	if (count == 0)
		return NULL;
	if (p < end && (*p == 'e' || *p == 'E')) {
		bool down = false;
		if (++p < end && (*p == '-' || *p == '+'))
			down = *p++ == '-';
		int power = 0;
		first = p;
		for (; p < end && (unsigned)(unsigned char)*p - '0' <= 9; p++)
			if (power < 10000)
				power = power * 10 + (*p - '0');
		if (p == first)
			return NULL;
		exponent += down ? -power : power;
	}
	double x;
	if (p - text > RALM_NUMBER_MAX)
		return NULL;
	if (significant <= 19 && scale_exactly(&x, digits, exponent)) {
		*value = negative ? -x : x;
		return p;
	}
	return parse_slowly(value, text, (size_t)(p - text)) ? p : NULL;
}

bool ralm_parse_double(double *value, const char *text, size_t length)
{
	double x;
	if (ralm_scan_double(&x, text, text + length) != text + length)
		return false;
	*value = x;
	return true;
}

int ralm_hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = memchr(digits, c, sizeof digits - 1);
	return found == NULL ? -1 : (int)(found - digits) % 16;
}

bool ralm_has_decimal_comma(const char *text, size_t length)
{
	const char *comma = memchr(text, ',', length);
	double half;
	if (comma == NULL)
		return false;
	size_t before = (size_t)(comma - text), behind = length - before - 1;
	return behind > 0 && comma[1] >= '0' && comma[1] <= '9' &&
	       ralm_parse_double(&half, text, before) &&
	       ralm_parse_double(&half, comma + 1, behind);
}

bool ralm_is_beyond_double(const char *text, size_t length)
{
	char copy[RALM_NUMBER_MAX + 1], *end;
	if (length == 0 || length > RALM_NUMBER_MAX)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return strspn(copy, "0123456789.+-eE") == length &&
	       isinf(ralm_strtod(copy, &end)) && end == copy + length;
}

bool ralm_parse_size(uint64_t *value, const char *text, size_t length)
{
	static const char units[] = "KMGTkmgt";
	int shift = 0;
	if (length > 1) {
		const char *unit = strchr(units, text[length - 1]);
		if (unit != NULL && *unit) {
			shift = 10 * (int)((unit - units) % 4 + 1);
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

/* The digits of 0 to 99. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

/* A float's digits are those of a whole number times a power of two. Between
 * 0.0001 and 1 nine of them are that number times 10^9 to 10^12, which 64 bits
 * hold, shifted to the right and rounded to even. Without a branch that depends
 * on the digits: none of them can be foreseen. */
size_t ralm_format_real(char *text, double value)
{
	static const uint64_t power[] = {1000000000, 10000000000, 100000000000,
					 1000000000000};
	const double x = fabs(value);
	const float f = (float)x;
	char *p = text;
	if (!(x >= 0.0001 && x < 1) || (double)f != x) {
		char any[RALM_REAL_TEXT];
		int length = ralm_snprintf(any, sizeof any, "%.9g", value);
		memcpy(text, any, (size_t)length);
		return (size_t)length;
	}
	*p = '-';
	p += value < 0;
	const int zeros = (x < 0.1) + (x < 0.01) + (x < 0.001);
	memcpy(p, "0.000", 5);
	p += 2 + zeros;

	uint32_t bits;
	memcpy(&bits, &f, sizeof bits);
	const uint64_t whole =
		((bits & 0x7fffff) | 0x800000) * power[zeros];
	const unsigned shift = 150 - (bits >> 23); /* f = whole number / 2^shift */
	uint64_t digits = whole >> shift;
	const uint64_t half = UINT64_C(1) << (shift - 1);
	digits += (whole & (2 * half - 1)) + (digits & 1) > half;

	const uint32_t last = (uint32_t)(digits % 100000000);
	const uint32_t four[2] = {last / 10000, last % 10000};
	*p++ = (char)('0' + digits / 100000000);
	for (int i = 0; i < 2; i++, p += 4) {
		memcpy(p, pairs + 2 * (four[i] / 100), 2);
		memcpy(p + 2, pairs + 2 * (four[i] % 100), 2);
	}
	while (p[-1] == '0')
		p--;
	return (size_t)(p - text);
}

size_t ralm_format_double(char *text, double value)
{
	int length = 0;
	for (int precision = 15; precision <= 17; precision++) {
		length = ralm_snprintf(text, RALM_DOUBLE_TEXT, "%.*g",
				       precision, value);
		if (ralm_strtod(text, NULL) == value)
			break;
	}
	return (size_t)length;
}
