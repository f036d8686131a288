/* The configuration file: which of its parts count, and their values. */
#include "config.h"

#include "config_table.h"
#include "yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SETTINGS_MAX = 96 };

struct file_reader {
	const char *name; /* of the file */
	const struct ralm_yaml_node *workspace; /* NULL: none */
	bool workspace_used;
	bool ignored[SETTINGS_MAX]; /* by place in ralm_settings */
	bool other_datasets, other_runners, other_phases;
	struct ralm_error *err;
};

static int fail_at(struct file_reader *r, const struct ralm_yaml_node *node)
{
	return ralm_error_at(r->err, r->name, node->line, node->column);
}

static const char *kind_name(const struct ralm_yaml_node *node)
{
	return node->kind == RALM_YAML_SEQUENCE ? "a list" : "a mapping";
}

/* "KEY: EXPECTED, got 'TEXT'" at the value. */
static int fail_value(struct file_reader *r, const struct ralm_yaml_node *node,
		      const char *key, const char *expected)
{
	if (node->kind == RALM_YAML_SCALAR)
		ralm_error_set(r->err, RALM_ERROR_CONFIG, "%s: %s, got %s'%s'",
			       key, expected, node->quoted ? "text " : "",
			       node->text);
	else
		ralm_error_set(r->err, RALM_ERROR_CONFIG, "%s: %s, got %s",
			       key, expected, kind_name(node));
	return fail_at(r, node);
}

/* ---- values ------------------------------------------------------------ */

/* Puts the workspace in the place of every "{workspace}". Returns 0, 1 when
 * that is no path, or -1. */
static int read_path(struct file_reader *r, const struct ralm_setting *s,
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
			return fail_at(r, node);
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
	return ralm_setting_parse(config, s, path, used + rest) ? 0 : 1;
}

static bool is_null(const struct ralm_yaml_node *node)
{
	return !node->quoted &&
	       (ralm_yaml_is(node, "") || ralm_yaml_is(node, "~") ||
		ralm_yaml_is(node, "null"));
}

static int read_value(struct file_reader *r, const struct ralm_setting *s,
		      const struct ralm_yaml_node *node,
		      struct ralm_config *config)
{
	int result = 1; /* 1: not what was expected */
	if (node->kind != RALM_YAML_SCALAR)
		result = 1;
	else if (s->type == RALM_SETTING_PATH)
		result = is_null(node)
				 ? !ralm_setting_parse(config, s, "", 0)
				 : read_path(r, s, node, config);
	else if (s->type == RALM_SETTING_CHOICE || !node->quoted)
		result = !ralm_setting_parse(config, s, node->text,
					     node->length);
	if (result <= 0)
		return result;
	char expected[RALM_CONFIG_TAKES_MAX];
	ralm_setting_expected(expected, sizeof expected, s);
	return fail_value(r, node, s->name, expected);
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

/* All keys of a mapping at a place: values go into config, the rest is known
 * or an error. */
static int read_mapping(struct file_reader *r, enum ralm_config_place place,
			const char *place_name,
			const struct ralm_yaml_node *node,
			struct ralm_config *config)
{
	if (node->kind != RALM_YAML_MAPPING)
		return fail_value(r, node, place_name, "expected a mapping");
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next) {
		const struct ralm_setting *s = find_setting(place, n->key);
		if (s == NULL) {
			ralm_error_set(r->err, RALM_ERROR_CONFIG,
				       place == RALM_PLACE_TOP
					       ? "unknown key '%s'"
					       : "unknown key '%s' in %s",
				       n->key->text, place_name);
			return fail_at(r, n->key);
		}
		if (s->type == RALM_SETTING_IGNORED)
			r->ignored[s - ralm_settings] = true;
		else if (s->type != RALM_SETTING_STRUCTURE &&
			 read_value(r, s, n, config) != 0)
			return -1;
	}
	return 0;
}

/* ---- which parts count ------------------------------------------------- */

/* A list of mappings, or nothing. *list is NULL for nothing. */
static int get_list(struct file_reader *r, const struct ralm_yaml_node **list,
		    const struct ralm_yaml_node *root, const char *key)
{
	const struct ralm_yaml_node *node = ralm_yaml_find(root, key);
	*list = NULL;
	if (node == NULL)
		return 0;
	if (node->kind != RALM_YAML_SEQUENCE)
		return fail_value(r, node, key, "expected a list");
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next)
		if (n->kind != RALM_YAML_MAPPING)
			return fail_value(r, n, key,
					  "expected a list of mappings");
	*list = node;
	return 0;
}

