/* Numbers as text. A number parses whole and in range, or it does not parse:
 * no leading blanks, no trailing bytes, no locale. */
#ifndef RALM_GROUND_NUMBERS_H
#define RALM_GROUND_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal digits of a number <= max. */
bool ralm_parse_u64(uint64_t *value, const char *text, size_t length,
		    uint64_t max);

/* A finite decimal number as strtod reads it (no hex, inf or nan), correctly
 * rounded. At most RALM_NUMBER_MAX bytes: any double may be written out in
 * full, which takes 1077. */
enum { RALM_NUMBER_MAX = 1100 };
bool ralm_parse_double(double *value, const char *text, size_t length);

/* Whether the text is a number with a decimal comma, "12,5", which is none
 * here. */
bool ralm_has_decimal_comma(const char *text, size_t length);

/* Whether the text is a decimal number that no finite double is near, 1e400. */
bool ralm_is_beyond_double(const char *text, size_t length);

/* As ralm_parse_double, for the number that text begins with, up to its last
 * character before end. Returns what follows it, or NULL when there is no
 * number. */
const char *ralm_scan_double(double *value, const char *text, const char *end);

/* The value of a hexadecimal digit; -1: it is none. */
int ralm_hex_digit(char c);

/* A byte count: digits and one of K M G T (powers of 1024), or none. */
bool ralm_parse_size(uint64_t *value, const char *text, size_t length);

/* Writes value as printf's "%.9g" does, in text (RALM_REAL_TEXT bytes); returns
 * its length, no NUL. Fast where it is a float between 0.0001 and 1, as scores
 * are. */
enum { RALM_REAL_TEXT = 24 };
size_t ralm_format_real(char *text, double value);

/* Writes value in decimal; returns its length (at most 20), no NUL. */
size_t ralm_format_u64(char *text, uint64_t value);

/* Writes the fewest digits, 15 to 17, that read back as the same value, and a
 * NUL; returns the length. */
enum { RALM_DOUBLE_TEXT = 32 };
size_t ralm_format_double(char *text, double value);

#endif
