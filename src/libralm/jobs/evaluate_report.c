#include "evaluate_report.h"

#include "evaluate_print.h"
#include "evaluate_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
	":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1c2330;"
	"--soft:#5d6778;--rule:#e3e7ee;--one:#2458d3;--zero:#c2620e;--shade:.13}\n"
	"@media(prefers-color-scheme:dark){:root{--page:#11151c;--card:#1a202b;"
	"--ink:#e7ebf2;--soft:#9aa5b8;--rule:#2c3543;--one:#7aa7ff;--zero:#f0a35a;"
	"--shade:.2}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 "
	"system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",\"Liberation Sans\",sans-serif}\n"
	"main{max-width:1120px;margin:0 auto;padding:40px 24px 56px}\n"
	"h1{font-size:28px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}\n"
	"h2{font-size:17px;margin:0 0 2px}\n"
	"p{margin:0;color:var(--soft)}\n"
	".tiles,.plots{display:grid;gap:16px;margin:24px 0}\n"
	".tiles{grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}\n"
	".plots{grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr))}\n"
	".card{background:var(--card);border:1px solid var(--rule);border-radius:10px;"
	"padding:18px 20px}\n"
	".tiles b{display:block;font-size:28px;line-height:1.25;font-weight:650;"
	"font-variant-numeric:tabular-nums}\n"
	".tiles span{color:var(--soft);font-size:14px}\n"
	".plots figure{margin:0}.plots p{font-size:14px;margin-bottom:10px}\n"
	"svg{display:block;width:100%;height:auto}\n"
	"svg text{fill:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}\n"
	"svg .label{font-size:14px}\n"
	".axis,.grid,.guide,.line{fill:none}\n"
	".axis{stroke:var(--soft)}.grid{stroke:var(--rule)}\n"
	".guide{stroke:var(--soft);stroke-dasharray:4 5}\n"
	".line{stroke-width:2.2;stroke-linejoin:round}\n"
	".line.one{stroke:var(--one)}.line.zero{stroke:var(--zero)}\n"
	".one{fill:var(--one)}.zero{fill:var(--zero)}.line.one,.line.zero{fill:none}\n"
	".area{opacity:var(--shade)}\n"
	".point{stroke:var(--card);stroke-width:1.5}\n"
	"table{border-collapse:collapse;width:100%;margin-top:10px}\n"
	"td,th{padding:7px 12px 7px 0;text-align:left;border-top:1px solid var(--rule);"
	"vertical-align:top}\n"
	"tr:first-child>*{border-top:0}\n"
	"th{font:14px/1.7 ui-monospace,SFMono-Regular,Menlo,\"Liberation Mono\",monospace;"
	"white-space:nowrap}\n"
	"td.number{text-align:right;padding-right:24px;white-space:nowrap;"
	"font-variant-numeric:tabular-nums}\n"
	"td:last-child{color:var(--soft);font-size:14px;width:60%}\n"
	"footer{margin-top:20px;font-size:14px;color:var(--soft)}\n"
	"@media(max-width:640px){td:last-child{display:none}}\n";

/* What the names stand for; a name ending in '@' begins one with a K. */
static const struct {
	const char *name, *meaning;
} meanings[] = {
	{"auc", "chance that a sample with label 1 scores above one with label 0; equal scores count half"},
	{"samples", "lines with a score"},
	{"positives", "lines with label 1"},
	{"negatives", "lines with label 0"},
	{"log_loss", "mean negative log-likelihood, natural logarithm"},
	{"brier", "mean squared distance of score and label"},
	{"calibration", "sum of scores over weight of label 1; 1 is right, above is too high"},
	{"average_precision", "precision averaged over the steps of recall"},
	{"ks", "largest distance of the two labels&#39; distributions (Kolmogorov-Smirnov)"},
	{"ks_score", "the score where it is largest"},
	{"positive_weight", "weight of label 1"},
	{"negative_weight", "weight of label 0"},
	{"auc_error", "standard error of AUC (DeLong)"},
	{"auc_low", "lower end of its 95 % interval"},
	{"auc_high", "upper end of its 95 % interval"},
	{"paddle_auc", "AUC by 4096 thresholds, as PaddlePaddle computes it"},
	{"gauc", "mean AUC of the groups, weighted by their samples"},
	{"gauc_plain", "mean AUC of the groups, each counting once"},
	{"groups", "groups seen"},
	{"groups_one_class", "groups with one label only, left out of their AUC"},
	{"groups_no_positives", "groups without label 1, left out of the measures at K"},
	{"precision@", "label 1 among the top K, over the smaller of K and what there is"},
	{"recall@", "label 1 among the top K, over all of the group"},
	{"ndcg@", "discounted gain of the top K, over the best there could be"},
	{"other_auc", "AUC of the other scores"},
	{"difference", "AUC minus the other AUC"},
	{"difference_error", "its standard error (DeLong, paired)"},
	{"difference_low", "lower end of its 95 % interval"},
	{"difference_high", "upper end of its 95 % interval"},
	{"z", "difference over standard error"},
	{"p", "chance of such a difference or a larger one if there were none"},
};

static void put(struct ralm_writer *writer, const char *text)
{
	ralm_writer_put(writer, text, strlen(text));
}

/* Text from outside: nothing in it is markup, nothing drives a terminal. */
static void put_escaped(struct ralm_writer *writer, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			put(writer, "&lt;");
			break;
		case '>':
			put(writer, "&gt;");
			break;
		case '&':
			put(writer, "&amp;");
			break;
		case '"':
			put(writer, "&quot;");
			break;
		default:
			ralm_writer_put_char(writer,
					     (unsigned char)*text < 0x20 ? '?'
									 : *text);
		}
}

