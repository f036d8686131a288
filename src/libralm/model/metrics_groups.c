#include "metrics_groups.h"

#include "../ground/memory.h"

#include <math.h>
#include <stdlib.h>

/* gains[k]: the discounted gain of k samples of label 1 in the first k places. */
static double *gains_new(size_t most, struct ralm_error *err)
{
	double *gains = ralm_aligned_new(most + 1, sizeof *gains, err);
	if (gains == NULL)
		return NULL;
	for (size_t k = 1; k <= most; k++)
		gains[k] = gains[k - 1] + 1 / log2((double)k + 1);
	return gains;
}

static size_t largest_k(const struct ralm_top_measures *tops, size_t count)
{
	size_t most = 0;
	for (size_t i = 0; i < count; i++)
		most = tops[i].k > most ? tops[i].k : most;
	return most;
}

/* Adds one group's top measures to the sums in `sums`. */
static void add_tops(struct ralm_top_measures *sums, size_t top_count,
		     const struct ralm_runs *runs, const double *gains)
{
	size_t clicked = runs->of[1].count;
	for (size_t t = 0; t < top_count; t++) {
		size_t k = sums[t].k, above = 0;
		double hits = 0, gain = 0;
		struct ralm_steps steps = ralm_steps_all(runs);
		struct ralm_step step;
		while (above < k && ralm_steps_next(&steps, &step)) {
			size_t tied = step.count[0] + step.count[1];
			size_t taken = tied < k - above ? tied : k - above;
			double rate = (double)step.count[1] / (double)tied;
			hits += rate * (double)taken;
			gain += rate * (gains[above + taken] - gains[above]);
			above += taken;
		}
		size_t best = k < clicked ? k : clicked;
		sums[t].precision += hits / (double)best;
		sums[t].recall += hits / (double)clicked;
		sums[t].ndcg += gain / gains[best];
	}
}

/* AUC of one group; NaN with one class. */
static double group_auc(const struct ralm_runs *runs, double *weight)
{
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	double pairs = 0, fp = 0, tp = 0;
	while (ralm_steps_next(&steps, &step)) {
		pairs += step.weight[0] * (2 * tp + step.weight[1]);
		fp += step.weight[0];
		tp += step.weight[1];
	}
	*weight = fp + tp;
	return fp > 0 && tp > 0 ? pairs / (2 * fp * tp) : (double)NAN;
}

/* The records of a class from `begin` that are in the group. */
static size_t group_end(const uint64_t *records, size_t count, size_t words,
			size_t begin, uint64_t group)
{
	while (begin < count && records[begin * words] == group)
		begin++;
	return begin;
}

int ralm_group_measures_compute(struct ralm_group_measures *out,
				struct ralm_top_measures *tops,
				size_t top_count,
				const struct ralm_score_set *set,
				struct ralm_error *err)
{
	double *gains = gains_new(largest_k(tops, top_count), err);
	if (gains == NULL)
		return -1;
	for (size_t t = 0; t < top_count; t++)
		tops[t].precision = tops[t].recall = tops[t].ndcg = 0;

	struct ralm_group_measures new = {0, 0, 0, 0, 0};
	struct ralm_sum weighted = {0, 0}, weights = {0, 0}, plain = {0, 0};
	size_t words = (size_t)ralm_score_set_words(set), begin[2] = {0, 0};
	while (begin[0] < set->count[0] || begin[1] < set->count[1]) {
		uint64_t group = UINT64_MAX;
		for (int c = 0; c < 2; c++)
			if (begin[c] < set->count[c] &&
			    set->records[c][begin[c] * words] < group)
				group = set->records[c][begin[c] * words];
		struct ralm_runs runs = {.weighted = set->weighted};
		for (int c = 0; c < 2; c++) {
			size_t end = group_end(set->records[c], set->count[c],
					       words, begin[c], group);
			if (end > begin[c])
				runs.of[c] = (struct ralm_run){
					set->records[c] + begin[c] * words + 1,
					end - begin[c], (int)words};
			begin[c] = end;
		}
		double weight, auc = group_auc(&runs, &weight);
		new.groups++;
		if (isnan(auc)) {
			new.one_class++;
		} else {
			ralm_sum_add(&weighted, weight * auc);
			ralm_sum_add(&weights, weight);
			ralm_sum_add(&plain, auc);
		}
		if (runs.of[1].count == 0)
			new.no_positives++;
		else
			add_tops(tops, top_count, &runs, gains);
	}
	free(gains);

	/* 0 / 0: no group, no mean. */
	new.auc_weighted = ralm_sum_value(&weighted) / ralm_sum_value(&weights);
	new.auc_plain = ralm_sum_value(&plain) /
			(double)(new.groups - new.one_class);
	for (size_t t = 0; t < top_count; t++) {
		double count = (double)(new.groups - new.no_positives);
		tops[t].precision /= count;
		tops[t].recall /= count;
		tops[t].ndcg /= count;
	}
	*out = new;
	return 0;
}
