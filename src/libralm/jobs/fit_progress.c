#include "fit_state.h"

#include "../ground/memory.h"

#include <math.h>
#include <time.h>

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void ralm_fit_epoch_begins(struct ralm_fit *fit)
{
	struct ralm_fit_progress *p = &fit->progress;
	if (fit->epoch == 0)
		p->started = p->last_report = now();
	p->epoch_batches = fit->epoch == 0 ? 0 : p->batch;
	p->samples = p->batch = p->loss_samples = 0;
	p->loss = p->epoch_loss = 0;
	ralm_bucket_auc_reset(&p->auc);
}

/* From the speed so far and what is left of all epochs. */
static double seconds_left(const struct ralm_fit *fit, double rate)
{
	const struct ralm_fit_progress *p = &fit->progress;
	if (fit->epoch == 0 || rate <= 0)
		return NAN; /* a pipe does not tell how much is to come */
	double epoch = (double)fit->all.sample_count;
	double left = epoch * (double)(fit->config->epochs - fit->epoch) -
		      (double)p->samples;
	return left / rate;
}

static void report(struct ralm_fit *fit, bool due, bool epoch_ends,
		   double validation_auc)
{
	struct ralm_fit_progress *p = &fit->progress;
	double batch_auc = NAN, time = now();
	if (fit->options->report == NULL)
		return;
	/* The scores of the last batch are finite: it cannot fail but for
	 * memory, and then there is no AUC to tell. */
	if (ralm_auc(&batch_auc, fit->score, fit->batch.label, fit->batch.B,
		     NULL) != 0)
		batch_auc = NAN;
	double rate = time > p->started
			      ? (double)p->samples_run / (time - p->started)
			      : 0;
	struct ralm_fit_report r = {
		.due = due,
		.epoch_ends = epoch_ends,
		.epoch = fit->epoch + 1,
		.epochs = fit->config->epochs,
		.batch = p->batch,
		.batches = p->epoch_batches,
		.step = fit->model.steps,
		.samples = p->samples,
		.loss = p->loss_samples ? p->loss / (double)p->loss_samples
					: fit->summary->loss,
		.batch_auc = batch_auc,
		.auc = ralm_bucket_auc_value(&p->auc),
		.samples_per_second = rate,
		.seconds_left = seconds_left(fit, rate),
		.validation_auc = validation_auc,
	};
	if (due) {
		p->loss = 0;
		p->loss_samples = 0;
	}
	p->last_report = time;
	fit->options->report(fit->options->context, &r);
}

int ralm_fit_track(struct ralm_fit *fit, double loss, struct ralm_error *err)
{
	struct ralm_fit_progress *p = &fit->progress;
	const struct ralm_batch *batch = &fit->batch;
	uint64_t interval = fit->config->print_interval;
	p->batch++;
	p->samples += batch->B;
	p->samples_run += batch->B;
	fit->summary->samples += batch->B;
	p->loss += loss;
	p->epoch_loss += loss;
	p->loss_samples += batch->B;
	fit->summary->loss = p->epoch_loss / (double)p->samples;
	if (fit->options->report == NULL)
		return 0;
	if (ralm_array_reserve(&fit->score, &fit->score_room, batch->B,
			       sizeof *fit->score, err) != 0)
		return -1;
	for (size_t s = 0; s < batch->B; s++) {
		fit->score[s] = (float)ralm_network_score(
			&fit->model.parameters, (double)fit->cosine[s]);
		ralm_bucket_auc_add(&p->auc, fit->score[s], batch->label[s]);
	}
	double live = fit->options->live_seconds;
	if (interval > 0 && p->batch % interval == 0)
		report(fit, true, false, NAN);
	else if (live > 0 && now() - p->last_report > live)
		report(fit, false, false, NAN);
	return 0;
}

void ralm_fit_epoch_ends(struct ralm_fit *fit, double validation_auc)
{
	/* Nothing is due where the last batch was reported already. */
	bool due = fit->progress.loss_samples > 0;
	fit->summary->epochs++;
	if (fit->progress.batch > 0 && (due || !isnan(validation_auc)))
		report(fit, due, true, validation_auc);
}