static void put_value(struct ralm_writer *writer,
		      const struct ralm_named_measure *m, int precision)
{
	char text[40];
	if (m->whole)
		snprintf(text, sizeof text, "%llu", (unsigned long long)m->count);
	else if (isnan(m->value))
		snprintf(text, sizeof text, "undefined");
	else
		snprintf(text, sizeof text, "%.*g", precision, m->value);
	put(writer, text);
}

/* ---- parts of the page ------------------------------------------------- */

/* The first numbers to be seen. */
static void put_tiles(struct ralm_writer *writer,
		      const struct ralm_measure_list *list,
		      const struct ralm_interval *interval)
{
	char text[64];
	static const struct {
		const char *name, *title;
	} tiles[] = {{"auc", "AUC"},
		     {"gauc", "GAUC, within groups"},
		     {"average_precision", "average precision"},
		     {"log_loss", "log loss"},
		     {"calibration", "predicted / observed"},
		     {"ks", "KS distance"}};
	put(writer, "<section class=\"tiles\">\n");
	for (size_t t = 0; t < sizeof tiles / sizeof *tiles; t++)
		for (size_t i = 0; i < list->count; i++) {
			if (strcmp(list->measures[i].name, tiles[t].name) != 0)
				continue;
			put(writer, "<div class=\"card\"><b>");
			put_value(writer, &list->measures[i], 4);
			put(writer, "</b><span>");
			put(writer, tiles[t].title);
			if (t == 0 && interval != NULL) {
				snprintf(text, sizeof text, ", 95 %%: %.4g to %.4g",
					 interval->low, interval->high);
				put(writer, text);
			}
			put(writer, "</span></div>\n");
		}
	put(writer, "</section>\n");
}

static void put_plot(struct ralm_writer *writer, const char *title,
		     const char *caption,
		     void (*plot)(struct ralm_writer *,
				  const struct ralm_evaluation *),
		     const struct ralm_evaluation *evaluation)
{
	put(writer, "<figure class=\"card\"><h2>");
	put(writer, title);
	put(writer, "</h2><p>");
	put(writer, caption);
	put(writer, "</p>\n");
	plot(writer, evaluation);
	put(writer, "</figure>\n");
}

static const char *meaning_of(const char *name)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		size_t length = strlen(meanings[i].name);
		if (meanings[i].name[length - 1] == '@'
			    ? strncmp(name, meanings[i].name, length) == 0
			    : strcmp(name, meanings[i].name) == 0)
			return meanings[i].meaning;
	}
	return "";
}

static void put_table(struct ralm_writer *writer,
		      const struct ralm_measure_list *list)
{
	put(writer, "<section class=\"card\"><h2>Measures</h2>\n<table>\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct ralm_named_measure *m = &list->measures[i];
		put(writer, "<tr><th scope=\"row\">");
		put(writer, m->name);
		put(writer, "</th><td class=\"number\">");
		put_value(writer, m, 9);
		put(writer, "</td><td>");
		put(writer, meaning_of(m->name));
		put(writer, "</td></tr>\n");
	}
	put(writer, "</table>\n</section>\n");
}

int ralm_evaluation_put_report(struct ralm_writer *writer,
			       const struct ralm_evaluation *evaluation,
			       const char *source, struct ralm_error *err)
{
	struct ralm_measure_list list;
	char text[160];
	if (ralm_evaluation_list(&list, evaluation, err) != 0)
		return -1;
	put(writer, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>Scores");
	if (source != NULL) {
		put(writer, " of ");
		put_escaped(writer, source);
	}
	put(writer, "</title>\n<style>\n");
	put(writer, style);
	put(writer, "</style>\n</head>\n<body>\n<main>\n<h1>");
	if (source != NULL)
		put_escaped(writer, source);
	else
		put(writer, "How well the scores order");
	snprintf(text, sizeof text,
		 "</h1>\n<p>%llu samples: %llu with label 1, %llu with label 0</p>\n",
		 (unsigned long long)(evaluation->measures.count[0] +
				      evaluation->measures.count[1]),
		 (unsigned long long)evaluation->measures.count[1],
		 (unsigned long long)evaluation->measures.count[0]);
	put(writer, text);
	bool interval = evaluation->interval_known &&
			!isnan(evaluation->interval.error);
	put_tiles(writer, &list, interval ? &evaluation->interval : NULL);
	put(writer, "<section class=\"plots\">\n");
	put_plot(writer, "ROC", "The area below is AUC. Dashed: chance.",
		 ralm_svg_put_roc, evaluation);
	put_plot(writer, "Precision and recall",
		 "Dashed: the part with label 1, which chance would reach.",
		 ralm_svg_put_pr, evaluation);
	put_plot(writer, "Calibration",
		 evaluation->measures.probabilities
			 ? "Ten equal parts by score. Dashed: scores are what happens."
			 : "Ten equal parts by score. The scores are no probabilities.",
		 ralm_svg_put_calibration, evaluation);
	put_plot(writer, "Scores by label", "Each label&#39;s samples sum to 1.",
		 ralm_svg_put_histogram, evaluation);
	put(writer, "</section>\n");
	put_table(writer, &list);
	put(writer, "<footer>Made by ralm-auc.</footer>\n</main>\n</body>\n</html>\n");
	free(list.measures);
	return 0;
}
