/* The cosine of two rows with what its gradient is made of:
 *
 *	c = v·t / (|v| |t|)   dc/dv = t / (|v| |t|) - c v / |v|²   dc/dt likewise */
#ifndef RALM_NETWORKS_COSINE_H
#define RALM_NETWORKS_COSINE_H

#include <math.h>

#include "kernels/kernels.h"

struct ralm_cosine {
	double c;       /* rounding may leave it a little outside [-1, 1] */
	double inverse; /* 1 / (|v| |t|); 0, and c too, where one is zero */
	double tt;      /* |t|² */
};

/* v, t (n); vv: |v|². */
static inline struct ralm_cosine ralm_cosine(const ralm_real *v, double vv,
					     const ralm_real *t, size_t n,
					     const struct ralm_row_kernels *rows)
{
	const double vt = rows->dot(v, t, n), tt = rows->dot(t, t, n);
	const bool zero = vv < RALM_ZERO_NORM || tt < RALM_ZERO_NORM;
	const double inverse = zero ? 0 : 1 / (sqrt(vv) * sqrt(tt));
	return (struct ralm_cosine){vt * inverse, inverse, tt};
}

#endif
