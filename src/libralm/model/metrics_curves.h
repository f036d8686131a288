/* Curves to be drawn: thinned, but each point that is kept is a point of the
 * full curve, exactly. */
#ifndef RALM_MODEL_METRICS_CURVES_H
#define RALM_MODEL_METRICS_CURVES_H

#include "metrics_runs.h"

struct ralm_curve_point {
	double score; /* of the threshold: samples from here up are chosen */
	double x, y;
};

struct ralm_curve {
	struct ralm_curve_point *points; /* owned */
	size_t count, capacity;
};

void ralm_curve_release(struct ralm_curve *curve);

/* x: false positive rate, y: true positive rate; from (0, 0) at +infinity to
 * (1, 1). Between two kept points the full curve moves by at most `spacing`
 * (|dx| + |dy|) or in a single step. The curve is zeroed or released before.
 * With one class it has no points. */
int ralm_curve_roc(struct ralm_curve *curve, const struct ralm_runs *runs,
		   double spacing, struct ralm_error *err) RALM_MUST_CHECK;

/* x: recall, y: precision, from the highest score down. */
int ralm_curve_pr(struct ralm_curve *curve, const struct ralm_runs *runs,
		  double spacing, struct ralm_error *err) RALM_MUST_CHECK;

/* The samples by score in ten parts of equal weight; equal scores stay
 * together, in the part where their middle lies, so that a part can be
 * empty. Lowest scores first. */
enum { RALM_DECILES = 10 };
struct ralm_decile {
	uint64_t count;
	double weight;
	double low, high;  /* lowest and highest score; NaN when empty */
	double predicted;  /* mean score */
	double observed;   /* part of label 1 */
};
void ralm_deciles_compute(struct ralm_decile deciles[RALM_DECILES],
			  const struct ralm_runs *runs);

/* Weights by label in bins of equal width: over [0, 1] when all finite scores
 * are there, else from the lowest to the highest of them; infinite scores
 * count in the end bins. */
enum { RALM_HISTOGRAM_BINS = 50 };
struct ralm_histogram {
	double low, high;
	double weight[2][RALM_HISTOGRAM_BINS];
};
void ralm_histogram_compute(struct ralm_histogram *histogram,
			    const struct ralm_runs *runs);

#endif
