#include "jobs/evaluate/svg.h"

#include "ground/c_locale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The picture, and within it the plot, in pixels. */
enum {
	WIDTH = 488,
	HEIGHT = 466,
	LEFT = 64,
	RIGHT = WIDTH - 24,
	TOP = 10,
	BOTTOM = HEIGHT - 56
};

struct plot {
	struct ralm_writer *writer;
	double x_low, x_high, y_low, y_high;
};

RALM_PRINTF(2, 3)
static void put(const struct plot *plot, const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	int length = ralm_vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length > 0)
		ralm_writer_put(plot->writer, text,
				(size_t)length < sizeof text
					? (size_t)length
					: sizeof text - 1);
}

static double map(double value, double low, double high, double from, double to)
{
	/* Halves, so that a range as wide as double itself fits. */
	double part = (value / 2 - low / 2) / (high / 2 - low / 2);
	return from + (to - from) * fmin(fmax(part, 0), 1);
}

static double at_x(const struct plot *plot, double x)
{
	return map(x, plot->x_low, plot->x_high, LEFT, RIGHT);
}

static double at_y(const struct plot *plot, double y)
{
	return map(y, plot->y_low, plot->y_high, BOTTOM, TOP);
}

/* ---- frame ------------------------------------------------------------- */

/* The step of about five ticks: 1, 2 or 5 times a power of ten. */
static double tick_step(double low, double high)
{
	double rough = high / 5 - low / 5;
	double power = pow(10, floor(log10(rough)));
	double part = rough / power;
	return (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10) * power;
}

/* The ticks of an axis: multiples of a step from `first` times it on, and the
 * digits by which they differ. */
struct ticks {
	double step, first;
	int count, digits;
};

static struct ticks find_ticks(double low, double high)
{
	struct ticks t = {.step = tick_step(low, high)};
	t.first = ceil(low / t.step - 1e-6);
	t.count = (int)(floor(high / t.step + 1e-6) - t.first) + 1;
	double most = fmax(fabs(low), fabs(high)) / t.step;
	t.digits = (int)fmax(4, ceil(log10(most)) + 1);
	return t;
}

static double tick_at(const struct ticks *t, int i)
{
	return (t->first + i) * t->step + 0.0; /* -0 + 0 is +0 */
}

static void put_ticks(const struct plot *plot)
{
	struct ticks t = find_ticks(plot->x_low, plot->x_high);
	for (int i = 0; i < t.count; i++) {
		double x = at_x(plot, tick_at(&t, i));
		put(plot, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x, TOP,
		    BOTTOM);
		/* Long ones stand apart. */
		if (t.digits <= 6 || i % 3 == 1)
			put(plot,
			    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.*g</text>\n",
			    x, BOTTOM + 20, t.digits, tick_at(&t, i));
	}
	t = find_ticks(plot->y_low, plot->y_high);
	for (int i = 0; i < t.count; i++) {
		double y = at_y(plot, tick_at(&t, i));
		put(plot,
		    "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.*g</text>\n",
		    LEFT, y, RIGHT, LEFT - 8, y + 4.5, t.digits, tick_at(&t, i));
	}
}

static void begin(const struct plot *plot, const char *id, const char *title,
		  const char *x_title, const char *y_title)
{
	put(plot,
	    "<svg id=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
	    id, WIDTH, HEIGHT, title);
	put_ticks(plot);
	put(plot, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n", LEFT, TOP, BOTTOM,
	    RIGHT);
	put(plot,
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
	    (LEFT + RIGHT) / 2, HEIGHT - 9, x_title);
	put(plot,
	    "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
	    (TOP + BOTTOM) / 2, y_title);
}

static void end(const struct plot *plot)
{
	put(plot, "</svg>\n");
}

static void put_diagonal(const struct plot *plot)
{
	put(plot, "<path class=\"guide\" d=\"M%d %dL%d %d\"/>\n", LEFT, BOTTOM,
	    RIGHT, TOP);
}

