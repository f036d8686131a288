/* Weights of any size, scaled so that sums, squares and products neither
 * overflow nor vanish. */
#ifndef RALM_METRICS_SCORE_WEIGHTS_H
#define RALM_METRICS_SCORE_WEIGHTS_H

#include <stdbool.h>

/* The least and the largest weight of a class. */
struct ralm_weight_range {
	double low, high; /* low > high: there is none */
};

/* Weights of class c are multiplied by scale[c], a power of two; 1 then stands
 * for unit[c]. Weights of common size keep scale 1. Both classes have one
 * scale, unless one class weighs less than 2^-400 of the other: it is scaled up
 * to that, which is still nothing beside the other. False: all weights are
 * equal, each sample counts as 1, and the unit is the weight. */
bool ralm_weights_scale(double scale[2], double unit[2],
			const struct ralm_weight_range range[2]);

/* What scaled weights of label 0 are multiplied by to be in the unit of label 1, where
 * both are added and little beside much counts; at most 2^1000, so that sums are
 * finite. 1 but where one class was scaled up. */
double ralm_weights_ratio(const double unit[2]);

/* Whether weights of one class differ so much that the small ones may vanish. */
bool ralm_weights_vanish(const struct ralm_weight_range range[2]);

#endif
