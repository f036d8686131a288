#include "jobs/evaluate/html_report.h"

#include "formats/html_page.h"
#include "jobs/evaluate/svg.h"

#include <math.h>
#include <string.h>

/* ---- parts of the page ------------------------------------------------- */

static void put_auc_tile(struct ralm_writer *writer,
			 const struct ralm_evaluation *e)
{
	ralm_page_begin_tile(writer, "AUC", "", e->measures.auc);
	if (e->interval_known && !isnan(e->interval.error)) {
		ralm_html_put(writer, "95 % interval<br>");
		ralm_html_put_real(writer, e->interval.low, 4);
		ralm_html_put(writer, " to ");
		ralm_html_put_real(writer, e->interval.high, 4);
	} else {
		ralm_html_put(writer, isnan(e->measures.auc)
					      ? "one class only"
					      : "area under ROC");
	}
	ralm_page_end_tile(writer);
}

static void put_difference_tile(struct ralm_writer *writer,
				const struct ralm_comparison *c)
{
	if (isnan(c->difference.value))
		return;
	ralm_page_begin_tile(writer, "AUC difference",
			     c->difference.value > 0 ? "+" : "",
			     c->difference.value);
	if (c->p < 1e-4) {
		ralm_html_put(writer, "p &lt; 0.0001");
	} else {
		ralm_html_put(writer, "p = ");
		ralm_html_put_real(writer, c->p, 4);
	}
	ralm_page_end_tile(writer);
}

/* The main numbers, at the top of the page. */
static void put_tiles(struct ralm_writer *writer,
		      const struct ralm_evaluation *e)
{
	const struct ralm_measures *m = &e->measures;
	ralm_html_put(writer, "<section class=\"tiles\">\n");
	put_auc_tile(writer, e);
	if (e->other != NULL)
		ralm_page_put_tile(writer, "Other AUC", e->other->measures.auc,
				   "of the other scores");
	if (e->compared)
		put_difference_tile(writer, &e->comparison);
	if (e->grouped)
		ralm_page_put_tile(writer, "GAUC", e->groups.auc_weighted,
				   "AUC within groups");
	ralm_page_put_tile(writer, "Average precision", m->average_precision,
			   "area under PR");
	ralm_page_put_tile(writer, "Log loss", m->log_loss, "0 is best");
	ralm_page_put_tile(writer, "Calibration", m->calibration,
			   "predicted / observed");
	ralm_html_put(writer, "</section>\n");
}

static void put_plot(struct ralm_writer *writer, const char *title,
		     const char *caption,
		     void (*plot)(struct ralm_writer *,
				  const struct ralm_evaluation *),
		     const struct ralm_evaluation *evaluation)
{
	ralm_page_begin_plot(writer, title, caption);
	plot(writer, evaluation);
	ralm_page_end_plot(writer);
}

/* Which colour is whose. */
static void put_legend(struct ralm_writer *writer,
		       const struct ralm_evaluate_options *options)
{
	const char *source = options->title != NULL ? options->title
						    : "these scores";
	const char *other = strcmp(options->compare, "-") != 0
				    ? options->compare
				    : "the other scores";
	ralm_html_put(writer,
		      "<p class=\"legend\"><span class=\"key one\"></span>");
	ralm_html_put_escaped(writer, source);
	ralm_html_put(writer, " &ensp; <span class=\"key zero\"></span>");
	ralm_html_put_escaped(writer, other);
	ralm_html_put(writer, "</p>\n");
}