/* The element with that name, or an error at `from`. */
static const struct ralm_yaml_node *
find_named(struct file_reader *r, const struct ralm_yaml_node *list,
	   const struct ralm_yaml_node *from, const char *what)
{
	if (from->kind != RALM_YAML_SCALAR) {
		fail_value(r, from, what, "expected a name");
		return NULL;
	}
	for (const struct ralm_yaml_node *n = list ? list->first : NULL; n;
	     n = n->next)
		if (ralm_yaml_is(ralm_yaml_find(n, "name"), from->text))
			return n;
	ralm_error_set(r->err, RALM_ERROR_CONFIG, "there is no %s named '%s'",
		       what, from->text);
	fail_at(r, from);
	return NULL;
}

/* 1: trains, 0: does something else, -1: error. */
static int is_train(struct file_reader *r, const struct ralm_yaml_node *runner)
{
	const struct ralm_yaml_node *class = ralm_yaml_find(runner, "class");
	if (class == NULL || ralm_yaml_is(class, "train"))
		return 1;
	if (ralm_yaml_is(class, "infer"))
		return 0;
	return fail_value(r, class, "class", "expected train or infer");
}

/* The first runner that mode names and that trains, else the first that
 * trains. *chosen is NULL when none does. */
static int choose_runner(struct file_reader *r,
			 const struct ralm_yaml_node **chosen,
			 const struct ralm_yaml_node *root,
			 const struct ralm_yaml_node *runners)
{
	const struct ralm_yaml_node *mode = ralm_yaml_find(root, "mode");
	bool many = mode != NULL && mode->kind == RALM_YAML_SEQUENCE;
	*chosen = NULL;
	/* A name that stands alone is a list of one. */
	for (const struct ralm_yaml_node *n = many ? mode->first : mode; n;
	     n = many ? n->next : NULL) {
		const struct ralm_yaml_node *named =
			find_named(r, runners, n, "runner");
		int trains = named != NULL ? is_train(r, named) : -1;
		if (trains < 0)
			return -1;
		if (trains && *chosen == NULL)
			*chosen = named;
	}
	for (const struct ralm_yaml_node *n = runners ? runners->first : NULL;
	     n; n = n->next) {
		int trains = is_train(r, n);
		if (trains < 0)
			return -1;
		if (trains && *chosen == NULL)
			*chosen = n;
	}
	return 0;
}

/* The phase that the runner names first, else the first. */
static int choose_phase(struct file_reader *r,
			const struct ralm_yaml_node **chosen,
			const struct ralm_yaml_node *runner,
			const struct ralm_yaml_node *phases)
{
	const struct ralm_yaml_node *named = ralm_yaml_find(runner, "phases");
	if (named != NULL && named->kind == RALM_YAML_SEQUENCE)
		named = named->first;
	*chosen = phases ? phases->first : NULL;
	if (named == NULL)
		return 0;
	*chosen = find_named(r, phases, named, "phase");
	return *chosen ? 0 : -1;
}

/* The dataset that the phase names, else the first. */
static int choose_dataset(struct file_reader *r,
			  const struct ralm_yaml_node **chosen,
			  const struct ralm_yaml_node *phase,
			  const struct ralm_yaml_node *datasets)
{
	const struct ralm_yaml_node *named =
		ralm_yaml_find(phase, "dataset_name");
	*chosen = datasets ? datasets->first : NULL;
	if (named == NULL)
		return 0;
	*chosen = find_named(r, datasets, named, "dataset");
	return *chosen ? 0 : -1;
}

static int check_device(struct file_reader *r,
			const struct ralm_yaml_node *runner)
{
	const struct ralm_yaml_node *device = ralm_yaml_find(runner, "device");
	if (device == NULL)
		return 0;
	if (device->kind == RALM_YAML_SCALAR) {
		if (strcasecmp(device->text, "cpu") == 0)
			return 0;
		if (strcasecmp(device->text, "gpu") == 0) {
			ralm_error_set(r->err, RALM_ERROR_CONFIG,
				       "device: this build trains on the cpu, "
				       "not on a gpu");
			return fail_at(r, device);
		}
	}
	return fail_value(r, device, "device", "expected cpu");
}

/* Every element is checked; the values of the chosen one count. */
static int read_list(struct file_reader *r, enum ralm_config_place place,
		     const char *place_name, const struct ralm_yaml_node *list,
		     const struct ralm_yaml_node *chosen, bool *others,
		     struct ralm_config *config)
{
	struct ralm_config unused;
	for (const struct ralm_yaml_node *n = list ? list->first : NULL; n;
	     n = n->next) {
		if (read_mapping(r, place, place_name, n,
				 n == chosen ? config : &unused) != 0)
			return -1;
		if (n != chosen)
			*others = true;
	}
	return 0;
}

