#include "metrics/score_weights.h"

#include <math.h>
#include <stdlib.h>

enum {
	COMMON = 100,     /* 2^-100 to 2^100 are taken as they are */
	FARTHEST = 400,   /* between the classes */
	LEAST_UNIT = 1000 /* 2^1074 would be no double */
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
