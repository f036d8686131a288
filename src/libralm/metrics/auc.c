#include "metrics/auc.h"

#include "ground/memory.h"
#include "metrics/score_sort.h"

#include <math.h>
#include <stdlib.h>

/* ---- exact ------------------------------------------------------------- */

int ralm_auc(double *auc, const float *scores, const uint8_t *labels,
	     size_t count, struct ralm_error *err)
{
	enum { ON_STACK = 512 };
	uint64_t stack[ON_STACK];
	uint64_t *keys = stack;
	if (count > ON_STACK) {
		keys = ralm_aligned_new(count, sizeof *keys, err);
		if (keys == NULL)
			return -1;
	}
	int result = -1;
	for (size_t i = 0; i < count; i++) {
		if (isnan(scores[i])) {
			ralm_error_set(err, RALM_ERROR_NUMERIC,
				       "score %zu is not a number", i);
			goto out;
		}
		keys[i] = (uint64_t)ralm_score_key_float(scores[i]) << 1 |
			  (labels[i] != 0);
	}
	ralm_words_sort(keys, count, 1, NULL);

	/* Twice the pairs in which the one with label 1 is higher, equal
	 * pairs counted once. */
	uint64_t below = 0, positives = 0, pairs = 0;
	for (size_t i = 0; i < count;) {
		uint64_t score = keys[i] >> 1, tied[2] = {0, 0};
		for (; i < count && keys[i] >> 1 == score; i++)
			tied[keys[i] & 1]++;
		pairs += tied[1] * (2 * below + tied[0]);
		below += tied[0];
		positives += tied[1];
	}
	*auc = positives == 0 || below == 0
		       ? (double)NAN
		       : (double)pairs / (2.0 * (double)positives * (double)below);
	result = 0;
out:
	if (keys != stack)
		free(keys);
	return result;
}

/* ---- by buckets -------------------------------------------------------- */

void ralm_bucket_auc_reset(struct ralm_bucket_auc *buckets)
{
	memset(buckets, 0, sizeof *buckets);
}

void ralm_bucket_auc_add_many(struct ralm_bucket_auc *buckets, float score,
			      int label, uint64_t count)
{
	/* The product is exact: a power of two. */
	float place = score * RALM_BUCKET_AUC_THRESHOLDS;
	size_t bucket = 0;
	if (place >= RALM_BUCKET_AUC_THRESHOLDS)
		bucket = RALM_BUCKET_AUC_THRESHOLDS;
	else if (place > 0)
		bucket = (size_t)place;
	if (label)
		buckets->positives[bucket] += count;
	else
		buckets->negatives[bucket] += count;
}

void ralm_bucket_auc_add(struct ralm_bucket_auc *buckets, float score,
			 int label)
{
	ralm_bucket_auc_add_many(buckets, score, label, 1);
}

double ralm_bucket_auc_value(const struct ralm_bucket_auc *buckets)
{
	double positives = 0, negatives = 0, area = 0;
	for (size_t i = RALM_BUCKET_AUC_THRESHOLDS + 1; i-- > 0;) {
		double before = positives;
		positives += (double)buckets->positives[i];
		negatives += (double)buckets->negatives[i];
		area += (double)buckets->negatives[i] * (before + positives) / 2;
	}
	if (positives == 0 || negatives == 0)
		return NAN;
	return area / positives / negatives;
}
