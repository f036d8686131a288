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
		ralm_svg_put(&plot,
			     "<path class=\"guide\" d=\"M%d %.1fH%d\"/>\n",
			     RALM_SVG_LEFT,
			     ralm_svg_y(&plot, pr->points[pr->count - 1].y),
			     RALM_SVG_RIGHT);
		put_curve(&plot, pr);
	} else {
		ralm_svg_put_note(&plot, "undefined: one class only");
	}
	ralm_svg_end(&plot);
}

/* ---- calibration ------------------------------------------------------- */

/* A plot that holds all ten points: for probabilities a square from 0, whose
 * diagonal is where both agree. */
static struct ralm_svg_plot calibration_plot(struct ralm_writer *writer,
					     const struct ralm_evaluation *e)
{
	double low = (double)INFINITY, high = -(double)INFINITY, observed = 0;
	for (int d = 0; d < RALM_DECILES; d++) {
		const struct ralm_decile *decile = &e->deciles[d];
		if (!isfinite(decile->predicted))
			continue;
		low = fmin(low, decile->predicted);
		high = fmax(high, decile->predicted);
		observed = fmax(observed, decile->observed);
	}
	if (e->measures.probabilities) {
		double most = fmax(fmax(high, observed), 1e-9);
		double step = ralm_svg_tick_step(0, most);
		most = fmin(ceil(most / step) * step, 1);
		return (struct ralm_svg_plot){writer, 0, most, 0, most, false};
	}
	if (!(low <= high)) /* none is finite */
		low = high = 0;
	ralm_range_widen(&low, &high);
	return (struct ralm_svg_plot){
		writer, low, high, 0, fmax(observed, 1e-9), false};
}

void ralm_svg_put_calibration(struct ralm_writer *writer,
			      const struct ralm_evaluation *e)
{
	struct ralm_svg_plot plot = calibration_plot(writer, e);
	ralm_svg_begin(&plot, "calibration", "calibration by decile",
		       "predicted (mean score of a decile)",
		       "observed (share with label 1)");
	if (e->measures.probabilities)
		ralm_svg_put_diagonal(&plot);
	char command = 'M';
	ralm_svg_put(&plot, "<path class=\"line one\" d=\"");
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted)) {
			ralm_svg_put(&plot, "%c%.1f %.1f", command,
				     ralm_svg_x(&plot, e->deciles[d].predicted),
				     ralm_svg_y(&plot, e->deciles[d].observed));
			command = 'L';
		}
	ralm_svg_put(&plot, "\"/>\n");
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted))
			ralm_svg_put(
				&plot,
				"<circle class=\"point one\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>decile %d: predicted %.4g, observed %.4g</title></circle>\n",
				ralm_svg_x(&plot, e->deciles[d].predicted),
				ralm_svg_y(&plot, e->deciles[d].observed),
				d + 1, e->deciles[d].predicted,
				e->deciles[d].observed);
	ralm_svg_end(&plot);
}

/* ---- histogram --------------------------------------------------------- */

void ralm_svg_put_histogram(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation)
{
	const struct ralm_histogram *h = &evaluation->histogram;
	const struct ralm_svg_histogram picture = {
		.id = "histogram",
		.title = "scores by label",
		.x_title = "score",
		.y_title = "share of the label&#39;s samples",
		.low = h->low,
		.high = h->high,
		.weight = {h->weight[0], h->weight[1]},
		.bins = RALM_HISTOGRAM_BINS,
	};
	ralm_svg_put_histograms(writer, &picture);
}
