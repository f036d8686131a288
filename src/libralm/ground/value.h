/* A value as a person writes it, on a command line or in a file: one parser,
 * one message of what is expected, one text of the value. */
#ifndef RALM_GROUND_VALUE_H
#define RALM_GROUND_VALUE_H

#include <stdbool.h>
#include <stddef.h>

/* What is written, and the C type that holds it. */
enum ralm_value_type {
	RALM_VALUE_COUNT,  /* uint64_t: a whole number */
	RALM_VALUE_SIZE,   /* uint64_t: bytes, with K, M, G, T or nothing behind */
	RALM_VALUE_REAL,   /* double; a word may stand for 0 */
	RALM_VALUE_CHOICE, /* int: which of the choices */
	RALM_VALUE_FLAG,   /* bool: true or false */
	RALM_VALUE_NAME,   /* char[RALM_VALUE_NAME_MAX]: letters, digits, - and _ */
	RALM_VALUE_PATH,   /* char[RALM_VALUE_PATH_MAX] */
	RALM_VALUE_DEVICE, /* char[RALM_VALUE_NAME_MAX]: cpu, gpu, gpu:0,1 */
};

enum {
	RALM_VALUE_PATH_MAX = 1024, /* with its NUL */
	RALM_VALUE_NAME_MAX = 64,   /* with its NUL */
	RALM_VALUE_EXPECTED_MAX = 192,
	RALM_VALUE_TEXT_MAX = 64, /* holds any value but a path */
};

struct ralm_value_kind {
	enum ralm_value_type type;
	double min, max;     /* of numbers; max 0: no upper bound */
	const char *choices; /* "A|B": index 0, index 1; of a number: the word
			      * that stands for 0, or NULL */
};

/* Sets *value, of the kind's type, from text. Returns false, and leaves *value,
 * where text is no such value or is out of range. In a choice, and in what a device
 * is, capitals, '-' and '_' make no difference; nor do capitals in a size. */
bool ralm_value_parse(void *value, const struct ralm_value_kind *kind,
		      const char *text, size_t length);

/* Whether a number is in the kind's range; true for other types. */
bool ralm_value_in_range(const struct ralm_value_kind *kind, const void *value);

/* "expected a whole number from 1 to 9", at most RALM_VALUE_EXPECTED_MAX bytes
 * with the NUL. */
void ralm_value_expected(char *text, const struct ralm_value_kind *kind);

/* The value as it would be written, at most RALM_VALUE_TEXT_MAX bytes with the
 * NUL, a path as long as it is; returns the length. Reals have the fewest digits
 * that read back as the same number, and the point that YAML 1.1 wants before an
 * exponent. */
size_t ralm_value_text(char *text, const struct ralm_value_kind *kind,
		       const void *value);

#endif
