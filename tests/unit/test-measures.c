/* model/metrics_*: every measure against its definition written plainly, on
 * random samples with ties, infinities, denormals, weights and groups. */
#include "check.h"

#include "libralm/ground/rng.h"
#include "libralm/model/metrics_bins.h"
#include "libralm/model/metrics_curves.h"
#include "libralm/model/metrics_delong.h"
#include "libralm/model/metrics_groups.h"
#include "libralm/model/metrics_measures.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400, BIG = 300000 };

struct samples {
	size_t count;
	double score[MOST], weight[MOST];
	uint8_t label[MOST];
	uint64_t group[MOST];
	bool weighted, grouped;
};

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)) ||
	       (isnan(a) && isnan(b)) || a == b;
}

static double draw(struct ralm_rng *rng, int kind)
{
	static const double special[] = {-INFINITY, INFINITY, -0.0, 0.0, 5e-324,
					 -5e-324, DBL_MIN, DBL_MAX, -DBL_MAX, 1};
	switch (kind) {
	case 0:
		return (double)ralm_rng_below(rng, 6) / 5;
	case 1:
		return ralm_rng_uniform(rng);
	case 2:
		return special[ralm_rng_below(rng, 10)];
	default:
		return ralm_rng_uniform(rng) * 8 - 4;
	}
}

static void draw_samples(struct samples *s, struct ralm_rng *rng, int kind)
{
	s->count = 1 + ralm_rng_below(rng, MOST);
	s->weighted = ralm_rng_below(rng, 2);
	s->grouped = ralm_rng_below(rng, 2);
	uint64_t groups = 1 + ralm_rng_below(rng, 40);
	for (size_t i = 0; i < s->count; i++) {
		s->score[i] = draw(rng, kind);
		s->label[i] = ralm_rng_below(rng, 3) == 0;
		s->weight[i] = s->weighted ? (double)ralm_rng_below(rng, 4) / 2 +
						     ralm_rng_uniform(rng) / 8
					   : 1;
		s->group[i] = s->grouped ? ralm_rng_below(rng, groups) << 40 : 0;
	}
}

static void fill(struct ralm_score_set *set, const struct samples *s)
{
	struct ralm_error err;
	ralm_score_set_init(set, s->grouped, s->weighted);
	for (size_t i = 0; i < s->count; i++) {
		uint64_t record[3];
		ralm_score_record(record, s->grouped, s->weighted, s->group[i],
				  s->score[i], s->weight[i]);
		if (ralm_score_set_append(set, s->label[i], record, 1, &err) != 0)
			abort();
	}
	ralm_score_set_sort(set);
}

/* ---- the plain definitions --------------------------------------------- */

static double wins(double above, double below)
{
	return above > below ? 1 : above == below ? 0.5 : 0;
}

/* Weight of samples with the label (or any: -1) and a score >= threshold. */
static double weight_from(const struct samples *s, int label, double threshold)
{
	double sum = 0;
	for (size_t i = 0; i < s->count; i++)
		if ((label < 0 || s->label[i] == label) && s->score[i] >= threshold)
			sum += s->weight[i];
	return sum;
}

static double plain_auc(const struct samples *s, uint64_t group, bool all)
{
	double won = 0, pairs = 0;
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->count; j++)
			if (s->label[i] && !s->label[j] &&
			    (all || (s->group[i] == group && s->group[j] == group))) {
				double w = s->weight[i] * s->weight[j];
				pairs += w;
				won += w * wins(s->score[i], s->score[j]);
			}
	return pairs > 0 ? won / pairs : (double)NAN;
}

struct plain {
	double auc, log_loss, brier, calibration, average_precision, ks;
};

