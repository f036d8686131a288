/* The values of settings: from text, and whether they are in their range. */
#include "settings/config.h"

#include "ground/c_locale.h"
#include "ground/numbers.h"
#include "settings/config_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool in_range(const struct ralm_setting *s, double value)
{
	return value >= s->min && (s->max == 0 || value <= s->max);
}

/* Names of classes differ in capitals, '-' and '_' from place to place. */
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
		/* Letters only, so that 'A' ^ 'a' tells capitals apart. */
		char a = choice[i] | 0x20, b = text[j] | 0x20;
		if (a != b || b < 'a' || b > 'z')
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

static bool parse_path(char *path, const char *text, size_t length)
{
	if (length >= RALM_CONFIG_PATH_MAX || strlen(text) != length)
		return false;
	memcpy(path, text, length + 1);
	return true;
}

/* Letters, digits, '-' and '_'. */
static bool parse_name(char *name, const char *text, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	if (length == 0 || length >= RALM_CONFIG_NAME_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (strchr(letters, text[i]) == NULL || text[i] == '\0')
			return false;
	memcpy(name, text, length);
	name[length] = '\0';
	return true;
}

bool ralm_setting_parse(struct ralm_config *config,
			const struct ralm_setting *s, const char *text,
			size_t length)
{
	void *field = (char *)config + s->offset;
	uint64_t count;
	double real;
	int index;
	switch (s->type) {
	case RALM_SETTING_COUNT:
	case RALM_SETTING_SIZE:
		if (s->type == RALM_SETTING_COUNT
			    ? !ralm_parse_u64(&count, text, length, UINT64_MAX)
			    : !ralm_parse_size(&count, text, length))
			return false;
		if (!in_range(s, (double)count))
			return false;
		*(uint64_t *)field = count;
		return true;
	case RALM_SETTING_REAL:
		if (!ralm_parse_double(&real, text, length) ||
		    !in_range(s, real))
			return false;
		*(double *)field = real;
		return true;
	case RALM_SETTING_CHOICE:
		return parse_choice(field, s->choices, text, length);
	case RALM_SETTING_FLAG:
		if (!parse_choice(&index, "false|true", text, length))
			return false;
		*(bool *)field = index == 1;
		return true;
	case RALM_SETTING_PATH:
		return parse_path(field, text, length);
	case RALM_SETTING_NAME:
		return parse_name(field, text, length);
	default:
		return false;
	}
}

void ralm_setting_expected(char *text, size_t size,
			   const struct ralm_setting *s)
{
	switch (s->type) {
	case RALM_SETTING_COUNT:
	case RALM_SETTING_SIZE:
	case RALM_SETTING_REAL: {
		const char *kind = s->type == RALM_SETTING_COUNT ? "whole number"
				 : s->type == RALM_SETTING_SIZE
					 ? "size such as 512M"
					 : "number";
		if (s->max != 0)
			ralm_snprintf(text, size, "expected a %s from %.9g to %.10g",
				 kind, s->min, s->max);
		else if (s->min != 0)
			ralm_snprintf(text, size, "expected a %s, at least %.9g",
				 kind, s->min);
		else
			ralm_snprintf(text, size, "expected a %s", kind);
		break;
	}
	case RALM_SETTING_CHOICE:
		snprintf(text, size, "expected %s%s",
			 strchr(s->choices, '|') ? "one of " : "", s->choices);
		break;
	case RALM_SETTING_FLAG:
		snprintf(text, size, "expected true or false");
		break;
	case RALM_SETTING_NAME:
		snprintf(text, size, "expected a name of at most %d letters",
			 RALM_CONFIG_NAME_MAX - 1);
		break;
	default:
		snprintf(text, size, "expected a path of at most %d bytes",
			 RALM_CONFIG_PATH_MAX - 1);
	}
}

void ralm_config_init(struct ralm_config *config)
{
	memset(config, 0, sizeof *config);
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (!ralm_setting_has_value(s))
			continue;
		bool ok = ralm_setting_parse(config, s, s->standard,
					     strlen(s->standard));
		assert(ok);
		(void)ok;
	}
}

int ralm_config_set(struct ralm_config *config, const char *name,
		    const char *text, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		char expected[RALM_CONFIG_TAKES_MAX];
		if (!ralm_setting_has_value(s) || strcmp(s->name, name) != 0)
			continue;
		if (ralm_setting_parse(config, s, text, strlen(text)))
			return 0;
		ralm_setting_expected(expected, sizeof expected, s);
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got '%.100s'", name, expected,
				      text);
	}
	return ralm_error_set(err, RALM_ERROR_CONFIG, "unknown key '%s'",
			      name);
}

int ralm_config_check(const struct ralm_config *config, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		const void *value = ralm_setting_value(config, s);
		char expected[RALM_CONFIG_TAKES_MAX], got[32];
		if (s->type == RALM_SETTING_REAL) {
			double real = *(const double *)value;
			if (in_range(s, real))
				continue;
			ralm_snprintf(got, sizeof got, "%.9g", real);
		} else if (s->type == RALM_SETTING_COUNT ||
			   s->type == RALM_SETTING_SIZE) {
			uint64_t count = *(const uint64_t *)value;
			if (in_range(s, (double)count))
				continue;
			got[ralm_format_u64(got, count)] = '\0';
		} else {
			continue;
		}
		ralm_setting_expected(expected, sizeof expected, s);
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got %s", s->name, expected, got);
	}
	return 0;
}
