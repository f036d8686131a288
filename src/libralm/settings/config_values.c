/* The values of a configuration file. */
#include "settings/config_file.h"

#include <string.h>

int ralm_config_fail(struct ralm_config_file *file,
		     const struct ralm_yaml_node *node)
{
	return ralm_error_at(file->err, file->name, node->line, node->column);
}

static const char *kind_name(const struct ralm_yaml_node *node)
{
	return node->kind == RALM_YAML_SEQUENCE ? "a list" : "a mapping";
}

int ralm_config_fail_value(struct ralm_config_file *file,
			   const struct ralm_yaml_node *node, const char *key,
			   const char *expected)
{
	if (node->kind == RALM_YAML_SCALAR)
		ralm_error_set(file->err, RALM_ERROR_CONFIG, "%s: %s, got %s'%s'",
			       key, expected, node->quoted ? "text " : "",
			       node->text);
	else
		ralm_error_set(file->err, RALM_ERROR_CONFIG, "%s: %s, got %s", key,
			       expected, kind_name(node));
	return ralm_config_fail(file, node);
}

/* Sets a path, with every "{workspace}" replaced. Returns 0; 1: that is no path; -1
 * with an error. */
static int read_path(struct ralm_config_file *file, const struct ralm_setting *s,
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
		if (file->workspace == NULL) {
			ralm_error_set(file->err, RALM_ERROR_CONFIG,
				       "%s: the file sets no workspace",
				       s->name);
			return ralm_config_fail(file, node);
		}
		file->workspace_used = true;
		size_t before = (size_t)(at - text);
		size_t length = file->workspace->length;
		if (before + length >= sizeof path - used)
			return 1;
		memcpy(path + used, text, before);
		memcpy(path + used + before, file->workspace->text, length);
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
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
		if (!node->quoted && ralm_yaml_is(node, nulls[i]))
			return true;
	return false;
}

static int read_value(struct ralm_config_file *file, const struct ralm_setting *s,
		      const struct ralm_yaml_node *node,
		      struct ralm_config *config)
{
	const enum ralm_value_type type = s->kind.type;
	const bool scalar = node->kind == RALM_YAML_SCALAR;
	const bool word = type == RALM_VALUE_CHOICE || type == RALM_VALUE_NAME ||
			  type == RALM_VALUE_DEVICE;
	void *field = ralm_setting_field(config, s);
	int result = 1; /* not what was expected */
	if (scalar && type == RALM_VALUE_PATH)
		result = is_null(node)
				 ? !ralm_value_parse(field, &s->kind, "", 0)
				 : read_path(file, s, node, config);
	else if (scalar && (word || !node->quoted)) /* "1" in quotes is no number */
		result = !ralm_value_parse(field, &s->kind, node->text,
					   node->length);
	if (result <= 0)
		return result;
	char expected[RALM_VALUE_EXPECTED_MAX];
	ralm_value_expected(expected, &s->kind);
	return ralm_config_fail_value(file, node, s->name, expected);
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

int ralm_config_read_mapping(struct ralm_config_file *file,
			     enum ralm_config_place place,
			     const char *place_name,
			     const struct ralm_yaml_node *node,
			     struct ralm_config *config)
{
	if (node->kind != RALM_YAML_MAPPING)
		return ralm_config_fail_value(file, node, place_name,
					      "expected a mapping");
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next) {
		const struct ralm_setting *s = find_setting(place, n->key);
		if (s == NULL) {
			ralm_error_set(file->err, RALM_ERROR_CONFIG,
				       place == RALM_PLACE_TOP
					       ? "unknown key '%s'"
					       : "unknown key '%s' in %s",
				       n->key->text, place_name);
			return ralm_config_fail(file, n->key);
		}
		if (s->use == RALM_SETTING_IGNORED)
			file->ignored[s - ralm_settings] = true;
		else if (s->use == RALM_SETTING_VALUE &&
			 read_value(file, s, n, config) != 0)
			return -1;
	}
	return 0;
}