static struct plain plainly(const struct samples *s)
{
	struct plain p = {plain_auc(s, 0, true), 0, 0, 0, 0, 0};
	double w[2] = {weight_from(s, 0, -INFINITY), weight_from(s, 1, -INFINITY)};
	double scores = 0;
	bool unit = w[0] + w[1] > 0;
	for (size_t i = 0; i < s->count; i++) {
		double x = s->score[i], clipped;
		unit = unit && x >= 0 && x <= 1;
		clipped = fmin(fmax(x, DBL_EPSILON), 1 - DBL_EPSILON);
		p.log_loss -= s->weight[i] *
			      log(s->label[i] ? clipped : 1 - clipped);
		p.brier += s->weight[i] * (x - s->label[i]) * (x - s->label[i]);
		scores += s->weight[i] * x;
		double tp = weight_from(s, 1, x), fp = weight_from(s, 0, x);
		/* Tied positives share one step of recall. */
		if (s->label[i] && tp > 0)
			p.average_precision += s->weight[i] / w[1] * tp / (tp + fp);
		p.ks = fmax(p.ks, fabs(tp / w[1] - fp / w[0]));
	}
	p.log_loss = unit ? p.log_loss / (w[0] + w[1]) : (double)NAN;
	p.brier = unit ? p.brier / (w[0] + w[1]) : (double)NAN;
	p.calibration = unit && w[1] > 0 ? scores / w[1] : (double)NAN;
	if (!(w[1] > 0))
		p.average_precision = (double)NAN;
	if (!(w[0] > 0 && w[1] > 0))
		p.ks = (double)NAN;
	return p;
}

static void test_measures(void)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 11, 0);
	static struct samples s;
	bool auc = true, losses = true, precision = true, ks = true, alone = true;
	for (int round = 0; round < 600; round++) {
		draw_samples(&s, &rng, round % 4);
		struct ralm_score_set set;
		fill(&set, &s);
		ralm_score_set_ungroup(&set);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		struct ralm_measures m;
		ralm_measures_compute(&m, &runs);
		struct plain p = plainly(&s);
		auc = auc && near(m.auc, p.auc);
		alone = alone && near(ralm_runs_auc(&runs), p.auc);
		losses = losses && near(m.log_loss, p.log_loss) &&
			 near(m.brier, p.brier) &&
			 near(m.calibration, p.calibration);
		precision = precision &&
			    near(m.average_precision, p.average_precision);
		ks = ks && near(m.ks, p.ks);
		if (!isnan(m.ks))
			ks = ks && near(m.ks, fabs(weight_from(&s, 1, m.ks_score) / m.weight[1] -
						   weight_from(&s, 0, m.ks_score) / m.weight[0]));
		ralm_score_set_release(&set);
	}
	check(auc, "AUC is its O(n^2) definition, weighted and not");
	check(alone, "AUC alone is the same");
	check(losses, "log loss, Brier score, calibration; NaN outside [0, 1]");
	check(precision, "average precision");
	check(ks, "KS and where it is reached");
}

/* ---- parts: what is summed by parts is the sum ------------------------- */

static void test_parts(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 12, 0);
	for (int weighted = 0; weighted < 2; weighted++) {
		struct ralm_score_set set;
		ralm_score_set_init(&set, false, weighted);
		for (int i = 0; i < BIG; i++) {
			uint64_t record[3];
			/* A third of all at one score: no part may cut it. */
			double score = i % 3 ? ralm_rng_uniform(&rng) : 0.625;
			double weight = 1 + (double)ralm_rng_below(&rng, 3);
			int label = ralm_rng_uniform(&rng) < score;
			ralm_score_record(record, false, weighted, 0, score, weight);
			if (ralm_score_set_append(&set, label, record, 1, &err) != 0)
				abort();
		}
		ralm_score_set_sort(&set);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		struct ralm_part parts[RALM_PARTS_MAX];
		double total[2], seen[2] = {0, 0}, last = INFINITY;
		int count = ralm_runs_split(parts, total, &runs);
		bool ok = count > 1;
		for (int p = 0; p < count; p++) {
			struct ralm_steps steps = parts[p].steps;
			struct ralm_step step;
			ok = ok && near(parts[p].above[0], seen[0]) &&
			     near(parts[p].above[1], seen[1]);
			while (ralm_steps_next(&steps, &step)) {
				ok = ok && step.score < last;
				last = step.score;
				seen[0] += step.weight[0];
				seen[1] += step.weight[1];
			}
		}
		check(ok && near(seen[0], total[0]) && near(seen[1], total[1]),
		      "%d parts are the whole, in order, no step cut", count);

		/* One walk over all steps, by the book. */
		double pairs = 0, fp = 0, tp = 0, loss = 0;
		struct ralm_steps steps = ralm_steps_all(&runs);
		struct ralm_step step;
		while (ralm_steps_next(&steps, &step)) {
			pairs += step.weight[0] * (tp + step.weight[1] / 2);
			fp += step.weight[0];
			tp += step.weight[1];
			loss -= step.weight[1] * log(step.score) +
				step.weight[0] * log1p(-step.score);
		}
		struct ralm_measures m;
		ralm_measures_compute(&m, &runs);
		check(near(m.auc, pairs / fp / tp) &&
			      near(m.log_loss, loss / (fp + tp)),
		      "measures of a large set, a product for many logarithms");
		ralm_score_set_release(&set);
	}
}

