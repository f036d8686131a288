/* What is saved, and when: the model at the end (the last, or the best epoch's), models
 * on the way (save_every), checkpoints, inference models. */
#include "jobs/fit/checkpoint_folder.h"
#include "jobs/fit/fit_state.h"
#include "jobs/fit/fit_values.h"

#include "model/model_file.h"

#include "ground/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* ---- before the work ----------------------------------------------------- */

/* Makes the folders, and locks that of checkpoints. */
static int open_folders(struct ralm_fit *fit, const struct ralm_config *config,
			struct ralm_error *err)
{
	const char *checkpoints = config->save_checkpoint_path;
	if (config->save_inference_interval > 0 &&
	    config->save_inference_path[0] != '\0' &&
	    ralm_folder_make(config->save_inference_path, err) != 0)
		return -1;
	if (checkpoints[0] == '\0')
		return 0;
	if (ralm_folder_make(checkpoints, err) != 0)
		return -1;
	int locked = ralm_checkpoint_lock(&fit->lock, checkpoints, err);
	if (locked == 0)
		ralm_fit_say(fit, true,
			     "'%s' cannot be locked there: see that no other run "
			     "writes to it", checkpoints);
	return locked < 0 ? -1 : 0;
}

/* Each checkpoint contains the best model. If output does not keep that (/dev/null), it
 * is kept in a file beside the checkpoints. */
static int open_best(struct ralm_fit *fit, const struct ralm_config *config,
		     struct ralm_error *err)
{
	char path[RALM_CHECKPOINT_PATH];
	if (fit->options->validate == NULL ||
	    config->save_checkpoint_path[0] == '\0' ||
	    fit->output.temporary != NULL)
		return 0;
	snprintf(path, sizeof path, "%s/" RALM_CHECKPOINT_BEST,
		 config->save_checkpoint_path);
	return ralm_atomic_open(&fit->best, path, err);
}

int ralm_fit_save_open(struct ralm_fit *fit, const struct ralm_config *config,
		       struct ralm_error *err)
{
	const char *output = fit->options->output;
	if (open_folders(fit, config, err) != 0)
		return -1;
	if (output != NULL && ralm_atomic_open(&fit->output, output, err) != 0)
		return -1;
	if (fit->output.once &&
	    (config->save_every > 0 || fit->options->validate != NULL))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "'%s' takes one model and not one after "
				      "the other: not with %s",
				      output, config->save_every > 0
						      ? "--save-every"
						      : "--validate");
	return open_best(fit, config, err);
}

static bool has_inference_name(const char *name)
{
	return strncmp(name, "epoch-", 6) == 0 || strncmp(name, ".epoch-", 7) == 0;
}

bool ralm_fit_reserves(const struct ralm_config *config, const char *path)
{
	char *real = realpath(path, NULL); /* NULL: there is no such file yet */
	const char *there = real != NULL ? real : path;
	const char *slash = strrchr(there, '/');
	const char *name = slash ? slash + 1 : there;
	const bool reserved =
		(ralm_checkpoint_has_name(name) &&
		 ralm_folder_holds(config->save_checkpoint_path, there)) ||
		(config->save_inference_interval > 0 && has_inference_name(name) &&
		 ralm_folder_holds(config->save_inference_path, there));
	free(real);
	return reserved;
}

/* ---- models -------------------------------------------------------------- */

/* Writes the model, with values that are found for it and then released, while the users'
 * keys do not change. */
static int write_model(struct ralm_fit *fit, struct ralm_atomic_file *file,
		       struct ralm_error *err)
{
	const char *name = file == &fit->output ? fit->options->output
						: file->path;
	if (ralm_fit_find_values(fit, err) != 0)
		return -1;
	ralm_feed_lock(&fit->feed);
	int result = ralm_model_write(file->fd, name, fit->page.digest,
				      &fit->model, fit->users, NULL, err);
	ralm_feed_unlock(&fit->feed);
	ralm_values_release(&fit->model.values);
	return result;
}

/* Writes the model to a file of its own, which is in place afterwards; digest is filled
 * unless NULL. Before the end it is no error that too few users are known for any
 * value. */
