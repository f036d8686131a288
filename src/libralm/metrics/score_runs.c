#include "metrics/score_runs.h"

#include <math.h>

enum { PART_RECORDS = 1 << 16 };

static struct ralm_weight_range weight_range(const struct ralm_sorted *run)
{
	double low = (double)INFINITY, high = -(double)INFINITY;
#pragma omp parallel for reduction(min : low) reduction(max : high) \
	if (run->count > PART_RECORDS)
	for (size_t i = 0; i < run->count; i++) {
		double weight = ralm_sorted_weight(run, i);
		low = weight < low ? weight : low;
		high = weight > high ? weight : high;
	}
	return (struct ralm_weight_range){low, high};
}

struct ralm_runs ralm_runs_of(const struct ralm_sorted *zero,
			      const struct ralm_sorted *one, bool weighted)
{
	struct ralm_runs runs = {
		.of = {*zero, *one}, .scale = {1, 1}, .unit = {1, 1}};
	if (weighted) {
		const struct ralm_weight_range range[2] = {weight_range(zero),
							   weight_range(one)};
		runs.weighted =
			ralm_weights_scale(runs.scale, runs.unit, range);
	}
	return runs;
}

size_t ralm_sorted_find(const struct ralm_sorted *run, uint64_t key)
{
	size_t low = 0, high = run->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ralm_sorted_key(run, middle) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double ralm_runs_weight(const struct ralm_runs *runs, int label, size_t begin,
			size_t end)
{
	if (!runs->weighted)
		return (double)(end - begin);
	struct ralm_sum sum = {0, 0};
	for (size_t i = begin; i < end; i++)
		ralm_sum_add(&sum, ralm_sorted_weight(&runs->of[label], i) *
					   runs->scale[label]);
	return ralm_sum_value(&sum);
}

int ralm_runs_split(struct ralm_part *parts, double total[2],
		    const struct ralm_runs *runs)
{
	const struct ralm_sorted *larger =
		&runs->of[runs->of[1].count > runs->of[0].count];
	size_t wanted = larger->count / PART_RECORDS + 1;
	int count = wanted < RALM_PARTS_MAX ? (int)wanted : RALM_PARTS_MAX;

	struct ralm_steps rest = ralm_steps_all(runs);
	for (int p = 0; p < count; p++) {
		parts[p].steps = rest;
		if (p == count - 1)
			break;
		uint64_t key = ralm_sorted_key(
			larger,
			larger->count - (size_t)(p + 1) * (larger->count / (size_t)count));
		for (int c = 0; c < 2; c++) {
			size_t cut = ralm_sorted_find(&runs->of[c], key);
			cut = cut < rest.left[c] ? cut : rest.left[c];
			parts[p].steps.end[c] = rest.left[c] = cut;
		}
	}

	double weight[RALM_PARTS_MAX][2];
#pragma omp parallel for schedule(dynamic) if (count > 1 && runs->weighted)
	for (int p = 0; p < count; p++)
		for (int c = 0; c < 2; c++)
			weight[p][c] = ralm_runs_weight(runs, c,
							parts[p].steps.end[c],
							parts[p].steps.left[c]);
	for (int c = 0; c < 2; c++) {
		struct ralm_sum sum = {0, 0};
		for (int p = 0; p < count; p++) {
			parts[p].above[c] = ralm_sum_value(&sum);
			ralm_sum_add(&sum, weight[p][c]);
		}
		total[c] = ralm_sum_value(&sum);
	}
	return count;
}
