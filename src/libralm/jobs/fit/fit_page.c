#include "jobs/fit/fit_page.h"

#include "formats/lines.h"
#include "jobs/fit/fit_state.h"

#include <math.h>

static bool asked(const struct ralm_fit *fit)
{
	return fit->options->page != NULL;
}

int ralm_fit_page_open(struct ralm_fit *fit, struct ralm_error *err)
{
	return asked(fit) ? ralm_atomic_open(&fit->page.file, fit->options->page,
					     err)
			  : 0;
}

static struct ralm_fit_point here(const struct ralm_fit *fit,
				  double validation_auc)
{
	const struct ralm_fit_progress *p = &fit->progress;
	return (struct ralm_fit_point){
		.epoch = fit->epoch + 1,
		.step = fit->model.steps,
		.samples = p->samples_run,
		.loss = fit->page.loss,
		.seconds = ralm_fit_seconds(fit),
		.auc = p->epoch_samples > 0 ? ralm_bucket_auc_value(&p->auc) : NAN,
		.validation_auc = validation_auc,
		.learning_rate = ralm_optimizer_rate(&fit->optimizer),
	};
}

static void keep(struct ralm_fit_curve *curve, const struct ralm_fit *fit,
		 double validation_auc)
{
	const struct ralm_fit_point point = here(fit, validation_auc);
	ralm_fit_curve_keep(curve, &point);
}

void ralm_fit_page_step(struct ralm_fit *fit, double loss)
{
	struct ralm_fit_page *page = &fit->page;
	if (!asked(fit))
		return;
	page->loss += loss;
	page->last_seconds = ralm_fit_seconds(fit);
	if (ralm_fit_curve_offer(&page->steps))
		keep(&page->steps, fit, NAN);
}

void ralm_fit_page_epoch(struct ralm_fit *fit, double validation_auc)
{
	struct ralm_fit_page *page = &fit->page;
	if (!asked(fit))
		return;
	if (ralm_fit_curve_offer(&page->epochs))
		keep(&page->epochs, fit, validation_auc);
	else
		page->last_epoch = here(fit, validation_auc);
}

double ralm_fit_page_begun(const struct ralm_fit *fit)
{
	return fit->progress.started - fit->progress.begun;
}

int ralm_fit_page_write(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_fit_page *page = &fit->page;
	struct ralm_writer writer;
	if (!asked(fit))
		return 0;
	if (page->steps.offered > 0) {
		struct ralm_fit_point last = here(fit, NAN);
		last.seconds = page->last_seconds;
		ralm_fit_curve_keep(&page->steps, &last);
	}
	if (page->epochs.offered > 0)
		ralm_fit_curve_keep(&page->epochs, &page->last_epoch);
	if (ralm_writer_open(&writer, page->file.fd, fit->options->page, err) !=
	    0)
		return -1;
	ralm_fit_page_put(&writer, fit);
	return ralm_writer_close(&writer, 0, err) == 0
		       ? ralm_atomic_commit(&page->file, err)
		       : -1;
}
