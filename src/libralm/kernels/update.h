/* The update rules of the optimizers, on one array of n parameters x with their
 * gradient g.
 *
 * Sources: Duchi et al. 2011 (adagrad), Kingma and Ba 2015 (adam, in its
 * "efficient" form), Loshchilov and Hutter 2019 (decay apart from the gradient:
 * x is multiplied by `keep` = 1 - rate * weight_decay first).
 *
 * Each returns whether x and its state are finite afterwards, which they never
 * are if the gradient was not. */
#ifndef RALM_KERNELS_UPDATE_H
#define RALM_KERNELS_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/real.h"

struct ralm_update {
	/* x -= rate g */
	bool (*sgd)(ralm_real *x, const ralm_real *g, size_t n, ralm_real rate,
		    ralm_real keep);
	/* G += g²; x -= rate g / (sqrt(G) + 1e-10) */
	bool (*adagrad)(ralm_real *x, ralm_real *G, const ralm_real *g,
			size_t n, ralm_real rate, ralm_real keep);
	/* G (1) += mean(g²); x -= rate g / (sqrt(G) + 1e-10) */
	bool (*rowwise_adagrad)(ralm_real *x, ralm_real *G, const ralm_real *g,
				size_t n, ralm_real rate, ralm_real keep);
	/* m = b1 m + (1-b1) g; v = b2 v + (1-b2) g²;
	 * x -= rate m / (sqrt(v) + 1e-8), with the bias corrections in rate */
	bool (*adam)(ralm_real *x, ralm_real *m, ralm_real *v,
		     const ralm_real *g, size_t n, ralm_real rate,
		     ralm_real keep);
	/* Whether x has neither NaN nor infinity. */
	bool (*finite)(const ralm_real *x, size_t n);
};

#define RALM_ADAM_B1 0.9
#define RALM_ADAM_B2 0.999

#endif
