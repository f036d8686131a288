/* The average: no attention and no matrix. A list is one vector, the mean of its
 * seeds' own.
 *
 *	v = (1/n) Σ E[seeds]   t = E[target]   cosine  cos(v, t)
 *
 * Worked with is the sum, which has the same direction. average_plain.h says it
 * plainly. */
#ifndef RALM_NETWORKS_AVERAGE_H
#define RALM_NETWORKS_AVERAGE_H

#include "networks/network.h"

extern const struct ralm_network_kind ralm_average;

/* average_scoring.c: its part of the entry. */
extern const struct ralm_network_scoring ralm_average_scoring;

#endif
