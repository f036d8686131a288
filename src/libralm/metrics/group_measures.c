#include "metrics/group_measures.h"

#include "ground/memory.h"
#include "metrics/auc.h"
#include "metrics/group_walk.h"

#include <math.h>
#include <stdlib.h>

static size_t largest_k(const struct ralm_top_measures *tops, size_t count)
{
	size_t most = 0;
	for (size_t i = 0; i < count; i++)
		most = tops[i].k > most ? tops[i].k : most;
	return most;
}

double *ralm_gains_new(const struct ralm_top_measures *tops, size_t top_count,
		       struct ralm_error *err)
{
	const size_t most = largest_k(tops, top_count);
	double *gains = ralm_aligned_new(most + 1, sizeof *gains, err);
	if (gains == NULL)
		return NULL;
	for (size_t k = 1; k <= most; k++)
		gains[k] = gains[k - 1] + 1 / log2((double)k + 1);
	return gains;
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

/* The AUC of one group, NaN with one class, and its weight, in the larger
 * unit. */
static double group_auc(const struct ralm_runs *runs, double *weight)
{
	struct ralm_steps steps = ralm_steps_all(runs);
	double total[2] = {0, 0};
	double pairs = ralm_steps_pairs(&steps, total);
	*weight = total[0] + total[1];
	return ralm_pairs_auc(pairs, total);
}

struct ralm_group_value ralm_group_value(struct ralm_top_measures *tops,
					 size_t top_count,
					 const struct ralm_runs *runs,
					 const double *gains)
{
	struct ralm_group_value value = {.clicked = runs->of[1].count > 0};
	double weight;
	value.auc = group_auc(runs, &weight);
	const double unit = frexp(fmax(runs->unit[0], runs->unit[1]),
				  &value.exponent);
	value.weight = weight * (2 * unit);
	value.exponent--;
	if (value.clicked)
		add_tops(tops, top_count, runs, gains);
	return value;
}

/* ---- a mean over groups -------------------------------------------------- */

/* Groups may weigh almost nothing beside others that have no AUC: so these sums
 * have an exponent of their own. */
struct weighted_mean {
	struct ralm_sum sum, weight; /* times 2^exponent */
	int exponent;
};

enum { LIFT = 200 }; /* a weight may exceed 2^exponent by 2^LIFT */

static void scale_sum(struct ralm_sum *sum, int exponent)
{
	sum->sum = ldexp(sum->sum, exponent);
	sum->rest = ldexp(sum->rest, exponent);
}

/* Adapts the exponent to that of a weight to be added. */
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

struct part {
	struct ralm_group_measures counts;
	struct weighted_mean mean;
	struct ralm_sum plain;
	struct ralm_top_measures *tops; /* sums */
};

static void add_group(struct part *part, size_t top_count,
		      const struct ralm_runs *runs, const double *gains)
{
	const struct ralm_group_value group =
		ralm_group_value(part->tops, top_count, runs, gains);
	part->counts.groups++;
	part->counts.no_positives += !group.clicked;
	if (isnan(group.auc)) {
		part->counts.one_class++;
	} else {
		mean_add(&part->mean, group.auc, group.weight, group.exponent);
		ralm_sum_add(&part->plain, group.auc);
	}
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
	struct ralm_runs all;
	size_t top_count;
	const double *gains;
};

static void walk_part(void *context, size_t p, unsigned thread)
{
	struct group_walks *walks = context;
	struct ralm_group_walk walk = ralm_group_walk_part(&walks->all, p);
	struct ralm_sorted of[2];
	(void)thread;
	while (ralm_group_walk_next(of, &walk)) {
		/* If all weights of the set are equal, groups have none. */
		struct ralm_runs runs = ralm_runs_of(&of[0], &of[1],
						     walks->all.weighted, NULL);
		add_group(&walks->parts[p], walks->top_count, &runs,
			  walks->gains);
	}
}

int ralm_group_measures_compute(struct ralm_group_measures *out,
				struct ralm_top_measures *tops,
				size_t top_count,
				struct ralm_score_set *set,
				struct ralm_error *err)
{
	int result = -1;
	double *gains = ralm_gains_new(tops, top_count, err);
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
	ralm_score_set_sort_groups(set);
	struct group_walks walks = {parts, ralm_score_set_runs(set), top_count,
				    gains};
	ralm_threads_each(set->threads, RALM_GROUP_PARTS, walk_part, &walks);
	join(out, tops, top_count, parts);
	result = 0;
out:
	free(gains);
	free(parts);
	free(sums);
	return result;
}
