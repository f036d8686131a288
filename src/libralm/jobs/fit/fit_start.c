/* Where a run begins: from nothing, from a model or a checkpoint of other data
 * (init_model_path), or where a checkpoint of the same data was written (resume). */
#include "jobs/fit/checkpoint_folder.h"
#include "jobs/fit/fit_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- notices ------------------------------------------------------------- */

static void passed_over(void *context, const struct ralm_error *why)
{
	char error[sizeof *why];
	ralm_error_format(error, sizeof error, why);
	ralm_fit_say(context, true, "%s; taking an older checkpoint", error);
}

/* ---- the file to begin with ---------------------------------------------- */

/* Takes network and sizes from the settings of the origin. */
static void take_network(struct ralm_config *config,
			 const struct ralm_config *origin)
{
	memcpy(config->network, origin->network, sizeof config->network);
	config->user_emb_size = origin->user_emb_size;
	config->transformed_size = origin->transformed_size;
}

/* Where nothing is learned, the model keeps the settings that it was trained with. */
static void keep_settings(struct ralm_config *config,
			  const struct ralm_config *origin,
			  const struct ralm_config *wanted)
{
	*config = *origin;
	memcpy(config->users_path, wanted->users_path,
	       sizeof config->users_path);
	config->min_value_count = wanted->min_value_count;
	config->value_bins = wanted->value_bins;
	config->threads = wanted->threads;
}

/* A resumed run must have the same settings, except those that do not matter to a
 * step. */
static int same_settings(const struct ralm_fit *fit,
			 const struct ralm_config *wanted,
			 struct ralm_error *err)
{
	struct ralm_config a = *wanted, b = fit->origin.config;
	char differ[256];
	ralm_network_settle(&a, fit->origin.network);
	b.epochs = a.epochs; /* more are fine */
	b.user_count = a.user_count;
	if (wanted->init_model_path[0] != '\0') /* they came from there */
		take_network(&a, &b);
	if (!ralm_config_differences(differ, sizeof differ, &b, &a))
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--resume: '%s' was made with other settings "
			      "(%s); --init-model goes on with new ones",
			      fit->origin_path, differ);
}

/* 1: opened, 0: no checkpoint there, -1. */
static int open_newest(struct ralm_fit *fit, const char *folder,
		       struct ralm_error *err)
{
	return ralm_checkpoint_open(&fit->origin, fit->origin_path, folder,
				    passed_over, fit, err);
}

static int open_init_model(struct ralm_fit *fit, const char *path,
			   struct ralm_error *err)
{
	struct stat st;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		int got = open_newest(fit, path, err);
		return got != 0 ? got
				: ralm_error_set(err, RALM_ERROR_DATA,
						 "no checkpoint in '%s'", path);
	}
	snprintf(fit->origin_path, sizeof fit->origin_path, "%s", path);
	return ralm_model_open(&fit->origin, path, RALM_MODEL_VERIFY, err);
}

static int open_origin(struct ralm_fit *fit, const struct ralm_config *wanted,
		       struct ralm_error *err)
{
	if (fit->options->resume) {
		int got = open_newest(fit, wanted->save_checkpoint_path, err);
		if (got < 0)
			return -1;
		fit->resumed = got == 1;
		if (fit->resumed)
			return same_settings(fit, wanted, err);
	}
	if (wanted->init_model_path[0] != '\0' &&
	    open_init_model(fit, wanted->init_model_path, err) < 0)
		return -1;
	return 0;
}

/* ---- the model and the optimizer ----------------------------------------- */

static int check_vectors(const struct ralm_fit *fit,
			 const struct ralm_config *wanted,
			 struct ralm_error *err)
{
	if (fit->options->init_vectors == NULL ||
	    wanted->init_model_path[0] == '\0')
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--init-model brings the vectors of its users: not "
			      "with --init-vectors");
}

/* What is needed to learn nothing, or to find vectors of values. */
static int check_values(const struct ralm_fit *fit,
			const struct ralm_config *wanted,
			struct ralm_error *err)
{
	if (!fit->learns && (fit->origin.mapping == NULL || fit->resumed))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--epochs=0 learns nothing: it needs "
				      "--init-model, without --resume");
	if (fit->ranks != NULL &&
	    (!fit->learns || wanted->users_path[0] != '\0'))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "values get their vectors in one process: "
				      "ralm-fit --init-model --epochs=0 --users, "
				      "when the ranks are done");
	return 0;
}

