#include "metrics/group_measures.h"

#include "ground/memory.h"
#include "metrics/auc.h"

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

/* AUC of one group; NaN with one class. Its weight is of the larger unit. */
static double group_auc(const struct ralm_runs *runs, double *weight)
{
	struct ralm_steps steps = ralm_steps_all(runs);
	double total[2] = {0, 0};
	double pairs = ralm_steps_pairs(&steps, total);
	*weight = total[0] + total[1];
	return ralm_pairs_auc(pairs, total);
}

/* ---- a mean over groups -------------------------------------------------- */

/* Groups may weigh next to nothing beside others, which may have no AUC: the
 * sums have an exponent of their own. */
struct weighted_mean {
	struct ralm_sum sum, weight; /* times 2^exponent */
	int exponent;
};

enum { LIFT = 200 }; /* so much larger may a weight be than the exponent says */

static void scale_sum(struct ralm_sum *sum, int exponent)
{
	sum->sum = ldexp(sum->sum, exponent);
	sum->rest = ldexp(sum->rest, exponent);
}

/* Makes the exponent fit to what comes with another one. */
static void fit(struct weighted_mean *mean, int exponent)
{
	if (mean->weight.sum != 0 && exponent <= mean->exponent + LIFT)
		return;
	scale_sum(&mean->sum, mean->exponent - exponent);
	scale_sum(&mean->weight, mean->exponent - exponent);
	mean->exponent = exponent;
}

/* weight times 2^exponent is the group's */
static void mean_add(struct weighted_mean *mean, double auc, double weight,
		     int exponent)
{
	fit(mean, exponent);
	weight = ldexp(weight, exponent - mean->exponent);
	ralm_sum_add(&mean->sum, weight * auc);
	ralm_sum_add(&mean->weight, weight);
}

static void mean_join(struct weighted_mean *mean,
		      const struct weighted_mean *other)
{
	struct weighted_mean add = *other;
	if (add.weight.sum == 0)
		return;
	fit(mean, add.exponent);
	scale_sum(&add.sum, add.exponent - mean->exponent);
	scale_sum(&add.weight, add.exponent - mean->exponent);
	ralm_sum_join(&mean->sum, &add.sum);
	ralm_sum_join(&mean->weight, &add.weight);
}

/* ---- one group after the other ------------------------------------------- */

/* Groups whose numbers have the same highest bits; how they are parted depends
 * on them alone. */
struct part {
	struct ralm_stretch_merge merge[2];
	uint64_t *gathered[2]; /* records of one group */
	size_t capacity[2];
	struct ralm_group_measures counts;
	struct weighted_mean mean;
	struct ralm_sum plain;
	struct ralm_top_measures *tops; /* sums */
	bool failed;
	struct ralm_error err;
};

/* Appends records to what is gathered. */
static int append(struct part *part, int label, size_t held,
		  const uint64_t *records, size_t count, size_t words,
		  struct ralm_error *err)
{
	if (ralm_array_reserve(&part->gathered[label], &part->capacity[label],
			       (held + count) * words, sizeof *records,
			       err) != 0)
		return -1;
	memcpy(part->gathered[label] + held * words, records,
	       count * words * sizeof *records);
	return 0;
}

/* The records of a group in one class, in order: where they lie, if they are a
 * single stretch, or copied together. */
static int gather(struct ralm_sorted *out, struct part *part,
		  const struct ralm_score_set *set, int label, uint64_t group,
		  struct ralm_error *err)
{
	const size_t words = 1u + set->weighted;
	size_t begin, count, pieces = 0;
	*out = (struct ralm_sorted){NULL, 0, (int)words};
	while (ralm_stretch_merge_next(&begin, &count, &part->merge[label],
				       group)) {
		const uint64_t *records = set->records[label] + begin * words;
		if (pieces == 1 && append(part, label, 0, out->keys, out->count,
					  words, err) != 0)
			return -1;
		if (pieces == 0)
			out->keys = records;
		else if (append(part, label, out->count, records, count, words,
				err) != 0)
			return -1;
		out->count += count;
		pieces++;
	}
	if (pieces > 1) {
		ralm_words_sort(part->gathered[label], out->count, (int)words,
				NULL);
		out->keys = part->gathered[label];
	}
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
		int exponent;
		double unit = frexp(fmax(runs->unit[0], runs->unit[1]),
				    &exponent);
		mean_add(&part->mean, auc, weight * (2 * unit), exponent - 1);
		ralm_sum_add(&part->plain, auc);
	}
	if (runs->of[1].count == 0)
		part->counts.no_positives++;
	else
		add_tops(part->tops, top_count, runs, gains);
}

