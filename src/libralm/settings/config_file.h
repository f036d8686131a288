/* A configuration file while it is read: config_read.c reads it, config_parts.c
 * finds the parts that are used, config_values.c reads their values. */
#ifndef RALM_SETTINGS_CONFIG_FILE_H
#define RALM_SETTINGS_CONFIG_FILE_H

#include "settings/config.h"
#include "settings/config_table.h"
#include "formats/yaml.h"

struct ralm_config_file {
	const char *name;
	const struct ralm_yaml_node *workspace; /* NULL: none */
	bool workspace_used;
	/* What the file has and nothing uses: keys, by their index in ralm_settings,
	 * and list elements that were not chosen. */
	bool ignored[RALM_SETTINGS_MAX];
	bool other_datasets, other_runners, other_phases;
	struct ralm_error *err;
};

/* Both give the error the node's place and return -1. The first keeps the message
 * that was set, the second sets "KEY: EXPECTED, got 'TEXT'". */
int ralm_config_fail(struct ralm_config_file *file,
		     const struct ralm_yaml_node *node);
int ralm_config_fail_value(struct ralm_config_file *file,
			   const struct ralm_yaml_node *node, const char *key,
			   const char *expected);

/* Reads the mapping `node`: values of settings at that place go into config, ignored
 * keys are noted, unknown ones are an error. place_name is for messages. 0 or -1. */
int ralm_config_read_mapping(struct ralm_config_file *file,
			     enum ralm_config_place place,
			     const char *place_name,
			     const struct ralm_yaml_node *node,
			     struct ralm_config *config);

/* Reads the file with that root: all of its parts are checked, and the values of the
 * parts that are used go into config. 0 or -1. */
int ralm_config_read_root(struct ralm_config_file *file,
			  const struct ralm_yaml_node *root,
			  struct ralm_config *config);

#endif
