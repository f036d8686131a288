/* Defaults, access to a setting by its name, and range checks. */
#include "settings/config.h"

#include "settings/config_table.h"

_Static_assert((int)RALM_CONFIG_VALUE_MAX >= (int)RALM_VALUE_PATH_MAX,
	       "a value of ralm_config_get may be a path");

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Sets the settings to their defaults: all, or those that a model does not record. */
static void set_defaults(struct ralm_config *config, bool all)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->use != RALM_SETTING_VALUE ||
		    (!all && s->model != RALM_MODEL_NO))
			continue;
		bool ok = ralm_value_parse(ralm_setting_field(config, s),
					   &s->kind, s->standard,
					   strlen(s->standard));
		assert(ok);
		(void)ok;
	}
}

void ralm_config_init(struct ralm_config *config)
{
	memset(config, 0, sizeof *config);
	set_defaults(config, true);
}

void ralm_config_keep_recorded(struct ralm_config *config)
{
	set_defaults(config, false);
}

struct ralm_config *ralm_config_new(struct ralm_error *err)
{
	struct ralm_config *config = malloc(sizeof *config);
	if (config == NULL)
		ralm_error_memory(err, sizeof *config);
	else
		ralm_config_init(config);
	return config;
}

void ralm_config_free(struct ralm_config *config)
{
	free(config);
}

/* The setting with that key or option name, and its kind of value: choices are spelt
 * differently in a file and in an option. NULL, with err: there is none. */
static const struct ralm_setting *find(struct ralm_value_kind *kind,
				       const char *name, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		const bool option = s->option.name != NULL &&
				    strcmp(s->option.name, name) == 0;
		if (s->use != RALM_SETTING_VALUE ||
		    (!option && strcmp(s->name, name) != 0))
			continue;
		*kind = s->kind;
		if (option && kind->type == RALM_VALUE_CHOICE)
			kind->choices = s->option.argument;
		return s;
	}
	ralm_error_set(err, RALM_ERROR_CONFIG, "unknown key '%s'", name);
	return NULL;
}

int ralm_config_set(struct ralm_config *config, const char *name,
		    const char *text, struct ralm_error *err)
{
	struct ralm_value_kind kind;
	char expected[RALM_VALUE_EXPECTED_MAX];
	const struct ralm_setting *s = find(&kind, name, err);
	if (s == NULL)
		return -1;
	if (ralm_value_parse(ralm_setting_field(config, s), &kind, text,
			     strlen(text)))
		return 0;
	ralm_value_expected(expected, &kind);
	return ralm_error_set(err, RALM_ERROR_CONFIG, "%s: %s, got '%.100s'",
			      name, expected, text);
}

int ralm_config_get(char *value, const struct ralm_config *config,
		    const char *name, struct ralm_error *err)
{
	struct ralm_value_kind kind;
	const struct ralm_setting *s = find(&kind, name, err);
	if (s == NULL)
		return -1;
	ralm_value_text(value, &kind, ralm_setting_value(config, s));
	return 0;
}

int ralm_config_check(const struct ralm_config *config, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		char expected[RALM_VALUE_EXPECTED_MAX];
		char got[RALM_VALUE_TEXT_MAX];
		const void *value = ralm_setting_value(config, s);
		if (s->use != RALM_SETTING_VALUE ||
		    ralm_value_in_range(&s->kind, value))
			continue;
		ralm_value_text(got, &s->kind, value);
		ralm_value_expected(expected, &s->kind);
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got %s", s->name, expected, got);
	}
	return 0;
}

bool ralm_config_whole_choices(const struct ralm_config *config)
{
	return config->loss == RALM_SOFTMAX_LOSS ||
	       (config->loss == RALM_LOG_LOSS && config->negative_weight == 0);
}
