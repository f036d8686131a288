#include "config.h"

#include "../ground/numbers.h"
#include "config_table.h"
#include "yaml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table --------------------------------------------------------- */

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

/* Printed in this order. */
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
	CHOICE(HYPER, "network", network, RALM_NETWORK_CHOICES, "paddlerec"),
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

static const char *const place_paths[] = {
	[RALM_PLACE_TOP] = "",
	[RALM_PLACE_DATASET] = "dataset.",
	[RALM_PLACE_HYPER] = "hyper_parameters.",
	[RALM_PLACE_OPTIMIZER] = "hyper_parameters.optimizer.",
	[RALM_PLACE_RUNNER] = "runner.",
	[RALM_PLACE_PHASE] = "phase.",
};

static bool has_value(const struct ralm_setting *s)
{
	return s->type != RALM_SETTING_STRUCTURE &&
	       s->type != RALM_SETTING_IGNORED;
}

static void *field_of(struct ralm_config *config, const struct ralm_setting *s)
{
	return (char *)config + s->offset;
}

static const void *value_of(const struct ralm_config *config,
			    const struct ralm_setting *s)
{
	return (const char *)config + s->offset;
}

/* ---- values ------------------------------------------------------------ */

static bool in_range(const struct ralm_setting *s, double value)
{
	return value >= s->min && (s->max == 0 || value <= s->max);
}

/* Names of classes differ in capitals, '-' and '_' from place to place. */
static bool same_name(const char *choice, size_t choice_length,
		      const char *text, size_t length)
{
	size_t i = 0, j = 0;
	for (;; i++, j++) {
		while (i < choice_length && strchr("-_", choice[i]))
			i++;
		while (j < length && text[j] != '\0' && strchr("-_", text[j]))
			j++;
		if (i == choice_length || j == length)
			return i == choice_length && j == length;
		/* Letters only, so that 'A' ^ 'a' tells capitals apart. */
		char a = choice[i] | 0x20, b = text[j] | 0x20;
		if (a != b || b < 'a' || b > 'z')
			return false;
	}
}

static bool parse_choice(int *value, const char *choices, const char *text,
			 size_t length)
{
	for (int index = 0;; index++) {
		size_t n = strcspn(choices, "|");
		if (same_name(choices, n, text, length)) {
			*value = index;
			return true;
		}
		if (choices[n] == '\0')
			return false;
		choices += n + 1;
	}
}

static bool parse_path(char *path, const char *text, size_t length)
{
	if (length >= RALM_CONFIG_PATH_MAX || strlen(text) != length)
		return false;
	memcpy(path, text, length + 1);
	return true;
}

bool ralm_setting_parse(struct ralm_config *config,
			const struct ralm_setting *s, const char *text,
			size_t length)
{
	void *field = field_of(config, s);
	uint64_t count;
	double real;
	int index;
	switch (s->type) {
	case RALM_SETTING_COUNT:
	case RALM_SETTING_SIZE:
		if (s->type == RALM_SETTING_COUNT
			    ? !ralm_parse_u64(&count, text, length, UINT64_MAX)
			    : !ralm_parse_size(&count, text, length))
			return false;
		if (!in_range(s, (double)count))
			return false;
		*(uint64_t *)field = count;
		return true;
	case RALM_SETTING_REAL:
		if (!ralm_parse_double(&real, text, length) ||
		    !in_range(s, real))
			return false;
		*(double *)field = real;
		return true;
	case RALM_SETTING_CHOICE:
		return parse_choice(field, s->choices, text, length);
	case RALM_SETTING_FLAG:
		if (!parse_choice(&index, "false|true", text, length))
			return false;
		*(bool *)field = index == 1;
		return true;
	case RALM_SETTING_PATH:
		return parse_path(field, text, length);
	default:
		return false;
	}
}

void ralm_setting_expected(char *text, size_t size,
			   const struct ralm_setting *s)
{
	switch (s->type) {
	case RALM_SETTING_COUNT:
	case RALM_SETTING_SIZE:
	case RALM_SETTING_REAL: {
		const char *kind = s->type == RALM_SETTING_COUNT ? "whole number"
				 : s->type == RALM_SETTING_SIZE
					 ? "size such as 512M"
					 : "number";
		if (s->max != 0)
			snprintf(text, size, "expected a %s from %.9g to %.10g",
				 kind, s->min, s->max);
		else if (s->min != 0)
			snprintf(text, size, "expected a %s, at least %.9g",
				 kind, s->min);
		else
			snprintf(text, size, "expected a %s", kind);
		break;
	}
	case RALM_SETTING_CHOICE:
		snprintf(text, size, "expected %s%s",
			 strchr(s->choices, '|') ? "one of " : "", s->choices);
		break;
	case RALM_SETTING_FLAG:
		snprintf(text, size, "expected true or false");
		break;
	default:
		snprintf(text, size, "expected a path of at most %d bytes",
			 RALM_CONFIG_PATH_MAX - 1);
	}
}

void ralm_config_init(struct ralm_config *config)
{
	memset(config, 0, sizeof *config);
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (!has_value(s))
			continue;
		bool ok = ralm_setting_parse(config, s, s->standard,
					     strlen(s->standard));
		assert(ok);
		(void)ok;
	}
}

int ralm_config_set(struct ralm_config *config, const char *name,
		    const char *text, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		char expected[RALM_CONFIG_TAKES_MAX];
		if (!has_value(s) || strcmp(s->name, name) != 0)
			continue;
		if (ralm_setting_parse(config, s, text, strlen(text)))
			return 0;
		ralm_setting_expected(expected, sizeof expected, s);
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got '%.100s'", name, expected,
				      text);
	}
	return ralm_error_set(err, RALM_ERROR_CONFIG, "unknown key '%s'",
			      name);
}

