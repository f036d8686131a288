#include "jobs/expand/expand_report.h"

#include "formats/html_page.h"
#include "formats/svg_plot.h"
#include "metrics/score_bins.h"

#include <math.h>

static const struct {
	const char *words, *meaning;
} verdicts[] = {
	[RALM_SEEDS_UNCHECKED] = {"", ""},
	[RALM_SEEDS_GOOD] = {"Good", "The seeds are told from other users."},
	[RALM_SEEDS_WEAK] = {"Weak",
			     "The seeds are told from other users, but not well."},
	[RALM_SEEDS_CHANCE] = {"No better than chance",
			       "The seeds are not told from any other users: the audience means nothing."},
	[RALM_SEEDS_FEW] = {"Too few to tell",
			    "Nothing that is sure can be said of so few seeds."},
};

static void put_range(struct ralm_writer *writer, double low, double high,
		      int decimals)
{
	ralm_html_put_real(writer, low, decimals);
	ralm_html_put(writer, " to ");
	ralm_html_put_real(writer, high, decimals);
}

/* ---- what is seen first -------------------------------------------------- */

static void put_summary(struct ralm_writer *writer,
			const struct ralm_expand_check *check)
{
	ralm_html_put(writer, "<p>");
	ralm_html_put_count(writer, check->seeds);
	ralm_html_put(writer, " known seeds. <b>");
	ralm_html_put(writer, verdicts[check->verdict].words);
	ralm_html_put(writer, ".</b> ");
	ralm_html_put(writer, verdicts[check->verdict].meaning);
	ralm_html_put(writer, "</p>\n");
}

static void put_tiles(struct ralm_writer *writer,
		      const struct ralm_expand_check *check)
{
	ralm_html_put(writer, "<section class=\"tiles\">\n");
	if (!isnan(check->auc)) {
		ralm_page_begin_tile(writer, "AUC", "", check->auc);
		ralm_html_put(writer, "95 % interval<br>");
		put_range(writer, check->low, check->high, 4);
		ralm_page_end_tile(writer);
	}
	if (!isnan(check->found)) {
		ralm_page_begin_tile(writer, "Found", "", check->found);
		ralm_html_put(writer, "of the seeds at this size<br>");
		put_range(writer, check->found_low, check->found_high, 4);
		ralm_page_end_tile(writer);
	}
	ralm_page_put_tile(writer, "Seeds alike", check->alike,
			   "mean cosine of two seeds");
	ralm_page_put_tile(writer, "Others alike", check->others_alike,
			   "mean cosine of two others");
	ralm_html_put(writer, "</section>\n");
}

/* ---- plots --------------------------------------------------------------- */

static double percent(const struct ralm_size_point *point)
{
	return 100 * point->share;
}

/* The plot of a curve, over sizes in percent. */
static struct ralm_svg_plot size_plot(struct ralm_writer *writer,
				      const struct ralm_size_curve *curve,
				      double low, double high)
{
	double first = percent(&curve->point[0]);
	double last = percent(&curve->point[curve->count - 1]);
	if (last < first * 1.01) {
		first = last / 2;
		last = fmin(last * 2, 100);
	}
	return (struct ralm_svg_plot){writer, first, last, low, high, true};
}

static void put_line(const struct ralm_svg_plot *plot, const char *class,
		     const struct ralm_size_curve *curve,
		     double (*value)(const struct ralm_size_point *))
{
	double x[RALM_SIZES_MOST], y[RALM_SIZES_MOST];
	for (size_t i = 0; i < curve->count; i++) {
		x[i] = percent(&curve->point[i]);
		y[i] = value(&curve->point[i]);
	}
	ralm_svg_put(plot, "<path class=\"line %s\" d=\"", class);
	ralm_svg_put_points(plot, x, y, 1, curve->count, 'M');
	ralm_svg_put(plot, "\"/>\n");
	for (size_t i = 0; i < curve->count; i++)
		ralm_svg_put_point(plot, class, x[i], y[i], "%.4g %%: %.4g",
				   x[i], y[i]);
}

