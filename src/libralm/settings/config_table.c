/* Every setting there is, in the order in which they are printed. */
#include "settings/config_table.h"

#include <string.h>

#define FIELD(name) offsetof(struct ralm_config, name)
#define COUNT(place, name, model, min, max, standard)                       \
	{RALM_PLACE_##place, #name, RALM_SETTING_COUNT, model, FIELD(name), \
	 min, max, NULL, standard}
#define REAL(place, name, model, min, max, standard)                       \
	{RALM_PLACE_##place, #name, RALM_SETTING_REAL, model, FIELD(name), \
	 min, max, NULL, standard}
#define CHOICE(place, name, field, choices, standard)               \
	{RALM_PLACE_##place, name, RALM_SETTING_CHOICE, true, FIELD(field), \
	 0, 0, choices, standard}
#define PATH(place, name)                                                  \
	{RALM_PLACE_##place, #name, RALM_SETTING_PATH, false, FIELD(name), \
	 0, 0, NULL, ""}
#define STRUCTURE(place, name)                                             \
	{RALM_PLACE_##place, name, RALM_SETTING_STRUCTURE, false, 0, 0, 0, \
	 NULL, ""}
#define IGNORED(place, name)                                             \
	{RALM_PLACE_##place, name, RALM_SETTING_IGNORED, false, 0, 0, 0, \
	 NULL, ""}

enum { DIM_MAX = 8192, ROWS_MAX = INT32_MAX, MANY = 1000000000 };

const struct ralm_setting ralm_settings[] = {
	STRUCTURE(TOP, "workspace"),
	STRUCTURE(TOP, "dataset"),
	STRUCTURE(TOP, "hyper_parameters"),
	STRUCTURE(TOP, "mode"),
	STRUCTURE(TOP, "runner"),
	STRUCTURE(TOP, "phase"),
	IGNORED(TOP, "debug"),

	STRUCTURE(DATASET, "name"),
	COUNT(DATASET, batch_size, true, 1, 1 << 24, "256"),
	PATH(DATASET, data_path),
	IGNORED(DATASET, "type"),
	IGNORED(DATASET, "sparse_slots"),
	IGNORED(DATASET, "dense_slots"),

	STRUCTURE(HYPER, "optimizer"),
	CHOICE(OPTIMIZER, "class", optimizer,
	       "SGD|Adagrad|RowwiseAdagrad|Adam", "Adam"),
	REAL(OPTIMIZER, learning_rate, true, 0, 1000, "0.003"),
	REAL(OPTIMIZER, learning_rate_decay, true, 0, 1000, "0.005"),
	REAL(OPTIMIZER, weight_decay, true, 0, 1000, "0"),
	{RALM_PLACE_HYPER, "network", RALM_SETTING_NAME, true, FIELD(network),
	 0, 0, NULL, "paddlerec"},
	CHOICE(HYPER, "loss", loss, RALM_LOSS_CHOICES, "log_loss"),
	REAL(HYPER, margin, true, -1, 1, "0"),
	CHOICE(HYPER, "score_scale", score_scale, RALM_SCORE_SCALE_CHOICES,
	       "learned"),
	COUNT(HYPER, user_emb_size, true, 1, DIM_MAX, "64"),
	COUNT(HYPER, transformed_size, true, 1, DIM_MAX, "64"),
	COUNT(HYPER, user_count, true, 1, ROWS_MAX, "10000000"),
	COUNT(HYPER, seeds_num, true, 0, ROWS_MAX, "0"),
	REAL(HYPER, init_deviation, true, 0, 100, "0.01"),
	COUNT(HYPER, rng_seed, true, 0, 0, "1"),
	IGNORED(HYPER, "use_DataLoader"),

	STRUCTURE(RUNNER, "name"),
	STRUCTURE(RUNNER, "class"),
	STRUCTURE(RUNNER, "device"),
	STRUCTURE(RUNNER, "phases"),
	COUNT(RUNNER, epochs, true, 1, MANY, "1"),
	COUNT(RUNNER, patience, true, 0, MANY, "0"),
	{RALM_PLACE_RUNNER, "stream", RALM_SETTING_FLAG, true, FIELD(stream),
	 0, 0, NULL, "false"},
	COUNT(RUNNER, threads, false, 0, 1024, "0"),
	{RALM_PLACE_RUNNER, "memory", RALM_SETTING_SIZE, false, FIELD(memory),
	 1 << 20, 0, NULL, "4G"},
	COUNT(RUNNER, print_interval, false, 1, MANY, "100"),
	PATH(RUNNER, init_model_path),
	COUNT(RUNNER, save_checkpoint_interval, false, 0, MANY, "0"),
	PATH(RUNNER, save_checkpoint_path),
	COUNT(RUNNER, save_inference_interval, false, 0, MANY, "0"),
	PATH(RUNNER, save_inference_path),
	COUNT(RUNNER, checkpoint_every, false, 0, 0, "0"),
	COUNT(RUNNER, save_every, false, 0, 0, "0"),
	COUNT(RUNNER, keep, false, 0, MANY, "0"),
	IGNORED(RUNNER, "save_inference_feed_varnames"),
	IGNORED(RUNNER, "save_inference_fetch_varnames"),

	STRUCTURE(PHASE, "name"),
	STRUCTURE(PHASE, "dataset_name"),
	IGNORED(PHASE, "model"),
	IGNORED(PHASE, "thread_num"),
};
const size_t ralm_setting_count = sizeof ralm_settings / sizeof *ralm_settings;
_Static_assert(sizeof ralm_settings / sizeof *ralm_settings <=
		       RALM_SETTINGS_MAX,
	       "struct ralm_config_file has a place for each");

static const char *const place_paths[] = {
	[RALM_PLACE_TOP] = "",
	[RALM_PLACE_DATASET] = "dataset.",
	[RALM_PLACE_HYPER] = "hyper_parameters.",
	[RALM_PLACE_OPTIMIZER] = "hyper_parameters.optimizer.",
	[RALM_PLACE_RUNNER] = "runner.",
	[RALM_PLACE_PHASE] = "phase.",
};

bool ralm_config_setting(const char **place, const char **name,
			 char takes[RALM_CONFIG_TAKES_MAX],
			 const char **standard, size_t i)
{
	if (i >= ralm_setting_count)
		return false;
	const struct ralm_setting *s = &ralm_settings[i];
	*place = place_paths[s->place];
	*name = s->name;
	*standard = s->standard;
	if (ralm_setting_has_value(s)) {
		char expected[RALM_CONFIG_TAKES_MAX];
		ralm_setting_expected(expected, sizeof expected, s);
		strcpy(takes, expected + strlen("expected "));
	} else {
		strcpy(takes, s->type == RALM_SETTING_IGNORED ? "ignored"
							      : "structure");
	}
	return true;
}
