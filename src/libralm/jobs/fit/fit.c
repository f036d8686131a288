#include "formats/lines.h"
#include "kernels/blas.h"
#include "ground/c_locale.h"
#include "ground/threads.h"
#include "jobs/fit/fit_state.h"
#include "jobs/fit/fit_values.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void ralm_fit_say(const struct ralm_fit *fit, bool warning, const char *format,
		  ...)
{
	const struct ralm_fit_options *options = fit->options;
	char text[2048];
	va_list args;
	if (options->notice == NULL)
		return;
	va_start(args, format);
	ralm_vsnprintf(text, sizeof text, format, args);
	va_end(args);
	options->notice(options->context, warning, text);
}

bool ralm_fit_stopped(const struct ralm_fit *fit)
{
	return fit->options->stop != NULL && *fit->options->stop;
}

/* ---- the epochs ---------------------------------------------------------- */

static void take_next(struct ralm_fit *fit)
{
	struct ralm_fit_batch *done = fit->now;
	fit->now = fit->next;
	fit->next = done;
}

/* Trains on every sample of a span, in shuffled order. */
static int train_span(struct ralm_fit *fit, const struct ralm_span *span,
		      struct ralm_error *err)
{
	const uint64_t batch_size = fit->config->batch_size;
	const uint64_t samples = span->end.samples - span->begin.samples;
	const uint64_t steps = samples / batch_size +
			       (samples % batch_size != 0);
	const uint64_t turn = fit->turn++;
	/* Batches of whole choices are as many as their order makes of them. */
	if (!fit->now->batch.whole_choices && steps > 0 &&
	    fit->skip >= steps) /* not even shuffled */
		return ralm_fit_pass(fit, steps, samples, err);
	if (ralm_shuffle_begin(&fit->shuffle, span, fit->config->rng_seed,
			       turn, err) != 0 ||
	    ralm_fit_next(fit, err) < 0)
		return -1;
	while (!ralm_fit_stopped(fit) && fit->next->batch.B > 0) {
		take_next(fit);
		if (ralm_fit_step(fit, err) != 0)
			return -1;
	}
	return 0;
}

static int train_window(struct ralm_fit *fit, const struct ralm_window *window,
			struct ralm_error *err)
{
	fit->users = fit->optimizer.users = window->users;
	fit->input = window->digest;
	fit->summary->skipped = window->skipped;
	fit->summary->first_bad = window->first_bad;
	fit->summary->samples_read = window->lone.samples;
	fit->summary->cut = window->cut;
	fit->summary->vectors_met = window->met;
	if (fit->config->loss == RALM_SOFTMAX_LOSS) {
		fit->summary->lone_clicks = window->lone.clicks;
		fit->summary->lone_negatives = window->lone.negatives;
	} else if (ralm_config_whole_choices(fit->config)) {
		/* Lines written for a click each have its negatives behind it. */
		fit->summary->unbalanced_clicks =
			window->lone.same > 0 ? window->lone.clicks : 0;
		/* With one a click the weight of each would be the same. */
		if (window->lone.negatives >= 2 * window->lone.clicks)
			fit->summary->unbalanced = window->lone.negatives;
	}
	fit->all.store = window->span.store;
	fit->all.end = window->span.end;
	if (fit->ranks != NULL &&
	    ralm_rows_ranks_settle(&fit->rows_spread, err) != 0)
		return -1;
	return train_span(fit, &window->span, err);
}

/* An error if no click has a negative: softmax has learned nothing then. */
static int check_lone(const struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_fit_summary *summary = fit->summary;
	if (fit->config->loss != RALM_SOFTMAX_LOSS || summary->samples_read == 0 ||
	    summary->lone_clicks + summary->lone_negatives <
		    summary->samples_read)
		return 0;
	ralm_error_set(err, RALM_ERROR_DATA,
		       "no click has a label-0 sample with its list beside it: "
		       "nothing to learn with --loss=softmax");
	return ralm_error_at(err, fit->feed.reader->name,
			     fit->feed.reader->line, 0);
}

