/* metrics/auc: AUC against its O(n^2) definition and its invariances, the
 * sort, Paddle's buckets against a plain reading of its operator. */
#include "pool.h"
#include "check.h"

#include "libralm/ground/radix_sort.h"
#include "libralm/ground/rng.h"
#include "libralm/metrics/auc.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 3000 };

static double auc_by_definition(const float *scores, const uint8_t *labels,
				size_t count)
{
	double won = 0, pairs = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (labels[i] == 1 && labels[j] == 0) {
				pairs++;
				won += scores[i] > scores[j]    ? 1
				       : scores[i] == scores[j] ? 0.5
								: 0;
			}
	return pairs > 0 ? won / pairs : (double)NAN;
}

static double auc(const float *scores, const uint8_t *labels, size_t count)
{
	struct ralm_error err;
	double value = -1;
	if (ralm_auc(&value, scores, labels, count, &err) != 0)
		return -2;
	return value;
}

static bool same(double a, double b)
{
	return fabs(a - b) <= 1e-14 || (isnan(a) && isnan(b));
}

/* Scores of every kind: few values (ties), wide, special. */
static float draw_score(struct ralm_rng *rng, int kind)
{
	static const float special[] = {-INFINITY, INFINITY, -0.0f, 0.0f,
					FLT_MIN, -FLT_MIN, 1e-45f, -1e-45f,
					2e-45f, FLT_MAX, -FLT_MAX, 1, -1};
	switch (kind) {
	case 0:
		return (float)ralm_rng_below(rng, 5);
	case 1:
		return (float)ralm_rng_uniform(rng);
	case 2:
		return special[ralm_rng_below(rng, sizeof special /
							   sizeof *special)];
	default:
		return (float)(ralm_rng_uniform(rng) - 0.5) *
		       powf(10, (float)ralm_rng_below(rng, 60) - 30);
	}
}

static void test_auc_definition(void)
{
	static float scores[MANY], other[MANY];
	static uint8_t labels[MANY], flipped[MANY];
	struct ralm_rng rng;
	ralm_rng_init(&rng, 1, 0);
	bool defined = true, mirrored = true, monotone = true, shuffled = true;
	for (int round = 0; round < 400; round++) {
		size_t count = round < 8 ? 2 * MANY / 3
					 : ralm_rng_below(&rng, 60);
		uint64_t rarity = 2 + ralm_rng_below(&rng, 6);
		for (size_t i = 0; i < count; i++) {
			scores[i] = draw_score(&rng, round % 4);
			labels[i] = ralm_rng_below(&rng, rarity) == 0;
			flipped[i] = !labels[i];
			other[i] = atanf(scores[i] / 8) / 4 + 2;
		}
		double value = auc(scores, labels, count);
		defined = defined &&
			  same(value, auc_by_definition(scores, labels, count));
		mirrored = mirrored &&
			   same(auc(scores, flipped, count), 1 - value);
		/* What float arithmetic keeps apart or equal stays so. */
		if (round % 4 == 0)
			monotone = monotone &&
				   same(auc(other, labels, count), value);
		for (size_t i = count; i > 1; i--) {
			size_t j = ralm_rng_below(&rng, i);
			float score = scores[j];
			uint8_t label = labels[j];
			scores[j] = scores[i - 1];
			labels[j] = labels[i - 1];
			scores[i - 1] = score;
			labels[i - 1] = label;
		}
		shuffled = shuffled && same(auc(scores, labels, count), value);
	}
	check(defined, "AUC is its definition over pairs, with ties, infinities, denormals, -0");
	check(mirrored, "flipped labels give 1 - AUC");
	check(monotone, "a monotone map changes nothing");
	check(shuffled, "the order of the samples changes nothing");
}

static void test_auc_edges(void)
{
	static const float two[] = {0.25f, 0.75f};
	static const uint8_t up[] = {0, 1}, down[] = {1, 0}, ones[] = {1, 1},
			     zeros[] = {0, 0};
	check(auc(two, up, 2) == 1 && auc(two, down, 2) == 0, "perfect and inverted");
	check(isnan(auc(two, ones, 2)) && isnan(auc(two, zeros, 2)) &&
		      isnan(auc(two, up, 1)) && isnan(auc(two, up, 0)),
	      "one class only, one sample, none: NaN");
	static const float zero[] = {-0.0f, 0.0f};
	check(auc(zero, up, 2) == 0.5, "-0 equals +0");
	struct ralm_error err;
	double value = 7;
	static const float bad[] = {0.5f, NAN};
	check(ralm_auc(&value, bad, up, 2, &err) == -1 && value == 7 &&
		      err.code == RALM_ERROR_NUMERIC,
	      "NaN is refused, the output untouched");

	size_t count = 1000000;
	float *scores = malloc(count * sizeof *scores);
	uint8_t *labels = malloc(count);
	for (size_t i = 0; i < count; i++) {
		scores[i] = 0.3f;
		labels[i] = i % 7 == 0;
	}
	check(auc(scores, labels, count) == 0.5, "a million equal scores: 0.5");
	for (size_t i = 0; i < count; i++)
		scores[i] = (float)labels[i] + (float)(i % 1000) * 1e-4f;
	check(auc(scores, labels, count) == 1, "a million scores, all in order");
	free(scores);
	free(labels);
}

