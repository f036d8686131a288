#include "model/model_json.h"

#include "formats/yaml.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <stdlib.h>
#include <string.h>

/* A text that grows. */
struct json {
	char *text;
	size_t used, room;
	bool failed; /* for lack of memory: nothing is added any more */
	struct ralm_error *err;
};

static bool reserve(struct json *json, size_t more)
{
	json->failed =
		json->failed || RALM_RESERVE(json->text, json->room,
					     json->used + more, json->err) != 0;
	return !json->failed;
}

static void put(struct json *json, const char *text)
{
	const size_t length = strlen(text);
	if (!reserve(json, length))
		return;
	memcpy(json->text + json->used, text, length);
	json->used += length;
}

static void put_string(struct json *json, const char *text)
{
	const size_t length = strlen(text);
	if (reserve(json, 6 * length + 2))
		json->used += ralm_yaml_quote(json->text + json->used, text,
					      length);
}

static void put_name(struct json *json, const char *name)
{
	put(json, json->used == 0 ? "{\n  \"" : ",\n  \"");
	put(json, name);
	put(json, "\": ");
}

static void put_text(struct json *json, const char *name, const char *text)
{
	put_name(json, name);
	put_string(json, text);
}

static void put_count(struct json *json, const char *name, uint64_t count)
{
	char digits[21];
	digits[ralm_format_u64(digits, count)] = '\0';
	put_name(json, name);
	put(json, digits);
}

static void put_real(struct json *json, const char *name, double value)
{
	char digits[RALM_REAL_TEXT + 1];
	digits[ralm_format_real(digits, value)] = '\0';
	put_name(json, name);
	put(json, digits);
}

/* A text of the file's metadata that should be a number, as one if it is. */
static void put_number_text(struct json *json, const char *name, const char *text)
{
	char digits[RALM_DOUBLE_TEXT];
	double value;
	if (!ralm_parse_double(&value, text, strlen(text))) {
		put_text(json, name, text);
		return;
	}
	ralm_format_double(digits, value);
	put_name(json, name);
	put(json, digits);
}

char *ralm_model_json(const struct ralm_model_info *info,
		      const struct ralm_model *model, struct ralm_error *err)
{
	struct json json = {.err = err};
	char settings[RALM_CONFIG_TEXT_MAX];
	ralm_config_json(settings, &model->config);
	put_text(&json, "format", info->format);
	put_number_text(&json, "format_version", info->format_version);
	put_text(&json, "network", info->network);
	put_text(&json, "loss", info->loss);
	put_count(&json, "users", info->users);
	put_count(&json, "embedding_size", info->embedding_size);
	put_count(&json, "transformed_size", info->transformed_size);
	put_count(&json, "seeds_num", info->seeds_num);
	put_count(&json, "steps", info->steps);
	put_count(&json, "rng_seed", info->rng_seed);
	put_real(&json, "score_scale", info->score_scale);
	put_real(&json, "score_bias", info->score_bias);
	if (info->values > 0) {
		put_count(&json, "values", info->values);
		put_number_text(&json, "value_users", info->value_users);
		put_number_text(&json, "value_penalty", info->value_penalty);
		put_number_text(&json, "value_explained", info->value_explained);
		put_text(&json, "value_fields", info->value_fields);
	}
	if (model->note != NULL)
		put_text(&json, "note", model->note);
	put_text(&json, "digest", info->digest);
	put_name(&json, "settings");
	put(&json, settings);
	put(&json, "\n}\n");
	if (reserve(&json, 1)) {
		json.text[json.used] = '\0';
		return json.text;
	}
	free(json.text);
	return NULL;
}