static double found(const struct ralm_size_point *point)
{
	return point->found.value;
}

static double lift(const struct ralm_size_point *point)
{
	return ralm_size_lift(point).value;
}

static double threshold(const struct ralm_size_point *point)
{
	return point->threshold;
}

static double mean(const struct ralm_size_point *point)
{
	return point->mean;
}

/* The interval as a band: its lower end there, its upper end back. */
static void put_band(const struct ralm_svg_plot *plot,
		     const struct ralm_size_curve *curve)
{
	double x[2 * RALM_SIZES_MOST], y[2 * RALM_SIZES_MOST];
	const size_t n = curve->count;
	for (size_t i = 0; i < n; i++) {
		const struct ralm_size_point *point = &curve->point[i];
		x[i] = x[2 * n - 1 - i] = percent(point);
		y[i] = point->found.low;
		y[2 * n - 1 - i] = point->found.high;
	}
	ralm_svg_put(plot, "<path class=\"area one\" d=\"");
	ralm_svg_put_points(plot, x, y, 1, 2 * n, 'M');
	ralm_svg_put(plot, "Z\"/>\n");
}

static void put_chance(const struct ralm_svg_plot *plot)
{
	enum { POINTS = 60 };
	double x[POINTS], y[POINTS];
	const double factor = pow(plot->x_high / plot->x_low, 1.0 / (POINTS - 1));
	for (int i = 0; i < POINTS; i++) {
		x[i] = plot->x_low * pow(factor, i);
		y[i] = x[i] / 100;
	}
	ralm_svg_put(plot, "<path class=\"guide\" d=\"");
	ralm_svg_put_points(plot, x, y, 1, POINTS, 'M');
	ralm_svg_put(plot, "\"/>\n");
}

static void put_found(struct ralm_writer *writer,
		      const struct ralm_size_curve *curve)
{
	const struct ralm_svg_plot plot = size_plot(writer, curve, 0, 1);
	ralm_page_begin_plot(writer, "Seeds found by size",
			     "Of seeds held out, with the 95 % interval. Dashed: chance.");
	ralm_svg_begin(&plot, "found", "seeds found by size",
		       "audience, % of the candidates",
		       "share of the held-out seeds");
	put_chance(&plot);
	if (isnan(curve->point[0].found.value)) {
		ralm_svg_put_note(&plot, "undefined: too few seeds");
	} else {
		put_band(&plot, curve);
		put_line(&plot, "one", curve, found);
	}
	ralm_svg_end(&plot);
	ralm_page_end_plot(writer);
}

static void put_lift(struct ralm_writer *writer,
		     const struct ralm_size_curve *curve)
{
	double most = 2;
	for (size_t i = 0; i < curve->count; i++)
		most = fmax(most, 1.05 * lift(&curve->point[i]));
	const struct ralm_svg_plot plot = size_plot(writer, curve, 0, most);
	ralm_page_begin_plot(writer, "Lift by size",
			     "How many times what chance would find. Dashed: chance.");
	ralm_svg_begin(&plot, "lift", "lift by size",
		       "audience, % of the candidates", "lift");
	ralm_svg_put_level(&plot, 1);
	if (isnan(curve->point[0].found.value))
		ralm_svg_put_note(&plot, "undefined: too few seeds");
	else
		put_line(&plot, "one", curve, lift);
	ralm_svg_end(&plot);
	ralm_page_end_plot(writer);
}

static void put_scores(struct ralm_writer *writer,
		       const struct ralm_size_curve *curve, bool raw)
{
	double low = 0, high = 1;
	for (size_t i = 0; i < curve->count && raw; i++) {
		const double last = curve->point[i].threshold;
		const double mean = curve->point[i].mean;
		low = fmin(low, fmin(last, mean));
		high = fmax(high, fmax(last, mean));
	}
	const struct ralm_svg_plot plot = size_plot(writer, curve, low, high);
	ralm_page_begin_plot(writer, "Scores by size",
			     "<span class=\"nobr\"><span class=\"key one\"></span>of all on the average</span> &ensp; "
			     "<span class=\"nobr\"><span class=\"key zero\"></span>of the last one</span>");
	ralm_svg_begin(&plot, "scores", "scores by size",
		       "audience, % of the candidates",
		       raw ? "cosine" : "score");
	put_line(&plot, "zero", curve, threshold);
	put_line(&plot, "one", curve, mean);
	ralm_svg_end(&plot);
	ralm_page_end_plot(writer);
}

