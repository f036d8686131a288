/* The measures of one set of scores, in one walk over its steps
 * (score_runs.h). */
#ifndef RALM_METRICS_MEASURES_H
#define RALM_METRICS_MEASURES_H

#include "metrics/score_runs.h"

/* An undefined measure is NaN: one that compares the classes when one of them
 * has no sample (or no weight), one that takes scores for probabilities when
 * one lies outside [0, 1]. */
struct ralm_measures {
	uint64_t count[2];
	double weight[2];   /* the sum may be infinite though no weight is */
	bool probabilities; /* every score is in [0, 1] */
	double auc;
	double log_loss;    /* natural; scores moved into [2^-52, 1 - 2^-52] */
	double brier;       /* mean squared error */
	double calibration; /* sum of scores / weight of label 1 */
	double average_precision; /* sum of (R_i - R_i-1) P_i over the steps */
	double ks;          /* largest |TPR - FPR| */
	double ks_score;    /* the highest score at which it is reached */
};

void ralm_measures_compute(struct ralm_measures *out,
			   const struct ralm_runs *runs);

#endif
