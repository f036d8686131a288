/* metrics/curves and score_bins: curves, deciles and histograms against
 * counts over all samples. */
#include "check.h"
#include "scored.h"

#include "libralm/metrics/score_bins.h"
#include "libralm/metrics/curves.h"
#include "libralm/metrics/auc.h"
#include "libralm/metrics/measures.h"

/* A gap is one step, or within the spacing. */
static bool dense(const struct ralm_curve *curve, const struct samples *s,
		  double spacing)
{
	bool good = true;
	for (size_t i = 1; i < curve->count; i++) {
		struct ralm_curve_point p = curve->points[i], before;
		before = curve->points[i - 1];
		bool step = true;
		for (size_t j = 0; j < s->count; j++)
			if (s->score[j] > p.score && s->score[j] < before.score &&
			    s->weight[j] > 0)
				step = false;
		good = good && (step || fabs(p.x - before.x) +
						fabs(p.y - before.y) <=
					spacing + 1e-12);
	}
	return good;
}

/* The points of a ROC curve are counts, and the area below is AUC. */
static bool exact_roc(const struct ralm_curve *roc, const struct samples *s,
		      const double w[2], double spacing, double auc)
{
	bool exact = true;
	double area = 0;
	for (size_t i = 0; i < roc->count; i++) {
		struct ralm_curve_point p = roc->points[i], before;
		if (i == 0) {
			exact = exact && p.x == 0 && p.y == 0;
			continue;
		}
		before = roc->points[i - 1];
		exact = exact && near(p.x, weight_from(s, 0, p.score) / w[0]) &&
			near(p.y, weight_from(s, 1, p.score) / w[1]);
		area += (p.x - before.x) * (p.y + before.y) / 2;
	}
	if (roc->count == 0)
		return exact;
	struct ralm_curve_point last = roc->points[roc->count - 1];
	return exact && near(last.x, 1) && near(last.y, 1) &&
	       (spacing > 0 ? fabs(area - auc) < spacing : near(area, auc));
}

static bool exact_pr(const struct ralm_curve *pr, const struct samples *s,
		     const double w[2])
{
	bool exact = true;
	for (size_t i = 0; i < pr->count; i++) {
		struct ralm_curve_point p = pr->points[i];
		double tp = weight_from(s, 1, p.score);
		double fp = weight_from(s, 0, p.score);
		exact = exact && near(p.x, tp / w[1]) && near(p.y, tp / (tp + fp));
	}
	return exact;
}

static void test_curves(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 15, 0);
	static struct samples s;
	bool exact = true, thinned = true;
	for (int round = 0; round < 100; round++) {
		draw_samples(&s, &rng, round % 4);
		struct ralm_score_set set;
		struct ralm_curve roc, pr;
		double spacing = round % 3 ? 0.1 : 0;
		fill(&set, &s, true);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		if (ralm_curves_compute(&roc, &pr, &runs, spacing, &err) != 0)
			abort();
		double w[2] = {weight_from(&s, 0, -INFINITY),
			       weight_from(&s, 1, -INFINITY)};
		bool both = w[0] > 0 && w[1] > 0;
		exact = exact && both == (roc.count > 0) &&
			both == (pr.count > 0) && exact_pr(&pr, &s, w) &&
			exact_roc(&roc, &s, w, spacing, ralm_runs_auc(&runs));
		thinned = thinned && dense(&roc, &s, spacing) &&
			  dense(&pr, &s, spacing);
		ralm_curve_release(&roc);
		ralm_curve_release(&pr);
		ralm_score_set_release(&set);
	}
	check(exact, "kept points lie on the curves; the area under all is AUC");
	check(thinned, "gaps of a thinned curve are steps or within the spacing");
}

/* ---- deciles ----------------------------------------------------------- */