/* Trains while the input is read, window by window. */
static int first_epoch(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_window *window;
	int got;
	bool last = false;
	while (!last && (got = ralm_feed_take(&window, &fit->feed, err)) != 0) {
		if (got < 0 || train_window(fit, window, err) != 0)
			return -1;
		last = window->last;
		ralm_feed_give_back(&fit->feed);
	}
	if (last && !ralm_fit_stopped(fit) && fit->progress.batch == 0 &&
	    fit->model.steps == fit->begun)
		return ralm_input_empty(fit->feed.reader->paths,
					fit->feed.reader->path_count, err,
					"no samples");
	if (ralm_fit_stopped(fit))
		return 0;
	if (last && check_lone(fit, err) != 0)
		return -1;
	return last && fit->config->epochs > 1
		       ? ralm_fit_foresee_values(fit, err)
		       : 0;
}

/* Returns 1 when training should end early. */
static int end_epoch(struct ralm_fit *fit, struct ralm_error *err)
{
	const uint64_t patience = fit->config->patience;
	struct ralm_fit_summary *summary = fit->summary;
	double auc = NAN;
	bool best = true;
	if (fit->skip > 0) /* the model is that of a later moment */
		return 0;
	if (fit->options->validate != NULL) {
		int got = ralm_validate(&auc, &fit->model, fit->threads,
					&fit->validation, fit->options->stop, err);
		if (got != 0) {
			summary->stopped = got > 0;
			return got;
		}
		/* With one class only there is no AUC: the last is the best. */
		best = summary->best_epoch == 0 || isnan(auc) ||
		       auc > summary->best_auc;
		if (best) {
			summary->best_auc = auc;
			summary->best_epoch = fit->epoch + 1;
			fit->news = true;
		}
	}
	ralm_fit_epoch_ends(fit, auc);
	if (ralm_fit_save_epoch(fit, best, err) != 0)
		return -1;
	return fit->options->validate != NULL && patience > 0 &&
	       fit->epoch + 1 >= summary->best_epoch + patience;
}

static int run(struct ralm_fit *fit, struct ralm_error *err)
{
	int early = 0;
	const uint64_t epochs = fit->learns ? fit->config->epochs : 0;
	fit->page.first_step = fit->model.steps;
	for (fit->epoch = 0; fit->epoch < epochs && early == 0;
	     fit->epoch++) {
		ralm_fit_epoch_begins(fit);
		if ((fit->epoch == 0 ? first_epoch(fit, err)
				     : train_span(fit, &fit->all, err)) != 0)
			return -1;
		if (ralm_fit_stopped(fit)) {
			fit->summary->stopped = true;
			break;
		}
		ralm_calibration_apply(&fit->calibration,
				       &fit->model.parameters);
		early = end_epoch(fit, err);
		ralm_calibration_undo(&fit->calibration,
				      &fit->model.parameters);
		if (early < 0)
			return -1;
	}
	if (fit->summary->stopped)
		ralm_fit_tell_held(fit);
	else if (fit->skip > 0)
		return ralm_fit_other_input(fit, err);
	fit->page.early = early > 0 && fit->epoch < epochs;
	return ralm_fit_save_end(fit, err) == 0 ? ralm_fit_page_write(fit, err)
						: -1;
}

/* ---- start and end ------------------------------------------------------- */

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
	fit->calibration.on = fit->learns && learns &&
			      config->loss == RALM_SOFTMAX_LOSS;
}

/* Rows here, over ranks, or on a device. */
static int start_rows(struct ralm_fit *fit, const struct ralm_config *wanted,
		      struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	if (fit->ranks != NULL)
		return ralm_fit_ranks_start(fit, err);
	if (ralm_fit_table_elsewhere(fit, wanted))
		return ralm_fit_device_rows_start(fit, err);
	return ralm_rows_local_init(
		&fit->rows_here, &fit->model.table, fit->users,
		fit->learns ? ralm_optimizer_row_rule(fit->optimizer.kind)
			    : RALM_RULE_SGD, /* which keeps nothing */
		config->rng_seed, config->init_deviation, fit->threads, err);
}

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
	ralm_fit_say_threads(fit, wanted);
	init_network(fit);
	if (ralm_fit_devices_start(fit, wanted, err) != 0 ||
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

int ralm_fit_run(struct ralm_fit_summary *summary,
		 const struct ralm_config *config, struct ralm_reader *reader,
		 const struct ralm_fit_options *options, struct ralm_error *err)
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
		result = run(fit, err);
	summary->steps = fit->model.steps;
	summary->users = fit->users;
	finish(fit);
	return result;
}
