/* How a run begins, up to its first epoch, and how it ends. */
#include "formats/lines.h"
#include "ground/processors.h"
#include "ground/threads.h"
#include "ground/used_files.h"
#include "jobs/fit/fit_state.h"
#include "jobs/fit/fit_values.h"
#include "kernels/blas.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- checks --------------------------------------------------------------- */

/* Whether the device that is to hold the table is the one that trains. */
static int check_table(const struct ralm_config *config, struct ralm_error *err)
{
	if (config->table_on == RALM_TABLE_ON_CPU)
		return 0;
	if (!ralm_is_device(config->device))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "table_on: gpu is for a device that trains "
				      "(device: gpu)");
	if (strchr(config->device, ',') != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "table_on: gpu takes one device, not "
				      "several");
	return 0;
}

int ralm_fit_check(const struct ralm_config *config, struct ralm_error *err)
{
	if (ralm_config_check(config, err) != 0)
		return -1;
	const struct ralm_network_kind *kind =
		ralm_network_kind(config->network, err);
	return kind == NULL || check_table(config, err) != 0
		       ? -1
		       : ralm_devices_check(config->device, kind, err);
}

/* Options that would do nothing without another one. */
static int check_options(const struct ralm_config *config,
			 const struct ralm_fit_options *options,
			 struct ralm_error *err)
{
	if (options->resume && config->save_checkpoint_path[0] == '\0')
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume needs --checkpoint-dir");
	if (config->patience > 0 && options->validate == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--patience needs --validate");
	if (config->epochs == 0 &&
	    (options->validate != NULL || options->page != NULL ||
	     config->save_checkpoint_path[0] != '\0'))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--epochs=0 learns nothing: not with "
				      "--validate, --report or --checkpoint-dir");
	return 0;
}

static int check_files(const struct ralm_config *config,
		       const char *const *paths, size_t path_count,
		       const struct ralm_fit_options *options,
		       struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	if (config->epochs > 0)
		ralm_use_inputs(&used, paths, path_count);
	ralm_use_file(&used, RALM_FILE_READ, "--users", config->users_path);
	ralm_use_file(&used, RALM_FILE_READ, "--init-vectors",
		      options->init_vectors);
	ralm_use_file(&used, RALM_FILE_READ, "--validate", options->validate);
	ralm_use_file(&used, RALM_FILE_READ_FIRST, "--init-model",
		      config->init_model_path);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--output", options->output);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--report", options->page);
	return ralm_used_files_settle(&used, err);
}

/* ---- threads and devices -------------------------------------------------- */

/* A notice if there are fewer threads than wanted. */
static void say_threads(const struct ralm_fit *fit, const struct ralm_config *wanted)
{
	const unsigned count = ralm_threads_count(fit->threads);
	if (count < wanted->threads)
		ralm_fit_say(fit, true,
			     "cannot start %" PRIu64 " threads: %u compute",
			     wanted->threads, count);
}

/* Says which devices train, and warns if they may round differently. */
static void say_devices(const struct ralm_fit *fit)
{
	const struct ralm_device *first = ralm_devices_at(fit->devices, 0), *one;
	if (fit->config->block_size == 0 &&
	    ralm_devices_at(fit->devices, 1) != NULL)
		ralm_fit_say(fit, true,
			     "without --block-size a batch is one block: the "
			     "first device alone works");
	for (size_t i = 0; (one = ralm_devices_at(fit->devices, i)) != NULL;
	     i++) {
		ralm_fit_say(fit, false, "training on '%s' (%s)", one->name,
			     one->platform);
		if (strcmp(one->name, first->name) != 0)
			ralm_fit_say(fit, true,
				     "'%s' is not '%s': which of them does what "
				     "may be seen in the last digits",
				     one->name, first->name);
	}
}

/* Opens the devices that the setting names, if any. */
static int start_devices(struct ralm_fit *fit, const struct ralm_config *wanted,
			 struct ralm_error *err)
{
	const char *which = wanted->device;
	if (!fit->learns)
		return 0;
	if (check_table(wanted, err) != 0)
		return -1;
	if (!ralm_is_device(which))
		return 0;
	if (fit->ranks != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "device: ranks train on the cpu");
	fit->devices = ralm_devices_open(which, &fit->network, err);
	if (fit->devices == NULL)
		return -1;
	say_devices(fit);
	return 0;
}

bool ralm_fit_table_elsewhere(const struct ralm_fit *fit,
			      const struct ralm_config *wanted)
{
	return fit->ranks != NULL ||
	       (fit->learns && wanted->table_on == RALM_TABLE_ON_GPU);
}

