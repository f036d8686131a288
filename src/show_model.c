#include "show_model.h"

#include <inttypes.h>

static void put(const char *name, const char *text)
{
	cli_print("%s\t", name);
	cli_put(text); /* which may be long */
	cli_put("\n");
}

/* A line "note<TAB>..." for each line of the note. */
static void put_note(const char *note)
{
	if (*note == '\0')
		return;
	cli_put("note\t");
	for (char c[2] = ""; *note != '\0'; note++) {
		c[0] = *note;
		cli_put(c);
		if (*note == '\n')
			cli_put("note\t");
	}
	cli_put("\n");
}

static void print_text(const struct ralm_model_info *model)
{
	put("format", model->format);
	put("format_version", model->format_version);
	put("network", model->network);
	put("loss", model->loss);
	cli_print("users\t%" PRIu64 "\n", model->users);
	cli_print("embedding_size\t%" PRIu64 "\n", model->embedding_size);
	cli_print("transformed_size\t%" PRIu64 "\n", model->transformed_size);
	cli_print("seeds_num\t%" PRIu64 "\n", model->seeds_num);
	cli_print("steps\t%" PRIu64 "\n", model->steps);
	cli_print("rng_seed\t%" PRIu64 "\n", model->rng_seed);
	cli_print("score_scale\t%.9g\n", model->score_scale);
	cli_print("score_bias\t%.9g\n", model->score_bias);
	if (model->values > 0) {
		cli_print("values\t%" PRIu64 "\n", model->values);
		put("value_users", model->value_users);
		put("value_penalty", model->value_penalty);
		put("value_explained", model->value_explained);
		put("value_fields", model->value_fields);
	}
	put_note(model->note);
	put("digest", model->digest);
	cli_put("\n");
	cli_put(model->settings);
}

void show_model(const struct cli_tool *tool, const char *path, bool verify,
		bool json)
{
	struct ralm_error err;
	struct ralm_model_info *model =
		ralm_model_info_new(path, verify ? RALM_MODEL_VERIFY : 0, &err);
	if (model == NULL)
		cli_fail(tool, &err);
	if (json)
		cli_put(model->json);
	else
		print_text(model);
	ralm_model_info_free(model);
}
