/* The area under the ROC curve, the chance that a sample with label 1 has a
 * higher score than one with label 0, where equal scores count half. Exact, and
 * the bucketed form that PaddlePaddle logs. */
#ifndef RALM_METRICS_AUC_H
#define RALM_METRICS_AUC_H

#include "metrics/score_runs.h"

/* Twice the weight of the pairs in the right order whose lower score is in a stretch
 * of the walk; pairs of equal scores count once. above: the weight of each label
 * above the stretch, to which that of the stretch is added. */
static inline double ralm_steps_pairs(struct ralm_steps *steps, double above[2])
{
	struct ralm_step step;
	double pairs = 0;
	while (ralm_steps_next(steps, &step)) {
		pairs += step.weight[0] * (2 * above[1] + step.weight[1]);
		above[0] += step.weight[0];
		above[1] += step.weight[1];
	}
	return pairs;
}

/* AUC from the pairs of all steps and the weight of each label; NaN where one
 * has none. */
double ralm_pairs_auc(double pairs, const double total[2]);

/* AUC of sorted scores, by all threads. */
double ralm_runs_auc(const struct ralm_runs *runs);

/* Exact AUC of `count` scores with labels 0 and 1. With one class only (or
 * no sample) *auc is NaN and the call succeeds. A score that is NaN is a
 * numeric error; infinities are ordered, -0 equals +0. Takes 8 * count bytes
 * while it runs. */
int ralm_auc(double *auc, const float *scores, const uint8_t *labels,
	     size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* PaddlePaddle's auc operator with num_thresholds = 4096: scores are
 * probabilities, counted by label in buckets [k, k + 1) / 4096 (and one for
 * 1), and the curve through the buckets' corners is integrated by trapezoids.
 * Constant memory, so it serves as a running AUC. */
enum { RALM_BUCKET_AUC_THRESHOLDS = 4096 };
struct ralm_bucket_auc {
	uint64_t negatives[RALM_BUCKET_AUC_THRESHOLDS + 1];
	uint64_t positives[RALM_BUCKET_AUC_THRESHOLDS + 1];
};

void ralm_bucket_auc_reset(struct ralm_bucket_auc *buckets);

/* score in [0, 1]; label 0 or 1. A score outside (or NaN) is counted in the
 * nearest bucket (the first). */
void ralm_bucket_auc_add(struct ralm_bucket_auc *buckets, float score,
			 int label);
void ralm_bucket_auc_add_many(struct ralm_bucket_auc *buckets, float score,
			      int label, uint64_t count);

/* With one class only: NaN, where the operator gives 0. */
double ralm_bucket_auc_value(const struct ralm_bucket_auc *buckets);

#endif
