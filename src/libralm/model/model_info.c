/* What a model file says of itself. */
#include "ralm.h"

#include "formats/lines.h"
#include "ground/numbers.h"
#include "ground/printable.h"
#include "model/model_file.h"

#include <stdlib.h>
#include <string.h>

/* The texts of ralm_model_info that are metadata of the file, of the same name. */
#define TEXT(name) {#name, offsetof(struct ralm_model_info, name)}
static const struct {
	const char *name;
	size_t at; /* of the text, in the info */
} texts[] = {
	TEXT(format),	   TEXT(format_version),  TEXT(network),
	TEXT(loss),	   TEXT(digest),	  TEXT(value_users),
	TEXT(value_penalty), TEXT(value_explained), TEXT(value_fields),
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* The info, followed by its texts. */
struct whole {
	struct ralm_model_info info;
	char *json;
	char settings[RALM_CONFIG_TEXT_MAX];
	char texts[];
};

/* ---- texts --------------------------------------------------------------- */

static const char *metadata(const struct ralm_model *model, const char *name)
{
	const char *text = ralm_safetensors_metadata(&model->file, name);
	return text != NULL ? text : "";
}

/* Copies a text of the metadata, printable, to *at, which moves on. */
static const char *keep(char **at, const struct ralm_model *model,
			const char *name)
{
	char *text = strcpy(*at, metadata(model, name));
	*at += strlen(text) + 1;
	ralm_make_printable(text);
	return text;
}

/* The same with the note, whose newlines stay. */
static const char *keep_note(char **at, const char *note)
{
	char *text = *at;
	for (const char *line = note; line != NULL;) {
		const size_t length = strcspn(line, "\n");
		const char *end = line + length;
		char *to = memcpy(*at, line, length);
		to[length] = '\0';
		ralm_make_printable(to);
		to += strlen(to);
		line = *end == '\n' ? end + 1 : NULL;
		*to = line != NULL ? '\n' : '\0';
		*at = to + 1;
	}
	return text;
}

/* ---- JSON ---------------------------------------------------------------- */

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

/* One object and a newline, of what info says of the model, under its names in
 * ralm-score(1), --info. Numbers are JSON numbers, the settings are an object, and the
 * note is the model's own, not made printable. To be freed; NULL: out of memory. */
static char *make_json(const struct ralm_model_info *info,
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

/* ---- all ----------------------------------------------------------------- */

static struct ralm_model_info *describe(const struct ralm_model *model,
					struct ralm_error *err)
{
	size_t size = sizeof(struct whole);
	for (int i = 0; i < TEXTS; i++)
		size += strlen(metadata(model, texts[i].name)) + 1;
	const char *note = model->note != NULL ? model->note : "";
	size += strlen(note) + 1;
	struct whole *whole = malloc(size);
	if (whole == NULL) {
		ralm_error_memory(err, size);
		return NULL;
	}
	char *at = whole->texts;
	ralm_config_text(whole->settings, &model->config, true);
	whole->info = (struct ralm_model_info){
		.users = model->users.count,
		.embedding_size = model->parameters.D,
		.transformed_size = model->parameters.H,
		.seeds_num = model->config.seeds_num,
		.steps = model->steps,
		.rng_seed = model->config.rng_seed,
		.score_scale = (double)*model->parameters.scale,
		.score_bias = (double)*model->parameters.bias,
		.settings = whole->settings,
		.values = model->values.count,
		.note = keep_note(&at, note),
	};
	for (int i = 0; i < TEXTS; i++) {
		const char *text = keep(&at, model, texts[i].name);
		memcpy((char *)&whole->info + texts[i].at, &text, sizeof text);
	}
	whole->info.json = whole->json = make_json(&whole->info, model, err);
	if (whole->json != NULL)
		return &whole->info;
	free(whole);
	return NULL;
}

struct ralm_model_info *ralm_model_info_new(const char *path, int flags,
					    struct ralm_error *err)
{
	struct ralm_model model;
	if (ralm_model_open(&model, path, flags, err) != 0)
		return NULL;
	struct ralm_model_info *info = describe(&model, err);
	ralm_model_release(&model);
	return info;
}

void ralm_model_info_free(struct ralm_model_info *info)
{
	struct whole *whole = (struct whole *)info;
	if (whole != NULL)
		free(whole->json);
	free(whole);
}