static void put_plots(struct ralm_writer *writer,
		      const struct ralm_evaluation *e)
{
	ralm_html_put(writer, "<section class=\"plots\">\n");
	put_plot(writer, "ROC", "The area below is AUC. Dashed: chance.",
		 ralm_svg_put_roc, e);
	put_plot(writer, "Precision and recall",
		 "Dashed: the share of label 1, which chance would reach.",
		 ralm_svg_put_pr, e);
	put_plot(writer, "Calibration",
		 e->measures.probabilities
			 ? "Ten equal parts by score. Dashed: predicted is observed."
			 : "Ten equal parts by score. The scores are no probabilities.",
		 ralm_svg_put_calibration, e);
	put_plot(writer, "Scores by label",
		 e->other == NULL
			 ? "<span class=\"key one\"></span>label 1 &ensp; "
			   "<span class=\"key zero\"></span>label 0 &ensp; each sums to 1"
			 : "<span class=\"key one\"></span>label 1 &ensp; "
			   "<span class=\"key zero\"></span>label 0 &ensp; broken lines: the other scores",
		 ralm_svg_put_histogram, e);
	ralm_html_put(writer, "</section>\n");
}

static void put_summary(struct ralm_writer *writer, const uint64_t count[2])
{
	ralm_html_put(writer, "<p>");
	ralm_html_put_count(writer, count[0] + count[1]);
	ralm_html_put(writer, " samples: ");
	ralm_html_put_count(writer, count[1]);
	ralm_html_put(writer, " with label 1, ");
	ralm_html_put_count(writer, count[0]);
	ralm_html_put(writer, " with label 0</p>\n");
}

/* ---- tables ---------------------------------------------------------------- */

enum section {
	ORDER,
	PROBABILITY,
	GROUPS,
	COMPARISON,
	INTERVALS,
	SAMPLES,
	SECTIONS
};

static const char *const titles[SECTIONS] = {
	[ORDER] = "Order",
	[PROBABILITY] = "Scores as probabilities",
	[GROUPS] = "Within groups",
	[COMPARISON] = "Beside the other scores",
	[INTERVALS] = "95 % intervals by resampling",
	[SAMPLES] = "Samples",
};

/* The meanings of names: '@' is followed by a K, and '*', at the beginning or the end,
 * stands for any text. The first that fits counts. */
