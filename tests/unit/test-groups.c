/* model/metrics_groups, metrics_set and metrics_stretches: measures within
 * groups against their definitions, whatever order and batches the samples come
 * in; and where the samples of a group are said to lie. */
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

/* ---- stretches --------------------------------------------------------- */

enum { LISTS = 9, RECORDS = 500 };

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

/* Few groups and many, the lowest and the highest number among them. */
static uint64_t draw_group(struct ralm_rng *rng, size_t list)
{
	uint64_t any = ralm_rng_next(rng);
	switch (any % 4) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX - any % 3;
	case 2:
		return any % 5 << 58; /* where parts begin */
	default:
		return any >> list * 7;
	}
}

/* Reads a part; marks the records of each group, which come in order. */
static bool read_part(uint8_t *seen, const struct ralm_stretches *stretches,
		      const uint64_t *groups, size_t part)
{
	struct ralm_stretch_merge merge;
	struct ralm_error err;
	uint64_t group, last = 0;
	bool good = true, begun = false;
	if (ralm_stretch_merge_init(&merge, stretches, part, &err) != 0)
		abort();
	while (ralm_stretch_merge_group(&group, &merge)) {
		size_t begin, count;
		good = good && group >> 58 == part && (!begun || group > last) &&
		       !ralm_stretch_merge_next(&begin, &count, &merge,
						group + 1);
		while (ralm_stretch_merge_next(&begin, &count, &merge, group))
			for (size_t i = begin; i < begin + count; i++) {
				good = good && i < LISTS * RECORDS &&
				       groups[i] == group && !seen[i];
				seen[i < LISTS * RECORDS ? i : 0] = 1;
			}
		last = group;
		begun = true;
	}
	ralm_stretch_merge_release(&merge);
	return good;
}

static void test_stretches(void)
{
	static uint64_t groups[LISTS * RECORDS];
	static uint8_t seen[LISTS * RECORDS];
	struct ralm_rng rng;
	struct ralm_error err;
	struct ralm_stretches stretches;
	ralm_rng_init(&rng, 19, 0);
	memset(&stretches, 0, sizeof stretches);
	for (size_t list = 0; list < LISTS; list++) {
		uint64_t *at = groups + list * RECORDS;
		for (size_t i = 0; i < RECORDS; i++)
			at[i] = draw_group(&rng, list);
		qsort(at, RECORDS, sizeof *at, by_value);
		if (ralm_stretches_add(&stretches, at, 1, RECORDS,
				       list * RECORDS, &err) != 0)
			abort();
	}
	check(ralm_stretches_add(&stretches, NULL, 1, 0, 0, &err) == 0 &&
		      stretches.count == LISTS,
	      "no record, no list");
	bool good = true;
	for (size_t part = 0; part < RALM_GROUP_PARTS; part++)
		good = read_part(seen, &stretches, groups, part) && good;
	check(good, "stretches are those of the group, in order, in their part");
	check(memchr(seen, 0, sizeof seen) == NULL, "each record is in one");
	check(stretches.used < 10 * sizeof groups / sizeof *groups,
	      "a stretch takes less than 10 bytes");
	ralm_stretches_release(&stretches);
}

int main(void)
{
	test_stretches();
	test_groups();
	return check_done();
}
