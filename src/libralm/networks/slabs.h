/* Slabs: partial sums of the dense gradients, which are sums over all users of a batch.
 * The plan alone decides what is added to which slab, and in which order. The gradient
 * is the sum of the slabs in their order: the same bits whatever the number of threads.
 * One thread at a time adds to a slab. */
#ifndef RALM_NETWORKS_SLABS_H
#define RALM_NETWORKS_SLABS_H

#include "networks/network.h"

struct ralm_slab {
	struct ralm_parameters sum; /* scale and bias stay unused */
	bool begun[RALM_PARAMETERS_MAX]; /* false: nothing was added to this one yet */
};

struct ralm_slabs {
	size_t count;
	struct ralm_slab *slab; /* (count) */
};

/* Empty slabs for the gradients of these parameters, in the network's arena. */
int ralm_slabs_init(struct ralm_slabs *slabs, size_t count,
		    struct ralm_network *network,
		    const struct ralm_parameters *parameters,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* Adds aᵀ · b to the gradient of parameter p (rows,columns); a (k,rows),
 * b (k,columns). */
void ralm_slab_add(struct ralm_slab *slab, size_t p, const ralm_real *a,
		   const ralm_real *b, size_t k);

/* The gradient of parameter p, for the caller to add to. */
ralm_real *ralm_slab_at(struct ralm_slab *slab, size_t p);

/* Sets the gradient of every parameter but scale and bias, by all threads. */
void ralm_slabs_sum(struct ralm_parameters *gradient,
		    const struct ralm_slabs *slabs,
		    const struct ralm_network *network);

#endif