static int compare_words;
static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	for (int w = 0; w < compare_words; w++)
		if (x[w] != y[w])
			return x[w] < y[w] ? -1 : 1;
	return 0;
}

static void test_sort(void)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, 2, 0);
	enum { MOST = 200000 };
	uint64_t *a = malloc(MOST * 3 * sizeof *a);
	uint64_t *b = malloc(MOST * 3 * sizeof *b);
	bool ok = true;
	static const size_t counts[] = {0, 1, 2, 3, 47, 48, 49, 50, 300, 5000, MOST};
	for (int words = 1; words <= 3; words++)
		for (int kind = 0; kind < 4; kind++)
			for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
				size_t size = counts[c] * (size_t)words;
				for (size_t i = 0; i < size; i++) {
					uint64_t x = ralm_rng_next(&rng);
					a[i] = kind == 0   ? x
					       : kind == 1 ? x % 3
					       : kind == 2 ? ralm_real_key(ralm_rng_uniform(&rng))
							   : x & UINT64_C(0x8000000000000001);
				}
				memcpy(b, a, size * sizeof *a);
				compare_words = words;
				qsort(b, counts[c], (size_t)words * sizeof *b, compare);
				ralm_words_sort(a, counts[c], words, pool(3));
				ok = ok && !memcmp(a, b, size * sizeof *a);
			}
	check(ok, "the sort equals qsort, 1 to 3 words, 0 to 200000 records");
	free(a);
	free(b);

	static const double order[] = {-INFINITY, -DBL_MAX, -1, -DBL_MIN, -5e-324, 0,
				       5e-324, DBL_MIN, 1, DBL_MAX, INFINITY};
	ok = ralm_real_key(-0.0) == ralm_real_key(0.0);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		ok = ok && ralm_key_real(ralm_real_key(order[i])) == order[i];
		if (i > 0)
			ok = ok && ralm_real_key(order[i - 1]) <
					   ralm_real_key(order[i]);
	}
	check(ok, "keys keep the order of the scores and give them back");
}

/* Words with one bit each: every digit splits few records off the others. */
enum { BITS = 3 * 64 };
static void *sort_bits(void *sorted)
{
	static uint64_t records[BITS][3];
	for (size_t i = 0; i < BITS; i++)
		records[i * 5 % BITS][2 - i / 64] = UINT64_C(1) << i % 64;
	ralm_words_sort(records[0], BITS, 3, NULL);
	bool ok = true;
	for (size_t i = 0; i < BITS; i++)
		ok = ok && records[i][2 - i / 64] == UINT64_C(1) << i % 64;
	*(bool *)sorted = ok;
	return NULL;
}

static void test_sort_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool sorted = false;
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, 256 << 10) == 0 &&
	    pthread_create(&thread, &attributes, sort_bits, &sorted) == 0)
		pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	check(sorted, "the most levels of a sort, on a small stack");
}

static void test_buckets(void)
{
	static struct ralm_bucket_auc buckets;
	static uint64_t seen[2][4097];
	struct ralm_rng rng;
	ralm_rng_init(&rng, 3, 0);
	ralm_bucket_auc_reset(&buckets);
	check(isnan(ralm_bucket_auc_value(&buckets)), "no sample: NaN");
	ralm_bucket_auc_add(&buckets, 0.5f, 1);
	check(isnan(ralm_bucket_auc_value(&buckets)), "one class: NaN");
	ralm_bucket_auc_reset(&buckets);
	static float scores[MANY];
	static uint8_t labels[MANY];
	for (size_t i = 0; i < MANY; i++) {
		float score = (float)ralm_rng_uniform(&rng);
		int label = ralm_rng_uniform(&rng) < score;
		scores[i] = score = i == 0 ? 0 : i == 1 ? 1 : score;
		labels[i] = (uint8_t)label;
		ralm_bucket_auc_add(&buckets, score, label);
		seen[label][(uint32_t)(score * 4096)]++;
	}
	/* As auc_kernel.cc walks its statistics: from the top, trapezoids
	 * of |x1 - x2| * (y1 + y2) / 2. */
	double area = 0, tp = 0, fp = 0;
	for (int i = 4096; i >= 0; i--) {
		double old_tp = tp, old_fp = fp;
		tp += (double)seen[1][i];
		fp += (double)seen[0][i];
		area += fabs(fp - old_fp) * (tp + old_tp) / 2.0;
	}
	double value = ralm_bucket_auc_value(&buckets);
	check(same(value, area / tp / fp), "buckets as Paddle's operator fills them");
	check(fabs(value - auc(scores, labels, MANY)) < 1e-3 &&
		      value != auc(scores, labels, MANY),
	      "near the exact AUC, not equal to it");
	ralm_bucket_auc_reset(&buckets);
	ralm_bucket_auc_add(&buckets, 2, 1);
	ralm_bucket_auc_add(&buckets, -1, 0);
	check(ralm_bucket_auc_value(&buckets) == 1 &&
		      buckets.positives[4096] == 1 && buckets.negatives[0] == 1,
	      "scores outside [0, 1] go to the end buckets");
}

int main(void)
{
	test_auc_definition();
	test_auc_edges();
	test_sort();
	test_sort_stack();
	test_buckets();
	return check_done();
}