static bool good_deciles(const struct ralm_decile d[RALM_DECILES],
			 const struct samples *s)
{
	bool good = true;
	uint64_t count = 0;
	double positive = 0, last = -INFINITY;
	double all = weight_from(s, -1, -INFINITY);
	for (int i = 0; i < RALM_DECILES; i++) {
		count += d[i].count;
		if (d[i].count == 0)
			continue;
		if (d[i].weight > 0)
			positive += d[i].observed * d[i].weight;
		good = good && d[i].low <= d[i].high &&
		       (i == 0 || d[i].low > last || last == -INFINITY);
		last = d[i].high;
		/* The middle of its first step lies inside. */
		double from = weight_from(s, -1, d[i].low);
		double tie = from - weight_from(s, -1,
						nextafter(d[i].low, INFINITY));
		double middle = (all - from + tie / 2) / all;
		if (isfinite(d[i].low) && all > 0 && d[i].weight > 0)
			good = good && middle > (double)i / 10 - 1e-9 &&
			       middle < (double)(i + 1) / 10 + 1e-9;
	}
	return good && count == s->count &&
	       near(positive, weight_from(s, 1, -INFINITY));
}

static void test_deciles(void)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 16, 0);
	static struct samples s;
	bool good = true;
	for (int round = 0; round < 100; round++) {
		draw_samples(&s, &rng, round % 4);
		struct ralm_score_set set;
		struct ralm_decile d[RALM_DECILES];
		fill(&set, &s, true);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_deciles_compute(d, &runs);
		good = good && good_deciles(d, &s);
		ralm_score_set_release(&set);
	}
	check(good, "deciles are in order and hold every sample once");
}

/* The highest of 20 scores is infinite: its decile's mean is, unless it has no
 * weight. */
static void test_infinite_deciles(void)
{
	static struct samples s = {.count = 20, .weighted = true};
	for (size_t i = 0; i < s.count; i++) {
		s.score[i] = i < 19 ? (double)i : (double)INFINITY;
		s.label[i] = i % 2;
	}
	for (int weight = 0; weight < 2; weight++) {
		for (size_t i = 0; i < s.count; i++)
			s.weight[i] = i < 19 ? 1 : weight;
		struct ralm_score_set set;
		struct ralm_decile d[RALM_DECILES];
		fill(&set, &s, true);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_deciles_compute(d, &runs);
		check(d[9].high == (double)INFINITY && d[9].count > 1 &&
			      d[9].predicted == (weight ? (double)INFINITY : 17.5),
		      "an infinite score of weight %d in its decile", weight);
		ralm_score_set_release(&set);
	}
}

/* ---- the histogram ----------------------------------------------------- */

/* The weight of a label's samples in a bin of equal width. */
static double plain_bin(const struct samples *s, int label,
			const struct ralm_histogram *h, int bin)
{
	double width = h->high - h->low, sum = 0;
	double low = h->low + width * bin / RALM_HISTOGRAM_BINS;
	double high = h->low + width * (bin + 1) / RALM_HISTOGRAM_BINS;
	for (size_t i = 0; i < s->count; i++)
		if (s->label[i] == label && s->score[i] >= low &&
		    (s->score[i] < high || bin == RALM_HISTOGRAM_BINS - 1))
			sum += s->weight[i];
	return sum;
}

static void test_histogram(void)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 17, 0);
	static struct samples s;
	bool bins = true;
	for (int round = 0; round < 100; round++) {
		draw_samples(&s, &rng, round % 4);
		struct ralm_score_set set;
		struct ralm_histogram h;
		fill(&set, &s, true);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_histogram_compute(&h, &runs);
		for (int c = 0; c < 2; c++) {
			double seen = 0;
			for (int b = 0; b < RALM_HISTOGRAM_BINS; b++) {
				seen += h.weight[c][b];
				/* Of the others infinities lie in end bins. */
				bins = bins &&
				       (round % 4 != 1 ||
					near(h.weight[c][b],
					     plain_bin(&s, c, &h, b)));
			}
			bins = bins && near(seen, weight_from(&s, c, -INFINITY));
		}
		ralm_score_set_release(&set);
	}
	check(bins, "histogram bins hold every sample once");
}

int main(void)
{
	test_curves();
	test_deciles();
	test_infinite_deciles();
	test_histogram();
	return check_done();
}
