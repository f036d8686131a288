/* What a model file says of itself. */
#include "ralm.h"

#include "ground/printable.h"
#include "model/model_file.h"
#include "model/model_json.h"

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

static const char *metadata(const struct ralm_model *model, const char *name)
{
	const char *text = ralm_safetensors_metadata(&model->file, name);
	return text != NULL ? text : "";
}

/* Copies a text of the metadata, printable, to *at, which moves on. */
static const char *put(char **at, const struct ralm_model *model,
		       const char *name)
{
	char *text = strcpy(*at, metadata(model, name));
	*at += strlen(text) + 1;
	ralm_make_printable(text);
	return text;
}

/* The same with the note, whose newlines stay. */
static const char *put_note(char **at, const char *note)
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
		.note = put_note(&at, note),
	};
	for (int i = 0; i < TEXTS; i++) {
		const char *text = put(&at, model, texts[i].name);
		memcpy((char *)&whole->info + texts[i].at, &text, sizeof text);
	}
	whole->info.json = whole->json = ralm_model_json(&whole->info, model, err);
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
