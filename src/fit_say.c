#include "fit_say.h"

#include <inttypes.h>
#include <math.h>

/* ---- while it trains ----------------------------------------------------- */

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

void fit_say_report(struct live_line *view, const struct ralm_fit_report *report)
{
	struct live_text line;
	live_text_init(&line, view);
	compose(&line, report);
	live_line_show(view, line.text, report->epoch_ends);
}

/* ---- when it has ended --------------------------------------------------- */

void fit_say_bad(const struct cli_tool *tool, const struct ralm_fit_summary *summary)
{
	cli_warn_bad_lines(tool, summary->skipped,
			   summary->samples_read + summary->skipped, "lines",
			   &summary->first_bad);
	cli_warn_bad_lines(tool, summary->validation_skipped,
			   summary->validation_samples + summary->validation_skipped,
			   "lines of --validate", &summary->validation_first_bad);
}

/* Samples that the softmax loss cannot learn from. */
static void say_lone(const struct cli_tool *tool,
		     const struct ralm_fit_summary *summary)
{
	const uint64_t lone = summary->lone_clicks + summary->lone_negatives;
	cli_warn_share(tool, lone, summary->samples_read, "samples",
		       "teach nothing: %" PRIu64 " clicks without a negative, "
		       "%" PRIu64 " negatives without a click",
		       summary->lone_clicks, summary->lone_negatives);
}

/* Samples that the log loss cannot weigh by their click. */
static void say_unbalanced(const struct cli_tool *tool,
			   const struct ralm_fit_summary *summary)
{
	cli_warn_share(tool, summary->unbalanced, summary->samples_read, "samples",
		       "have label 0 and no click with their list beside them: each "
		       "weighs as much as a click (--negative-weight=balance)");
	cli_warn_share(tool, summary->unbalanced_clicks, summary->samples_read,
		       "samples",
		       "are clicks without a label-0 sample behind them: nearly every "
		       "user clicked their item, or lines of seeds:same were shuffled "
		       "or left out (--lists=each)");
}

/* Which users the file of --init-vectors has, and which of them no sample has. */
static void say_vectors(const struct cli_tool *tool,
			const struct ralm_fit_summary *summary, bool quiet)
{
	const uint64_t given = summary->vectors_given;
	const uint64_t left = given - summary->vectors_met;
	if (!quiet)
		cli_warn_share(tool, given, summary->users, "users",
			       "began with vectors of --init-vectors");
	if (left > 0 && !summary->stopped)
		cli_warn(tool, "%" PRIu64 " of the %" PRIu64 " users of "
				"--init-vectors (%.3g %%) are in no sample: their "
				"vectors stay as they were",
			 left, given, 100. * (double)left / (double)given);
}

void fit_say_end(const struct cli_tool *tool,
		 const struct ralm_fit_summary *summary, bool quiet)
{
	say_lone(tool, summary);
	say_unbalanced(tool, summary);
	say_vectors(tool, summary, quiet);
	fit_say_bad(tool, summary);
	if (summary->cut)
		cli_warn(tool, "%" PRIu64 " lists cut to %" PRIu64 " seeds",
			 summary->cut, summary->seeds_num);
	if (summary->values_left)
		cli_warn(tool, "the vectors of %" PRIu64 " values of the old model "
				"are not in the new one; --users finds them again",
			 summary->values_left);
	if (summary->best_epoch && !quiet)
		cli_warn(tool, "best epoch %" PRIu64 ", validation AUC %.4f",
			 summary->best_epoch, summary->best_auc);
}

void fit_say_stopped(const struct cli_tool *tool,
		     const struct ralm_fit_summary *summary, int number,
		     bool checkpoints)
{
	cli_warn(tool, "stopped by signal %d after step %" PRIu64 "; %s%s",
		 number, summary->steps,
		 checkpoints ? "a checkpoint was written, " : "",
		 summary->models_saved > 0 ? "the model last saved stands"
					   : "no model was written");
}
