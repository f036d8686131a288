/* The measure the trainer lives by: the area under the ROC curve, the chance
 * that a sample with label 1 has a higher score than one with label 0, where
 * equal scores count half. Exact, and the bucketed form that PaddlePaddle
 * logs. */
#ifndef RALM_MODEL_METRICS_H
#define RALM_MODEL_METRICS_H

#include "ground/error.h"

/* Exact AUC of `count` scores with labels 0 and 1. With one class only (or
 * no sample) *auc is NaN and the call succeeds. A score that is NaN is a
 * numeric error; infinities are ordered, -0 equals +0. Takes 8 * count bytes
 * while it runs, none for small counts. */
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
