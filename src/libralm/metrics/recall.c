#include "metrics/recall.h"

#include <math.h>

void ralm_recall_at(double *found, const double *size, size_t count,
		    const struct ralm_runs *runs, double each)
{
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	double taken = 0, ones = 0; /* above the step */
	size_t i = 0;
	while (i < count && ralm_steps_next(&steps, &step)) {
		const double here = each * step.weight[0] + step.weight[1];
		for (; i < count && size[i] < taken + here; i++)
			found[i] = ones + step.weight[1] *
						  fmax(size[i] - taken, 0) / here;
		taken += here;
		ones += step.weight[1];
	}
	for (; i < count; i++)
		found[i] = ones;
}

struct ralm_interval ralm_share_interval(double found, double n)
{
	const double z = RALM_NORMAL_975, p = found / n;
	const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
	const double half = z / (1 + z * z / n) *
			    sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	return (struct ralm_interval){
		.value = p,
		.error = sqrt(p * (1 - p) / n),
		.low = fmin(fmax(middle - half, 0), p),
		.high = fmax(fmin(middle + half, 1), p),
	};
}

/* The number that a normal one of variance 1 is below with chance p. */
static double normal_quantile(double p)
{
	double low = -40, high = 40;
	for (int i = 0; i < 60; i++) {
		const double z = (low + high) / 2;
		*(erfc(-z / sqrt(2)) / 2 < p ? &low : &high) = z;
	}
	return low;
}

struct ralm_interval ralm_held_out_interval(double found, double n)
{
	const double p = found / n;
	if (!(p > 0 && p < 1))
		return ralm_share_interval(found, n);
	const double z = normal_quantile(p);
	const double density = exp(-z * z / 2) / sqrt(2 * acos(-1));
	const double wider = 1 + density * density / (p * (1 - p));
	return ralm_share_interval(found / wider, n / wider);
}
