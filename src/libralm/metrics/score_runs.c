#include "metrics/score_runs.h"

#include <math.h>

enum { PART_RECORDS = 1 << 16 };

struct weights {
	const struct ralm_sorted *run;
	struct ralm_weight_range range[RALM_PARTS_MAX];
	size_t parts;
};

static void part_range(void *context, size_t p, unsigned thread)
{
	struct weights *weights = context;
	const size_t count = weights->run->count, parts = weights->parts;
	double low = (double)INFINITY, high = -(double)INFINITY;
	(void)thread;
	for (size_t i = count * p / parts; i < count * (p + 1) / parts; i++) {
		double weight = ralm_sorted_weight(weights->run, i);
		low = weight < low ? weight : low;
		high = weight > high ? weight : high;
	}
	weights->range[p] = (struct ralm_weight_range){low, high};
}

static struct ralm_weight_range weight_range(const struct ralm_sorted *run,
					     struct ralm_threads *threads)
{
	struct weights weights = {.run = run};
	weights.parts = run->count > PART_RECORDS ? RALM_PARTS_MAX : 1;
	ralm_threads_each(threads, weights.parts, part_range, &weights);
	struct ralm_weight_range range = weights.range[0];
	for (size_t p = 1; p < weights.parts; p++) {
		range.low = fmin(range.low, weights.range[p].low);
		range.high = fmax(range.high, weights.range[p].high);
	}
	return range;
}

struct ralm_runs ralm_runs_of(const struct ralm_sorted *zero,
			      const struct ralm_sorted *one, bool weighted,
			      struct ralm_threads *threads)
{
	struct ralm_runs runs = {.of = {*zero, *one},
				 .scale = {1, 1},
				 .unit = {1, 1},
				 .ratio = 1,
				 .threads = threads};
	if (weighted) {
		const struct ralm_weight_range range[2] = {
			weight_range(zero, threads),
			weight_range(one, threads)};
		runs.weighted =
			ralm_weights_scale(runs.scale, runs.unit, range);
		runs.ratio = ralm_weights_ratio(runs.unit);
		runs.vanish = ralm_weights_vanish(range);
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

/* ---- the walk ---------------------------------------------------------- */

struct walk {
	const struct ralm_runs *runs;
	struct ralm_part part[RALM_PARTS_MAX];
	size_t parts;
	double weight[RALM_PARTS_MAX][2]; /* of each part */
	double *total;
	ralm_part_walk *walk;
	void *context;
};

static void cut(struct walk *walk)
{
	const struct ralm_sorted *of = walk->runs->of;
	const struct ralm_sorted *larger = &of[of[1].count > of[0].count];
	const size_t wanted = larger->count / PART_RECORDS + 1;
	const size_t parts = wanted < RALM_PARTS_MAX ? wanted : RALM_PARTS_MAX;
	struct ralm_steps rest = ralm_steps_all(walk->runs);
	for (size_t p = 0; p < parts; p++) {
		walk->part[p].steps = rest;
		if (p == parts - 1)
			break;
		const size_t each = larger->count / parts;
		uint64_t key = ralm_sorted_key(larger,
					       larger->count - (p + 1) * each);
		for (int c = 0; c < 2; c++) {
			size_t end = ralm_sorted_find(&of[c], key);
			end = end < rest.left[c] ? end : rest.left[c];
			walk->part[p].steps.end[c] = rest.left[c] = end;
		}
	}
	walk->parts = parts;
}

static void weigh_part(void *context, size_t p, unsigned thread)
{
	struct walk *walk = context;
	const struct ralm_steps *steps = &walk->part[p].steps;
	(void)thread;
	for (int c = 0; c < 2; c++)
		walk->weight[p][c] = ralm_runs_weight(
			walk->runs, c, steps->end[c], steps->left[c]);
}

static void walk_part(void *context, size_t p, unsigned thread)
{
	struct walk *walk = context;
	(void)thread;
	walk->walk(walk->context, p, &walk->part[p], walk->total);
}

size_t ralm_runs_walk(double total[2], const struct ralm_runs *runs,
		      ralm_part_walk *work, void *context)
{
	struct walk walk = {.runs = runs, .total = total, .walk = work,
			    .context = context};
	cut(&walk);
	ralm_threads_each(runs->weighted ? runs->threads : NULL, walk.parts,
			  weigh_part, &walk);
	for (int c = 0; c < 2; c++) {
		struct ralm_sum sum = {0, 0};
		for (size_t p = 0; p < walk.parts; p++) {
			walk.part[p].above[c] = ralm_sum_value(&sum);
			ralm_sum_add(&sum, walk.weight[p][c]);
		}
		total[c] = ralm_sum_value(&sum);
	}
	ralm_threads_each(runs->threads, walk.parts, walk_part, &walk);
	return walk.parts;
}
