#include "model/model_json.h"

#include "formats/lines.h"
#include "ground/numbers.h"

#include <string.h>

static void put_name(struct ralm_writer *json, const char *name)
{
	ralm_writer_put_text(json, json->used == 0 ? "{\n  \"" : ",\n  \"");
	ralm_writer_put_text(json, name);
	ralm_writer_put_text(json, "\": ");
}

static void put_text(struct ralm_writer *json, const char *name, const char *text)
{
	put_name(json, name);
	ralm_writer_put_quoted(json, text);
}

static void put_count(struct ralm_writer *json, const char *name, uint64_t count)
{
	put_name(json, name);
	ralm_writer_put_u64(json, count);
}

static void put_real(struct ralm_writer *json, const char *name, double value)
{
	put_name(json, name);
	ralm_writer_put_real(json, value);
}

/* A text of the file's metadata that should be a number, as one if it is. */
static void put_number_text(struct ralm_writer *json, const char *name,
			    const char *text)
{
	char digits[RALM_DOUBLE_TEXT];
	double value;
	if (!ralm_parse_double(&value, text, strlen(text))) {
		put_text(json, name, text);
		return;
	}
	put_name(json, name);
	ralm_writer_put(json, digits, ralm_format_double(digits, value));
}

char *ralm_model_json(const struct ralm_model_info *info,
		      const struct ralm_model *model, struct ralm_error *err)
{
	struct ralm_writer json;
	char settings[RALM_CONFIG_TEXT_MAX];
	ralm_writer_open_memory(&json);
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
	ralm_writer_put_text(&json, settings);
	ralm_writer_put_text(&json, "\n}\n");
	ralm_writer_put_char(&json, '\0');
	if (ralm_writer_flush(&json, err) == 0)
		return json.buffer;
	ralm_writer_release(&json);
	return NULL;
}
