#include "ground/value.h"

#include "ground/c_locale.h"
#include "ground/numbers.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- from text ----------------------------------------------------------- */

/* PaddlePaddle's class names differ in case, '-' and '_' from place to
 * place. */
static bool same_name(const char *choice, size_t choice_length,
		      const char *text, size_t length)
{
	size_t i = 0, j = 0;
	for (;; i++, j++) {
		while (i < choice_length && strchr("-_", choice[i]))
			i++;
		while (j < length && text[j] != '\0' && strchr("-_", text[j]))
			j++;
		if (i == choice_length || j == length)
			return i == choice_length && j == length;
		/* A letter in lower case, or a digit; nothing else matches. */
		const char a = choice[i] | 0x20, b = text[j] | 0x20;
		const bool letter = b >= 'a' && b <= 'z';
		const bool digit = text[j] >= '0' && text[j] <= '9';
		if (a != b || (!letter && !digit))
			return false;
	}
}

static bool parse_choice(int *value, const char *choices, const char *text,
			 size_t length)
{
	for (int index = 0;; index++) {
		size_t n = strcspn(choices, "|");
		if (same_name(choices, n, text, length)) {
			*value = index;
			return true;
		}
		if (choices[n] == '\0')
			return false;
		choices += n + 1;
	}
}

static bool parse_flag(bool *value, const char *text, size_t length)
{
	int index;
	if (!parse_choice(&index, "false|true", text, length))
		return false;
	*value = index == 1;
	return true;
}

static bool parse_path(char *path, const char *text, size_t length)
{
	if (length >= RALM_VALUE_PATH_MAX || memchr(text, '\0', length))
		return false;
	memcpy(path, text, length);
	path[length] = '\0';
	return true;
}