static void put_undefined(const struct plot *plot)
{
	put(plot,
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">undefined: one class only</text>\n",
	    (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2);
}

/* ---- curves ------------------------------------------------------------ */

/* The points of a path; those nearer than the eye can tell are passed over. */
static void put_points(const struct plot *plot, const struct ralm_curve *curve,
		       char command)
{
	double last_x = 0, last_y = 0;
	for (size_t i = 0; i < curve->count; i++) {
		double x = at_x(plot, curve->points[i].x);
		double y = at_y(plot, curve->points[i].y);
		if (i > 0 && i + 1 < curve->count &&
		    fabs(x - last_x) + fabs(y - last_y) < 0.5)
			continue;
		put(plot, "%c%.1f %.1f", command, x, y);
		command = 'L';
		last_x = x;
		last_y = y;
	}
}

static void put_curve(const struct plot *plot, const struct ralm_curve *curve)
{
	put(plot, "<path class=\"area one\" d=\"M%.1f %d",
	    at_x(plot, curve->points[0].x), BOTTOM);
	put_points(plot, curve, 'L');
	put(plot, "V%dZ\"/>\n<path class=\"line one\" d=\"", BOTTOM);
	put_points(plot, curve, 'M');
	put(plot, "\"/>\n");
}

void ralm_svg_put_roc(struct ralm_writer *writer,
		      const struct ralm_evaluation *evaluation)
{
	struct plot plot = {writer, 0, 1, 0, 1};
	begin(&plot, "roc", "ROC curve", "false positive rate",
	      "true positive rate");
	if (evaluation->roc.count > 0) {
		put_diagonal(&plot);
		put_curve(&plot, &evaluation->roc);
	} else {
		put_undefined(&plot);
	}
	end(&plot);
}

void ralm_svg_put_pr(struct ralm_writer *writer,
		     const struct ralm_evaluation *evaluation)
{
	struct plot plot = {writer, 0, 1, 0, 1};
	const struct ralm_curve *pr = &evaluation->pr;
	begin(&plot, "pr", "precision-recall curve", "recall", "precision");
	if (pr->count > 0) {
		/* Who chooses all has the share of label 1 as precision. */
		put(&plot, "<path class=\"guide\" d=\"M%d %.1fH%d\"/>\n", LEFT,
		    at_y(&plot, pr->points[pr->count - 1].y), RIGHT);
		put_curve(&plot, pr);
	} else {
		put_undefined(&plot);
	}
	end(&plot);
}

/* ---- calibration ------------------------------------------------------- */

/* What all ten points fit into: for probabilities one square from 0, so that
 * the diagonal is where both agree. */
static struct plot calibration_plot(struct ralm_writer *writer,
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
		double step = tick_step(0, most);
		most = fmin(ceil(most / step) * step, 1);
		return (struct plot){writer, 0, most, 0, most};
	}
	if (!(low <= high)) /* none is finite */
		low = high = 0;
	ralm_range_widen(&low, &high);
	return (struct plot){writer, low, high, 0, fmax(observed, 1e-9)};
}

void ralm_svg_put_calibration(struct ralm_writer *writer,
			      const struct ralm_evaluation *e)
{
	struct plot plot = calibration_plot(writer, e);
	begin(&plot, "calibration", "calibration by decile",
	      "predicted (mean score of a decile)",
	      "observed (share with label 1)");
	if (e->measures.probabilities)
		put_diagonal(&plot);
	char command = 'M';
	put(&plot, "<path class=\"line one\" d=\"");
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted)) {
			put(&plot, "%c%.1f %.1f", command,
			    at_x(&plot, e->deciles[d].predicted),
			    at_y(&plot, e->deciles[d].observed));
			command = 'L';
		}
	put(&plot, "\"/>\n");
	for (int d = 0; d < RALM_DECILES; d++)
		if (isfinite(e->deciles[d].predicted))
			put(&plot,
			    "<circle class=\"point one\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>decile %d: predicted %.4g, observed %.4g</title></circle>\n",
			    at_x(&plot, e->deciles[d].predicted),
			    at_y(&plot, e->deciles[d].observed), d + 1,
			    e->deciles[d].predicted, e->deciles[d].observed);
	end(&plot);
}

/* ---- histogram --------------------------------------------------------- */

static void put_bars(const struct plot *plot,
		     const double share[RALM_HISTOGRAM_BINS], const char *class)
{
	for (int pass = 0; pass < 2; pass++) { /* area, then its outline */
		put(plot, "<path class=\"%s %s\" d=\"M%d %d",
		    pass ? "line" : "area", class, LEFT, BOTTOM);
		for (int b = 0; b < RALM_HISTOGRAM_BINS; b++)
			put(plot, "V%.1fH%.1f", at_y(plot, share[b]),
			    map(b + 1, 0, RALM_HISTOGRAM_BINS, LEFT, RIGHT));
		put(plot, "V%d%s\"/>\n", BOTTOM, pass ? "" : "Z");
	}
}

/* Shares of each label, not of all: a rare label is seen, too. */
void ralm_svg_put_histogram(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation)
{
	const struct ralm_histogram *h = &evaluation->histogram;
	double share[2][RALM_HISTOGRAM_BINS], most = 1e-9;
	for (int c = 0; c < 2; c++) {
		double all = 0;
		for (int b = 0; b < RALM_HISTOGRAM_BINS; b++)
			all += h->weight[c][b];
		for (int b = 0; b < RALM_HISTOGRAM_BINS; b++) {
			share[c][b] = all > 0 ? h->weight[c][b] / all : 0;
			most = fmax(most, share[c][b]);
		}
	}
	struct plot plot = {writer, h->low, h->high, 0, most * 1.05};
	begin(&plot, "histogram", "scores by label", "score",
	      "share of the label&#39;s samples");
	put_bars(&plot, share[0], "zero");
	put_bars(&plot, share[1], "one");
	end(&plot);
}
