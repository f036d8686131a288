#include "checkpoint.h"
#include "fit_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Resuming means the same settings, but for those that do not shape a step. */
static int same_settings(const struct ralm_config *wanted,
			 const struct ralm_config *found,
			 struct ralm_error *err)
{
	struct ralm_config a = *wanted, b = *found;
	char *text = malloc(2 * RALM_CONFIG_TEXT_MAX);
	if (text == NULL)
		return ralm_error_memory(err, 2 * RALM_CONFIG_TEXT_MAX);
	b.epochs = a.epochs; /* longer is fine */
	if (wanted->init_model_path[0] != '\0') { /* it brought the sizes */
		a.user_emb_size = b.user_emb_size;
		a.transformed_size = b.transformed_size;
	}
	ralm_config_text(text, &a, true);
	ralm_config_text(text + RALM_CONFIG_TEXT_MAX, &b, true);
	bool same = strcmp(text, text + RALM_CONFIG_TEXT_MAX) == 0;
	free(text);
	if (same)
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--resume: the checkpoint in '%s' was made with "
			      "other settings; --init-model goes on with new "
			      "ones",
			      wanted->save_checkpoint_path);
}

/* Where a run begins; -1 is an error. */
enum origin { NEW, FROM_MODEL, RESUMED };

static int open_origin(struct ralm_fit *fit, const struct ralm_config *wanted,
		       struct ralm_error *err)
{
	struct stat st;
	const char *path = wanted->init_model_path;
	if (fit->options->resume) {
		int got = ralm_checkpoint_open(
			&fit->origin, wanted->save_checkpoint_path, err);
		if (got == 1 &&
		    same_settings(wanted, &fit->origin.config, err) != 0)
			return -1;
		if (got != 0)
			return got == 1 ? RESUMED : -1;
	}
	if (path[0] == '\0')
		return NEW;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		int got = ralm_checkpoint_open(&fit->origin, path, err);
		return got == 1 ? FROM_MODEL
		       : got < 0
			       ? -1
			       : ralm_error_set(err, RALM_ERROR_CONFIG,
						 "no checkpoint in '%s'", path);
	}
	return ralm_model_open(&fit->origin, path, RALM_MODEL_VERIFY, err) == 0
		       ? FROM_MODEL
		       : -1;
}

int ralm_fit_start_model(struct ralm_fit *fit, const struct ralm_config *wanted,
			 struct ralm_error *err)
{
	int opened = open_origin(fit, wanted, err);
	if (opened < 0)
		return -1;
	fit->threads = (unsigned)wanted->threads;
	if (opened == NEW)
		return ralm_model_init(&fit->model, wanted, err);
	const struct ralm_model *origin = &fit->origin;
	if (ralm_model_copy(&fit->model, origin, wanted->user_count, err) != 0)
		return -1;
	fit->model.config = *wanted;
	fit->model.config.user_emb_size = origin->config.user_emb_size;
	fit->model.config.transformed_size = origin->config.transformed_size;
	fit->rows = origin->users.count;
	fit->begun = origin->steps;
	if (opened != RESUMED)
		return 0;
	if (ralm_checkpoint_position(&fit->skip_to, origin, err) != 0)
		return -1;
	fit->begun -= fit->skip_to;
	fit->summary->resumed = fit->skip_to;
	return 0;
}

int ralm_fit_start_optimizer(struct ralm_fit *fit, struct ralm_error *err)
{
	if (fit->origin.users.count == 0)
		return 0;
	int restored = ralm_checkpoint_restore(&fit->optimizer, &fit->origin,
					       err);
	if (restored < 0)
		return -1;
	/* The file has served. */
	ralm_model_release(&fit->origin);
	return 0;
}
