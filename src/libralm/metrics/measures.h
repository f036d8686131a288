/* The measures of one set of scores, in one walk over its steps
 * (score_runs.h). */
#ifndef RALM_METRICS_MEASURES_H
#define RALM_METRICS_MEASURES_H

#include <float.h>

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

/* What the measures are made of: sums over all samples, weights scaled; those of both
 * classes in the unit of label 1. */
struct ralm_measure_sums {
	double weight[2];
	double pairs;     /* twice the weight of pairs in the right order */
	double precision; /* sum of ralm_step_precision */
	double distance, distance_score; /* of KS, times both weights */
	double loss, square_error, score; /* of probabilities, of both classes */
};

/* What a step adds to the sum of precision, behind which tp and fp are chosen: precision
 * times weight of label 1 and, where the labels have units of their own, the share of
 * that weight in its total, since the product of two small ones may be 0. */
static inline double ralm_step_precision(double positive, double tp, double fp,
					 double total, double ratio)
{
	return ratio == 1 ? positive * tp / (tp + fp)
			  : positive / total * (tp / (tp + ratio * fp));
}

/* Sets the real numbers of *out, but weight and probabilities, whose value it goes
 * by; ratio: of the units (score_weights.h). */
void ralm_measures_of_sums(struct ralm_measures *out,
			   const struct ralm_measure_sums *sums,
			   double ratio);

/* A score as a probability that has a logarithm, and so has 1 minus it. */
static inline double ralm_clamp_probability(double score)
{
	if (score < DBL_EPSILON)
		return DBL_EPSILON;
	return score > 1 - DBL_EPSILON ? 1 - DBL_EPSILON : score;
}

#endif