static const struct {
	const char *name;
	enum section section;
	const char *meaning;
} meanings[] = {
	{"*_boot_low", INTERVALS, "lower end: 2.5 % of the resamples are below"},
	{"*_boot_high", INTERVALS, "upper end: 2.5 % of the resamples are above"},
	{"*_difference", COMPARISON, "these minus the other"},
	{"auc", ORDER, "chance that a sample with label 1 scores above one with label 0; equal scores count half"},
	{"auc_error", ORDER, "standard error of AUC (DeLong)"},
	{"auc_low", ORDER, "lower end of its 95 % interval"},
	{"auc_high", ORDER, "upper end of its 95 % interval"},
	{"average_precision", ORDER, "precision averaged over the steps of recall"},
	{"ks", ORDER, "largest distance of the two labels&#39; distributions (Kolmogorov-Smirnov)"},
	{"ks_score", ORDER, "the score where it is largest"},
	{"paddle_auc", ORDER, "AUC by 4096 thresholds, as PaddlePaddle computes it"},
	{"log_loss", PROBABILITY, "mean negative log-likelihood, natural logarithm"},
	{"brier", PROBABILITY, "mean squared distance of score and label"},
	{"calibration", PROBABILITY, "predicted over observed; 1 is right, above is too high"},
	{"gauc", GROUPS, "mean AUC of the groups, weighted by their samples"},
	{"gauc_plain", GROUPS, "mean AUC of the groups, each counting once"},
	{"groups", GROUPS, "groups seen"},
	{"groups_one_class", GROUPS, "groups with one label only, left out of their AUC"},
	{"groups_no_positives", GROUPS, "groups without label 1, left out of the measures at K"},
	{"precision@", GROUPS, "label 1 among the top K, over the smaller of K and what there is"},
	{"recall@", GROUPS, "label 1 among the top K, over all of the group"},
	{"ndcg@", GROUPS, "discounted gain of the top K, over the best there could be"},
	{"other_auc", COMPARISON, "AUC of the other scores"},
	{"other_*", COMPARISON, "of the other scores"},
	{"difference", COMPARISON, "AUC minus the other AUC"},
	{"difference_error", COMPARISON, "its standard error (DeLong, paired)"},
	{"difference_low", COMPARISON, "lower end of its 95 % interval"},
	{"difference_high", COMPARISON, "upper end of its 95 % interval"},
	{"z", COMPARISON, "difference over standard error"},
	{"p", COMPARISON, "chance of such a difference or a larger one if there were none"},
	{"bootstrap", INTERVALS, "resamples"},
	{"bootstrap_units", INTERVALS, "groups, or samples, of which each has as many; with fewer than 30 the intervals are too narrow"},
	{"samples", SAMPLES, "lines with a score"},
	{"positives", SAMPLES, "lines with label 1"},
	{"negatives", SAMPLES, "lines with label 0"},
	{"positive_weight", SAMPLES, "weight of label 1"},
	{"negative_weight", SAMPLES, "weight of label 0"},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

static bool fits(const char *pattern, const char *name)
{
	const size_t length = strlen(pattern), all = strlen(name);
	if (pattern[0] == '*')
		return all >= length &&
		       strcmp(name + all - (length - 1), pattern + 1) == 0;
	if (pattern[length - 1] == '*')
		return strncmp(name, pattern, length - 1) == 0;
	return pattern[length - 1] == '@' ? strncmp(name, pattern, length) == 0
					  : strcmp(name, pattern) == 0;
}

/* The name's index in the table; MEANINGS: it has none. */
static int find_meaning(const char *name)
{
	int i = 0;
	while (i < MEANINGS && !fits(meanings[i].name, name))
		i++;
	return i;
}

static void put_row(struct ralm_writer *writer,
		    const struct ralm_named_measure *m, const char *meaning)
{
	ralm_html_put(writer, "<tr><th scope=\"row\">");
	ralm_html_put(writer, m->name);
	ralm_html_put(writer, "</th><td class=\"number\"");
	if (!m->whole && isfinite(m->value)) {
		/* The number in full, as a tooltip. */
		ralm_html_put(writer, " title=\"");
		ralm_writer_put_real(writer, m->value);
		ralm_html_put(writer, "\"");
	}
	ralm_html_put(writer, ">");
	if (m->whole) {
		ralm_html_put_count(writer, m->count);
		ralm_html_put(writer, "<i></i>");
	} else {
		ralm_html_put_real(writer, m->value, 6);
	}
	ralm_html_put(writer, "</td><td>");
	ralm_html_put(writer, meaning);
	ralm_html_put(writer, "</td></tr>\n");
}

static void put_tables(struct ralm_writer *writer,
		       const struct ralm_measure_list *list)
{
	for (int section = 0; section < SECTIONS; section++) {
		bool any = false;
		for (size_t i = 0; i < list->count; i++) {
			int found = find_meaning(list->measures[i].name);
			if (found == MEANINGS ||
			    (int)meanings[found].section != section)
				continue;
			if (!any) {
				ralm_html_put(writer,
					      "<section class=\"card\"><h2>");
				ralm_html_put(writer, titles[section]);
				ralm_html_put(writer, "</h2>\n<table>\n");
			}
			any = true;
			put_row(writer, &list->measures[i],
				meanings[found].meaning);
		}
		if (any)
			ralm_html_put(writer, "</table>\n</section>\n");
	}
}

/* ---- the page ------------------------------------------------------------ */

void ralm_evaluation_put_report(struct ralm_writer *writer,
				const struct ralm_evaluation *evaluation,
				const struct ralm_evaluate_options *options,
				const char *digest)
{
	const struct ralm_page_origin origin = {"ralm-auc", options->command,
						digest};
	ralm_page_begin(writer, "Scores", options->title,
			"How well the scores order");
	put_summary(writer, evaluation->measures.count);
	put_tiles(writer, evaluation);
	if (evaluation->other != NULL)
		put_legend(writer, options);
	put_plots(writer, evaluation);
	put_tables(writer, &evaluation->list);
	ralm_page_end(writer, &origin);
}
