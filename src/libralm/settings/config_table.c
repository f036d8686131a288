/* Every setting there is: names in YAML and on the command line, type, range,
 * default and purpose. In the order in which they are printed. */
#include "settings/config_table.h"

#include <string.h>

#define FIELD(name) offsetof(struct ralm_config, name)
#define OPTION(name_, letter_, argument_, purpose_)         \
	{.name = name_, .letter = letter_, .argument = argument_, \
	 .purpose = purpose_}
#define NO_OPTION {.name = NULL}
/* A row that has a value; its last argument is the OPTION or NO_OPTION. */
#define ROW(place, name, type, model, field, min, max, choices, standard, ...) \
	{RALM_PLACE_##place, name, RALM_SETTING_VALUE, RALM_MODEL_##model,     \
	 FIELD(field),                                                          \
	 {RALM_VALUE_##type, min, max, choices}, standard, __VA_ARGS__}
#define COUNT(place, name, model, min, max, standard, ...)              \
	ROW(place, #name, COUNT, model, name, min, max, NULL, standard, \
	    __VA_ARGS__)
#define REAL(place, name, model, min, max, standard, ...)              \
	ROW(place, #name, REAL, model, name, min, max, NULL, standard, \
	    __VA_ARGS__)
#define CHOICE(place, name, field, choices, standard, ...)             \
	ROW(place, name, CHOICE, YES, field, 0, 0, choices, standard, \
	    __VA_ARGS__)
#define PATH(place, name, ...) \
	ROW(place, #name, PATH, NO, name, 0, 0, NULL, "", __VA_ARGS__)
#define STRUCTURE(place, name) \
	{RALM_PLACE_##place, name, RALM_SETTING_STRUCTURE, .standard = ""}
#define IGNORED(place, name) \
	{RALM_PLACE_##place, name, RALM_SETTING_IGNORED, .standard = ""}

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
	COUNT(DATASET, batch_size, YES, 1, 1 << 24, "2048",
	      OPTION("batch-size", 'b', "N", "samples in a step")),
	COUNT(DATASET, block_size, IF_SET, 0, 1 << 24, "0",
	      OPTION("block-size", 0, "N",
		     "samples of a batch that are worked on as one, 0: all")),
	PATH(DATASET, data_path, NO_OPTION),
	IGNORED(DATASET, "type"),
	IGNORED(DATASET, "sparse_slots"),
	IGNORED(DATASET, "dense_slots"),

	STRUCTURE(HYPER, "optimizer"),
	CHOICE(OPTIMIZER, "class", optimizer,
	       "SGD|Adagrad|RowwiseAdagrad|Adam", "Adam",
	       OPTION("optimizer", 0, "sgd|adagrad|rowwise-adagrad|adam",
		      "how parameters move")),
	REAL(OPTIMIZER, learning_rate, YES, 0, 1000, "0.003",
	     OPTION("learning-rate", 'l', "X", "rate of the first step")),
	REAL(OPTIMIZER, learning_rate_decay, YES, 0, 1000, "0.005",
	     OPTION("learning-rate-decay", 0, "X",
		    "rate / (1 + X v) after v moves a user")),
	REAL(OPTIMIZER, weight_decay, YES, 0, 1000, "0",
	     OPTION("weight-decay", 0, "X", "pull towards zero, a step")),
	ROW(HYPER, "network", NAME, YES, network, 0, 0, NULL, "attention",
	    OPTION("network", 0, "paddlerec|attention|average|kdd19",
		   "the network that is trained")),
	CHOICE(HYPER, "loss", loss, RALM_LOSS_CHOICES, "log_loss",
	       OPTION("loss", 0, RALM_LOSS_CHOICES, "what is made small")),
	REAL(HYPER, margin, YES, -1, 1, "0",
	     OPTION("margin", 0, "X", "of the cosine loss")),
	ROW(HYPER, "negative_weight", REAL, IF_SET, negative_weight, 1e-6, 1e6,
	    "balance", "balance",
	    OPTION("negative-weight", 0, "balance|X",
		   "of a label-0 sample; balance: as many as the click weighs")),
	REAL(HYPER, alpha, IF_SET, 0, 1, "0.3",
	     OPTION("alpha", 0, "X", "of kdd19: the global cosine's share")),
	CHOICE(HYPER, "score_scale", score_scale, RALM_SCORE_SCALE_CHOICES,
	       "learned",
	       OPTION("score-scale", 0, RALM_SCORE_SCALE_CHOICES,
		      "scale and bias of the score")),
	REAL(HYPER, score_scale_limit, IF_SET, 0, 1e6, "0",
	     OPTION("score-scale-limit", 0, "X",
		    "of the scale that is learned, while training; 0: none")),
	COUNT(HYPER, user_emb_size, YES, 1, DIM_MAX, "128",
	      OPTION("embedding-size", 0, "N", "numbers in a user's vector")),
	COUNT(HYPER, transformed_size, YES, 1, DIM_MAX, "64",
	      OPTION("transformed-size", 0, "N", "numbers behind the transforms")),
	COUNT(HYPER, user_count, YES, 1, ROWS_MAX, "10000000",
	      OPTION("user-count", 0, "N", "most users that the model may hold")),
	COUNT(HYPER, seeds_num, YES, 0, ROWS_MAX, "0",
	      OPTION("seeds-num", 0, "N",
		     "most seeds of a list that are used, 0: all")),
	REAL(HYPER, init_deviation, YES, 0, 100, "0.03",
	     OPTION("init-deviation", 0, "X", "of a new user's vector")),
	COUNT(HYPER, min_value_count, IF_SET, 1, ROWS_MAX, "5",
	      OPTION("min-value-count", 0, "N",
		     "users who have a value that gets a vector, at least")),
	COUNT(HYPER, value_bins, IF_SET, 1, 1 << 16, "16",
	      OPTION("bins", 0, "N", "of a field of numbers, at most")),
	COUNT(HYPER, rng_seed, YES, 0, 0, "1",
	      OPTION("rng-seed", 0, "N", "the number all random numbers start from")),
	IGNORED(HYPER, "use_DataLoader"),

	STRUCTURE(RUNNER, "name"),
	STRUCTURE(RUNNER, "class"),
	STRUCTURE(RUNNER, "phases"),
	ROW(RUNNER, "device", DEVICE, NO, device, 0, 0, NULL, "cpu",
	    OPTION("device", 0, "cpu|gpu", "what trains; gpu:0,1: devices by number")),
	ROW(RUNNER, "table_on", CHOICE, IF_SET, table_on, 0, 0,
	    RALM_TABLE_ON_CHOICES, "cpu",
	    OPTION("table-on", 0, RALM_TABLE_ON_CHOICES,
		   "whose memory holds the users' vectors")),
	COUNT(RUNNER, epochs, YES, 0, MANY, "1",
	      OPTION("epochs", 'e', "N",
		     "times to go over the samples, 0: learn nothing")),
	COUNT(RUNNER, patience, YES, 0, MANY, "0",
	      OPTION("patience", 0, "N", "end after N epochs without a better AUC")),
	ROW(RUNNER, "stream", FLAG, YES, stream, 0, 0, NULL, "false",
	    OPTION("stream", 0, NULL, "one pass over an endless input")),
	COUNT(RUNNER, threads, NO, 0, 1024, "0",
	      OPTION("threads", 'j', "N", "threads that compute, 0: all processors")),
	ROW(RUNNER, "memory", SIZE, NO, memory, 1 << 20, 0, NULL, "4G",
	    OPTION("memory", 0, "SIZE",
		   "samples kept in memory before they go to a file")),
	ROW(RUNNER, "user_ids", CHOICE, NO, user_ids, 0, 0, RALM_USER_IDS_CHOICES,
	    "keep",
	    OPTION("user-ids", 0, RALM_USER_IDS_CHOICES,
		   "whether the model names its users")),
	COUNT(RUNNER, print_interval, NO, 1, MANY, "100",
	      OPTION("print-interval", 0, "N", "batches between two reports")),
	PATH(RUNNER, init_model_path,
	     OPTION("init-model", 0, "FILE", "start from a model or checkpoint")),
	PATH(RUNNER, users_path,
	     OPTION("users", 0, "FILE", "what is known of users: vectors for it")),
	COUNT(RUNNER, save_checkpoint_interval, NO, 0, MANY, "0", NO_OPTION),
	PATH(RUNNER, save_checkpoint_path,
	     OPTION("checkpoint-dir", 0, "DIR", "folder of checkpoints")),
	COUNT(RUNNER, save_inference_interval, NO, 0, MANY, "0", NO_OPTION),
	PATH(RUNNER, save_inference_path, NO_OPTION),
	COUNT(RUNNER, checkpoint_every, NO, 0, 0, "0",
	      OPTION("checkpoint-every", 0, "N", "a checkpoint every N steps")),
	COUNT(RUNNER, save_every, NO, 0, 0, "0",
	      OPTION("save-every", 0, "N", "write the model every N steps")),
	COUNT(RUNNER, keep, NO, 0, MANY, "0",
	      OPTION("keep", 0, "N", "checkpoints to keep, 0: all")),
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
			 char takes[RALM_VALUE_EXPECTED_MAX],
			 const char **standard, size_t i)
{
	if (i >= ralm_setting_count)
		return false;
	const struct ralm_setting *s = &ralm_settings[i];
	*place = place_paths[s->place];
	*name = s->name;
	*standard = s->standard;
	if (s->use == RALM_SETTING_VALUE) {
		char expected[RALM_VALUE_EXPECTED_MAX];
		ralm_value_expected(expected, &s->kind);
		strcpy(takes, expected + strlen("expected "));
	} else {
		strcpy(takes, s->use == RALM_SETTING_IGNORED ? "ignored"
							     : "structure");
	}
	return true;
}

/* The default that help shows, or NULL: a count of 0 means "none". */
static const char *shown_default(const struct ralm_setting *s)
{
	switch (s->kind.type) {
	case RALM_VALUE_COUNT:
	case RALM_VALUE_SIZE:
		return strcmp(s->standard, "0") != 0 ? s->standard : NULL;
	case RALM_VALUE_REAL:
	case RALM_VALUE_CHOICE:
		return s->standard;
	default:
		return NULL;
	}
}

bool ralm_config_option(struct ralm_config_option *option, const char *name)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->option.name == NULL || strcmp(s->option.name, name) != 0)
			continue;
		*option = s->option;
		option->standard = shown_default(s);
		return true;
	}
	return false;
}
