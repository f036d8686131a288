#include "metrics/score_weights.h"

#include <math.h>
#include <stdlib.h>

enum {
	COMMON = 100,     /* 2^-100 to 2^100 are taken as they are */
	FARTHEST = 400,   /* between the classes */
	LEAST_UNIT = 1000, /* 2^1074 would be no double */
	WIDEST = 600 /* within a class: 2^-1000 beside what is scaled up to 2^-400 */
};

static bool is_common(const struct ralm_weight_range *range)
{
	return !(range->high > 0) || abs(ilogb(range->high)) <= COMMON;
}

bool ralm_weights_scale(double scale[2], double unit[2],
			const struct ralm_weight_range range[2])
{
	const double low = fmin(range[0].low, range[1].low);
	const double high = fmax(range[0].high, range[1].high);
	for (int c = 0; c < 2; c++)
		scale[c] = unit[c] = 1;
	if (low == high && high > 0) {
		unit[0] = unit[1] = high;
		return false;
	}
	if (is_common(&range[0]) && is_common(&range[1]))
		return true;
	const int top = ilogb(high);
	for (int c = 0; c < 2; c++) {
		int exponent = top;
		if (range[c].high > 0 && ilogb(range[c].high) < top - FARTHEST)
			exponent = ilogb(range[c].high) + FARTHEST;
		if (exponent < -LEAST_UNIT)
			exponent = -LEAST_UNIT;
		scale[c] = ldexp(1, -exponent);
		unit[c] = ldexp(1, exponent);
	}
	return true;
}

double ralm_weights_ratio(const double unit[2])
{
	return fmin(unit[0] / unit[1], 0x1p1000);
}

bool ralm_weights_vanish(const struct ralm_weight_range range[2])
{
	for (int c = 0; c < 2; c++)
		if (range[c].low > 0 && range[c].high > 0 &&
		    ilogb(range[c].high) - ilogb(range[c].low) > WIDEST)
			return true;
	return false;
}
