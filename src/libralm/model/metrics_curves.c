#include "metrics_curves.h"

#include "../ground/memory.h"

#include <math.h>
#include <stdlib.h>

void ralm_curve_release(struct ralm_curve *curve)
{
	free(curve->points);
	memset(curve, 0, sizeof *curve);
}

/* ---- thinning ---------------------------------------------------------- */

static int put(struct ralm_curve *curve, const struct ralm_curve_point *point,
	       struct ralm_error *err)
{
	if (ralm_array_reserve(&curve->points, &curve->capacity,
			       curve->count + 1, sizeof *curve->points,
			       err) != 0)
		return -1;
	curve->points[curve->count++] = *point;
	return 0;
}

static double distance(const struct ralm_curve_point *a,
		       const struct ralm_curve_point *b)
{
	return fabs(a->x - b->x) + fabs(a->y - b->y);
}

/* Where a walk stands: the last point, which may or may not be kept yet. */
struct thinner {
	struct ralm_curve *curve;
	double spacing;
	struct ralm_curve_point last;
	bool any, kept; /* there is a last point; it is in the curve */
};

/* Keeps the last point when the next one would leave it too far behind. */
static int thin(struct thinner *t, const struct ralm_curve_point *next,
		struct ralm_error *err)
{
	if (!t->any) {
		if (put(t->curve, next, err) != 0)
			return -1;
		t->kept = true;
	} else {
		const struct ralm_curve_point *kept =
			&t->curve->points[t->curve->count - 1];
		if (!t->kept && distance(kept, next) > t->spacing &&
		    put(t->curve, &t->last, err) != 0)
			return -1;
		t->kept = false;
	}
	t->last = *next;
	t->any = true;
	return 0;
}

static int thin_end(struct thinner *t, struct ralm_error *err)
{
	return t->any && !t->kept ? put(t->curve, &t->last, err) : 0;
}

/* ---- curves ------------------------------------------------------------ */

static void whole_weight(double total[2], const struct ralm_runs *runs)
{
	struct ralm_part parts[RALM_PARTS_MAX];
	ralm_runs_split(parts, total, runs);
}

int ralm_curve_roc(struct ralm_curve *curve, const struct ralm_runs *runs,
		   double spacing, struct ralm_error *err)
{
	double total[2], fp = 0, tp = 0;
	whole_weight(total, runs);
	memset(curve, 0, sizeof *curve);
	if (!(total[0] > 0 && total[1] > 0))
		return 0;
	struct thinner t = {.curve = curve, .spacing = spacing};
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	struct ralm_curve_point point = {(double)INFINITY, 0, 0};
	if (thin(&t, &point, err) != 0)
		goto fail;
	while (ralm_steps_next(&steps, &step)) {
		fp += step.weight[0];
		tp += step.weight[1];
		point = (struct ralm_curve_point){step.score, fp / total[0],
						  tp / total[1]};
		if (thin(&t, &point, err) != 0)
			goto fail;
	}
	if (thin_end(&t, err) == 0)
		return 0;
fail:
	ralm_curve_release(curve);
	return -1;
}

int ralm_curve_pr(struct ralm_curve *curve, const struct ralm_runs *runs,
		  double spacing, struct ralm_error *err)
{
	double total[2], fp = 0, tp = 0;
	whole_weight(total, runs);
	memset(curve, 0, sizeof *curve);
	if (!(total[0] > 0 && total[1] > 0))
		return 0;
	struct thinner t = {.curve = curve, .spacing = spacing};
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	while (ralm_steps_next(&steps, &step)) {
		fp += step.weight[0];
		tp += step.weight[1];
		if (!(fp + tp > 0))
			continue;
		struct ralm_curve_point point = {step.score, tp / total[1],
						 tp / (tp + fp)};
		if (thin(&t, &point, err) != 0)
			goto fail;
	}
	if (thin_end(&t, err) == 0)
		return 0;
fail:
	ralm_curve_release(curve);
	return -1;
}

/* ---- calibration ------------------------------------------------------- */

void ralm_deciles_compute(struct ralm_decile deciles[RALM_DECILES],
			  const struct ralm_runs *runs)
{
	double total[2], above = 0;
	struct ralm_sum predicted[RALM_DECILES] = {{0, 0}},
			observed[RALM_DECILES] = {{0, 0}},
			weight[RALM_DECILES] = {{0, 0}};
	whole_weight(total, runs);
	double all = total[0] + total[1];
	for (int d = 0; d < RALM_DECILES; d++)
		deciles[d] = (struct ralm_decile){.low = (double)NAN,
						  .high = (double)NAN};
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	while (ralm_steps_next(&steps, &step)) {
		double here = step.weight[0] + step.weight[1];
		double middle = 1 - (above + here / 2) / all;
		int d = (int)(middle * RALM_DECILES);
		d = !(middle > 0) ? 0 : d < RALM_DECILES ? d : RALM_DECILES - 1;
		deciles[d].count += step.count[0] + step.count[1];
		ralm_sum_add(&weight[d], here);
		ralm_sum_add(&predicted[d], here * step.score);
		ralm_sum_add(&observed[d], step.weight[1]);
		deciles[d].low = step.score;
		if (isnan(deciles[d].high))
			deciles[d].high = step.score;
		above += here;
	}
	for (int d = 0; d < RALM_DECILES; d++) {
		double w = ralm_sum_value(&weight[d]);
		deciles[d].weight = w;
		deciles[d].predicted = ralm_sum_value(&predicted[d]) / w;
		deciles[d].observed = ralm_sum_value(&observed[d]) / w;
	}
}

/* ---- histogram --------------------------------------------------------- */

static void finite_range(double *low, double *high,
			 const struct ralm_runs *runs)
{
	*low = (double)INFINITY;
	*high = -(double)INFINITY;
	for (int c = 0; c < 2; c++) {
		const struct ralm_run *run = &runs->of[c];
		size_t begin = 0, end = run->count;
		while (begin < end &&
		       isinf(ralm_key_score(ralm_run_key(run, begin))))
			begin++;
		while (end > begin &&
		       isinf(ralm_key_score(ralm_run_key(run, end - 1))))
			end--;
		if (begin == end)
			continue;
		*low = fmin(*low, ralm_key_score(ralm_run_key(run, begin)));
		*high = fmax(*high, ralm_key_score(ralm_run_key(run, end - 1)));
	}
	if (*low > *high) /* none is finite */
		*low = *high = 0;
}

void ralm_histogram_compute(struct ralm_histogram *histogram,
			    const struct ralm_runs *runs)
{
	memset(histogram, 0, sizeof *histogram);
	double low, high;
	finite_range(&low, &high, runs);
	if (low >= 0 && high <= 1) {
		low = 0;
		high = 1;
	} else if (low == high) {
		low -= fabs(low) / 2;
		high += fabs(high) / 2;
	}
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	while (ralm_steps_next(&steps, &step)) {
		/* Halves, so that a range as wide as double itself fits. */
		double place = (step.score / 2 - low / 2) /
			       (high / 2 - low / 2) * RALM_HISTOGRAM_BINS;
		int bin = place >= RALM_HISTOGRAM_BINS ? RALM_HISTOGRAM_BINS - 1
			  : place > 0                  ? (int)place
						       : 0;
		histogram->weight[0][bin] += step.weight[0];
		histogram->weight[1][bin] += step.weight[1];
	}
	histogram->low = low;
	histogram->high = high;
}
