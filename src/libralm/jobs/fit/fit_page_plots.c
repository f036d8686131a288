/* The plots of the page of a run, over steps. */
#include "jobs/fit/fit_page.h"

#include "formats/html_page.h"
#include "formats/svg_plot.h"
#include "jobs/fit/fit_state.h"

#include <math.h>

/* Numbers of one curve, over steps. */
struct series {
	double x[RALM_FIT_POINTS], y[RALM_FIT_POINTS];
	size_t count;
};

enum quantity { LOSS, AUC, VALIDATION_AUC, LEARNING_RATE, SPEED };

static double value(const struct ralm_fit_curve *curve, size_t i,
		    enum quantity quantity, double begun)
{
	const struct ralm_fit_point *point = &curve->point[i];
	switch (quantity) {
	case LOSS:
		return ralm_fit_curve_loss(curve, i);
	case SPEED:
		return ralm_fit_curve_rate(curve, i, begun);
	case AUC:
		return point->auc;
	case VALIDATION_AUC:
		return point->validation_auc;
	default:
		return point->learning_rate;
	}
}

static struct series series(const struct ralm_fit_curve *curve,
			    const struct ralm_fit *fit, enum quantity quantity)
{
	const double begun = ralm_fit_page_begun(fit);
	struct series s = {.count = curve->count};
	for (size_t i = 0; i < curve->count; i++) {
		s.x[i] = (double)curve->point[i].step;
		s.y[i] = value(curve, i, quantity, begun);
	}
	return s;
}

struct words {
	const char *id, *title, *caption, *y_title;
};

/* A plot of the series `one`, and of `zero` unless NULL. from_zero: the y axis begins
 * at 0. */
static void put_plot(struct ralm_writer *writer, const struct words *words,
		     const struct ralm_fit *fit, const struct series *one,
		     const struct series *zero, bool from_zero)
{
	const struct series *both[] = {one, zero};
	double low = (double)INFINITY, high = -(double)INFINITY;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; both[k] != NULL && i < both[k]->count; i++)
			if (isfinite(both[k]->y[i])) {
				low = fmin(low, both[k]->y[i]);
				high = fmax(high, both[k]->y[i]);
			}
	const bool any = low <= high;
	if (from_zero || !any)
		low = 0;
	high = any ? high : 1;
	const double margin = fmax((high - low) * 0.05, fabs(high) * 1e-3 + 1e-9);
	const double first = (double)fit->page.first_step;
	const struct ralm_svg_plot plot = {
		.writer = writer,
		.x_low = first,
		.x_high = fmax((double)fit->model.steps, first + 5),
		.y_low = from_zero ? 0 : low - margin,
		.y_high = high + margin,
	};
	ralm_page_begin_plot(writer, words->title, words->caption);
	ralm_svg_begin(&plot, words->id, words->title, "step", words->y_title);
	if (!any)
		ralm_svg_put_note(&plot, "nothing to show");
	ralm_svg_put_line(&plot, "one", one->x, one->y, one->count);
	if (zero != NULL) {
		ralm_svg_put_line(&plot, "zero", zero->x, zero->y, zero->count);
		for (size_t i = 0; i < zero->count; i++)
			if (isfinite(zero->y[i]))
				ralm_svg_put_point(&plot, "zero", zero->x[i],
						   zero->y[i],
						   "step %.0f: %.6g", zero->x[i],
						   zero->y[i]);
	}
	ralm_svg_end(&plot);
	ralm_page_end_plot(writer);
}

void ralm_fit_page_put_plots(struct ralm_writer *writer, const struct ralm_fit *fit)
{
	static const struct words of_loss = {
		"loss", "Loss", "The mean between two points.", "loss"};
	static const struct words of_auc = {
		"auc", "AUC",
		"<span class=\"nobr\"><span class=\"key one\"></span>in training, of the epoch so far</span> &ensp; "
		"<span class=\"nobr\"><span class=\"key zero\"></span>validation</span>",
		"AUC"};
	static const struct words of_rate = {
		"learning-rate", "Learning rate", "Of the next step.", ""};
	static const struct words of_speed = {
		"speed", "Samples a second",
		"Reading, validating and saving included.", "samples a second"};
	const struct ralm_fit_curve *steps = &fit->page.steps;
	struct series one = series(steps, fit, LOSS), zero;
	ralm_html_put(writer, "<section class=\"plots\">\n");
	put_plot(writer, &of_loss, fit, &one, NULL, false);
	one = series(steps, fit, AUC);
	zero = series(&fit->page.epochs, fit, VALIDATION_AUC);
	put_plot(writer, &of_auc, fit, &one, &zero, false);
	one = series(steps, fit, LEARNING_RATE);
	put_plot(writer, &of_rate, fit, &one, NULL, true);
	one = series(steps, fit, SPEED);
	put_plot(writer, &of_speed, fit, &one, NULL, true);
	ralm_html_put(writer, "</section>\n");
}