static void put_histogram(struct ralm_writer *writer,
			  const struct ralm_hold_out *held)
{
	struct ralm_histogram h;
	const struct ralm_runs runs = ralm_score_set_runs(&held->values);
	ralm_histogram_compute(&h, &runs);
	const struct ralm_svg_histogram picture = {
		.id = "histogram",
		.title = "scores of seeds and of others",
		.x_title = held->raw ? "cosine" : "score",
		.y_title = "share of the seeds, of the others",
		.low = h.low,
		.high = h.high,
		.weight = {h.weight[0], h.weight[1]},
		.bins = RALM_HISTOGRAM_BINS,
	};
	ralm_page_begin_plot(writer, "Scores of seeds and of others",
			     "<span class=\"nobr\"><span class=\"key one\"></span>seeds, held out</span> &ensp; "
			     "<span class=\"nobr\"><span class=\"key zero\"></span>other users</span> &ensp; each sums to 1");
	ralm_svg_put_histograms(writer, &picture);
	ralm_page_end_plot(writer);
}

/* ---- the table ----------------------------------------------------------- */

/* Class extra: a column that a narrow page leaves out. */
static void put_table(struct ralm_writer *writer,
		      const struct ralm_size_curve *curve)
{
	ralm_html_put(writer,
		      "<section class=\"card\"><h2>Sizes</h2>\n<table class=\"columns\">\n"
		      "<tr><th>size</th><td class=\"number\">% of the candidates</td>"
		      "<td class=\"number extra\">last score</td>"
		      "<td class=\"number extra\">mean score</td>"
		      "<td class=\"number\">seeds found</td><td class=\"number\">lift</td>"
		      "<td>lift, 95 % interval</td></tr>\n");
	for (size_t i = 0; i < curve->count; i++) {
		const struct ralm_size_point *point = &curve->point[i];
		const struct ralm_interval times = ralm_size_lift(point);
		ralm_html_put(writer, "<tr><th scope=\"row\">");
		ralm_html_put_count(writer, point->size);
		ralm_html_put(writer, "</th>");
		ralm_page_put_cell(writer, percent(point), 3, false);
		ralm_page_put_cell(writer, point->threshold, 4, true);
		ralm_page_put_cell(writer, point->mean, 4, true);
		ralm_page_put_cell(writer, point->found.value, 4, false);
		ralm_page_put_cell(writer, times.value, 2, false);
		ralm_html_put(writer, "<td style=\"white-space:nowrap\">");
		put_range(writer, times.low, times.high, 2);
		ralm_html_put(writer, "</td></tr>\n");
	}
	ralm_html_put(writer, "</table>\n</section>\n");
}

void ralm_expand_report_put(struct ralm_writer *writer,
			    const struct ralm_expand_check *check,
			    const struct ralm_size_curve *curve,
			    const struct ralm_seed_trial *trial,
			    const struct ralm_expand_options *options,
			    const char *digest)
{
	const struct ralm_page_origin origin = {"ralm-expand", options->command,
						digest};
	ralm_page_begin(writer, "Audience", options->title,
			"What an audience would be worth");
	put_summary(writer, check);
	put_tiles(writer, check);
	ralm_html_put(writer, "<section class=\"plots\">\n");
	put_found(writer, curve);
	put_lift(writer, curve);
	put_scores(writer, curve, options->raw);
	if (trial->ran)
		put_histogram(writer, &trial->held);
	ralm_html_put(writer, "</section>\n");
	put_table(writer, curve);
	ralm_page_end(writer, &origin);
}
