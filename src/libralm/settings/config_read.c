/* Reads a whole configuration file. */
#include "settings/config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_ignored(char *ignored, const char *place, const char *name)
{
	size_t used = strlen(ignored);
	snprintf(ignored + used, RALM_CONFIG_IGNORED_MAX - used, "%s%s%s",
		 used ? ", " : "", place, name);
}

static void list_ignored(char *ignored, const struct ralm_config_file *file)
{
	const char *place, *name, *standard;
	char takes[RALM_VALUE_EXPECTED_MAX];
	ignored[0] = '\0';
	if (file->workspace != NULL && !file->workspace_used)
		add_ignored(ignored, "", "workspace");
	for (size_t i = 0;
	     ralm_config_setting(&place, &name, takes, &standard, i); i++)
		if (file->ignored[i])
			add_ignored(ignored, place, name);
	if (file->other_datasets)
		add_ignored(ignored, "", "other datasets");
	if (file->other_runners)
		add_ignored(ignored, "", "other runners");
	if (file->other_phases)
		add_ignored(ignored, "", "other phases");
}

/* A file that names no network is PaddleRec's, which has one: the network and how it is
 * trained are then PaddleRec's, too, unless the file says otherwise. */
static void assume_paddlerec(struct ralm_config *config,
			     const struct ralm_yaml_node *root)
{
	const struct ralm_yaml_node *hyper =
		ralm_yaml_find(root, "hyper_parameters");
	if (hyper != NULL && ralm_yaml_find(hyper, "network") != NULL)
		return;
	strcpy(config->network, "paddlerec");
	config->loss = RALM_LOG_LOSS;
	config->negative_weight = 1;
	config->init_deviation = 0.01;
}

int ralm_config_parse(struct ralm_config *config, char *ignored,
		      const char *text, size_t length, const char *name,
		      struct ralm_error *err)
{
	struct ralm_yaml yaml;
	struct ralm_config_file file = {.name = name, .err = err};
	struct ralm_config read = *config;
	if (ralm_yaml_parse(&yaml, text, length, name, err) != 0)
		return -1;
	int result;
	if (yaml.root == NULL) {
		ralm_error_set(err, RALM_ERROR_CONFIG, "the file is empty");
		result = ralm_error_at(err, name, 0, 0);
	} else {
		assume_paddlerec(&read, yaml.root);
		result = ralm_config_read_root(&file, yaml.root, &read);
	}
	if (result == 0) {
		*config = read;
		list_ignored(ignored, &file);
	}
	ralm_yaml_release(&yaml);
	return result;
}

/* Sets *text to the whole file, to be freed; NULL where it is empty. */
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
			break; /* ralm_yaml_parse refuses it */
	}
	ralm_reader_release(&reader);
	if (got < 0) {
		free(all);
		if (err != NULL && err->code == RALM_ERROR_DATA)
			err->code = RALM_ERROR_CONFIG;
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
	int result = ralm_config_parse(config, ignored, text ? text : "", length,
				       ralm_input_name(path), err);
	free(text);
	return result;
}
