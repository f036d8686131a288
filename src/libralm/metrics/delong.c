#include "metrics/delong.h"

#include "ground/memory.h"
#include "metrics/auc.h"

#include <math.h>
#include <stdlib.h>

/* Placements of the samples of a step; fp and tp are the weights above it. */
static inline void place(double placement[2], const struct ralm_step *step,
			 double fp, double tp, const double total[2])
{
	placement[0] = (tp + step->weight[1] / 2) / total[1];
	placement[1] = 1 - (fp + step->weight[0] / 2) / total[0];
}

/* n / (n - 1) / W^2 times a sum of squares; NaN for a single sample. */
static double scaled(double squares, double count, double weight)
{
	if (count < 2)
		return (double)NAN;
	return squares / weight / weight * (count / (count - 1));
}

/* ---- one AUC ----------------------------------------------------------- */

struct squares {
	double of[RALM_PARTS_MAX][2];
	double auc;
};

static void sum_squares(void *context, size_t p, const struct ralm_part *part,
			const double total[2])
{
	struct squares *squares = context;
	struct ralm_steps steps = part->steps;
	struct ralm_step step;
	double fp = part->above[0], tp = part->above[1], sum[2] = {0, 0};
	while (ralm_steps_next(&steps, &step)) {
		double placement[2];
		place(placement, &step, fp, tp, total);
		for (int c = 0; c < 2; c++) {
			double from_mean = placement[c] - squares->auc;
			sum[c] += step.square[c] * from_mean * from_mean;
		}
		fp += step.weight[0];
		tp += step.weight[1];
	}
	memcpy(squares->of[p], sum, sizeof sum);
}

void ralm_delong_variances(double variance[2], const struct ralm_runs *runs,
			   double auc)
{
	struct squares squares = {.auc = auc};
	double total[2];
	const size_t parts = ralm_runs_walk(total, runs, sum_squares, &squares);
	for (int c = 0; c < 2; c++) {
		struct ralm_sum sum = {0, 0};
		for (size_t p = 0; p < parts; p++)
			ralm_sum_add(&sum, squares.of[p][c]);
		variance[c] = scaled(ralm_sum_value(&sum),
				     (double)runs->of[c].count, total[c]);
	}
}

void ralm_delong_interval(struct ralm_interval *auc,
			  const struct ralm_runs *runs)
{
	double variance[2];
	double value = ralm_runs_auc(runs);
	*auc = (struct ralm_interval){value, (double)NAN, (double)NAN,
				      (double)NAN};
	if (isnan(value))
		return;
	ralm_delong_variances(variance, runs, value);
	if (isnan(variance[0] + variance[1]))
		return;
	auc->error = sqrt(variance[0] + variance[1]);
	auc->low = fmax(value - RALM_NORMAL_975 * auc->error, 0);
	auc->high = fmin(value + RALM_NORMAL_975 * auc->error, 1);
}

/* ---- two AUCs of the same samples -------------------------------------- */

/* Replaces each sample's score by its placement. Records are (key, sample). */
static void place_all(double *scores, uint64_t *records, const uint8_t *labels,
		      const double *weights, const double total[2],
		      size_t count, struct ralm_threads *threads)
{
	for (size_t i = 0; i < count; i++) {
		records[2 * i] = ralm_real_key(scores[i]);
		records[2 * i + 1] = i;
	}
	ralm_words_sort(records, count, 2, threads);
	double above[2] = {0, 0};
	for (size_t end = count; end > 0;) {
		size_t begin = end;
		struct ralm_step step = {.weight = {0, 0}};
		while (begin > 0 &&
		       records[2 * (begin - 1)] == records[2 * (end - 1)]) {
			size_t i = records[2 * --begin + 1];
			step.weight[labels[i]] += weights ? weights[i] : 1;
		}
		double placement[2];
		place(placement, &step, above[0], above[1], total);
		for (size_t r = begin; r < end; r++) {
			size_t i = records[2 * r + 1];
			scores[i] = placement[labels[i]];
		}
		above[0] += step.weight[0];
		above[1] += step.weight[1];
		end = begin;
	}
}

