#include "metrics/score_bins.h"

#include <float.h>
#include <math.h>

/* ---- deciles ----------------------------------------------------------- */

/* The decile of the middle of a step, of the weights of it, above it and of all. */
static inline int decile_of(double here, double above, double all)
{
	double middle = 1 - (above + here / 2) / all;
	int d = (int)(middle * RALM_DECILES);
	return !(middle > 0) ? 0 : d < RALM_DECILES ? d : RALM_DECILES - 1;
}

/* The sums of a decile over a part of the walk. */
struct decile_sums {
	uint64_t count;
	double low, high; /* set where count > 0 */
	struct ralm_sum weight, score, positive;
};

static void add_part(void *context, size_t p, const struct ralm_part *part,
		     const double total[2])
{
	struct decile_sums *sums = (struct decile_sums *)context +
				   p * RALM_DECILES;
	struct ralm_steps steps = part->steps;
	struct ralm_step step;
	/* To the larger unit. */
	const double ratio = steps.runs->ratio;
	const double to[2] = {fmin(ratio, 1), fmin(1 / ratio, 1)};
	const double all = to[0] * total[0] + to[1] * total[1];
	double above = to[0] * part->above[0] + to[1] * part->above[1];
	while (ralm_steps_next(&steps, &step)) {
		const double positive = to[1] * step.weight[1];
		const double here = to[0] * step.weight[0] + positive;
		struct decile_sums *d = &sums[decile_of(here, above, all)];
		if (d->count == 0)
			d->high = step.score;
		d->low = step.score;
		d->count += step.count[0] + step.count[1];
		ralm_sum_add(&d->weight, here);
		ralm_sum_add(&d->positive, positive);
		if (here > 0) /* the score may be infinite */
			ralm_sum_add(&d->score, here * step.score);
		above += here;
	}
}

/* One decile from its sums over the parts, top first. */
static struct ralm_decile join(struct decile_sums parts[][RALM_DECILES],
			       size_t count, int number, double unit)
{
	struct ralm_decile out = {.low = (double)NAN, .high = (double)NAN};
	struct ralm_sum weight = {0, 0}, score = {0, 0}, positive = {0, 0};
	for (size_t p = 0; p < count; p++) {
		const struct decile_sums *part = &parts[p][number];
		if (part->count == 0)
			continue;
		if (out.count == 0)
			out.high = part->high;
		out.low = part->low;
		out.count += part->count;
		ralm_sum_join(&weight, &part->weight);
		ralm_sum_join(&score, &part->score);
		ralm_sum_join(&positive, &part->positive);
	}
	double all = ralm_sum_value(&weight);
	out.weight = all * unit;
	out.predicted = ralm_sum_value(&score) / all;
	out.observed = ralm_sum_value(&positive) / all;
	return out;
}

void ralm_deciles_compute(struct ralm_decile deciles[RALM_DECILES],
			  const struct ralm_runs *runs)
{
	struct decile_sums sums[RALM_PARTS_MAX][RALM_DECILES];
	double total[2];
	memset(sums, 0, sizeof sums);
	const size_t parts = ralm_runs_walk(total, runs, add_part, sums);
	for (int d = 0; d < RALM_DECILES; d++)
		deciles[d] = join(sums, parts, d,
				  fmax(runs->unit[0], runs->unit[1]));
}

/* ---- histogram --------------------------------------------------------- */

/* The lowest and the highest finite score; both 0: there is none. */
static void finite_range(double *low, double *high,
			 const struct ralm_runs *runs)
{
	const uint64_t first = ralm_real_key(-(double)INFINITY) + 1;
	const uint64_t last = ralm_real_key((double)INFINITY);
	*low = (double)INFINITY;
	*high = -(double)INFINITY;
	for (int c = 0; c < 2; c++) {
		const struct ralm_sorted *run = &runs->of[c];
		size_t begin = ralm_sorted_find(run, first);
		size_t end = ralm_sorted_find(run, last);
		if (begin == end)
			continue;
		*low = fmin(*low, ralm_key_real(ralm_sorted_key(run, begin)));
		*high = fmax(*high, ralm_key_real(ralm_sorted_key(run, end - 1)));
	}
	if (*low > *high)
		*low = *high = 0;
}

void ralm_range_widen(double *low, double *high)
{
	double size = fmax(fabs(*low), fabs(*high));
	double least = fmax(size * 1e-9, 1e-300);
	if (*high / 2 - *low / 2 < least / 2) {
		*low = fmax(*low - least / 2, -DBL_MAX);
		*high = fmin(*high + least / 2, DBL_MAX);
	}
}

static int bin_of(double score, double low, double high)
{
	/* Halved, so that a range as wide as double itself does not
	 * overflow. */
	double place = (score / 2 - low / 2) / (high / 2 - low / 2) *
		       RALM_HISTOGRAM_BINS;
	return place >= RALM_HISTOGRAM_BINS ? RALM_HISTOGRAM_BINS - 1
	       : place > 0		    ? (int)place
					    : 0;
}

/* The first record from `begin` on that is beyond the bin. */
static size_t bin_end(const struct ralm_sorted *run, size_t begin, int bin,
		      double low, double high)
{
	size_t end = run->count;
	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;
		double score = ralm_key_real(ralm_sorted_key(run, middle));
		if (bin_of(score, low, high) <= bin)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

void ralm_histogram_within(struct ralm_histogram *histogram,
			   const struct ralm_runs *runs, double low, double high)
{
	for (int c = 0; c < 2; c++)
		for (size_t begin = 0, end, b = 0; b < RALM_HISTOGRAM_BINS;
		     b++, begin = end) {
			end = bin_end(&runs->of[c], begin, (int)b, low, high);
			histogram->weight[c][b] =
				ralm_runs_weight(runs, c, begin, end);
		}
	histogram->low = low;
	histogram->high = high;
}

void ralm_histogram_compute(struct ralm_histogram *histogram,
			    const struct ralm_runs *runs)
{
	double low, high;
	finite_range(&low, &high, runs);
	if (low >= 0 && high <= 1) {
		low = 0;
		high = 1;
	} else {
		ralm_range_widen(&low, &high);
	}
	ralm_histogram_within(histogram, runs, low, high);
}
