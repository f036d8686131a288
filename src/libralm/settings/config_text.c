/* The effective YAML. */
#include "settings/config.h"

#include "ground/c_locale.h"
#include "ground/numbers.h"
#include "settings/config_table.h"
#include "formats/yaml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shortest decimal that reads back as the same number, with the point
 * that YAML 1.1 wants before an exponent. */
static void put_real(char *text, size_t size, double value)
{
	char digits[40];
	for (int precision = 1; precision <= 17; precision++) {
		ralm_snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (ralm_strtod(digits, NULL) == value)
			break;
	}
	const char *e = strchr(digits, 'e');
	if (e != NULL && strchr(digits, '.') == NULL)
		snprintf(text, size, "%.*s.0%s", (int)(e - digits), digits, e);
	else
		snprintf(text, size, "%s", digits);
}

static void put_size(char *text, uint64_t value)
{
	static const char units[] = "KMGT";
	int unit = -1;
	while (value != 0 && value % 1024 == 0 && unit < 3) {
		value /= 1024;
		unit++;
	}
	size_t length = ralm_format_u64(text, value);
	if (unit >= 0)
		text[length++] = units[unit];
	text[length] = '\0';
}

/* The value of a setting as it is written, without a newline. */
static size_t put_value(char *text, const struct ralm_config *config,
			const struct ralm_setting *s)
{
	const void *value = ralm_setting_value(config, s);
	char plain[64] = "";
	switch (s->type) {
	case RALM_SETTING_COUNT:
		plain[ralm_format_u64(plain, *(const uint64_t *)value)] = '\0';
		break;
	case RALM_SETTING_SIZE:
		put_size(plain, *(const uint64_t *)value);
		break;
	case RALM_SETTING_REAL:
		put_real(plain, sizeof plain, *(const double *)value);
		break;
	case RALM_SETTING_FLAG:
		strcpy(plain, *(const bool *)value ? "true" : "false");
		break;
	case RALM_SETTING_CHOICE: {
		const char *c = s->choices;
		for (int i = *(const int *)value; i > 0; i--)
			c = strchr(c, '|') + 1;
		snprintf(plain, sizeof plain, "%.*s", (int)strcspn(c, "|"), c);
		break;
	}
	case RALM_SETTING_NAME:
		strcpy(plain, value);
		break;
	default:
		return ralm_yaml_quote(text, value, strlen(value));
	}
	size_t length = strlen(plain);
	memcpy(text, plain, length);
	return length;
}

static char *put_text(char *out, const char *text)
{
	size_t length = strlen(text);
	memcpy(out, text, length);
	return out + length;
}

static char *put_settings(char *out, const struct ralm_config *config,
			  enum ralm_config_place place, bool model)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->place != place || !ralm_setting_has_value(s) || (model && !s->model))
			continue;
		out = put_text(out, place == RALM_PLACE_OPTIMIZER ? "    "
								  : "  ");
		out = put_text(out, s->name);
		out = put_text(out, ": ");
		out += put_value(out, config, s);
		*out++ = '\n';
	}
	return out;
}

/* A path may hold the very characters that a file has for its workspace; with
 * this workspace they stand for themselves. */
static char *put_workspace(char *out, const struct ralm_config *config)
{
	for (size_t i = 0; i < ralm_setting_count; i++)
		if (ralm_settings[i].type == RALM_SETTING_PATH &&
		    strstr(ralm_setting_value(config, &ralm_settings[i]),
			   RALM_CONFIG_WORKSPACE) != NULL)
			return put_text(out, "workspace: \"" RALM_CONFIG_WORKSPACE
					     "\"\n");
	return out;
}

size_t ralm_config_text(char *text, const struct ralm_config *config,
			bool model)
{
	char *out = model ? text : put_workspace(text, config);
	out = put_text(out, "dataset:\n- name: samples\n");
	out = put_settings(out, config, RALM_PLACE_DATASET, model);
	out = put_text(out, "hyper_parameters:\n  optimizer:\n");
	out = put_settings(out, config, RALM_PLACE_OPTIMIZER, model);
	out = put_settings(out, config, RALM_PLACE_HYPER, model);
	out = put_text(out, "mode: train\n"
			    "runner:\n- name: train\n  class: train\n");
	if (!model)
		out = put_text(out, "  device: cpu\n");
	out = put_settings(out, config, RALM_PLACE_RUNNER, model);
	*out = '\0';
	assert(out - text < RALM_CONFIG_TEXT_MAX);
	return (size_t)(out - text);
}

bool ralm_config_differences(char *text, size_t size,
			     const struct ralm_config *before,
			     const struct ralm_config *now)
{
	enum { VALUE = 64 };
	size_t used = 0;
	bool any = false;
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		char a[VALUE], b[VALUE];
		if (!s->model) /* and no path: they have no say */
			continue;
		a[put_value(a, before, s)] = '\0';
		b[put_value(b, now, s)] = '\0';
		if (strcmp(a, b) == 0)
			continue;
		int wrote = snprintf(
			text + used, size - used, "%s%s%s: %s, now %s",
			any ? "; " : "",
			s->place == RALM_PLACE_OPTIMIZER ? "optimizer." : "",
			s->name, a, b);
		any = true;
		used += (size_t)wrote;
		if (used >= size)
			break;
	}
	return any;
}

void ralm_config_print(struct ralm_writer *writer,
		       const struct ralm_config *config)
{
	char text[RALM_CONFIG_TEXT_MAX];
	ralm_writer_put(writer, text, ralm_config_text(text, config, false));
}