static int read_root(struct file_reader *r, const struct ralm_yaml_node *root,
		     struct ralm_config *config)
{
	const struct ralm_yaml_node *datasets, *runners, *phases;
	const struct ralm_yaml_node *dataset, *runner, *phase;
	if (read_mapping(r, RALM_PLACE_TOP, "configuration", root, config) != 0)
		return -1;
	r->workspace = ralm_yaml_find(root, "workspace");
	if (r->workspace != NULL && r->workspace->kind != RALM_YAML_SCALAR)
		return fail_value(r, r->workspace, "workspace",
				  "expected a path");
	if (get_list(r, &datasets, root, "dataset") != 0 ||
	    get_list(r, &runners, root, "runner") != 0 ||
	    get_list(r, &phases, root, "phase") != 0 ||
	    choose_runner(r, &runner, root, runners) != 0 ||
	    choose_phase(r, &phase, runner, phases) != 0 ||
	    choose_dataset(r, &dataset, phase, datasets) != 0)
		return -1;

	const struct ralm_yaml_node *hyper =
		ralm_yaml_find(root, "hyper_parameters");
	const struct ralm_yaml_node *optimizer =
		ralm_yaml_find(hyper, "optimizer");
	if (hyper != NULL && read_mapping(r, RALM_PLACE_HYPER,
					  "hyper_parameters", hyper,
					  config) != 0)
		return -1;
	/* A rate that stands alone is meant to last, as PaddleRec's does. */
	if (ralm_yaml_find(optimizer, "learning_rate") != NULL)
		config->learning_rate_decay = 0;
	if (optimizer != NULL && read_mapping(r, RALM_PLACE_OPTIMIZER,
					      "optimizer", optimizer,
					      config) != 0)
		return -1;
	if (read_list(r, RALM_PLACE_DATASET, "dataset", datasets, dataset,
		      &r->other_datasets, config) != 0 ||
	    read_list(r, RALM_PLACE_RUNNER, "runner", runners, runner,
		      &r->other_runners, config) != 0 ||
	    read_list(r, RALM_PLACE_PHASE, "phase", phases, phase,
		      &r->other_phases, config) != 0)
		return -1;
	return check_device(r, runner);
}

/* ---- the file ---------------------------------------------------------- */

static void add_ignored(char *ignored, const char *place, const char *name)
{
	size_t used = strlen(ignored);
	snprintf(ignored + used, RALM_CONFIG_IGNORED_MAX - used, "%s%s%s",
		 used ? ", " : "", place, name);
}

static void list_ignored(char *ignored, const struct file_reader *r)
{
	const char *place, *name, *standard;
	char takes[RALM_CONFIG_TAKES_MAX];
	ignored[0] = '\0';
	if (r->workspace != NULL && !r->workspace_used)
		add_ignored(ignored, "", "workspace");
	for (size_t i = 0;
	     ralm_config_setting(&place, &name, takes, &standard, i); i++)
		if (r->ignored[i])
			add_ignored(ignored, place, name);
	if (r->other_datasets)
		add_ignored(ignored, "", "other datasets");
	if (r->other_runners)
		add_ignored(ignored, "", "other runners");
	if (r->other_phases)
		add_ignored(ignored, "", "other phases");
}

int ralm_config_parse(struct ralm_config *config, char *ignored,
		      const char *text, size_t length, const char *name,
		      struct ralm_error *err)
{
	struct ralm_yaml yaml;
	struct file_reader r = {.name = name, .err = err};
	struct ralm_config read = *config;
	if (ralm_yaml_parse(&yaml, text, length, name, RALM_ERROR_CONFIG,
			    err) != 0)
		return -1;
	int result;
	if (yaml.root == NULL) {
		ralm_error_set(err, RALM_ERROR_CONFIG, "the file is empty");
		result = ralm_error_at(err, name, 0, 0);
	} else {
		result = read_root(&r, yaml.root, &read);
	}
	if (result == 0) {
		*config = read;
		list_ignored(ignored, &r);
	}
	ralm_yaml_release(&yaml);
	return result;
}

/* The whole file, as lines, in one block of memory to free. */
static int read_text(char **text, size_t *length, const char *path,
		     struct ralm_error *err)
{
	struct ralm_reader reader;
	const char *const paths[] = {path};
	char *all = NULL, *line;
	size_t used = 0, capacity = 0, n;
	if (ralm_reader_open(&reader, paths, 1, err) != 0)
		return -1;
	int got;
	while ((got = ralm_reader_next(&reader, &line, &n, err)) == 1) {
		if (ralm_array_reserve(&all, &capacity, used + n + 1, 1,
				       err) != 0) {
			got = -1;
			break;
		}
		memcpy(all + used, line, n);
		used += n;
		all[used++] = '\n';
		if (used > RALM_YAML_SIZE_MAX)
			break; /* ralm_yaml_parse tells */
	}
	ralm_reader_release(&reader);
	if (got < 0) {
		free(all);
		return -1;
	}
	*text = all;
	*length = used;
	return 0;
}

int ralm_config_read(struct ralm_config *config, char *ignored,
		     const char *path, struct ralm_error *err)
{
	char *text;
	size_t length;
	if (read_text(&text, &length, path, err) != 0)
		return -1;
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	int result = ralm_config_parse(config, ignored, text ? text : "",
				       length, name, err);
	free(text);
	return result;
}
