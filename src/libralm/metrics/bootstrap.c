#include "metrics/bootstrap.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <math.h>
#include <stdlib.h>

size_t ralm_boot_values(double *values, const struct ralm_measures *measures,
			const struct ralm_group_measures *groups,
			const struct ralm_top_measures *tops, size_t top_count)
{
	values[RALM_BOOT_AUC] = measures->auc;
	values[RALM_BOOT_LOG_LOSS] = measures->log_loss;
	values[RALM_BOOT_BRIER] = measures->brier;
	values[RALM_BOOT_CALIBRATION] = measures->calibration;
	values[RALM_BOOT_AVERAGE_PRECISION] = measures->average_precision;
	values[RALM_BOOT_KS] = measures->ks;
	if (groups == NULL)
		return RALM_BOOT_GAUC;
	values[RALM_BOOT_GAUC] = groups->auc_weighted;
	values[RALM_BOOT_GAUC_PLAIN] = groups->auc_plain;
	for (size_t t = 0; t < top_count; t++) {
		values[RALM_BOOT_TOPS + 3 * t] = tops[t].precision;
		values[RALM_BOOT_TOPS + 3 * t + 1] = tops[t].recall;
		values[RALM_BOOT_TOPS + 3 * t + 2] = tops[t].ndcg;
	}
	return RALM_BOOT_TOPS + 3 * top_count;
}

/* ---- resamples ------------------------------------------------------------- */

struct drawing {
	const struct ralm_resampling *of[2];
	size_t top_count;
	uint64_t resamples, rng_seed;
	size_t done; /* resamples */
	uint8_t *drawn;    /* (threads, units) */
	double *values[2]; /* (measures, resamples); the other's differences */
};

/* A unit is not drawn 256 times: the chance is 10^-507 where there are many. */
static void draw(uint8_t *drawn, size_t units, uint64_t rng_seed, uint64_t i)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, rng_seed, i);
	memset(drawn, 0, units);
	for (size_t n = 0; n < units; n++) {
		uint8_t *unit = &drawn[ralm_rng_below(&rng, units)];
		*unit = (uint8_t)(*unit + (*unit < UINT8_MAX));
	}
}

static size_t measure(double *values, const struct ralm_resampling *r,
		      const uint8_t *drawn, size_t top_count)
{
	struct ralm_measures measures;
	struct ralm_group_measures groups;
	struct ralm_top_measures tops[RALM_TOPS_MAX];
	const bool grouped = r->columns > RALM_UNIT_LINE_COLUMNS;
	ralm_resampling_measure(&measures, &groups, tops, top_count, r, drawn);
	return ralm_boot_values(values, &measures, grouped ? &groups : NULL, tops,
				top_count);
}

static void resample(void *context, size_t item, unsigned thread)
{
	struct drawing *d = context;
	const size_t i = d->done + item;
	const size_t units = d->of[0]->units;
	uint8_t *drawn = d->drawn + thread * units;
	double values[2][RALM_BOOT_MAX];
	draw(drawn, units, d->rng_seed, i);
	const size_t count = measure(values[0], d->of[0], drawn, d->top_count);
	for (size_t m = 0; m < count; m++)
		d->values[0][m * d->resamples + i] = values[0][m];
	if (d->of[1] == NULL)
		return;
	measure(values[1], d->of[1], drawn, d->top_count);
	for (size_t m = 0; m < count; m++)
		d->values[1][m * d->resamples + i] = values[0][m] - values[1][m];
}

/* Some at a time, so that what is done can be told. */
static void resample_all(struct drawing *d,
			 const struct ralm_boot_options *options,
			 struct ralm_threads *threads)
{
	const size_t most = 8 * (size_t)ralm_threads_count(threads);
	while (d->done < d->resamples) {
		const size_t left = d->resamples - d->done;
		const size_t some = left < most ? left : most;
		ralm_threads_each(threads, some, resample, d);
		d->done += some;
		if (options->tell != NULL)
			options->tell(options->context, d->done);
	}
}

/* ---- intervals ------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Between two of the sorted values where the place is between them. */
static double percentile(const double *sorted, size_t count, double part)
{
	const double place = part * (double)(count - 1);
	const size_t below = (size_t)place;
	const double low = sorted[below];
	const double high = sorted[below + 1 < count ? below + 1 : below];
	return low == high ? low : low + (place - (double)below) * (high - low);
}

/* Of one unit every resample is the set itself, which tells nothing. */
static struct ralm_boot_interval interval(double *values, size_t count,
					  size_t units)
{
	size_t defined = 0;
	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			values[defined++] = values[i];
	if (units < 2 || defined == 0 || 20 * (count - defined) > count)
		return (struct ralm_boot_interval){(double)NAN, (double)NAN};
	qsort(values, defined, sizeof *values, compare);
	return (struct ralm_boot_interval){percentile(values, defined, 0.025),
					   percentile(values, defined, 0.975)};
}

int ralm_bootstrap(struct ralm_bootstrap *out, const struct ralm_resampling *of,
		   const struct ralm_resampling *other,
		   size_t top_count, const struct ralm_boot_options *options,
		   struct ralm_threads *threads, struct ralm_error *err)
{
	const bool grouped = of->columns > RALM_UNIT_LINE_COLUMNS;
	const size_t count = grouped ? RALM_BOOT_TOPS + 3 * top_count
				     : RALM_BOOT_GAUC;
	const uint64_t resamples = options->resamples;
	struct drawing d = {
		.of = {of, other},
		.top_count = top_count,
		.resamples = resamples,
		.rng_seed = options->rng_seed,
	};
	int result = -1;
	d.drawn = ralm_aligned_new(ralm_threads_count(threads), of->units, err);
	for (int s = 0; s < (other != NULL ? 2 : 1); s++)
		d.values[s] = ralm_aligned_new(resamples * count, sizeof(double), err);
	if (d.drawn == NULL || d.values[0] == NULL ||
	    (other != NULL && d.values[1] == NULL))
		goto out;
	resample_all(&d, options, threads);
	*out = (struct ralm_bootstrap){resamples, of->units, count, {{0, 0}}, {{0, 0}}};
	for (size_t m = 0; m < count; m++) {
		out->of[m] = interval(d.values[0] + m * resamples, resamples,
				      of->units);
		if (other != NULL)
			out->differences[m] =
				interval(d.values[1] + m * resamples, resamples,
					 of->units);
	}
	result = 0;
out:
	free(d.drawn);
	free(d.values[0]);
	free(d.values[1]);
	return result;
}
