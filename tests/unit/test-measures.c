/* metrics/measures: every measure against its definition written plainly,
 * and what is summed by parts against one walk. */
#include "check.h"
#include "scored.h"

#include "libralm/metrics/auc.h"
#include "libralm/metrics/measures.h"

enum { BIG = 300000 };

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
		fill(&set, &s, true);
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

/* ---- what changes nothing ---------------------------------------------- */

static struct ralm_measures measure(const struct samples *s)
{
	struct ralm_score_set set;
	struct ralm_measures m;
	fill(&set, s, true);
	struct ralm_runs runs = ralm_score_set_runs(&set);
	ralm_measures_compute(&m, &runs);
	ralm_score_set_release(&set);
	return m;
}

/* Keeps infinities, denormals and what is equal apart as they are. */
static double monotone(double x)
{
	return x > 1 ? sqrt(x) : x < -1 ? -sqrt(-x) : x;
}

static void test_invariances(void)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 18, 0);
	static struct samples s, other;
	bool mapped = true, flipped = true, scaled = true, shuffled = true;
	for (int round = 0; round < 200; round++) {
		draw_samples(&s, &rng, round % 4);
		s.grouped = false;
		struct ralm_measures m = measure(&s), n;

		other = s;
		for (size_t i = 0; i < s.count; i++)
			other.score[i] = monotone(s.score[i]);
		n = measure(&other);
		mapped = mapped && near(m.auc, n.auc) && near(m.ks, n.ks) &&
			 near(m.average_precision, n.average_precision);

		for (size_t i = 0; i < s.count; i++) {
			other.score[i] = s.score[i];
			other.label[i] = !s.label[i];
		}
		n = measure(&other);
		flipped = flipped && near(1 - m.auc, n.auc) && near(m.ks, n.ks);

		other = s;
		other.weighted = true;
		for (size_t i = 0; i < s.count; i++)
			other.weight[i] *= 8;
		n = measure(&other);
		scaled = scaled && near(m.auc, n.auc) && near(m.ks, n.ks) &&
			 near(m.average_precision, n.average_precision) &&
			 near(m.log_loss, n.log_loss) && near(m.brier, n.brier) &&
			 near(m.calibration, n.calibration);

		for (size_t i = 0; i < s.count; i++) {
			size_t j = s.count - 1 - i;
			other.score[j] = s.score[i];
			other.label[j] = s.label[i];
			other.weight[j] = s.weight[i];
		}
		n = measure(&other);
		shuffled = shuffled && near(m.auc, n.auc) &&
			   near(m.log_loss, n.log_loss);
	}
	check(mapped, "a monotone map of the scores leaves what is of order");
	check(flipped, "flipped labels give 1 - AUC and the same KS");
	check(scaled, "all weights times eight: the same measures");
	check(shuffled, "the samples from behind: the same measures");
}

/* ---- parts: what is summed by parts is the sum ------------------------- */

static void take_part(void *parts, size_t p, const struct ralm_part *part,
		      const double total[2])
{
	(void)total;
	((struct ralm_part *)parts)[p] = *part;
}

static void test_parts(void)
{
	struct ralm_rng rng;
	struct ralm_error err;
	ralm_rng_init(&rng, 12, 0);
	for (int weighted = 0; weighted < 2; weighted++) {
		struct ralm_score_set set;
		struct ralm_score_batch batch = {.weighted = weighted};
		ralm_score_set_init(&set, false, weighted);
		if (ralm_score_batch_reserve(&batch, BIG, &err) != 0)
			abort();
		for (int i = 0; i < BIG; i++) {
			/* A third of all at one score: no part may cut it. */
			double score = i % 3 ? ralm_rng_uniform(&rng) : 0.625;
			double weight = 1 + (double)ralm_rng_below(&rng, 3);
			int label = ralm_rng_uniform(&rng) < score;
			ralm_score_batch_put(&batch, label, 0, score, weight);
		}
		if (ralm_score_set_take(&set, &batch, &err) != 0)
			abort();
		ralm_score_batch_release(&batch);
		ralm_score_set_sort(&set);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		struct ralm_part parts[RALM_PARTS_MAX];
		double total[2], seen[2] = {0, 0}, last = INFINITY;
		size_t count = ralm_runs_walk(total, &runs, take_part, parts);
		bool ok = count > 1;
		for (size_t p = 0; p < count; p++) {
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
		      "%zu parts are the whole, in order, no step cut", count);

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

int main(void)
{
	test_measures();
	test_invariances();
	test_parts();
	return check_done();
}
