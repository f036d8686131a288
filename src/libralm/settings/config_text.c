/* The effective YAML. */
#include "settings/config.h"

#include "settings/config_table.h"
#include "formats/yaml.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The value of a setting as YAML, without a NUL; returns its length. */
static size_t put_value(char *text, const struct ralm_config *config,
			const struct ralm_setting *s)
{
	const void *value = ralm_setting_value(config, s);
	if (s->kind.type == RALM_VALUE_PATH)
		return ralm_yaml_quote(text, value, strlen(value));
	return ralm_value_text(text, &s->kind, value);
}

static char *put_text(char *out, const char *text)
{
	size_t length = strlen(text);
	memcpy(out, text, length);
	return out + length;
}

/* Whether a model records the setting. One that was added later is recorded only where
 * it is set, so that a model without it has the same bytes as before. */
static bool of_model(const struct ralm_config *config,
		     const struct ralm_setting *s)
{
	char text[RALM_VALUE_TEXT_MAX];
	if (s->model != RALM_MODEL_IF_SET)
		return s->model == RALM_MODEL_YES;
	text[put_value(text, config, s)] = '\0';
	return strcmp(text, s->standard) != 0;
}

static char *put_settings(char *out, const struct ralm_config *config,
			  enum ralm_config_place place, bool model)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->place != place || s->use != RALM_SETTING_VALUE ||
		    (model && !of_model(config, s)))
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

/* A path may contain the text "{workspace}" itself. With a workspace of the same text
 * it is read back as it is. */
static char *put_workspace(char *out, const struct ralm_config *config)
{
	for (size_t i = 0; i < ralm_setting_count; i++)
		if (ralm_settings[i].use == RALM_SETTING_VALUE &&
		    ralm_settings[i].kind.type == RALM_VALUE_PATH &&
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
	out = put_settings(out, config, RALM_PLACE_RUNNER, model);
	*out = '\0';
	assert(out - text < RALM_CONFIG_TEXT_MAX);
	return (size_t)(out - text);
}

/* Numbers and flags are the same in JSON; other values are quoted. */
static size_t put_json_value(char *text, const struct ralm_config *config,
			     const struct ralm_setting *s)
{
	char value[RALM_VALUE_TEXT_MAX];
	const size_t length = put_value(value, config, s);
	const bool number = value[0] == '-' ||
			    (value[0] >= '0' && value[0] <= '9');
	if (s->kind.type == RALM_VALUE_FLAG || number) {
		memcpy(text, value, length);
		return length;
	}
	return ralm_yaml_quote(text, value, length);
}

void ralm_config_json(char *text, const struct ralm_config *config)
{
	char *out = text;
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->use != RALM_SETTING_VALUE || !of_model(config, s))
			continue;
		out = put_text(out, out == text ? "{\n    \"" : ",\n    \"");
		out = put_text(out, strcmp(s->name, "class") != 0 ? s->name
								  : "optimizer");
		out = put_text(out, "\": ");
		out += put_json_value(out, config, s);
	}
	out = put_text(out, "\n  }");
	*out = '\0';
	assert(out - text < RALM_CONFIG_TEXT_MAX);
}

bool ralm_config_differences(char *text, size_t size,
			     const struct ralm_config *before,
			     const struct ralm_config *now)
{
	size_t used = 0;
	bool any = false;
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		char a[RALM_VALUE_TEXT_MAX], b[RALM_VALUE_TEXT_MAX];
		if (s->model == RALM_MODEL_NO) /* as all paths, which may be long */
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
