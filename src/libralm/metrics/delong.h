/* How sure an AUC is (DeLong, DeLong and Clarke-Pearson, Biometrics 1988).
 *
 * The placement of a sample with label 1 is the part of the samples with
 * label 0 that lie below it, ties half; that of a sample with label 0 is the
 * part of those with label 1 above it. The mean placement of either class is
 * the AUC A, and its variance is
 *     sum over classes of  n / (n - 1) * sum_i w_i^2 (V_i - A)^2 / W^2
 * where n is the number of samples of the class and W their weight. With all
 * weights equal this is DeLong's formula; else its linearisation. */
#ifndef RALM_METRICS_DELONG_H
#define RALM_METRICS_DELONG_H

#include "metrics/score_runs.h"

/* The 97.5 % point of the normal distribution: intervals are 95 %. */
#define RALM_NORMAL_975 1.959963984540054

struct ralm_interval {
	double value, error; /* estimate, standard error */
	double low, high;
};

/* The AUC with its interval, cut to [0, 1]. With one class: NaN. With a
 * single sample in a class the error is not known: NaN. */
void ralm_delong_interval(struct ralm_interval *auc,
			  const struct ralm_runs *runs);

/* What each class, label 0 and label 1, adds to the variance of the AUC, which is
 * not NaN; NaN where the class has a single sample. */
void ralm_delong_variances(double variance[2], const struct ralm_runs *runs,
			   double auc);

struct ralm_comparison {
	double auc[2];
	struct ralm_interval difference; /* auc[0] - auc[1] */
	double z, p;                     /* two-sided */
};

/* Two scores a[i], b[i] of the same samples: the paired test. No score is
 * NaN; weights may be NULL (all 1). When both order the samples alike there
 * is no difference and no error: z is 0 and p is 1. Takes 16 bytes a sample
 * while it runs, and leaves the samples' placements in a and b and scaled
 * weights. */
int ralm_delong_compare(struct ralm_comparison *out, double *a, double *b,
			const uint8_t *labels,
			double *weights, size_t count,
			struct ralm_threads *threads,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
