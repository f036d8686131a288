/* The plain formula of the average: one sample, in double. Tests compare the
 * fast code (average.c) with it. */
#ifndef RALM_NETWORKS_AVERAGE_AVERAGE_PLAIN_H
#define RALM_NETWORKS_AVERAGE_AVERAGE_PLAIN_H

#include <stdint.h>

#include "networks/plain.h"

/* The cosine of a sample; X (users,D). */
static inline double average_plain(const double *X, size_t D,
				   const uint32_t *seeds, size_t n,
				   uint32_t target)
{
	plain_row v = {0};
	for (size_t i = 0; i < n; i++)
		plain_add(v, 1 / (double)n, X + seeds[i] * D, D);
	return plain_cosine(v, X + target * D, D);
}

#endif
