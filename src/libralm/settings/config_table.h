/* The table of settings (config_table.c) that the other config files share. Not
 * installed. */
#ifndef RALM_FORMATS_CONFIG_TABLE_H
#define RALM_FORMATS_CONFIG_TABLE_H

#include <stdbool.h>

#include "settings/config.h"

/* What the value of the key workspace replaces in a path. */
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
	RALM_SETTING_STRUCTURE, /* says which part of the file counts */
	RALM_SETTING_IGNORED,   /* PaddleRec's, without a meaning here */
};

/* Whether it has a say in what is learned, which a model tells of. */
enum ralm_setting_say {
	RALM_MODEL_NO,
	RALM_MODEL_YES,
	RALM_MODEL_IF_SET, /* yes; told of where it is not the default */
};

struct ralm_setting {
	enum ralm_config_place place;
	const char *name;
	enum ralm_setting_use use;
	enum ralm_setting_say model;
	size_t offset;        /* in struct ralm_config */
	struct ralm_value_kind kind;
	const char *standard; /* the built-in default, as it would be written */
	struct ralm_config_option option; /* without standard */
};

enum { RALM_SETTINGS_MAX = 96 }; /* at least as many as there are */

extern const struct ralm_setting ralm_settings[];
extern const size_t ralm_setting_count;

/* Its field there, of the type that the kind of value has. */
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
