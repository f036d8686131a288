/* What every measure walks over: the scores of the two classes, each sorted.
 * From the highest score down, equal scores are one step, and each step is a
 * threshold: the steps before it are above it. */
#ifndef RALM_METRICS_SCORE_RUNS_H
#define RALM_METRICS_SCORE_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"
#include "ground/radix_sort.h"
#include "metrics/score_weights.h"

/* The samples of a class, ordered by score and weight: record i has its key at
 * keys[i * words], followed by its weight, if it has one. Not owned. */
struct ralm_sorted {
	const uint64_t *keys;
	size_t count;
	int words;
};

struct ralm_runs {
	struct ralm_sorted of[2];
	bool weighted; /* else each sample counts as 1 */
	double scale[2], unit[2], ratio; /* score_weights.h */
	bool vanish;                     /* ralm_weights_vanish() */
	struct ralm_threads *threads; /* that walk; not owned */
};

/* The runs of two classes, with weights or without; they need not be sorted
 * yet. If all weights are equal, the runs have none. */
struct ralm_runs ralm_runs_of(const struct ralm_sorted *zero,
			      const struct ralm_sorted *one, bool weighted,
			      struct ralm_threads *threads);

/* All samples with one score. */
struct ralm_step {
	double score;
	uint64_t count[2];
	double weight[2]; /* sum of weights, scaled */
	double square[2]; /* sum of their squares */
};

/* A walk from the highest score down over some records. */
struct ralm_steps {
	const struct ralm_runs *runs;
	size_t left[2], end[2]; /* records [end, left) are to come */
};

static inline struct ralm_steps ralm_steps_all(const struct ralm_runs *runs)
{
	return (struct ralm_steps){
		runs, {runs->of[0].count, runs->of[1].count}, {0, 0}};
}

static inline double ralm_sorted_weight(const struct ralm_sorted *run, size_t i)
{
	double weight;
	memcpy(&weight, run->keys + i * (size_t)run->words + 1, sizeof weight);
	return weight;
}

static inline uint64_t ralm_sorted_key(const struct ralm_sorted *run, size_t i)
{
	return run->keys[i * (size_t)run->words];
}

/* The first record whose key is at least `key`; run->count: none. */
size_t ralm_sorted_find(const struct ralm_sorted *run, uint64_t key);

/* The scaled weight of records [begin, end) of a class; without weights, their
 * number. */
double ralm_runs_weight(const struct ralm_runs *runs, int label, size_t begin,
			size_t end);

/* The next step; false at the end. */
static inline bool ralm_steps_next(struct ralm_steps *steps,
				   struct ralm_step *step)
{
	uint64_t top = 0; /* no score's key: it would be a NaN's */
	for (int c = 0; c < 2; c++)
		if (steps->left[c] > steps->end[c]) {
			uint64_t key = ralm_sorted_key(&steps->runs->of[c],
						       steps->left[c] - 1);
			top = key > top ? key : top;
		}
	if (top == 0)
		return false;
	step->score = ralm_key_real(top);
	for (int c = 0; c < 2; c++) {
		const struct ralm_sorted *run = &steps->runs->of[c];
		size_t i = steps->left[c];
		double weight = 0, square = 0;
		while (i > steps->end[c] && ralm_sorted_key(run, i - 1) == top) {
			i--;
			if (steps->runs->weighted) {
				double w = ralm_sorted_weight(run, i) *
					   steps->runs->scale[c];
				weight += w;
				square += w * w;
			}
		}
		step->count[c] = steps->left[c] - i;
		if (!steps->runs->weighted)
			weight = square = (double)step->count[c];
		step->weight[c] = weight;
		step->square[c] = square;
		steps->left[c] = i;
	}
	return true;
}

/* A part of the walk, for one thread, and what lies above it. */
struct ralm_part {
	struct ralm_steps steps;
	double above[2]; /* scaled weight of the steps before this part */
};

enum { RALM_PARTS_MAX = 64 };

/* Walks over part p. total: the scaled weight of each class. */
typedef void ralm_part_walk(void *context, size_t p,
			    const struct ralm_part *part,
			    const double total[2]);

/* Cuts the walk between steps into at most RALM_PARTS_MAX parts, the top first, and
 * walks over them in several threads. The cuts depend on the data alone, so that sums
 * taken part by part are the same for any number of threads. Sets total; returns the
 * number of parts. */
size_t ralm_runs_walk(double total[2], const struct ralm_runs *runs,
		      ralm_part_walk *walk, void *context);

/* A compensated sum (Neumaier 1974). Beside an infinite sum the rest is NaN, and
 * does not count. */
struct ralm_sum {
	double sum, rest;
};

static inline void ralm_sum_add(struct ralm_sum *sum, double x)
{
	double next = sum->sum + x;
	double big = sum->sum, small = x;
	if ((big < 0 ? -big : big) < (small < 0 ? -small : small)) {
		big = x;
		small = sum->sum;
	}
	sum->rest += (big - next) + small;
	sum->sum = next;
}

/* Adds another sum. */
static inline void ralm_sum_join(struct ralm_sum *sum,
				 const struct ralm_sum *other)
{
	double rest = other->rest;
	ralm_sum_add(sum, other->sum);
	if (rest - rest == 0) /* finite */
		ralm_sum_add(sum, rest);
}

static inline double ralm_sum_value(const struct ralm_sum *sum)
{
	return sum->rest == sum->rest ? sum->sum + sum->rest : sum->sum;
}

#endif
