/* A configuration file while it is read: config_read.c reads it, config_parts.c
 * finds the parts that count, config_values.c takes their values. Not
 * installed. */
#ifndef RALM_FORMATS_CONFIG_FILE_H
#define RALM_FORMATS_CONFIG_FILE_H

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

/* Both return -1, with the node's place in the message: the one that is set,
 * or "KEY: EXPECTED, got 'TEXT'". */
int ralm_config_fail(struct ralm_config_file *file,
		     const struct ralm_yaml_node *node);
int ralm_config_fail_value(struct ralm_config_file *file,
			   const struct ralm_yaml_node *node, const char *key,
			   const char *expected);

/* All keys of the mapping `node` at a place: values go into config, the rest
 * is known or an error. place_name is for messages. 0 or -1. */
int ralm_config_read_mapping(struct ralm_config_file *file,
			     enum ralm_config_place place,
			     const char *place_name,
			     const struct ralm_yaml_node *node,
			     struct ralm_config *config);

/* The file whose root is given: every part is checked, the values of those
 * that count go into config. 0 or -1. */
int ralm_config_read_root(struct ralm_config_file *file,
			  const struct ralm_yaml_node *root,
			  struct ralm_config *config);

#endif