/* Sets fit->rows to rows of the device that is open, with the origin's users. */
static int start_device_rows(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	struct ralm_rows *rows = ralm_devices_rows(
		fit->devices, ralm_optimizer_row_rule(fit->optimizer.kind),
		config->rng_seed, config->init_deviation, err);
	if (rows == NULL)
		return -1;
	fit->rows = rows;
	if (fit->origin.mapping == NULL)
		return 0;
	if (ralm_rows_fetch(rows, fit->model.users.keys,
			    fit->origin.users.count, err) != 0)
		return -1;
	ralm_fit_hand_out(fit);
	return ralm_rows_sound(rows, err);
}

/* Rows here, over ranks, or on a device. */
static int start_rows(struct ralm_fit *fit, const struct ralm_config *wanted,
		      struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	if (fit->ranks != NULL)
		return ralm_fit_ranks_start(fit, err);
	if (ralm_fit_table_elsewhere(fit, wanted))
		return start_device_rows(fit, err);
	return ralm_rows_local_init(
		&fit->rows_here, &fit->model.table, fit->users,
		fit->learns ? ralm_optimizer_row_rule(fit->optimizer.kind)
			    : RALM_RULE_SGD, /* which keeps nothing */
		config->rng_seed, config->init_deviation, fit->threads, err);
}

/* ---- what it learns from --------------------------------------------------- */

/* Waits for the first sample, before which a program at the other end of a pipe has
 * written the file. */
static int check_validation(struct ralm_fit *fit,
			    const struct ralm_reader *samples,
			    struct ralm_error *err)
{
	struct ralm_validation_file *file = &fit->validation;
	struct ralm_fit_summary *summary = fit->summary;
	file->path = fit->options->validate;
	file->skip_bad = fit->options->skip_bad;
	if (file->path == NULL)
		return 0;
	if (fit->learns)
		ralm_reader_await(samples);
	int result = ralm_validate_check(file, err);
	summary->validation_samples = file->samples;
	summary->validation_skipped = file->bad_lines;
	summary->validation_first_bad = file->first_bad;
	return result;
}

/* Samples of a window: whole batches. */
static size_t window_samples(const struct ralm_config *config)
{
	size_t size = config->stream ? RALM_STREAM_WINDOW_SAMPLES
				     : RALM_WINDOW_SAMPLES;
	size_t batch = config->batch_size;
	return (size + batch - 1) / batch * batch;
}

static int start_feed(struct ralm_fit *fit, struct ralm_reader *reader,
		      struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	const bool whole_choices = ralm_config_whole_choices(config);
	for (int i = 0; i < 2; i++)
		fit->batches[i].batch.whole_choices = whole_choices;
	fit->feed.model = &fit->model;
	fit->feed.rows = fit->rows;
	fit->feed.reader = reader;
	fit->feed.window_samples = window_samples(config);
	fit->feed.seeds_num = config->seeds_num;
	fit->feed.keep_all = config->epochs > 1;
	fit->feed.memory = config->memory;
	fit->feed.whole_choices = whole_choices;
	fit->feed.skip_bad = fit->options->skip_bad;
	fit->feed.stop = fit->options->stop;
	fit->feed.given = fit->given;
	return ralm_feed_start(&fit->feed, err);
}

static void init_network(struct ralm_fit *fit)
{
	const struct ralm_config *config = fit->config;
	const struct ralm_model *model = &fit->model;
	const bool learns = config->score_scale == RALM_SCALE_LEARNED;
	ralm_network_init_by(&fit->network, model->network, config,
			     fit->threads);
	/* Where training's scale and bias give no probabilities. */
	fit->calibration.on = fit->learns && learns &&
			      (config->loss == RALM_SOFTMAX_LOSS ||
			       (config->loss == RALM_LOG_LOSS &&
				config->score_scale_limit > 0));
}

/* ---- from the start to the end --------------------------------------------- */

