#include "jobs/fit/fit_record.h"

#include <math.h>

bool ralm_fit_curve_offer(struct ralm_fit_curve *curve)
{
	curve->offered++;
	return curve->offered >= curve->every;
}

void ralm_fit_curve_keep(struct ralm_fit_curve *curve,
			 const struct ralm_fit_point *point)
{
	curve->point[curve->count++] = *point;
	curve->offered = 0;
	if (curve->count < RALM_FIT_POINTS)
		return;
	/* The last one stays. */
	curve->count /= 2;
	for (size_t i = 0; i < curve->count; i++)
		curve->point[i] = curve->point[2 * i + 1];
	curve->every = curve->every > 0 ? 2 * curve->every : 2;
}

/* The point before point i; before the first one, the beginning. */
static struct ralm_fit_point before(const struct ralm_fit_curve *curve, size_t i,
				    double begun)
{
	static const struct ralm_fit_point none;
	struct ralm_fit_point point = i > 0 ? curve->point[i - 1] : none;
	point.seconds = fmax(point.seconds, begun);
	return point;
}

double ralm_fit_curve_loss(const struct ralm_fit_curve *curve, size_t i)
{
	const struct ralm_fit_point *to = &curve->point[i];
	const struct ralm_fit_point from = before(curve, i, 0);
	if (to->samples == from.samples)
		return NAN;
	return (to->loss - from.loss) / (double)(to->samples - from.samples);
}

double ralm_fit_curve_rate(const struct ralm_fit_curve *curve, size_t i,
			   double begun)
{
	const struct ralm_fit_point *to = &curve->point[i];
	const struct ralm_fit_point from = before(curve, i, begun);
	if (to->samples == from.samples || to->seconds <= from.seconds)
		return NAN;
	return (double)(to->samples - from.samples) /
	       (to->seconds - from.seconds);
}