int ralm_config_check(const struct ralm_config *config, struct ralm_error *err)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		const void *value = value_of(config, s);
		char expected[RALM_CONFIG_TAKES_MAX], got[32];
		if (s->type == RALM_SETTING_REAL) {
			double real = *(const double *)value;
			if (in_range(s, real))
				continue;
			snprintf(got, sizeof got, "%.9g", real);
		} else if (s->type == RALM_SETTING_COUNT ||
			   s->type == RALM_SETTING_SIZE) {
			uint64_t count = *(const uint64_t *)value;
			if (in_range(s, (double)count))
				continue;
			got[ralm_format_u64(got, count)] = '\0';
		} else {
			continue;
		}
		ralm_setting_expected(expected, sizeof expected, s);
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got %s", s->name, expected, got);
	}
	return 0;
}

/* ---- the effective YAML ------------------------------------------------ */

/* The shortest decimal that reads back as the same number, with the point
 * that YAML 1.1 wants before an exponent. */
static void put_real(char *text, size_t size, double value)
{
	char digits[40];
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	const char *e = strchr(digits, 'e');
	if (e != NULL && strchr(digits, '.') == NULL)
		snprintf(text, size, "%.*s.0%s", (int)(e - digits), digits, e);
	else
		snprintf(text, size, "%s", digits);
}

static void put_size(char *text, uint64_t value)
{
	static const char units[] = "KMGT";
	int unit = -1;
	while (value != 0 && value % 1024 == 0 && unit < 3) {
		value /= 1024;
		unit++;
	}
	size_t length = ralm_format_u64(text, value);
	if (unit >= 0)
		text[length++] = units[unit];
	text[length] = '\0';
}

/* The value of a setting as it is written, without a newline. */
static size_t put_value(char *text, const struct ralm_config *config,
			const struct ralm_setting *s)
{
	const void *value = value_of(config, s);
	char plain[64] = "";
	switch (s->type) {
	case RALM_SETTING_COUNT:
		plain[ralm_format_u64(plain, *(const uint64_t *)value)] = '\0';
		break;
	case RALM_SETTING_SIZE:
		put_size(plain, *(const uint64_t *)value);
		break;
	case RALM_SETTING_REAL:
		put_real(plain, sizeof plain, *(const double *)value);
		break;
	case RALM_SETTING_FLAG:
		strcpy(plain, *(const bool *)value ? "true" : "false");
		break;
	case RALM_SETTING_CHOICE: {
		const char *c = s->choices;
		for (int i = *(const int *)value; i > 0; i--)
			c = strchr(c, '|') + 1;
		snprintf(plain, sizeof plain, "%.*s", (int)strcspn(c, "|"), c);
		break;
	}
	default:
		return ralm_yaml_quote(text, value, strlen(value));
	}
	size_t length = strlen(plain);
	memcpy(text, plain, length);
	return length;
}

static char *put_text(char *out, const char *text)
{
	size_t length = strlen(text);
	memcpy(out, text, length);
	return out + length;
}

static char *put_settings(char *out, const struct ralm_config *config,
			  enum ralm_config_place place, bool model)
{
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_setting *s = &ralm_settings[i];
		if (s->place != place || !has_value(s) || (model && !s->model))
			continue;
		out = put_text(out, place == RALM_PLACE_OPTIMIZER ? "    "
								  : "  ");
		out = put_text(out, s->name);
		out = put_text(out, ": ");
		out += put_value(out, config, s);
		*out++ = '\n';
	}
	return out;
}

/* A path may hold the very characters that a file has for its workspace; with
 * this workspace they stand for themselves. */
static char *put_workspace(char *out, const struct ralm_config *config)
{
	for (size_t i = 0; i < ralm_setting_count; i++)
		if (ralm_settings[i].type == RALM_SETTING_PATH &&
		    strstr(value_of(config, &ralm_settings[i]),
			   RALM_CONFIG_WORKSPACE) != NULL)
			return put_text(out, "workspace: \"" RALM_CONFIG_WORKSPACE
					     "\"\n");
	return out;
}

size_t ralm_config_text(char *text, const struct ralm_config *config,
			bool model)
{
	char *out = model ? text : put_workspace(text, config);
	out = put_text(out, "dataset:\n- name: samples\n");
	out = put_settings(out, config, RALM_PLACE_DATASET, model);
	out = put_text(out, "hyper_parameters:\n  optimizer:\n");
	out = put_settings(out, config, RALM_PLACE_OPTIMIZER, model);
	out = put_settings(out, config, RALM_PLACE_HYPER, model);
	out = put_text(out, "mode: train\n"
			    "runner:\n- name: train\n  class: train\n");
	if (!model)
		out = put_text(out, "  device: cpu\n");
	out = put_settings(out, config, RALM_PLACE_RUNNER, model);
	*out = '\0';
	assert(out - text < RALM_CONFIG_TEXT_MAX);
	return (size_t)(out - text);
}

void ralm_config_print(struct ralm_writer *writer,
		       const struct ralm_config *config)
{
	char text[RALM_CONFIG_TEXT_MAX];
	ralm_writer_put(writer, text, ralm_config_text(text, config, false));
}

/* ---- for documentation ------------------------------------------------- */

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
	if (has_value(s)) {
		char expected[RALM_CONFIG_TAKES_MAX];
		ralm_setting_expected(expected, sizeof expected, s);
		strcpy(takes, expected + strlen("expected "));
	} else {
		strcpy(takes, s->type == RALM_SETTING_IGNORED ? "ignored"
							      : "structure");
	}
	return true;
}
