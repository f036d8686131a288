/* The epochs of a run: training, validation, and what is saved of them. */
#include "formats/lines.h"
#include "ground/c_locale.h"
#include "jobs/fit/fit_state.h"
#include "jobs/fit/fit_values.h"

#include <math.h>
#include <stdarg.h>

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
		/* ralm-build-data writes a click's negatives behind it, and has some
		 * unless nearly every user clicked the item. */
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

int ralm_fit_epochs(struct ralm_fit *fit, struct ralm_error *err)
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
