/* Samples grouped by score: in ten parts of equal weight, and in bins of equal
 * width. */
#ifndef RALM_METRICS_SCORE_BINS_H
#define RALM_METRICS_SCORE_BINS_H

#include "metrics/score_runs.h"

/* The samples by score in ten parts of equal weight. Equal scores stay
 * together, in the part that has their middle, so that a part can be empty.
 * Lowest scores first. */
enum { RALM_DECILES = 10 };
struct ralm_decile {
	uint64_t count;
	double weight;
	double low, high;  /* lowest and highest score; NaN when empty */
	double predicted;  /* mean score; NaN without weight, as the next */
	double observed;   /* part of label 1 */
};
void ralm_deciles_compute(struct ralm_decile deciles[RALM_DECILES],
			  const struct ralm_runs *runs);

/* Widens a finite range without width, or with less than 10^-9 of its size, in
 * which numbers can hardly be told apart. */
void ralm_range_widen(double *low, double *high);

/* Weights by label in bins of equal width: over [0, 1] when it holds all finite
 * scores, otherwise from the lowest to the highest of them, widened; infinite
 * scores count in the end bins. */
enum { RALM_HISTOGRAM_BINS = 50 };
struct ralm_histogram {
	double low, high;
	double weight[2][RALM_HISTOGRAM_BINS]; /* by label, scaled */
};
void ralm_histogram_compute(struct ralm_histogram *histogram,
			    const struct ralm_runs *runs);

/* Over a range that is given, low < high; what lies outside counts in the end bins. */
void ralm_histogram_within(struct ralm_histogram *histogram,
			   const struct ralm_runs *runs, double low, double high);

#endif