/* ---- DeLong ------------------------------------------------------------ */

static double placement(const struct samples *s, const double *score, size_t i)
{
	double sum = 0, all = 0;
	for (size_t j = 0; j < s->count; j++)
		if (s->label[j] != s->label[i]) {
			all += s->weight[j];
			sum += s->weight[j] * (s->label[i] ? wins(score[i], score[j])
							   : wins(score[j], score[i]));
		}
	return sum / all;
}

/* Variance of AUC(a) - AUC(b), or of AUC(a) where b is NULL. */
static double plain_variance(const struct samples *s, const double *b)
{
	double variance = 0;
	for (int c = 0; c < 2; c++) {
		double w = 0, mean = 0, squares = 0, n = 0;
		for (int pass = 0; pass < 2; pass++)
			for (size_t i = 0; i < s->count; i++) {
				if (s->label[i] != c)
					continue;
				double v = placement(s, s->score, i) -
					   (b ? placement(s, b, i) : 0);
				if (pass == 0) {
					n++;
					w += s->weight[i];
					mean += s->weight[i] * v;
				} else {
					squares += s->weight[i] * s->weight[i] *
						   (v - mean / w) * (v - mean / w);
				}
			}
		variance += n / (n - 1) * squares / w / w;
	}
	return variance;
}

static void test_delong(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 13, 0);
	static struct samples s;
	static double other[MOST];
	bool single = true, paired = true, itself = true;
	for (int round = 0; round < 60; round++) {
		draw_samples(&s, &rng, round % 4);
		s.grouped = false;
		for (size_t i = 0; i < s.count; i++)
			other[i] = i % 3 ? s.score[i] : draw(&rng, round % 4);
		if (isnan(plain_auc(&s, 0, true)) || s.count < 20)
			continue;
		struct ralm_score_set set;
		struct ralm_interval auc;
		struct ralm_comparison c;
		fill(&set, &s);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_delong_interval(&auc, &runs);
		double error = sqrt(plain_variance(&s, NULL));
		single = single && near(auc.error, error) &&
			 near(auc.low, fmax(0, auc.value - 1.959963984540054 * error)) &&
			 near(auc.high, fmin(1, auc.value + 1.959963984540054 * error));
		if (ralm_delong_compare(&c, s.score, other, s.label,
					s.weighted ? s.weight : NULL, s.count,
					&err) != 0)
			abort();
		error = sqrt(plain_variance(&s, other));
		paired = paired && near(c.auc[0], auc.value) &&
			 near(c.difference.value, c.auc[0] - c.auc[1]) &&
			 near(c.difference.error, error) &&
			 near(c.p, erfc(fabs(c.difference.value / error) / sqrt(2)));
		if (ralm_delong_compare(&c, s.score, s.score, s.label, NULL,
					s.count, &err) != 0)
			abort();
		itself = itself && c.difference.value == 0 && c.z == 0 && c.p == 1;
		ralm_score_set_release(&set);
	}
	check(single, "the interval of one AUC from its placements");
	check(paired, "the difference of two from its paired placements");
	check(itself, "scores against themselves: no difference, p = 1");

	s = (struct samples){.count = 2, .score = {0, 1}, .weight = {1, 1}, .label = {0, 1}};
	struct ralm_score_set set;
	struct ralm_interval auc;
	fill(&set, &s);
	struct ralm_runs runs = ralm_score_set_runs(&set);
	ralm_delong_interval(&auc, &runs);
	check(auc.value == 1 && isnan(auc.error) && isnan(auc.low),
	      "one sample in a class: no error is known");
	ralm_score_set_release(&set);
}

/* ---- groups ------------------------------------------------------------ */

/* Mean over all orders of ties: each sample of the tie takes the mean gain of
 * the places the tie covers. */
