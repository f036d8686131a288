/* The values of a configuration file. */
#include "settings/config_file.h"

#include <string.h>

int ralm_config_fail(struct ralm_config_file *r,
		     const struct ralm_yaml_node *node)
{
	return ralm_error_at(r->err, r->name, node->line, node->column);
}

static const char *kind_name(const struct ralm_yaml_node *node)
{
	return node->kind == RALM_YAML_SEQUENCE ? "a list" : "a mapping";
}

/* "KEY: EXPECTED, got 'TEXT'" at the value. */
int ralm_config_fail_value(struct ralm_config_file *r,
			   const struct ralm_yaml_node *node, const char *key,
			   const char *expected)
{
	if (node->kind == RALM_YAML_SCALAR)
		ralm_error_set(r->err, RALM_ERROR_CONFIG, "%s: %s, got %s'%s'",
			       key, expected, node->quoted ? "text " : "",
			       node->text);
	else
		ralm_error_set(r->err, RALM_ERROR_CONFIG, "%s: %s, got %s", key,
			       expected, kind_name(node));
	return ralm_config_fail(r, node);
}

/* Replaces every "{workspace}". Returns 0, 1 when that is no path, or -1. */
static int read_path(struct ralm_config_file *r, const struct ralm_setting *s,
		     const struct ralm_yaml_node *node,
		     struct ralm_config *config)
{
	static const char mark[] = RALM_CONFIG_WORKSPACE;
	char path[RALM_CONFIG_PATH_MAX];
	const char *text = node->text, *at;
	size_t used = 0;
	if (strlen(text) != node->length)
		return 1;
	while ((at = strstr(text, mark)) != NULL) {
		if (r->workspace == NULL) {
			ralm_error_set(r->err, RALM_ERROR_CONFIG,
				       "%s: the file sets no workspace",
				       s->name);
			return ralm_config_fail(r, node);
		}
		r->workspace_used = true;
		size_t before = (size_t)(at - text);
		size_t length = r->workspace->length;
		if (before + length >= sizeof path - used)
			return 1;
		memcpy(path + used, text, before);
		memcpy(path + used + before, r->workspace->text, length);
		used += before + length;
		text = at + sizeof mark - 1;
	}
	size_t rest = strlen(text);
	if (rest >= sizeof path - used)
		return 1;
	memcpy(path + used, text, rest + 1);
	return ralm_value_parse(ralm_setting_field(config, s), &s->kind, path,
				used + rest)
		       ? 0
		       : 1;
}

static bool is_null(const struct ralm_yaml_node *node)
{
	return !node->quoted &&
	       (ralm_yaml_is(node, "") || ralm_yaml_is(node, "~") ||
		ralm_yaml_is(node, "null"));
}

static int read_value(struct ralm_config_file *r, const struct ralm_setting *s,
		      const struct ralm_yaml_node *node,
		      struct ralm_config *config)
{
	enum ralm_value_type type = s->kind.type;
	void *field = ralm_setting_field(config, s);
	int result = 1; /* 1: not what was expected */
	if (node->kind != RALM_YAML_SCALAR)
		result = 1;
	else if (type == RALM_VALUE_PATH)
		result = is_null(node)
				 ? !ralm_value_parse(field, &s->kind, "", 0)
				 : read_path(r, s, node, config);
	else if (type == RALM_VALUE_CHOICE || type == RALM_VALUE_NAME ||
		 type == RALM_VALUE_DEVICE || !node->quoted)
		result = !ralm_value_parse(field, &s->kind, node->text,
					   node->length);
	if (result <= 0)
		return result;
	char expected[RALM_VALUE_EXPECTED_MAX];
	ralm_value_expected(expected, &s->kind);
	return ralm_config_fail_value(r, node, s->name, expected);
}

static const struct ralm_setting *find_setting(enum ralm_config_place place,
					       const struct ralm_yaml_node *key)
{
	for (size_t i = 0; i < ralm_setting_count; i++)
		if (ralm_settings[i].place == place &&
		    ralm_yaml_is(key, ralm_settings[i].name))
			return &ralm_settings[i];
	return NULL;
}

/* Reads all keys of a mapping at a place: values go into config, other keys are
 * known or an error. */
int ralm_config_read_mapping(struct ralm_config_file *r,
			     enum ralm_config_place place,
			     const char *place_name,
			     const struct ralm_yaml_node *node,
			     struct ralm_config *config)
{
	if (node->kind != RALM_YAML_MAPPING)
		return ralm_config_fail_value(r, node, place_name,
					      "expected a mapping");
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next) {
		const struct ralm_setting *s = find_setting(place, n->key);
		if (s == NULL) {
			ralm_error_set(r->err, RALM_ERROR_CONFIG,
				       place == RALM_PLACE_TOP
					       ? "unknown key '%s'"
					       : "unknown key '%s' in %s",
				       n->key->text, place_name);
			return ralm_config_fail(r, n->key);
		}
		if (s->use == RALM_SETTING_IGNORED)
			r->ignored[s - ralm_settings] = true;
		else if (s->use == RALM_SETTING_VALUE &&
			 read_value(r, s, n, config) != 0)
			return -1;
	}
	return 0;
}
