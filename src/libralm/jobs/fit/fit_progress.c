#include "jobs/fit/fit_state.h"

#include "ground/clock.h"
#include "ground/memory.h"

#include <math.h>

static double now(void)
{
	return 1e-9 * (double)ralm_nanoseconds();
}

double ralm_fit_seconds(const struct ralm_fit *fit)
{
	return now() - fit->progress.begun;
}

void ralm_fit_epoch_begins(struct ralm_fit *fit)
{
	struct ralm_fit_progress *p = &fit->progress;
	if (fit->epoch == 0)
		p->begun = p->started = p->last_report = now();
	p->epoch_batches = fit->epoch == 0 ? 0 : p->batch;
	p->samples = p->batch = p->loss_samples = p->epoch_samples = 0;
	p->loss = p->epoch_loss = 0;
	ralm_bucket_auc_reset(&p->auc);
}

void ralm_fit_passed(struct ralm_fit *fit, uint64_t steps, uint64_t samples)
{
	fit->progress.batch += steps;
	fit->progress.samples += samples;
	fit->progress.started = now();
}

/* From the speed so far and the samples left in all epochs. */
static double seconds_left(const struct ralm_fit *fit, double rate)
{
	const struct ralm_fit_progress *p = &fit->progress;
	if (fit->epoch == 0 || rate <= 0)
		return NAN; /* a pipe does not tell how much is to come */
	double epoch = (double)fit->all.end.samples;
	double left = epoch * (double)(fit->config->epochs - fit->epoch) -
		      (double)p->samples;
	return left / rate;
}

/* The scores of the last batch are finite, so that this can fail only for lack of memory;
 * then no AUC is reported. */
static double last_batch_auc(const struct ralm_fit *fit)
{
	const struct ralm_batch *batch = &fit->now->batch;
	double auc;
	if (fit->progress.epoch_samples == 0 ||
	    ralm_auc(&auc, fit->score, batch->label, batch->B, NULL) != 0)
		return NAN;
	return auc;
}

static double mean_loss(const struct ralm_fit *fit)
{
	const struct ralm_fit_progress *p = &fit->progress;
	if (p->loss_samples > 0)
		return p->loss / (double)p->loss_samples;
	return p->epoch_samples > 0 ? fit->summary->loss : NAN;
}

static struct ralm_fit_report state(struct ralm_fit *fit, bool due,
				    bool epoch_ends, double validation_auc)
{
	struct ralm_fit_progress *p = &fit->progress;
	double time = now(), rate = 0;
	if (time > p->started)
		rate = (double)p->samples_run / (time - p->started);
	struct ralm_fit_report r = {
		.due = due,
		.epoch_ends = epoch_ends,
		.epoch = fit->epoch + 1,
		.epochs = fit->config->epochs,
		.batch = p->batch,
		.batches = p->epoch_batches,
		.step = fit->model.steps,
		.samples = p->samples,
		.loss = mean_loss(fit),
		.batch_auc = last_batch_auc(fit),
		.auc = ralm_bucket_auc_value(&p->auc),
		.samples_per_second = rate,
		.seconds_left = seconds_left(fit, rate),
		.validation_auc = validation_auc,
		.learning_rate = ralm_optimizer_rate(&fit->optimizer),
		.seconds = time - p->begun,
	};
	if (due) {
		p->loss = 0;
		p->loss_samples = 0;
	}
	p->last_report = time;
	return r;
}

static void tell(const struct ralm_fit *fit, const struct ralm_fit_report *r)
{
	fit->options->report(fit->options->context, r);
}

void ralm_fit_tell_held(struct ralm_fit *fit)
{
	struct ralm_fit_progress *p = &fit->progress;
	p->told_early = p->holds;
	if (p->holds)
		tell(fit, &p->held);
	p->holds = false;
}

/* A due report. It is held back if it may be the epoch's last. In the first epoch that
 * can turn out to be just the end of a window; in a stream it is not held back, since
 * the next window may be long in coming. */
static void report_due(struct ralm_fit *fit)
{
	struct ralm_fit_progress *p = &fit->progress;
	bool validates = fit->options->validate != NULL;
	bool last = fit->next->batch.B == 0 && !fit->config->stream;
	bool ends = last && fit->epoch > 0 && !validates;
	struct ralm_fit_report r = state(fit, true, ends, NAN);
	p->holds = last && !ends;
	p->held = r;
	if (!p->holds) {
		tell(fit, &r);
	} else if (fit->options->live_seconds > 0) {
		r.due = false;
		tell(fit, &r);
	}
}

static void report_live(struct ralm_fit *fit)
{
	struct ralm_fit_report r = state(fit, false, false, NAN);
	tell(fit, &r);
}

/* Whether scores of training samples are needed. */
static bool watched(const struct ralm_fit *fit)
{
	return fit->options->report != NULL || fit->options->page != NULL;
}

/* Adds the scores of the current batch, from before it was learned from. */
static int add_scores(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_batch *batch = &fit->now->batch;
	if (RALM_RESERVE(fit->score, fit->score_room, batch->B, err) != 0)
		return -1;
	for (size_t s = 0; s < batch->B; s++) {
		fit->score[s] = (float)ralm_network_score(
			&fit->model.parameters, (double)fit->cosine[s]);
		ralm_bucket_auc_add(&fit->progress.auc, fit->score[s],
				    batch->label[s]);
	}
	return 0;
}

static void report_step(struct ralm_fit *fit)
{
	const struct ralm_fit_progress *p = &fit->progress;
	const uint64_t interval = fit->config->print_interval;
	const double live = fit->options->live_seconds;
	if (interval > 0 && p->batch % interval == 0)
		report_due(fit);
	else if (live > 0 && now() - p->last_report > live)
		report_live(fit);
}

int ralm_fit_track(struct ralm_fit *fit, double loss, struct ralm_error *err)
{
	struct ralm_fit_progress *p = &fit->progress;
	const struct ralm_batch *batch = &fit->now->batch;
	ralm_fit_tell_held(fit);
	p->told_early = false;
	p->batch++;
	p->samples += batch->B;
	p->samples_run += batch->B;
	fit->summary->samples += batch->B;
	p->loss += loss;
	p->epoch_loss += loss;
	p->loss_samples += batch->B;
	p->epoch_samples += batch->B;
	fit->summary->loss = p->epoch_loss / (double)p->epoch_samples;
	if (!watched(fit))
		return 0;
	if (add_scores(fit, err) != 0)
		return -1;
	ralm_fit_page_step(fit, loss);
	if (fit->options->report != NULL)
		report_step(fit);
	return 0;
}

void ralm_fit_epoch_ends(struct ralm_fit *fit, double validation_auc)
{
	struct ralm_fit_progress *p = &fit->progress;
	fit->summary->epochs++;
	ralm_fit_page_epoch(fit, validation_auc);
	if (fit->options->report == NULL || p->batch == 0)
		return;
	/* Nothing is due if the last batch was reported already, or if the run was
	 * resumed at the end of an epoch. */
	const bool held = p->holds || p->told_early;
	if (!p->holds && p->loss_samples == 0 && isnan(validation_auc))
		return;
	if (!held)
		p->held = state(fit, true, true, validation_auc);
	p->held.epoch_ends = true;
	p->held.validation_auc = validation_auc;
	p->holds = true;
	ralm_fit_tell_held(fit);
}