static int add_groups(struct part *part, size_t top_count,
		      const struct ralm_score_set *set, bool weighted,
		      const double *gains, struct ralm_error *err)
{
	for (;;) {
		uint64_t group[2];
		bool any[2];
		for (int c = 0; c < 2; c++)
			any[c] = ralm_stretch_merge_group(&group[c],
							  &part->merge[c]);
		if (!any[0] && !any[1])
			return 0;
		int lower = !any[0] || (any[1] && group[1] < group[0]);
		struct ralm_sorted of[2];
		for (int c = 0; c < 2; c++)
			if (gather(&of[c], part, set, c, group[lower], err) != 0)
				return -1;
		struct ralm_runs runs = ralm_runs_of(&of[0], &of[1], weighted, NULL);
		add_group(part, top_count, &runs, gains);
	}
}

static int add_part(struct part *part, size_t number, size_t top_count,
		    const struct ralm_score_set *set, bool weighted,
		    const double *gains, struct ralm_error *err)
{
	int result = 0;
	for (int c = 0; c < 2 && result == 0; c++)
		result = ralm_stretch_merge_init(&part->merge[c],
						 &set->stretches[c], number,
						 err);
	if (result == 0)
		result = add_groups(part, top_count, set, weighted, gains, err);
	for (int c = 0; c < 2; c++) {
		ralm_stretch_merge_release(&part->merge[c]);
		free(part->gathered[c]);
	}
	return result;
}

/* ---- the whole --------------------------------------------------------- */

/* The means out of the parts' sums. */
static void join(struct ralm_group_measures *out, struct ralm_top_measures *tops,
		 size_t top_count, const struct part *parts)
{
	struct ralm_group_measures new = {0, 0, 0, 0, 0};
	struct weighted_mean mean = {{0, 0}, {0, 0}, 0};
	struct ralm_sum plain = {0, 0};
	for (size_t t = 0; t < top_count; t++)
		tops[t].precision = tops[t].recall = tops[t].ndcg = 0;
	for (size_t p = 0; p < RALM_GROUP_PARTS; p++) {
		const struct part *part = &parts[p];
		new.groups += part->counts.groups;
		new.one_class += part->counts.one_class;
		new.no_positives += part->counts.no_positives;
		mean_join(&mean, &part->mean);
		ralm_sum_join(&plain, &part->plain);
		for (size_t t = 0; t < top_count; t++) {
			tops[t].precision += part->tops[t].precision;
			tops[t].recall += part->tops[t].recall;
			tops[t].ndcg += part->tops[t].ndcg;
		}
	}
	/* 0 / 0: no group, no mean. */
	new.auc_weighted = ralm_sum_value(&mean.sum) /
			   ralm_sum_value(&mean.weight);
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

struct group_walks {
	struct part *parts;
	const struct ralm_score_set *set;
	size_t top_count;
	bool weighted;
	const double *gains;
};

static void walk_part(void *context, size_t p, unsigned thread)
{
	struct group_walks *walks = context;
	struct part *part = &walks->parts[p];
	(void)thread;
	part->failed = add_part(part, p, walks->top_count, walks->set,
				walks->weighted, walks->gains, &part->err) != 0;
}

int ralm_group_measures_compute(struct ralm_group_measures *out,
				struct ralm_top_measures *tops,
				size_t top_count,
				const struct ralm_score_set *set,
				struct ralm_error *err)
{
	int result = -1;
	/* Where all weights of the set are equal no group has any. */
	const bool weighted = ralm_score_set_runs(set).weighted;
	double *gains = gains_new(largest_k(tops, top_count), err);
	struct part *parts = ralm_aligned_new(RALM_GROUP_PARTS, sizeof *parts, err);
	struct ralm_top_measures *sums =
		ralm_aligned_new(RALM_GROUP_PARTS * top_count, sizeof *sums,
				 err);
	if (gains == NULL || parts == NULL || sums == NULL)
		goto out;
	for (size_t p = 0; p < RALM_GROUP_PARTS; p++) {
		parts[p].tops = sums + p * top_count;
		for (size_t t = 0; t < top_count; t++)
			parts[p].tops[t].k = tops[t].k;
	}
	struct group_walks walks = {parts, set, top_count, weighted, gains};
	ralm_threads_each(set->threads, RALM_GROUP_PARTS, walk_part, &walks);
	result = 0;
	for (size_t p = 0; p < RALM_GROUP_PARTS && result == 0; p++) {
		if (parts[p].failed && err != NULL)
			*err = parts[p].err;
		result = parts[p].failed ? -1 : 0;
	}
	if (result == 0)
		join(out, tops, top_count, parts);
out:
	free(gains);
	free(parts);
	free(sums);
	return result;
}