int ralm_fit_start_model(struct ralm_fit *fit, const struct ralm_config *wanted,
			 struct ralm_error *err)
{
	struct ralm_model *model = &fit->model;
	const struct ralm_model *origin = &fit->origin;
	if (check_vectors(fit, wanted, err) != 0 ||
	    open_origin(fit, wanted, err) != 0 ||
	    check_values(fit, wanted, err) != 0)
		return -1;
	if (wanted->users_path[0] == '\0')
		fit->summary->values_left = origin->values.count;
	if (!fit->resumed && wanted->save_checkpoint_path[0] != '\0' &&
	    ralm_checkpoint_next_run(&fit->run, wanted->save_checkpoint_path,
				     err) != 0)
		return -1;
	fit->position.run = fit->run;
	if (origin->mapping == NULL)
		return ralm_model_init(model, wanted, err);
	const bool ids = wanted->user_ids == RALM_USER_IDS_KEEP;
	if ((ralm_fit_table_elsewhere(fit, wanted) ? ralm_model_copy_users
						   : ralm_model_copy)(
		    model, origin, wanted->user_count, ids, err) != 0)
		return -1;
	if (fit->learns)
		model->config = *wanted;
	else
		keep_settings(&model->config, &origin->config, wanted);
	take_network(&model->config, &origin->config);
	if (fit->learns && wanted->score_scale == RALM_SCALE_FIXED) {
		*model->parameters.scale = 1;
		*model->parameters.bias = 0;
	}
	fit->users = origin->users.count;
	fit->begun = origin->steps;
	if (!fit->resumed)
		return 0;
	if (ralm_checkpoint_position(&fit->position, origin, err) != 0)
		return ralm_error_at(err, fit->origin_path, 0, 0);
	fit->run = fit->position.run;
	fit->skip = fit->position.steps;
	fit->begun -= fit->skip;
	ralm_fit_say(fit, false,
		     "going on from '%s': step %" PRIu64 ", epoch %" PRIu64,
		     fit->origin_path, fit->position.steps,
		     fit->position.epoch);
	return 0;
}

void ralm_fit_hand_out(struct ralm_fit *fit)
{
	const struct ralm_model *origin = &fit->origin;
	const size_t users = origin->users.count;
	for (size_t row = 0; row < users; row += RALM_ROWS_PIECE)
		ralm_rows_write(fit->rows, RALM_ROW_VECTOR,
				row / RALM_ROWS_PIECE,
				ralm_table_row(&origin->table, row),
				users - row < RALM_ROWS_PIECE ? users - row
							      : RALM_ROWS_PIECE);
}

int ralm_fit_start_optimizer(struct ralm_fit *fit, struct ralm_error *err)
{
	if (fit->origin.mapping == NULL)
		return 0;
	int restored = !fit->learns
			       ? 0
			       : ralm_checkpoint_restore(&fit->optimizer,
							 fit->rows,
							 &fit->origin, err);
	if (restored == 0 && fit->resumed)
		restored = ralm_error_set(err, RALM_ERROR_DATA,
					  "optimizer.step: the checkpoint does "
					  "not have it");
	if (restored < 0 ||
	    ralm_calibration_restore(&fit->calibration, &fit->model.parameters,
				     &fit->origin, err) < 0)
		return ralm_error_at(err, fit->origin_path, 0, 0);
	/* The file is not needed any more. */
	ralm_model_release(&fit->origin);
	return 0;
}

/* ---- on the way to the position of a checkpoint --------------------------- */

struct ralm_position ralm_fit_position(const struct ralm_fit *fit,
				       uint64_t steps)
{
	return (struct ralm_position){
		.steps = steps,
		.epoch = fit->epoch + 1,
		.shuffles = fit->turn,
		.input = fit->input,
		.users = fit->told.digest,
		.run = fit->run,
	};
}

int ralm_fit_other_input(const struct ralm_fit *fit, struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "--resume: this is not the input that '%s' was "
			      "made with",
			      fit->origin_path);
}

int ralm_fit_pass(struct ralm_fit *fit, uint64_t steps, uint64_t samples,
		  struct ralm_error *err)
{
	fit->skip -= steps;
	ralm_fit_passed(fit, steps, samples);
	if (fit->skip > 0)
		return 0;
	struct ralm_position here =
		ralm_fit_position(fit, fit->position.steps);
	return here.epoch == fit->position.epoch &&
			       here.shuffles == fit->position.shuffles &&
			       here.input == fit->position.input
		       ? 0
		       : ralm_fit_other_input(fit, err);
}
