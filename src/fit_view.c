#include "fit_view.h"

#include <inttypes.h>
#include <math.h>

/* The most important parts first: a narrow terminal cuts off the last ones. */
static void compose(struct live_text *line, const struct ralm_fit_report *r)
{
	live_text_add(line, "epoch %" PRIu64 "/%" PRIu64, r->epoch, r->epochs);
	if (r->batches)
		live_text_add(line, "batch %" PRIu64 "/%" PRIu64, r->batch, r->batches);
	else
		live_text_add(line, "batch %" PRIu64, r->batch);
	live_text_add(line, "loss %.5f", r->loss);
	live_text_add(line, "AUC %.4f", r->auc);
	if (!isnan(r->validation_auc))
		live_text_add(line, "validation AUC %.4f", r->validation_auc);
	if (r->seconds_left >= 3600)
		live_text_add(line, "%.1f h left", r->seconds_left / 3600);
	else if (!isnan(r->seconds_left))
		live_text_add(line, "%.0f s left", r->seconds_left);
	live_text_add(line, "%.0f samples/s", r->samples_per_second);
	live_text_add(line, "BATCH_AUC %.4f", r->batch_auc);
}

void fit_view_show(struct live_line *view, const struct ralm_fit_report *report)
{
	struct live_text line;
	live_text_init(&line, view);
	compose(&line, report);
	live_line_show(view, line.text, report->epoch_ends);
}