static void plain_top(const struct samples *s, uint64_t group,
		      struct ralm_top_measures *top, double *clicked)
{
	double hits = 0, gain = 0, best = 0;
	*clicked = 0;
	for (size_t i = 0; i < s->count; i++)
		if (s->group[i] == group && s->label[i])
			*clicked += 1;
	for (size_t i = 0; i < s->count; i++) {
		if (s->group[i] != group || !s->label[i])
			continue;
		size_t above = 0, tied = 0;
		for (size_t j = 0; j < s->count; j++)
			if (s->group[j] == group) {
				above += s->score[j] > s->score[i];
				tied += s->score[j] == s->score[i];
			}
		for (size_t place = above + 1; place <= above + tied; place++)
			if (place <= top->k) {
				hits += 1 / (double)tied;
				gain += 1 / log2((double)place + 1) / (double)tied;
			}
	}
	for (size_t k = 1; k <= top->k && (double)k <= *clicked; k++)
		best += 1 / log2((double)k + 1);
	top->precision = hits / fmin((double)top->k, *clicked);
	top->recall = hits / *clicked;
	top->ndcg = gain / best;
}

static void test_groups(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 14, 0);
	static struct samples s;
	bool aucs = true, tops = true, counts = true;
	for (int round = 0; round < 200; round++) {
		draw_samples(&s, &rng, round % 4);
		s.grouped = true;
		struct ralm_score_set set;
		struct ralm_group_measures g;
		struct ralm_top_measures got[3] = {{.k = 1}, {.k = 3}, {.k = 1000}};
		fill(&set, &s);
		if (ralm_group_measures_compute(&g, got, 3, &set, &err) != 0)
			abort();
		double weighted = 0, weights = 0, plain = 0, defined = 0, with = 0;
		struct ralm_top_measures want[3] = {{.k = 1}, {.k = 3}, {.k = 1000}};
		uint64_t groups = 0;
		for (uint64_t id = 0; id < 41; id++) {
			double w = 0;
			bool any = false;
			for (size_t i = 0; i < s.count; i++)
				if (s.group[i] == id << 40) {
					w += s.weight[i];
					any = true;
				}
			if (!any)
				continue;
			groups++;
			double auc = plain_auc(&s, id << 40, false);
			if (!isnan(auc)) {
				weighted += w * auc;
				weights += w;
				plain += auc;
				defined++;
			}
			double clicked = 0;
			for (int t = 0; t < 3; t++) {
				struct ralm_top_measures one = {.k = want[t].k};
				plain_top(&s, id << 40, &one, &clicked);
				if (clicked > 0) {
					want[t].precision += one.precision;
					want[t].recall += one.recall;
					want[t].ndcg += one.ndcg;
				}
			}
			with += clicked > 0;
		}
		aucs = aucs && near(g.auc_weighted, weighted / weights) &&
		       near(g.auc_plain, plain / defined);
		counts = counts && g.groups == groups &&
			 (double)(g.groups - g.one_class) == defined &&
			 (double)(g.groups - g.no_positives) == with;
		for (int t = 0; t < 3; t++)
			tops = tops && near(got[t].precision, want[t].precision / with) &&
			       near(got[t].recall, want[t].recall / with) &&
			       near(got[t].ndcg, want[t].ndcg / with);
		ralm_score_set_release(&set);
	}
	check(aucs, "AUC within groups, weighted and plain");
	check(tops, "precision, recall, nDCG at K, ties shared");
	check(counts, "groups seen and left out");
}

/* ---- curves ------------------------------------------------------------ */

