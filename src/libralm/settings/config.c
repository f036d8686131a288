/* Defaults, one setting by its name, and whether all are in their range. */
#include "settings/config.h"

#include "settings/config_table.h"

#include <assert.h>
#include <string.h>

void ralm_config_init(struct ralm_config *config)
{
	memset(config, 0, sizeof *config);
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->use != RALM_SETTING_VALUE)
			continue;
		bool ok = ralm_value_parse(ralm_setting_field(config, s),
					   &s->kind, s->standard,
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
		char expected[RALM_VALUE_EXPECTED_MAX];
		if (s->use != RALM_SETTING_VALUE || strcmp(s->name, name) != 0)
			continue;
		if (ralm_value_parse(ralm_setting_field(config, s), &s->kind,
				     text, strlen(text)))
			return 0;
		ralm_value_expected(expected, &s->kind);
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
