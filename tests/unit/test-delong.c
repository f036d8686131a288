/* metrics/delong: intervals and paired tests against variances out of
 * placements that are counted one by one. */
#include "check.h"
#include "scored.h"

#include "libralm/metrics/delong.h"

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

/* Of copies, which it overwrites. */
static void compare(struct ralm_comparison *c, const struct samples *s,
		    const double *other, const double *weights)
{
	static double a[MOST], b[MOST], w[MOST];
	struct ralm_error err;
	memcpy(a, s->score, sizeof a);
	memcpy(b, other, sizeof b);
	if (weights != NULL)
		memcpy(w, weights, sizeof w);
	if (ralm_delong_compare(c, a, b, s->label, weights ? w : NULL, s->count,
				pool(3), &err) != 0)
		abort();
}

static void test_delong(void)
{
	struct ralm_rng rng;
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
		fill(&set, &s, true);
		struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_delong_interval(&auc, &runs);
		double error = sqrt(plain_variance(&s, NULL));
		single = single && near(auc.error, error) &&
			 near(auc.low, fmax(0, auc.value - 1.959963984540054 * error)) &&
			 near(auc.high, fmin(1, auc.value + 1.959963984540054 * error));
		compare(&c, &s, other, s.weighted ? s.weight : NULL);
		error = sqrt(plain_variance(&s, other));
		paired = paired && near(c.auc[0], auc.value) &&
			 near(c.difference.value, c.auc[0] - c.auc[1]) &&
			 near(c.difference.error, error) &&
			 near(c.p, erfc(fabs(c.difference.value / error) / sqrt(2)));
		compare(&c, &s, s.score, NULL);
		itself = itself && c.difference.value == 0 && c.z == 0 && c.p == 1;
		ralm_score_set_release(&set);
	}
	check(single, "the interval of one AUC from its placements");
	check(paired, "the difference of two from its paired placements");
	check(itself, "scores against themselves: no difference, p = 1");
}

static void test_single(void)
{
	static struct samples s = {.count = 2, .score = {0, 1},
				   .weight = {1, 1}, .label = {0, 1}};
	struct ralm_score_set set;
	struct ralm_interval auc;
	fill(&set, &s, true);
	struct ralm_runs runs = ralm_score_set_runs(&set);
	ralm_delong_interval(&auc, &runs);
	check(auc.value == 1 && isnan(auc.error) && isnan(auc.low),
	      "one sample in a class: no error is known");
	ralm_score_set_release(&set);
}

int main(void)
{
	test_delong();
	test_single();
	return check_done();
}
