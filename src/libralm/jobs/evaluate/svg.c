#include "jobs/evaluate/svg.h"

#include "formats/svg_plot.h"

#include <math.h>

/* ---- curves ------------------------------------------------------------ */

static void put_points(const struct ralm_svg_plot *plot,
		       const struct ralm_curve *curve, char command)
{
	ralm_svg_put_points(plot, &curve->points->x, &curve->points->y,
			    sizeof *curve->points / sizeof(double),
			    curve->count, command);
}

/* The other scores' curve lies below, without an area. */
static void put_other_curve(const struct ralm_svg_plot *plot,
			    const struct ralm_curve *curve)
{
	ralm_svg_put(plot, "<path class=\"line zero\" d=\"");
	put_points(plot, curve, 'M');
	ralm_svg_put(plot, "\"/>\n");
}

static void put_curve(const struct ralm_svg_plot *plot,
		      const struct ralm_curve *curve)
{
	ralm_svg_put(plot, "<path class=\"area one\" d=\"M%.1f %d",
		     ralm_svg_x(plot, curve->points[0].x), RALM_SVG_BOTTOM);
	put_points(plot, curve, 'L');
	ralm_svg_put(plot, "V%dZ\"/>\n<path class=\"line one\" d=\"",
		     RALM_SVG_BOTTOM);
	put_points(plot, curve, 'M');
	ralm_svg_put(plot, "\"/>\n");
}

void ralm_svg_put_roc(struct ralm_writer *writer,
		      const struct ralm_evaluation *evaluation)
{
	struct ralm_svg_plot plot = {writer, 0, 1, 0, 1, false};
	ralm_svg_begin(&plot, "roc", "ROC curve", "false positive rate",
		       "true positive rate");
	if (evaluation->roc.count > 0) {
		ralm_svg_put_diagonal(&plot);
		if (evaluation->other != NULL)
			put_other_curve(&plot, &evaluation->other->roc);
		put_curve(&plot, &evaluation->roc);
	} else {
		ralm_svg_put_note(&plot, "undefined: one class only");
	}
	ralm_svg_end(&plot);
}

void ralm_svg_put_pr(struct ralm_writer *writer,
		     const struct ralm_evaluation *evaluation)
{
	struct ralm_svg_plot plot = {writer, 0, 1, 0, 1, false};
	const struct ralm_curve *pr = &evaluation->pr;
	ralm_svg_begin(&plot, "pr", "precision-recall curve", "recall",
		       "precision");
	if (pr->count > 0) {
		/* The precision of choosing all samples is the share of label
		 * 1. */
		ralm_svg_put_level(&plot, pr->points[pr->count - 1].y);
		if (evaluation->other != NULL)
			put_other_curve(&plot, &evaluation->other->pr);
		put_curve(&plot, pr);
	} else {
		ralm_svg_put_note(&plot, "undefined: one class only");
	}
	ralm_svg_end(&plot);
}

/* ---- calibration ------------------------------------------------------- */

/* What deciles span. */
struct decile_range {
	double low, high, observed; /* low > high: none is finite */
};

static void span(struct decile_range *range, const struct ralm_evaluation *e)
{
	for (int d = 0; d < RALM_DECILES; d++) {
		const struct ralm_decile *decile = &e->deciles[d];
		if (!isfinite(decile->predicted))
			continue;
		range->low = fmin(range->low, decile->predicted);
		range->high = fmax(range->high, decile->predicted);
		range->observed = fmax(range->observed, decile->observed);
	}
}

static bool are_probabilities(const struct ralm_evaluation *e)
{
	return e->measures.probabilities &&
	       (e->other == NULL || e->other->measures.probabilities);
}

/* A plot that holds all points: for probabilities a square from 0, whose diagonal
 * is where both agree. */
static struct ralm_svg_plot calibration_plot(struct ralm_writer *writer,
					     const struct ralm_evaluation *e)
{
	struct decile_range range = {(double)INFINITY, -(double)INFINITY, 0};
	span(&range, e);
	if (e->other != NULL)
		span(&range, e->other);
	if (are_probabilities(e)) {
		double most = fmax(fmax(range.high, range.observed), 1e-9);
		double step = ralm_svg_tick_step(0, most);
		most = fmin(ceil(most / step) * step, 1);
		return (struct ralm_svg_plot){writer, 0, most, 0, most, false};
	}
	if (!(range.low <= range.high))
		range.low = range.high = 0;
	ralm_range_widen(&range.low, &range.high);
	return (struct ralm_svg_plot){writer, range.low, range.high, 0,
				      fmax(range.observed, 1e-9), false};
}

static void put_deciles(const struct ralm_svg_plot *plot,
			const struct ralm_evaluation *e, const char *class)
{
	char command = 'M';
	ralm_svg_put(plot, "<path class=\"line %s\" d=\"", class);
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted)) {
			ralm_svg_put(plot, "%c%.1f %.1f", command,
				     ralm_svg_x(plot, e->deciles[d].predicted),
				     ralm_svg_y(plot, e->deciles[d].observed));
			command = 'L';
		}
	ralm_svg_put(plot, "\"/>\n");
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted))
			ralm_svg_put_point(
				plot, class, e->deciles[d].predicted,
				e->deciles[d].observed,
				"decile %d: predicted %.4g, observed %.4g",
				d + 1, e->deciles[d].predicted,
				e->deciles[d].observed);
}

void ralm_svg_put_calibration(struct ralm_writer *writer,
			      const struct ralm_evaluation *e)
{
	struct ralm_svg_plot plot = calibration_plot(writer, e);
	ralm_svg_begin(&plot, "calibration", "calibration by decile",
		       "predicted (mean score of a decile)",
		       "observed (share with label 1)");
	if (are_probabilities(e))
		ralm_svg_put_diagonal(&plot);
	if (e->other != NULL)
		put_deciles(&plot, e->other, "zero");
	put_deciles(&plot, e, "one");
	ralm_svg_end(&plot);
}

/* ---- histogram --------------------------------------------------------- */

void ralm_svg_put_histogram(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation)
{
	const struct ralm_histogram *h = &evaluation->histogram;
	struct ralm_svg_histogram picture = {
		.id = "histogram",
		.title = "scores by label",
		.x_title = "score",
		.y_title = "share of the label&#39;s samples",
		.low = h->low,
		.high = h->high,
		.weight = {h->weight[0], h->weight[1]},
		.bins = RALM_HISTOGRAM_BINS,
	};
	for (int c = 0; c < 2 && evaluation->other != NULL; c++)
		picture.other[c] = evaluation->other->histogram.weight[c];
	ralm_svg_put_histograms(writer, &picture);
}