#define LEAST_ERROR 1e-15 /* less is rounding: placements are from 0 to 1 */

static void compare(struct ralm_comparison *out, const double *placed_a,
		    const double *placed_b, const uint8_t *labels,
		    const double *weights, const double total[2],
		    const double number[2], size_t count)
{
	struct ralm_sum mean[2] = {{0, 0}, {0, 0}}, squares[2] = {{0, 0}, {0, 0}};
	for (size_t i = 0; i < count; i++)
		if (labels[i]) {
			double w = weights ? weights[i] : 1;
			ralm_sum_add(&mean[0], w * placed_a[i]);
			ralm_sum_add(&mean[1], w * placed_b[i]);
		}
	out->auc[0] = ralm_sum_value(&mean[0]) / total[1];
	out->auc[1] = ralm_sum_value(&mean[1]) / total[1];
	double difference = out->auc[0] - out->auc[1];
	/* The variance of a difference of AUCs is that of the differences of
	 * placements: nothing is subtracted, nothing cancels. */
	for (size_t i = 0; i < count; i++) {
		double w = weights ? weights[i] : 1;
		double from_mean = placed_a[i] - placed_b[i] - difference;
		ralm_sum_add(&squares[labels[i]], w * w * from_mean * from_mean);
	}
	double error = sqrt(
		scaled(ralm_sum_value(&squares[0]), number[0], total[0]) +
		scaled(ralm_sum_value(&squares[1]), number[1], total[1]));
	/* The placements of each class all differ alike, but for rounding: two lines
	 * would say the same as a million, and the method no error. */
	if (difference != 0 && error < LEAST_ERROR)
		error = (double)NAN;
	out->difference.value = difference;
	out->difference.error = error;
	out->difference.low = difference - RALM_NORMAL_975 * error;
	out->difference.high = difference + RALM_NORMAL_975 * error;
	out->z = error == 0 ? 0 : difference / error;
	out->p = erfc(fabs(out->z) / sqrt(2));
}

/* Scales the weights in place; NULL where all are equal. */
static double *scale(double *weights, const uint8_t *labels, size_t count)
{
	struct ralm_weight_range range[2] = {
		{(double)INFINITY, -(double)INFINITY},
		{(double)INFINITY, -(double)INFINITY}};
	double by[2], unit[2];
	for (size_t i = 0; i < count; i++) {
		struct ralm_weight_range *r = &range[labels[i]];
		r->low = fmin(r->low, weights[i]);
		r->high = fmax(r->high, weights[i]);
	}
	if (!ralm_weights_scale(by, unit, range))
		return NULL;
	for (size_t i = 0; i < count; i++)
		weights[i] *= by[labels[i]];
	return weights;
}

int ralm_delong_compare(struct ralm_comparison *out, double *a, double *b,
			const uint8_t *labels, double *weights, size_t count,
			struct ralm_threads *threads, struct ralm_error *err)
{
	const double nan = (double)NAN;
	if (weights != NULL)
		weights = scale(weights, labels, count);
	struct ralm_sum sums[2] = {{0, 0}, {0, 0}};
	double number[2] = {0, 0};
	for (size_t i = 0; i < count; i++) {
		ralm_sum_add(&sums[labels[i]], weights ? weights[i] : 1);
		number[labels[i]]++;
	}
	double total[2] = {ralm_sum_value(&sums[0]), ralm_sum_value(&sums[1])};
	if (!(total[0] > 0 && total[1] > 0)) {
		*out = (struct ralm_comparison){
			{nan, nan}, {nan, nan, nan, nan}, nan, nan};
		return 0;
	}
	uint64_t *records = ralm_aligned_new(count, 2 * sizeof *records, err);
	if (records == NULL)
		return -1;
	place_all(a, records, labels, weights, total, count, threads);
	place_all(b, records, labels, weights, total, count, threads);
	free(records);
	compare(out, a, b, labels, weights, total, number, count);
	return 0;
}