static int start(struct ralm_fit *fit, const struct ralm_config *wanted,
		 struct ralm_reader *reader, struct ralm_error *err)
{
	if (ralm_fit_save_open(fit, wanted, err) != 0 ||
	    ralm_fit_page_open(fit, err) != 0 ||
	    check_validation(fit, reader, err) != 0 ||
	    ralm_fit_start_model(fit, wanted, err) != 0 ||
	    ralm_fit_keep_note(fit, err) != 0 ||
	    ralm_fit_read_users(fit, reader, err) != 0 ||
	    (fit->resumed && ralm_fit_check_users(fit, err) != 0))
		return -1;
	const struct ralm_config *config = fit->config;
	size_t D = fit->model.parameters.D, H = fit->model.parameters.H;
	const struct ralm_network_kind *network = fit->model.network;
	fit->threads = ralm_threads_new((unsigned)wanted->threads, err);
	if (fit->threads == NULL ||
	    ralm_blas_begin(ralm_threads_count(fit->threads), err) != 0)
		return -1;
	fit->multiplies = true;
	say_threads(fit, wanted);
	init_network(fit);
	if (start_devices(fit, wanted, err) != 0 ||
	    ralm_optimizer_init(&fit->optimizer, config, &network->specs, D, H,
				err) != 0 ||
	    start_rows(fit, wanted, err) != 0 ||
	    ralm_fit_start_vectors(fit, err) != 0 ||
	    (fit->resumed && ralm_fit_restore_best(fit, err) != 0) ||
	    ralm_fit_start_optimizer(fit, err) != 0 ||
	    ralm_parameters_init(&fit->gradient, &network->specs, D, H, err) != 0 ||
	    ralm_batch_init(&fit->now->batch, err) != 0 ||
	    ralm_batch_init(&fit->next->batch, err) != 0 ||
	    ralm_block_work_init(&fit->work, &fit->network, err) != 0 ||
	    (fit->learns && fit->options->begins != NULL &&
	     fit->options->begins(fit->options->context, fit->resumed,
				  fit->model.steps, err) != 0))
		return -1;
	fit->model.rows = fit->rows;
	return fit->learns ? start_feed(fit, reader, err) : 0;
}

static void finish(struct ralm_fit *fit)
{
	if (fit->feed.running)
		ralm_feed_stop(&fit->feed);
	ralm_atomic_abort(&fit->output);
	ralm_atomic_abort(&fit->best);
	ralm_atomic_abort(&fit->page.file);
	ralm_checkpoint_unlock(&fit->lock);
	ralm_network_release(&fit->network);
	ralm_optimizer_release(&fit->optimizer);
	ralm_rows_local_release(&fit->rows_here);
	ralm_fit_ranks_release(fit);
	ralm_parameters_release(&fit->gradient);
	for (int i = 0; i < 2; i++) {
		ralm_batch_release(&fit->batches[i].batch);
		ralm_blocks_release(&fit->batches[i].blocks);
	}
	ralm_block_work_release(&fit->work);
	ralm_devices_close(fit->devices);
	ralm_shuffle_release(&fit->shuffle);
	if (fit->multiplies)
		ralm_blas_end();
	ralm_threads_free(fit->threads);
	ralm_model_release(&fit->model);
	ralm_model_release(&fit->origin);
	ralm_told_users_release(&fit->told);
	free(fit->note);
	free(fit->X);
	free(fit->next_X);
	free(fit->dX);
	free(fit->cosine);
	free(fit->found);
	free(fit->score);
	free(fit);
}

/* config: with a number of threads. reader: of the samples, NULL where nothing is
 * learned. */
static int run(struct ralm_fit_summary *summary, const struct ralm_config *config,
	       struct ralm_reader *reader, const struct ralm_fit_options *options,
	       struct ralm_error *err)
{
	struct ralm_fit *fit = calloc(1, sizeof *fit);
	if (fit == NULL)
		return ralm_error_memory(err, sizeof *fit);
	memset(summary, 0, sizeof *summary);
	fit->config = &fit->model.config;
	fit->rows = &fit->rows_here.rows;
	fit->now = &fit->batches[0];
	fit->next = &fit->batches[1];
	fit->options = options;
	fit->ranks = options->ranks;
	fit->summary = summary;
	fit->learns = config->epochs > 0;
	fit->output.fd = fit->best.fd = fit->page.file.fd = fit->lock.fd = -1;
	int result = -1;
	if (start(fit, config, reader, err) == 0)
		result = ralm_fit_epochs(fit, err);
	summary->steps = fit->model.steps;
	summary->users = fit->users;
	finish(fit);
	return result;
}

int ralm_fit(struct ralm_fit_summary *summary, const struct ralm_config *config,
	     const char *const *paths, size_t path_count,
	     const struct ralm_fit_options *options, struct ralm_error *err)
{
	struct ralm_reader reader;
	struct ralm_config settled = *config;
	struct ralm_error own;
	err = ralm_error_or(err, &own); /* of a bad line it tells the kind */
	memset(summary, 0, sizeof *summary);
	const bool learns = config->epochs > 0;
	if (check_options(config, options, err) != 0 ||
	    check_files(config, paths, path_count, options, err) != 0)
		return -1;
	if (learns && ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	if (options->ranks != NULL)
		options->ranks->threads = settled.threads;
	settled.threads = ralm_threads_wanted(settled.threads);
	if (settled.stream && learns)
		settled.epochs = 1;
	int result = run(summary, &settled, learns ? &reader : NULL, options,
			 err);
	summary->seeds_num = settled.seeds_num;
	if (learns)
		ralm_reader_release(&reader);
	return result;
}
