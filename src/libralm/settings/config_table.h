/* The table of settings (config_table.c), for the other files of this
 * folder. */
#ifndef RALM_SETTINGS_CONFIG_TABLE_H
#define RALM_SETTINGS_CONFIG_TABLE_H

#include <stdbool.h>

#include "settings/config.h"

/* In paths of a file, the value of its key "workspace" replaces this. */
#define RALM_CONFIG_WORKSPACE "{workspace}"

/* Where in the file a key stands. */
enum ralm_config_place {
	RALM_PLACE_TOP,
	RALM_PLACE_DATASET,
	RALM_PLACE_HYPER,
	RALM_PLACE_OPTIMIZER,
	RALM_PLACE_RUNNER,
	RALM_PLACE_PHASE,
};

enum ralm_setting_use {
	RALM_SETTING_VALUE,     /* has a field in struct ralm_config */
	RALM_SETTING_STRUCTURE, /* selects a part of the file */
	RALM_SETTING_IGNORED,   /* PaddleRec's, without a meaning here */
};

/* Whether it affects what is learned, and so is recorded in a model. */
enum ralm_setting_in_model {
	RALM_MODEL_NO,
	RALM_MODEL_YES,
	RALM_MODEL_IF_SET, /* recorded where it is not the default */
};

struct ralm_setting {
	enum ralm_config_place place;
	const char *name;
	enum ralm_setting_use use;
	enum ralm_setting_in_model model;
	size_t offset;        /* in struct ralm_config */
	struct ralm_value_kind kind;
	const char *standard; /* the built-in default, as it would be written */
	struct ralm_config_option option; /* without standard */
};

enum { RALM_SETTINGS_MAX = 96 }; /* at least as many as there are */

extern const struct ralm_setting ralm_settings[];
extern const size_t ralm_setting_count;

/* A setting's field in config, of the type of its kind of value. */
static inline void *ralm_setting_field(struct ralm_config *config,
				       const struct ralm_setting *setting)
{
	return (char *)config + setting->offset;
}
static inline const void *ralm_setting_value(const struct ralm_config *config,
					     const struct ralm_setting *setting)
{
	return (const char *)config + setting->offset;
}

#endif
