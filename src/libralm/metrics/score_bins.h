/* Samples gathered by score: in ten parts of equal weight, and in bins of equal
 * width. */
#ifndef RALM_MODEL_METRICS_BINS_H
#define RALM_MODEL_METRICS_BINS_H

#include "metrics/score_runs.h"

/* The samples by score in ten parts of equal weight; equal scores stay
 * together, in the part where their middle lies, so that a part can be
 * empty. Lowest scores first. */
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

/* Widens a finite range that has no width, or less than 10^-9 of its size,
 * beyond which its numbers are hardly told apart. */
void ralm_range_widen(double *low, double *high);

/* Weights by label in bins of equal width: over [0, 1] when all finite scores
 * are there, else from the lowest to the highest of them, widened; infinite
 * scores count in the end bins. */
enum { RALM_HISTOGRAM_BINS = 50 };
struct ralm_histogram {
	double low, high;
	double weight[2][RALM_HISTOGRAM_BINS]; /* of each label, to scale */
};
void ralm_histogram_compute(struct ralm_histogram *histogram,
			    const struct ralm_runs *runs);

#endif
