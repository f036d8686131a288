#include "jobs/evaluate/html_tables.h"

#include "formats/html.h"

#include <math.h>
#include <string.h>

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
	{"bootstrap_units", INTERVALS, "groups, or samples, of which each has as many"},
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

void ralm_evaluation_put_tables(struct ralm_writer *writer,
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
