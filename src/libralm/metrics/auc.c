#include "metrics/auc.h"

#include "ground/memory.h"

#include <math.h>
#include <stdlib.h>

/* ---- exact ------------------------------------------------------------- */

double ralm_pairs_auc(double pairs, const double total[2])
{
	if (!(total[0] > 0 && total[1] > 0))
		return (double)NAN;
	return pairs / (2 * total[0] * total[1]);
}

static void count_pairs(void *context, size_t p, const struct ralm_part *part,
			const double total[2])
{
	double *pairs = context;
	struct ralm_part own = *part;
	(void)total;
	pairs[p] = ralm_steps_pairs(&own.steps, own.above);
}

double ralm_runs_auc(const struct ralm_runs *runs)
{
	double part[RALM_PARTS_MAX], total[2];
	struct ralm_sum pairs = {0, 0};
	const size_t parts = ralm_runs_walk(total, runs, count_pairs, part);
	for (size_t p = 0; p < parts; p++)
		ralm_sum_add(&pairs, part[p]);
	return ralm_pairs_auc(ralm_sum_value(&pairs), total);
}

int ralm_auc(double *auc, const float *scores, const uint8_t *labels,
	     size_t count, struct ralm_error *err)
{
	/* Label 0 from the start of the array, label 1 from its end. */
	uint64_t *keys = ralm_aligned_new(count, sizeof *keys, err);
	size_t zeros = 0, ones = count;
	if (keys == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (isnan(scores[i])) {
			free(keys);
			return ralm_error_set(err, RALM_ERROR_NUMERIC,
					      "score %zu is not a number", i);
		}
		keys[labels[i] ? --ones : zeros++] =
			ralm_real_key((double)scores[i]);
	}
	ralm_words_sort(keys, zeros, 1, NULL);
	ralm_words_sort(keys + zeros, count - zeros, 1, NULL);
	const struct ralm_sorted zero = {keys, zeros, 1};
	const struct ralm_sorted one = {keys + zeros, count - zeros, 1};
	struct ralm_runs runs = ralm_runs_of(&zero, &one, false, NULL);
	*auc = ralm_runs_auc(&runs);
	free(keys);
	return 0;
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
