/* How sure measures are, by resampling (Efron, Annals of Statistics 1979): units,
 * groups or samples, are drawn with replacement, as many as there are, again and
 * again, and the interval of a measure is what the middle 95 % of its values span.
 * With groups this takes into account that the samples of one are alike. */
#ifndef RALM_METRICS_BOOTSTRAP_H
#define RALM_METRICS_BOOTSTRAP_H

#include "metrics/resampling.h"

/* The measures that have an interval, in this order; those from GAUC on where groups
 * are measured, and then precision, recall and nDCG of each K. */
enum ralm_boot_measure {
	RALM_BOOT_AUC,
	RALM_BOOT_LOG_LOSS,
	RALM_BOOT_BRIER,
	RALM_BOOT_CALIBRATION,
	RALM_BOOT_AVERAGE_PRECISION,
	RALM_BOOT_KS,
	RALM_BOOT_GAUC,
	RALM_BOOT_GAUC_PLAIN,
	RALM_BOOT_TOPS,
	RALM_BOOT_MAX = RALM_BOOT_TOPS + RALM_UNIT_COLUMNS_MAX - RALM_UNIT_TOPS,
};

/* Puts the measures in this order and returns how many there are; groups: NULL where
 * they are not measured. */
size_t ralm_boot_values(double *values, const struct ralm_measures *measures,
			const struct ralm_group_measures *groups,
			const struct ralm_top_measures *tops, size_t top_count);

/* NaN: there is one unit, or in more than one of twenty resamples the measure is not
 * defined. */
struct ralm_boot_interval {
	double low, high;
};

struct ralm_bootstrap {
	uint64_t resamples; /* 0: there was no bootstrap */
	uint64_t units;
	size_t count;       /* of measures */
	struct ralm_boot_interval of[RALM_BOOT_MAX];
	struct ralm_boot_interval differences[RALM_BOOT_MAX]; /* to the other */
};

struct ralm_boot_options {
	uint64_t resamples, rng_seed;
	/* Told again and again how many resamples are done, in the caller's
	 * thread; NULL: nobody is told. */
	void (*tell)(void *context, uint64_t done);
	void *context;
};

/* Resamples `of`, and, where it is not NULL, `other`, which has the same units and
 * columns, by the same draws: the differences are of - other, resample by resample.
 * Resample i is drawn by stream i of rng_seed: the same for any number of threads.
 * Takes a byte a unit for each thread, and 8 for each measure of a resample. */
int ralm_bootstrap(struct ralm_bootstrap *out, const struct ralm_resampling *of,
		   const struct ralm_resampling *other,
		   size_t top_count, const struct ralm_boot_options *options,
		   struct ralm_threads *threads, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
