/* What is saved and when: the model at the end (or the best epoch's), the
 * models of a stream, checkpoints, inference models. */
#include "checkpoint_folder.h"
#include "fit_state.h"

#include "../model/model_file.h"

#include "../ground/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* What cannot be written to is told before the work. */
int ralm_fit_save_open(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	const char *output = fit->options->output;
	const char *folders[] = {config->save_checkpoint_path,
				 config->save_inference_interval > 0
					 ? config->save_inference_path
					 : ""};
	for (size_t i = 0; i < 2; i++)
		if (folders[i][0] != '\0' &&
		    ralm_folder_make(folders[i], err) != 0)
			return -1;
	if (output == NULL)
		return 0;
	if (ralm_atomic_open(&fit->output, output, err) != 0)
		return -1;
	if (fit->output.once &&
	    (config->save_every > 0 || fit->options->validate != NULL))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "'%s' takes one model and not one after "
				      "the other: not with %s",
				      output, config->save_every > 0
						      ? "--save-every"
						      : "--validate");
	return 0;
}

/* The users' keys stand still while they are written. */
static int write_output(struct ralm_fit *fit, struct ralm_error *err)
{
	if (fit->saved && ralm_atomic_rewind(&fit->output, err) != 0)
		return -1;
	ralm_feed_lock(&fit->feed);
	int result = ralm_model_write(fit->output.fd, fit->options->output,
				      &fit->model, fit->rows, NULL, err);
	ralm_feed_unlock(&fit->feed);
	fit->saved = result == 0;
	return result;
}

/* The best epoch's model is read back from where it waits for the end. */
static int map_best(struct ralm_best *best, const struct ralm_fit *fit,
		    struct ralm_error *err)
{
	struct stat st;
	*best = (struct ralm_best){.epoch = fit->summary->best_epoch,
				   .auc = fit->summary->best_auc};
	if (!fit->saved || fit->output.temporary == NULL)
		return 0;
	void *at = MAP_FAILED;
	if (fstat(fit->output.fd, &st) == 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED,
			  fit->output.fd, 0);
	if (at == MAP_FAILED)
		return ralm_error_system(err, "cannot map '%s'",
					 fit->output.temporary);
	best->model = at;
	best->size = (size_t)st.st_size;
	return 0;
}

static int save_checkpoint(struct ralm_fit *fit, struct ralm_error *err)
{
	const bool validates = fit->options->validate != NULL;
	struct ralm_best best = {.model = NULL};
	if (validates && map_best(&best, fit, err) != 0)
		return -1;
	ralm_feed_lock(&fit->feed);
	int result = ralm_checkpoint_save(fit->config->save_checkpoint_path,
					  &fit->model, fit->rows,
					  &fit->optimizer, &fit->position,
					  validates ? &best : NULL,
					  fit->config->keep, err);
	ralm_feed_unlock(&fit->feed);
	if (best.model != NULL)
		munmap((void *)best.model, best.size);
	return result;
}

int ralm_fit_restore_best(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_best best;
	struct ralm_model checked;
	struct ralm_writer writer;
	int got = ralm_checkpoint_best(&best, &fit->origin, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made without "
				      "--validate", fit->origin_path);
	fit->summary->best_epoch = best.epoch;
	fit->summary->best_auc = best.auc;
	if (best.model == NULL)
		return 0;
	if (ralm_model_parse(&checked, best.model, best.size, "best.model",
			     err) != 0)
		return ralm_error_at(err, fit->origin_path, 0, 0);
	ralm_model_release(&checked);
	if (ralm_writer_open(&writer, fit->output.fd, fit->output.path, err) !=
	    0)
		return -1;
	ralm_writer_put(&writer, best.model, best.size);
	int result = ralm_writer_flush(&writer, err);
	ralm_writer_release(&writer);
	fit->saved = result == 0;
	return result;
}

/* FOLDER/epoch-N.bin, a model to score with. */
static int save_inference(struct ralm_fit *fit, struct ralm_error *err)
{
	char path[RALM_CHECKPOINT_PATH];
	snprintf(path, sizeof path, "%s/epoch-%" PRIu64 ".bin",
		 fit->config->save_inference_path, fit->epoch + 1);
	return ralm_model_save(path, &fit->model, fit->rows, NULL, err);
}

static bool due(uint64_t count, uint64_t interval, const char *path)
{
	return path[0] != '\0' && interval > 0 && count % interval == 0;
}

int ralm_fit_save_step(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	uint64_t steps = fit->model.steps;
	if (due(steps, config->checkpoint_every,
		config->save_checkpoint_path) &&
	    save_checkpoint(fit, err) != 0)
		return -1;
	if (fit->output.path == NULL || config->save_every == 0 ||
	    steps % config->save_every != 0)
		return 0;
	/* In place now; what fit->output holds, if anything, is for the end. */
	ralm_feed_lock(&fit->feed);
	int result = ralm_model_save(fit->options->output, &fit->model,
				     fit->rows, NULL, err);
	ralm_feed_unlock(&fit->feed);
	fit->summary->models_saved += result == 0;
	return result;
}

int ralm_fit_save_epoch(struct ralm_fit *fit, bool best, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	uint64_t done = fit->epoch + 1;
	/* First the best model, which a checkpoint holds as well. */
	if (fit->output.path != NULL && fit->options->validate != NULL &&
	    best && write_output(fit, err) != 0)
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
	const char *folder = fit->config->save_checkpoint_path;
	if (fit->summary->stopped)
		return folder[0] != '\0' ? save_checkpoint(fit, err) : 0;
	/* A run that was killed may have left more than it was to keep. */
	if (folder[0] != '\0' &&
	    ralm_checkpoint_tidy(folder, fit->config->keep, err) != 0)
		return -1;
	if (fit->output.path == NULL)
		return 0;
	if (!fit->saved && write_output(fit, err) != 0)
		return -1;
	return ralm_atomic_commit(&fit->output, err);
}
