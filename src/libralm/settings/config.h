/* Every setting of training (ralm-config(5)): built-in defaults, the YAML file
 * in PaddleRec's structure, ranges, and the effective YAML that is printed and
 * kept in a model. One table in config_table.c holds them all. */
#ifndef RALM_SETTINGS_CONFIG_H
#define RALM_SETTINGS_CONFIG_H

#include <stdbool.h>

#include "ralm.h"
#include "ground/error.h"
#include "formats/lines.h"
#include "ground/value.h"

enum ralm_loss { RALM_LOG_LOSS, RALM_COSINE_LOSS, RALM_SOFTMAX_LOSS };
enum ralm_score_scale { RALM_SCALE_LEARNED, RALM_SCALE_FIXED };
enum ralm_user_ids_kept { RALM_USER_IDS_KEEP, RALM_USER_IDS_DROP };
enum ralm_table_on { RALM_TABLE_ON_CPU, RALM_TABLE_ON_GPU };
enum ralm_optimizer_kind {
	RALM_SGD,
	RALM_ADAGRAD,
	RALM_ROWWISE_ADAGRAD,
	RALM_ADAM,
};

/* The names of these enums' values, in their order. */
#define RALM_LOSS_CHOICES "log_loss|cosine|softmax"
#define RALM_SCORE_SCALE_CHOICES "learned|fixed"
#define RALM_USER_IDS_CHOICES "keep|drop"
#define RALM_TABLE_ON_CHOICES "cpu|gpu"

enum {
	RALM_CONFIG_PATH_MAX = RALM_VALUE_PATH_MAX,
};

struct ralm_config {
	uint64_t epochs, batch_size;
	uint64_t block_size; /* samples of a batch; 0: the batch */
	uint64_t user_emb_size;    /* D */
	uint64_t transformed_size; /* H */
	uint64_t user_count;       /* most rows */
	uint64_t seeds_num;        /* most seeds of a list used; 0: all */
	uint64_t rng_seed;
	uint64_t threads; /* 0: every processor */
	uint64_t memory;  /* bytes of samples kept in RAM */
	uint64_t print_interval; /* batches */
	uint64_t save_checkpoint_interval, save_inference_interval; /* epochs */
	uint64_t checkpoint_every, save_every; /* steps; 0: never */
	uint64_t patience; /* epochs without a better AUC that end training; 0: none */
	uint64_t keep;     /* checkpoints; 0: all */
	uint64_t min_value_count; /* users that a value needs to get a vector */
	uint64_t value_bins; /* of a field of numbers, at most */
	double learning_rate;
	/* Step s, counted from 0, has learning_rate / (1 + decay s). */
	double learning_rate_decay;
	double weight_decay; /* before a step: x -= rate * weight_decay * x */
	double margin;         /* of the cosine loss */
	/* Of a label-0 sample; 0: 1/K where its click has K of them (balance). */
	double negative_weight;
	double alpha;          /* of kdd19: the share of the global cosine */
	double score_scale_limit; /* of the scale in training, if learned; 0: none */
	double init_deviation; /* of a new user's vector */
	int loss, score_scale, optimizer, user_ids; /* the enums above */
	char network[RALM_VALUE_NAME_MAX]; /* a name in networks/table.c */
	char device[RALM_VALUE_NAME_MAX]; /* cpu, gpu, gpu:0,1 */
	int table_on; /* enum ralm_table_on: where users' vectors are trained */
	bool stream;
	char init_model_path[RALM_CONFIG_PATH_MAX]; /* "": none, as below */
	char users_path[RALM_CONFIG_PATH_MAX]; /* ralm-users(5) */
	char save_checkpoint_path[RALM_CONFIG_PATH_MAX];
	char save_inference_path[RALM_CONFIG_PATH_MAX];
	char data_path[RALM_CONFIG_PATH_MAX];
};

/* The built-in defaults. */
void ralm_config_init(struct ralm_config *config);

/* Keeps the settings that a model records, and sets the others (paths, threads and the
 * like) to their defaults: what a model file says of those is not to be trusted. */
void ralm_config_keep_recorded(struct ralm_config *config);

/* As ralm_config_read, from memory; name is for messages. */
int ralm_config_parse(struct ralm_config *config, char *ignored,
		      const char *text, size_t length, const char *name,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Checks that every value is in its range, since tests and the library may have set
 * fields themselves. RALM_ERROR_CONFIG without a place. */
int ralm_config_check(const struct ralm_config *config,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Whether batches and their parts are cut only between choices
 * (samples/choices.h): the loss of a sample depends on its choice then. */
bool ralm_config_whole_choices(const struct ralm_config *config);

/* The settings with a say in what is learned, those that a model records, as one
 * JSON object: {"batch_size": 2048, ...}, the optimizer's class as "optimizer".
 * text: filled, RALM_CONFIG_TEXT_MAX bytes with a NUL. */
void ralm_config_json(char *text, const struct ralm_config *config);

/* Lists the settings that differ and affect what is learned, with both values:
 * "loss: cosine, now log_loss; margin: ...", cut to size. Returns whether there
 * are any. */
bool ralm_config_differences(char *text, size_t size,
			     const struct ralm_config *before,
			     const struct ralm_config *now);

/* Walks the table: sets the i-th key's place ("hyper_parameters.optimizer."), name,
 * what it takes ("a whole number from 1 to 9", "structure", "ignored") and its
 * built-in default ("": none). Returns false past the end. */
bool ralm_config_setting(const char **place, const char **name,
			 char takes[RALM_VALUE_EXPECTED_MAX],
			 const char **standard, size_t i);

#endif
