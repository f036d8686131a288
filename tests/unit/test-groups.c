/* metrics/group_measures and score_set: measures within groups against their
 * definitions, whatever order and batches the samples come in. */
#include "check.h"
#include "scored.h"

#include "libralm/metrics/group_measures.h"

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
		fill(&set, &s, false);
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

int main(void)
{
	test_groups();
	return check_done();
}