static void test_curves(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 15, 0);
	static struct samples s;
	bool exact = true, dense = true, deciles = true, bins = true;
	for (int round = 0; round < 100; round++) {
		draw_samples(&s, &rng, round % 4);
		s.grouped = false;
		struct ralm_score_set set;
		struct ralm_curve roc, pr;
		double spacing = round % 3 ? 0.1 : 0;
		fill(&set, &s);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		if (ralm_curves_compute(&roc, &pr, &runs, spacing, &err) != 0)
			abort();
		double w[2] = {weight_from(&s, 0, -INFINITY), weight_from(&s, 1, -INFINITY)};
		bool both = w[0] > 0 && w[1] > 0;
		exact = exact && both == (roc.count > 0) && both == (pr.count > 0);
		double area = 0, all = w[0] + w[1];
		for (size_t i = 0; i < roc.count; i++) {
			struct ralm_curve_point p = roc.points[i];
			exact = exact &&
				(i == 0 ? p.x == 0 && p.y == 0
					: near(p.x, weight_from(&s, 0, p.score) / w[0]) &&
						  near(p.y, weight_from(&s, 1, p.score) / w[1]));
			if (i > 0)
				area += (p.x - roc.points[i - 1].x) *
					(p.y + roc.points[i - 1].y) / 2;
			/* A gap is one step, or within the spacing. */
			if (i > 0 && spacing > 0) {
				double gap = p.x + p.y - roc.points[i - 1].x - roc.points[i - 1].y;
				bool step = true;
				for (size_t j = 0; j < s.count; j++)
					if (s.score[j] > p.score &&
					    s.score[j] < roc.points[i - 1].score && s.weight[j] > 0)
						step = false;
				dense = dense && (step || gap <= spacing + 1e-12);
			}
		}
		if (both) {
			double auc = ralm_runs_auc(&runs);
			exact = exact && (spacing > 0 ? fabs(area - auc) < spacing
						      : near(area, auc)) &&
				near(roc.points[roc.count - 1].x, 1) &&
				near(roc.points[roc.count - 1].y, 1);
		}
		for (size_t i = 0; i < pr.count; i++) {
			struct ralm_curve_point p = pr.points[i];
			double tp = weight_from(&s, 1, p.score), fp = weight_from(&s, 0, p.score);
			exact = exact && near(p.x, tp / w[1]) && near(p.y, tp / (tp + fp));
		}

		struct ralm_decile d[RALM_DECILES];
		ralm_deciles_compute(d, &runs);
		uint64_t count = 0;
		double positive = 0, last = -INFINITY;
		for (int i = 0; i < RALM_DECILES; i++) {
			count += d[i].count;
			if (d[i].count == 0)
				continue;
			if (d[i].weight > 0)
				positive += d[i].observed * d[i].weight;
			deciles = deciles && d[i].low <= d[i].high && (i == 0 || d[i].low > last || last == -INFINITY);
			last = d[i].high;
			/* The middle of its first and last step lie inside. */
			double below = all - weight_from(&s, -1, d[i].low);
			double tie = weight_from(&s, -1, d[i].low) -
				     weight_from(&s, -1, nextafter(d[i].low, INFINITY));
			if (isfinite(d[i].low) && all > 0 && d[i].weight > 0)
				deciles = deciles && (below + tie / 2) / all > (double)i / 10 - 1e-9 &&
					  (below + tie / 2) / all < (double)(i + 1) / 10 + 1e-9;
		}
		deciles = deciles && count == s.count && near(positive, w[1]);

		struct ralm_histogram h;
		ralm_histogram_compute(&h, &runs);
		double seen[2] = {0, 0};
		for (int c = 0; c < 2; c++)
			for (int b = 0; b < RALM_HISTOGRAM_BINS; b++) {
				seen[c] += h.weight[c][b];
				double plain = 0;
				double low = h.low + (h.high - h.low) * b / RALM_HISTOGRAM_BINS;
				double high = h.low + (h.high - h.low) * (b + 1) / RALM_HISTOGRAM_BINS;
				for (size_t i = 0; i < s.count; i++)
					if (s.label[i] == c && s.score[i] >= low &&
					    (s.score[i] < high || b == RALM_HISTOGRAM_BINS - 1))
						plain += s.weight[i];
				if (round % 4 == 1)
					bins = bins && near(h.weight[c][b], plain);
			}
		bins = bins && near(seen[0], w[0]) && near(seen[1], w[1]);
		ralm_curve_release(&roc);
		ralm_curve_release(&pr);
		ralm_score_set_release(&set);
	}
	check(exact, "kept points lie on the curves; the area under all is AUC");
	check(dense, "gaps of a thinned curve are steps or within the spacing");
	check(deciles, "deciles are in order and hold every sample once");
	check(bins, "histogram bins hold every sample once");
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
		fill(&set, &s);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_deciles_compute(d, &runs);
		check(d[9].high == (double)INFINITY && d[9].count > 1 &&
			      d[9].predicted == (weight ? (double)INFINITY : 17.5),
		      "an infinite score of weight %d in its decile", weight);
		ralm_score_set_release(&set);
	}
}

int main(void)
{
	test_measures();
	test_parts();
	test_delong();
	test_groups();
	test_curves();
	test_infinite_deciles();
	return check_done();
}
