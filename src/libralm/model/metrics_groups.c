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

/* ---- one group after the other ------------------------------------------- */

/* Groups whose numbers have the same highest bits; how they are parted depends
 * on them alone. */
enum { PART_BITS = 6, PARTS = 1 << PART_BITS };

struct part {
	/* stretches [next, end) of each class are still to come */
	size_t next[2], end[2];
	uint64_t *gathered[2]; /* records of one group */
	size_t capacity[2];
	struct ralm_group_measures counts;
	struct ralm_sum weighted, weights, plain;
	struct ralm_top_measures *tops; /* sums */
};

/* The first stretch of a class whose part is not below `part`. */
static size_t find_part(const struct ralm_score_set *set, int label,
			uint64_t part)
{
	size_t low = 0, high = set->stretch_count[label];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->stretches[label][middle].group >> (64 - PART_BITS) <
		    part)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The records of a group in one class, in order: where they lie, if they are a
 * single stretch, or copied together. */
static int gather(struct ralm_sorted *out, struct part *part,
		  const struct ralm_score_set *set, int label, uint64_t group,
		  struct ralm_error *err)
{
	const struct ralm_stretch *stretches = set->stretches[label];
	const size_t words = 1u + set->weighted;
	size_t begin = part->next[label], end = begin, count = 0;
	for (; end < part->end[label] && stretches[end].group == group; end++)
		count += ralm_stretch_count(&stretches[end]);
	part->next[label] = end;
	*out = (struct ralm_sorted){NULL, count, (int)words};
	if (end == begin)
		return 0;
	out->keys = set->records[label] +
		    ralm_stretch_begin(&stretches[begin]) * words;
	if (end - begin == 1)
		return 0;
	if (ralm_array_reserve(&part->gathered[label], &part->capacity[label],
			       count * words, sizeof *out->keys, err) != 0)
		return -1;
	uint64_t *to = part->gathered[label];
	for (const struct ralm_stretch *s = &stretches[begin];
	     s < &stretches[end]; s++) {
		size_t taken = ralm_stretch_count(s) * words;
		memcpy(to, set->records[label] + ralm_stretch_begin(s) * words,
		       taken * sizeof *to);
		to += taken;
	}
	ralm_words_sort(part->gathered[label], count, (int)words);
	out->keys = part->gathered[label];
	return 0;
}

static void add_group(struct part *part, size_t top_count,
		      const struct ralm_runs *runs, const double *gains)
{
	double weight, auc = group_auc(runs, &weight);
	part->counts.groups++;
	if (isnan(auc)) {
		part->counts.one_class++;
	} else {
		ralm_sum_add(&part->weighted, weight * auc);
		ralm_sum_add(&part->weights, weight);
		ralm_sum_add(&part->plain, auc);
	}
	if (runs->of[1].count == 0)
		part->counts.no_positives++;
	else
		add_tops(part->tops, top_count, runs, gains);
}

static int add_part(struct part *part, size_t top_count,
		    const struct ralm_score_set *set, const double *gains,
		    struct ralm_error *err)
{
	int result = 0;
	while (result == 0 && (part->next[0] < part->end[0] ||
			       part->next[1] < part->end[1])) {
		uint64_t group = UINT64_MAX;
		for (int c = 0; c < 2; c++)
			if (part->next[c] < part->end[c] &&
			    set->stretches[c][part->next[c]].group < group)
				group = set->stretches[c][part->next[c]].group;
		struct ralm_runs runs = {.weighted = set->weighted};
		for (int c = 0; c < 2 && result == 0; c++)
			result = gather(&runs.of[c], part, set, c, group, err);
		if (result == 0)
			add_group(part, top_count, &runs, gains);
	}
	free(part->gathered[0]);
	free(part->gathered[1]);
	return result;
}

/* ---- the whole --------------------------------------------------------- */

/* The means out of the parts' sums. */
static void join(struct ralm_group_measures *out, struct ralm_top_measures *tops,
		 size_t top_count, const struct part *parts)
{
	struct ralm_group_measures new = {0, 0, 0, 0, 0};
	struct ralm_sum weighted = {0, 0}, weights = {0, 0}, plain = {0, 0};
	for (size_t t = 0; t < top_count; t++)
		tops[t].precision = tops[t].recall = tops[t].ndcg = 0;
	for (const struct part *part = parts; part < parts + PARTS; part++) {
		new.groups += part->counts.groups;
		new.one_class += part->counts.one_class;
		new.no_positives += part->counts.no_positives;
		ralm_sum_join(&weighted, &part->weighted);
		ralm_sum_join(&weights, &part->weights);
		ralm_sum_join(&plain, &part->plain);
		for (size_t t = 0; t < top_count; t++) {
			tops[t].precision += part->tops[t].precision;
			tops[t].recall += part->tops[t].recall;
			tops[t].ndcg += part->tops[t].ndcg;
		}
	}
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
}

int ralm_group_measures_compute(struct ralm_group_measures *out,
				struct ralm_top_measures *tops,
				size_t top_count, struct ralm_score_set *set,
				struct ralm_error *err)
{
	int result = -1;
	double *gains = gains_new(largest_k(tops, top_count), err);
	struct part *parts = ralm_aligned_new(PARTS, sizeof *parts, err);
	struct ralm_top_measures *sums =
		ralm_aligned_new(PARTS * top_count, sizeof *sums, err);
	if (gains == NULL || parts == NULL || sums == NULL)
		goto out;
	for (int c = 0; c < 2; c++)
		ralm_words_sort((uint64_t *)set->stretches[c],
				set->stretch_count[c], 2);
	result = 0;
#pragma omp parallel for schedule(dynamic)
	for (size_t p = 0; p < PARTS; p++) {
		struct ralm_error part_err;
		for (int c = 0; c < 2; c++) {
			parts[p].next[c] = find_part(set, c, p);
			parts[p].end[c] = find_part(set, c, p + 1);
		}
		parts[p].tops = sums + p * top_count;
		for (size_t t = 0; t < top_count; t++)
			parts[p].tops[t].k = tops[t].k;
		if (add_part(&parts[p], top_count, set, gains, &part_err) == 0)
			continue;
#pragma omp critical(ralm_groups_failed)
		{
			*err = part_err;
			result = -1;
		}
	}
	if (result == 0)
		join(out, tops, top_count, parts);
out:
	free(gains);
	free(parts);
	free(sums);
	return result;
}
