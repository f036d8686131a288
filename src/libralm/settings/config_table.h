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

enum ralm_setting_type {
	RALM_SETTING_COUNT,
	RALM_SETTING_SIZE,
	RALM_SETTING_REAL,
	RALM_SETTING_CHOICE,
	RALM_SETTING_FLAG,
	RALM_SETTING_PATH,
	RALM_SETTING_NAME, /* a word that others know the meaning of */
	RALM_SETTING_STRUCTURE, /* says which part of the file counts */
	RALM_SETTING_IGNORED,   /* PaddleRec's, without a meaning here */
};

struct ralm_setting {
	enum ralm_config_place place;
	const char *name;
	enum ralm_setting_type type;
	bool model;           /* has a say in what is learned */
	size_t offset;        /* in struct ralm_config */
	double min, max;      /* max 0: none */
	const char *choices;  /* "A|B" in the order of the enum */
	const char *standard; /* the built-in default, as it would be written */
};

enum { RALM_SETTINGS_MAX = 96 }; /* at least as many as there are */

extern const struct ralm_setting ralm_settings[];
extern const size_t ralm_setting_count;

/* Whether it has a field in struct ralm_config. */
static inline bool ralm_setting_has_value(const struct ralm_setting *setting)
{
	return setting->type != RALM_SETTING_STRUCTURE &&
	       setting->type != RALM_SETTING_IGNORED;
}

/* Its field there, of the type that the kind of setting has. */
static inline const void *ralm_setting_value(const struct ralm_config *config,
					     const struct ralm_setting *setting)
{
	return (const char *)config + setting->offset;
}

/* Sets the setting's field in config from text, or returns false: not of the
 * type, or out of range. */
bool ralm_setting_parse(struct ralm_config *config,
			const struct ralm_setting *setting, const char *text,
			size_t length);

/* "expected a whole number from 1 to 9" */
void ralm_setting_expected(char *text, size_t size,
			   const struct ralm_setting *setting);

#endif
