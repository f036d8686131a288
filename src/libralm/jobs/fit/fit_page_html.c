/* What the page of a run says: tiles, epochs, settings, machine. */
#include "jobs/fit/fit_page.h"

#include "formats/html_page.h"
#include "ground/c_locale.h"
#include "ground/processors.h"
#include "ground/ranks.h"
#include "jobs/fit/fit_state.h"
#include "kernels/blas.h"
#include "kernels/kernels.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

enum { ROWS = 40 }; /* of the table of epochs, about */

static const struct ralm_fit_point *last_point(const struct ralm_fit_curve *curve)
{
	return curve->count > 0 ? &curve->point[curve->count - 1] : NULL;
}

/* ---- what is seen first -------------------------------------------------- */

static void put_number(struct ralm_writer *writer, uint64_t number,
		       const char *behind)
{
	ralm_html_put_count(writer, number);
	ralm_html_put(writer, behind);
}

static void put_outcome(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const struct ralm_fit_summary *summary = fit->summary;
	if (summary->stopped && summary->models_saved > 0)
		ralm_html_put(writer, "<b>Stopped by a signal:</b> the model last saved stands.");
	else if (summary->stopped)
		ralm_html_put(writer, "<b>Stopped by a signal:</b> no model was written.");
	else if (fit->page.early)
		ralm_html_put(writer, "<b>Ended early,</b> since the validation AUC grew no more.");
	else
		ralm_html_put(writer, "<b>Done.</b>");
}

/* Says that what happened before this run is not on its page. */
static void put_before(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const char *tail = " steps, of which nothing is shown: loss, AUC, samples "
			   "and times are of this run alone.";
	if (fit->page.first_step == 0)
		return;
	ralm_html_put(writer, "<p>");
	ralm_html_put(writer, fit->resumed ? "Goes on where an earlier run was after "
					   : "Began with a model of ");
	put_number(writer, fit->page.first_step, tail);
	ralm_html_put(writer, "</p>\n");
}

static void put_summary(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	ralm_html_put(writer, "<p>");
	put_number(writer, fit->progress.samples_run, " samples, ");
	put_number(writer, fit->model.steps - fit->page.first_step, " steps, ");
	put_number(writer, fit->epoch, " of "); /* those that have ended */
	put_number(writer, fit->config->epochs, " epochs. ");
	put_outcome(writer, fit);
	ralm_html_put(writer, "</p>\n");
	put_before(writer, fit);
}

/* "7.3 s", "12 min 05 s", "3 h 20 min". text: filled, 40 bytes. */
static void duration(char text[40], double seconds)
{
	const int whole = seconds < 1e8 ? (int)(seconds + 0.5) : 100000000;
	if (seconds < 59.95)
		ralm_snprintf(text, 40, "%.1f s", seconds);
	else if (whole < 3600)
		snprintf(text, 40, "%d min %02d s", whole / 60, whole % 60);
	else
		snprintf(text, 40, "%d h %02d min", whole / 3600, whole / 60 % 60);
}

static void put_best(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	char note[80];
	if (fit->summary->best_epoch == 0)
		return;
	snprintf(note, sizeof note, "the best, of epoch %" PRIu64,
		 fit->summary->best_epoch);
	ralm_page_put_tile(writer, "Validation AUC", fit->summary->best_auc, note);
}

static void put_tiles(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const struct ralm_fit_point *last = last_point(&fit->page.steps);
	const double seconds = ralm_fit_seconds(fit);
	const double trained = last != NULL ? last->seconds - ralm_fit_page_begun(fit)
					    : 0;
	char text[40];
	ralm_html_put(writer, "<section class=\"tiles\">\n");
	if (last != NULL)
		ralm_page_put_tile(writer, "Loss", fit->summary->loss,
				   "mean of the last epoch");
	if (last != NULL)
		ralm_page_put_tile(writer, "AUC", last->auc,
				   "in training, last epoch");
	put_best(writer, fit);
	if (trained > 0)
		ralm_page_put_count_tile(
			writer, "Samples a second",
			(uint64_t)((double)last->samples / trained + 0.5),
			"validating included");
	ralm_page_put_count_tile(writer, "Users", fit->users,
				 "that have a vector");
	duration(text, seconds);
	ralm_page_put_text_tile(writer, "Time", text, "from the first sample on");
	ralm_html_put(writer, "</section>\n");
}

/* ---- epochs ---------------------------------------------------------------- */

/* A cell of a column that a narrow page leaves out (class extra). */
static void put_count_cell(struct ralm_writer *writer, double count)
{
	ralm_html_put(writer, "<td class=\"number extra\">");
	if (isnan(count))
		ralm_html_put(writer, "&ndash;");
	else
		ralm_html_put_count(writer, (uint64_t)(count + 0.5));
	ralm_html_put(writer, "</td>");
}

