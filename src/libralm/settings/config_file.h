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
	bool ignored[RALM_SETTINGS_MAX]; /* by place in ralm_settings */
	bool other_datasets, other_runners, other_phases;
	struct ralm_error *err;
};

/* Both set an error at the node and return -1: ralm_config_fail keeps the
 * message that is set, the other says "KEY: EXPECTED, got 'TEXT'". */
int ralm_config_fail(struct ralm_config_file *file,
		     const struct ralm_yaml_node *node);
int ralm_config_fail_value(struct ralm_config_file *file,
			   const struct ralm_yaml_node *node, const char *key,
			   const char *expected);

/* Reads all keys of the mapping `node` at a place: values go into config, other
 * keys are known or an error. place_name is for messages. 0 or -1. */
int ralm_config_read_mapping(struct ralm_config_file *file,
			     enum ralm_config_place place,
			     const char *place_name,
			     const struct ralm_yaml_node *node,
			     struct ralm_config *config);

/* Reads the file with that root: every part is checked, the values of those
 * that are used go into config. 0 or -1. */
int ralm_config_read_root(struct ralm_config_file *file,
			  const struct ralm_yaml_node *root,
			  struct ralm_config *config);

#endif
