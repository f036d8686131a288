/* The measures of one set of scores, in one walk over its steps. */
#ifndef RALM_MODEL_METRICS_MEASURES_H
#define RALM_MODEL_METRICS_MEASURES_H

#include "metrics/score_runs.h"

/* A measure that is not defined is NaN: what compares the classes when one
 * has no sample (or no weight), what reads scores as probabilities when one
 * lies outside [0, 1]. */
struct ralm_measures {
	uint64_t count[2];
	double weight[2];   /* may be infinite where single ones are not */
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