static void put_epoch(struct ralm_writer *writer, const struct ralm_fit *fit,
		      size_t i)
{
	const struct ralm_fit_curve *curve = &fit->page.epochs;
	const struct ralm_fit_point *point = &curve->point[i];
	ralm_html_put(writer, "<tr><th scope=\"row\">");
	ralm_html_put_count(writer, point->epoch);
	ralm_html_put(writer, "</th>");
	put_count_cell(writer, (double)point->step);
	ralm_page_put_cell(writer, ralm_fit_curve_loss(curve, i), 5, false);
	ralm_page_put_cell(writer, point->auc, 4, false);
	ralm_page_put_cell(writer, point->validation_auc, 4, false);
	ralm_page_put_cell(writer, point->learning_rate, 4, true);
	put_count_cell(writer, ralm_fit_curve_rate(curve, i,
						   ralm_fit_page_begun(fit)));
	ralm_page_put_cell(writer, point->seconds, 2, true);
	ralm_html_put(writer, "</tr>\n");
}

/* A row for each epoch, or, of many, for the last and evenly spread others. */
static void put_epochs(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const size_t count = fit->page.epochs.count;
	const size_t every = (count + ROWS - 1) / ROWS;
	if (count == 0)
		return;
	ralm_html_put(writer,
		      "<section class=\"card\"><h2>Epochs</h2>\n<table class=\"columns\">\n"
		      "<tr><th>epoch</th><td class=\"number extra\">step</td>"
		      "<td class=\"number\">loss<i></i></td><td class=\"number\">AUC<i></i></td>"
		      "<td class=\"number\">validation AUC<i></i></td>"
		      "<td class=\"number extra\">rate<i></i></td>"
		      "<td class=\"number extra\">samples a second</td>"
		      "<td class=\"number extra\">seconds<i></i></td></tr>\n");
	for (size_t i = 0; i < count; i++)
		if ((count - 1 - i) % every == 0)
			put_epoch(writer, fit, i);
	ralm_html_put(writer, "</table>\n</section>\n");
}

/* ---- settings and machine -------------------------------------------------- */

static void put_settings(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	char text[RALM_CONFIG_TEXT_MAX];
	ralm_config_text(text, fit->config, false);
	ralm_html_put(writer, "<section class=\"card\"><h2>Settings</h2>\n<pre>");
	for (char *line = text; *line != '\0';) {
		const size_t length = strcspn(line, "\n");
		const bool more = line[length] != '\0';
		line[length] = '\0';
		ralm_html_put_escaped(writer, line);
		ralm_html_put(writer, "\n");
		line += length + more;
	}
	ralm_html_put(writer, "</pre>\n</section>\n");
}

static void put_row(struct ralm_writer *writer, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	ralm_html_put(writer, "<tr><th scope=\"row\">");
	ralm_html_put(writer, name);
	ralm_html_put(writer, "</th><td>");
	ralm_html_put_escaped(writer, text);
	ralm_html_put(writer, "</td></tr>\n");
}

static void put_machine(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const unsigned threads = ralm_threads_count(fit->threads);
	struct utsname system;
	char text[3 * sizeof system.sysname];
	ralm_html_put(writer, "<section class=\"card\"><h2>Machine</h2>\n<table>\n");
	if (uname(&system) == 0) {
		snprintf(text, sizeof text, "%s %s %s", system.sysname,
			 system.release, system.machine);
		put_row(writer, "system", text);
	}
	ralm_processor_name(text);
	put_row(writer, "processor", text);
	snprintf(text, sizeof text, "%u", ralm_processors());
	put_row(writer, "processors", text);
	snprintf(text, sizeof text, "%u", threads);
	put_row(writer, "threads", text);
	if (fit->ranks != NULL) {
		snprintf(text, sizeof text, "%u", fit->ranks->size);
		put_row(writer, "ranks", text);
	}
	put_row(writer, "instructions", ralm_kernels()->name);
	put_row(writer, "BLAS kernel", ralm_blas_core());
	ralm_html_put(writer, "</table>\n</section>\n");
}

void ralm_fit_page_put(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	const struct ralm_fit_page *page = &fit->page;
	const struct ralm_page_origin origin = {
		fit->ranks != NULL ? "ralm-fit-mpi" : "ralm-fit",
		fit->options->command,
		fit->summary->stopped ? page->saved_digest : page->digest,
	};
	ralm_page_begin(writer, "Training", fit->options->title,
			"How training went");
	put_summary(writer, fit);
	put_tiles(writer, fit);
	ralm_fit_page_put_plots(writer, fit);
	put_epochs(writer, fit);
	put_settings(writer, fit);
	put_machine(writer, fit);
	ralm_page_end(writer, &origin);
}
