#include "jobs/evaluate/html_report.h"

#include "formats/html_page.h"
#include "jobs/evaluate/html_tables.h"
#include "jobs/evaluate/svg.h"

#include <math.h>

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
		       const struct ralm_report_words *words)
{
	const char *source = words->source != NULL ? words->source : "these scores";
	const char *other = words->other != NULL ? words->other : "the other scores";
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

void ralm_evaluation_put_report(struct ralm_writer *writer,
				const struct ralm_evaluation *evaluation,
				const struct ralm_report_words *words)
{
	const struct ralm_page_origin origin = {"ralm-auc", words->command,
						words->digest};
	ralm_page_begin(writer, "Scores", words->source,
			"How well the scores order");
	put_summary(writer, evaluation->measures.count);
	put_tiles(writer, evaluation);
	if (evaluation->other != NULL)
		put_legend(writer, words);
	put_plots(writer, evaluation);
	ralm_evaluation_put_tables(writer, &evaluation->list);
	ralm_page_end(writer, &origin);
}