static bool parse_name(char *name, const char *text, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	if (length == 0 || length >= RALM_VALUE_NAME_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (strchr(letters, text[i]) == NULL || text[i] == '\0')
			return false;
	memcpy(name, text, length);
	name[length] = '\0';
	return true;
}

static bool parse_device(char *device, const char *text, size_t length)
{
	const char *const colon = memchr(text, ':', length);
	const size_t word = colon != NULL ? (size_t)(colon - text) : length;
	size_t i = word + 1;
	int gpu;
	bool right = parse_choice(&gpu, "cpu|gpu", text, word) &&
		     length - word < RALM_VALUE_NAME_MAX - 3 &&
		     (colon == NULL || (gpu && i < length));
	while (right && i < length) { /* numbers of 1 to 4 digits */
		const size_t first = i;
		while (i < length && text[i] >= '0' && text[i] <= '9')
			i++;
		right = i > first && i - first <= 4 &&
			(i == length || (text[i] == ',' && i + 1 < length));
		i++;
	}
	if (!right)
		return false;
	memcpy(device, gpu ? "gpu" : "cpu", 3);
	memcpy(device + 3, text + word, length - word);
	device[3 + length - word] = '\0';
	return true;
}

/* max 0: no upper bound. */
static bool in_range(const struct ralm_value_kind *kind, double number)
{
	return number >= kind->min && (kind->max == 0 || number <= kind->max);
}

static bool parse_whole(uint64_t *value, const struct ralm_value_kind *kind,
			const char *text, size_t length)
{
	uint64_t number;
	bool ok = kind->type == RALM_VALUE_COUNT
			  ? ralm_parse_u64(&number, text, length, UINT64_MAX)
			  : ralm_parse_size(&number, text, length);
	if (!ok || !in_range(kind, (double)number))
		return false;
	*value = number;
	return true;
}

static bool parse_real(double *value, const struct ralm_value_kind *kind,
		       const char *text, size_t length)
{
	double number;
	int word;
	if (kind->choices != NULL &&
	    parse_choice(&word, kind->choices, text, length)) {
		*value = 0;
		return true;
	}
	if (!ralm_parse_double(&number, text, length) ||
	    !in_range(kind, number))
		return false;
	*value = number;
	return true;
}

bool ralm_value_parse(void *value, const struct ralm_value_kind *kind,
		      const char *text, size_t length)
{
	switch (kind->type) {
	case RALM_VALUE_COUNT:
	case RALM_VALUE_SIZE:
		return parse_whole(value, kind, text, length);
	case RALM_VALUE_REAL:
		return parse_real(value, kind, text, length);
	case RALM_VALUE_CHOICE:
		return parse_choice(value, kind->choices, text, length);
	case RALM_VALUE_FLAG:
		return parse_flag(value, text, length);
	case RALM_VALUE_NAME:
		return parse_name(value, text, length);
	case RALM_VALUE_PATH:
		return parse_path(value, text, length);
	case RALM_VALUE_DEVICE:
		return parse_device(value, text, length);
	}
	return false;
}

bool ralm_value_in_range(const struct ralm_value_kind *kind, const void *value)
{
	switch (kind->type) {
	case RALM_VALUE_COUNT:
	case RALM_VALUE_SIZE:
		return in_range(kind, (double)*(const uint64_t *)value);
	case RALM_VALUE_REAL:
		return (kind->choices != NULL &&
			*(const double *)value == 0) ||
		       in_range(kind, *(const double *)value);
	default:
		return true;
	}
}

/* ---- to text ------------------------------------------------------------- */

static void expect_number(char *text, const struct ralm_value_kind *kind,
			  const char *what)
{
	enum { SIZE = RALM_VALUE_EXPECTED_MAX };
	if (kind->max != 0)
		ralm_snprintf(text, SIZE, "expected a %s from %.9g to %.10g",
			      what, kind->min, kind->max);
	else if (kind->min != 0)
		ralm_snprintf(text, SIZE, "expected a %s, at least %.9g", what,
			      kind->min);
	else
		ralm_snprintf(text, SIZE, "expected a %s", what);
}

void ralm_value_expected(char *text, const struct ralm_value_kind *kind)
{
	enum { SIZE = RALM_VALUE_EXPECTED_MAX };
	switch (kind->type) {
	case RALM_VALUE_COUNT:
		expect_number(text, kind, "whole number");
		break;
	case RALM_VALUE_SIZE:
		expect_number(text, kind, "size such as 512M (K, M, G, T)");
		break;
	case RALM_VALUE_REAL:
		expect_number(text, kind, "number");
		if (kind->choices != NULL)
			stpcpy(stpcpy(text + strlen(text), " or "),
			       kind->choices);
		break;
	case RALM_VALUE_CHOICE:
		snprintf(text, SIZE, "expected %s%s",
			 strchr(kind->choices, '|') ? "one of " : "",
			 kind->choices);
		break;
	case RALM_VALUE_FLAG:
		snprintf(text, SIZE, "expected true or false");
		break;
	case RALM_VALUE_NAME:
		snprintf(text, SIZE, "expected a name of at most %d letters",
			 RALM_VALUE_NAME_MAX - 1);
		break;
	case RALM_VALUE_PATH:
		snprintf(text, SIZE, "expected a path of at most %d bytes",
			 RALM_VALUE_PATH_MAX - 1);
		break;
	case RALM_VALUE_DEVICE:
		snprintf(text, SIZE, "expected cpu, gpu or gpu:N,N...");
		break;
	}
}

static size_t size_text(char *text, uint64_t bytes)
{
	static const char units[] = "KMGT";
	int unit = -1;
	while (bytes != 0 && bytes % 1024 == 0 && unit < 3) {
		bytes /= 1024;
		unit++;
	}
	size_t length = ralm_format_u64(text, bytes);
	if (unit >= 0)
		text[length++] = units[unit];
	return length;
}

static size_t real_text(char *text, double value)
{
	size_t length = ralm_format_double(text, value);
	char *e = memchr(text, 'e', length);
	if (e == NULL || memchr(text, '.', length) != NULL)
		return length;
	memmove(e + 2, e, length - (size_t)(e - text));
	memcpy(e, ".0", 2);
	return length + 2;
}

static size_t choice_text(char *text, const char *choices, int index)
{
	for (; index > 0; index--)
		choices = strchr(choices, '|') + 1;
	size_t length = strcspn(choices, "|");
	memcpy(text, choices, length);
	return length;
}

static size_t word_text(char *text, const char *word)
{
	size_t length = strlen(word);
	memcpy(text, word, length);
	return length;
}

size_t ralm_value_text(char *text, const struct ralm_value_kind *kind,
		       const void *value)
{
	size_t length = 0;
	switch (kind->type) {
	case RALM_VALUE_COUNT:
		length = ralm_format_u64(text, *(const uint64_t *)value);
		break;
	case RALM_VALUE_SIZE:
		length = size_text(text, *(const uint64_t *)value);
		break;
	case RALM_VALUE_REAL:
		length = kind->choices != NULL && *(const double *)value == 0
				 ? word_text(text, kind->choices)
				 : real_text(text, *(const double *)value);
		break;
	case RALM_VALUE_CHOICE:
		length = choice_text(text, kind->choices, *(const int *)value);
		break;
	case RALM_VALUE_FLAG:
		length = word_text(text,
				   *(const bool *)value ? "true" : "false");
		break;
	case RALM_VALUE_NAME:
	case RALM_VALUE_PATH:
	case RALM_VALUE_DEVICE:
		length = word_text(text, value);
		break;
	}
	text[length] = '\0';
	return length;
}