static int save_model(struct ralm_fit *fit, const char *path,
		      char digest[RALM_DIGEST_SIZE], struct ralm_error *err)
{
	struct ralm_error own;
	err = ralm_error_or(err, &own);
	if (ralm_fit_find_values(fit, err) != 0 && err->code != RALM_ERROR_DATA)
		return -1;
	ralm_feed_lock(&fit->feed);
	int result = ralm_model_save(path, digest, &fit->model, fit->users, NULL,
				     err);
	ralm_feed_unlock(&fit->feed);
	ralm_values_release(&fit->model.values);
	return result;
}

/* Writes the model in place of one that was written before, if any. */
static int write_anew(struct ralm_fit *fit, struct ralm_atomic_file *file,
		      struct ralm_error *err)
{
	return fit->saved && ralm_atomic_rewind(file, err) != 0
		       ? -1
		       : write_model(fit, file, err);
}

static int write_best(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_atomic_file *const files[] = {&fit->output, &fit->best};
	for (size_t i = 0; i < 2; i++)
		if (files[i]->path != NULL &&
		    write_anew(fit, files[i], err) != 0)
			return -1;
	fit->saved = true;
	return 0;
}

/* The file that keeps the best epoch's model for checkpoints. */
static const struct ralm_atomic_file *keeper(const struct ralm_fit *fit)
{
	return fit->best.path != NULL ? &fit->best : &fit->output;
}

static int map_best(struct ralm_best *best, const struct ralm_fit *fit,
		    struct ralm_error *err)
{
	const struct ralm_atomic_file *file = keeper(fit);
	struct stat st;
	*best = (struct ralm_best){.epoch = fit->summary->best_epoch,
				   .auc = fit->summary->best_auc,
				   .input = fit->validation.digest};
	if (!fit->saved || file->temporary == NULL)
		return 0;
	void *at = MAP_FAILED;
	if (fstat(file->fd, &st) == 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED,
			  file->fd, 0);
	if (at == MAP_FAILED)
		return ralm_error_system(err, "cannot map '%s'",
					 file->temporary);
	best->model = at;
	best->size = (size_t)st.st_size;
	return 0;
}

/* ---- checkpoints --------------------------------------------------------- */

static int save_checkpoint(struct ralm_fit *fit, struct ralm_error *err)
{
	const bool validates = fit->options->validate != NULL;
	struct ralm_best best = {.model = NULL};
	if (validates && map_best(&best, fit, err) != 0)
		return -1;
	ralm_feed_lock(&fit->feed);
	int result = ralm_checkpoint_save(fit->config->save_checkpoint_path,
					  &fit->model, fit->users,
					  fit->rows, &fit->optimizer,
					  &fit->position,
					  validates ? &best : NULL,
					  &fit->calibration,
					  fit->config->keep, err);
	ralm_feed_unlock(&fit->feed);
	if (best.model != NULL)
		munmap((void *)best.model, best.size);
	fit->news = fit->news && result != 0;
	return result;
}

/* A resumed run must validate by the same samples. */
static int same_validation(const struct ralm_fit *fit, bool judged,
			   const struct ralm_best *best, struct ralm_error *err)
{
	const char *validate = fit->options->validate;
	if (judged && validate == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made with --validate",
				      fit->origin_path);
	if (!judged && validate != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made without "
				      "--validate", fit->origin_path);
	if (judged && best->input != 0 && best->input != fit->validation.digest)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made with another file "
				      "of --validate than '%s' is",
				      fit->origin_path, validate);
	if (judged && best->epoch > 0 && best->model == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' does not hold the model of "
				      "its best epoch, %" PRIu64,
				      fit->origin_path, best->epoch);
	return 0;
}

static int copy_best(struct ralm_atomic_file *file,
		     const struct ralm_best *best, struct ralm_error *err)
{
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, file->fd, file->path, err) != 0)
		return -1;
	ralm_writer_put(&writer, best->model, best->size);
	return ralm_writer_close(&writer, 0, err);
}

static void take_digest(char digest[RALM_DIGEST_SIZE],
			const struct ralm_model *model)
{
	const char *text = ralm_safetensors_metadata(&model->file, "digest");
	if (text != NULL && strlen(text) < RALM_DIGEST_SIZE)
		strcpy(digest, text);
}

