/* The average: no attention and no matrix. A list is the mean of its seeds'
 * vectors.
 *
 * v = (1/n) Σ E[seeds]   t = E[target]   cosine  cos(v, t)
 *
 * The code uses the sum, which has the same direction; average_plain.h has the
 * formula. */
#ifndef RALM_NETWORKS_AVERAGE_AVERAGE_H
#define RALM_NETWORKS_AVERAGE_AVERAGE_H

#include "networks/network.h"

extern const struct ralm_network_kind ralm_average;

/* average_scoring.c: its part of the entry. */
extern const struct ralm_network_scoring ralm_average_scoring;

#endif