int ralm_fit_restore_best(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_atomic_file *const files[] = {&fit->output, &fit->best};
	struct ralm_best best;
	struct ralm_model checked;
	int got = ralm_checkpoint_best(&best, &fit->origin, err);
	if (got < 0 || same_validation(fit, got == 1, &best, err) != 0)
		return -1;
	fit->summary->best_epoch = best.epoch;
	fit->summary->best_auc = best.auc;
	if (best.model == NULL)
		return 0;
	if (ralm_model_parse(&checked, best.model, best.size, "best.model",
			     err) != 0)
		return ralm_error_at(err, fit->origin_path, 0, 0);
	take_digest(fit->page.digest, &checked);
	ralm_model_release(&checked);
	for (size_t i = 0; i < 2; i++)
		if (files[i]->path != NULL &&
		    copy_best(files[i], &best, err) != 0)
			return -1;
	fit->saved = true;
	return 0;
}

/* ---- when ---------------------------------------------------------------- */

/* FOLDER/epoch-N.bin, a model to score with. */
static int save_inference(struct ralm_fit *fit, struct ralm_error *err)
{
	char path[RALM_CHECKPOINT_PATH];
	snprintf(path, sizeof path, "%s/epoch-%" PRIu64 ".bin",
		 fit->config->save_inference_path, fit->epoch + 1);
	return save_model(fit, path, NULL, err);
}

static bool due(uint64_t count, uint64_t interval, const char *path)
{
	return path[0] != '\0' && interval > 0 && count % interval == 0;
}

static int save_step(struct ralm_fit *fit, bool checkpoint, bool model,
		     struct ralm_error *err)
{
	if (checkpoint) {
		/* A run resumed from there does not report this step. */
		ralm_fit_tell_held(fit);
		if (save_checkpoint(fit, err) != 0)
			return -1;
	}
	if (!model)
		return 0;
	/* Not to fit->output, which may hold the best model for the end. */
	int result = save_model(fit, fit->options->output,
				fit->page.saved_digest, err);
	fit->summary->models_saved += result == 0;
	return result;
}

int ralm_fit_save_step(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	const uint64_t steps = fit->model.steps;
	const bool checkpoint = due(steps, config->checkpoint_every,
				    config->save_checkpoint_path);
	const bool model = fit->output.path != NULL && config->save_every > 0 &&
			   steps % config->save_every == 0;
	if (!checkpoint && !model)
		return 0;
	ralm_calibration_apply(&fit->calibration, &fit->model.parameters);
	int result = save_step(fit, checkpoint, model, err);
	ralm_calibration_undo(&fit->calibration, &fit->model.parameters);
	return result;
}

int ralm_fit_save_epoch(struct ralm_fit *fit, bool best, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	uint64_t done = fit->epoch + 1;
	/* First the best model, which the checkpoint contains. */
	if (fit->options->validate != NULL && best && write_best(fit, err) != 0)
		return -1;
	if (due(done, config->save_checkpoint_interval,
		config->save_checkpoint_path) &&
	    save_checkpoint(fit, err) != 0)
		return -1;
	if (due(done, config->save_inference_interval,
		config->save_inference_path) &&
	    save_inference(fit, err) != 0)
		return -1;
	return 0;
}

int ralm_fit_save_end(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	const char *folder = config->save_checkpoint_path;
	bool stopped = fit->summary->stopped;
	ralm_calibration_apply(&fit->calibration, &fit->model.parameters);
	if (folder[0] != '\0' && (fit->news || stopped) &&
	    save_checkpoint(fit, err) != 0)
		return -1;
	if (stopped)
		return 0;
	if (fit->calibration.reverses)
		ralm_fit_say(fit, true,
			     "the first epoch's cosines do not tell clicks from "
			     "other samples: the score keeps the scale of "
			     "training, and its bias alone is fitted; try a "
			     "smaller --batch-size");
	/* A run that was killed may have left more checkpoints than `keep`. */
	if (folder[0] != '\0' &&
	    ralm_checkpoint_tidy(folder, fit->model.steps, config->keep, err) !=
		    0)
		return -1;
	if (fit->output.path == NULL)
		return 0;
	if (!fit->saved && write_model(fit, &fit->output, err) != 0)
		return -1;
	return ralm_atomic_commit(&fit->output, err);
}
