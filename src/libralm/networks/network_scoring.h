/* What scoring asks of a network: what to keep of a user as seed, of a user as target
 * and of a seed list, and how to compute cosines from that. In scoring the parameters
 * do not change, so each of these is computed once.
 *
 *	user      seed_rows    a seed's row         target_rows   a target's row
 *	list      cosines      from the rows of its seeds: numbers of the list
 *	sample    cosines      from those numbers, the target's row, and the
 *	                       front of each seed's row where the network needs it
 *
 * Rows, lists and scratch are 64-byte aligned. Each sum has an order that depends
 * on the shapes alone: a cosine has the same bits whatever else is computed with
 * it. */
#ifndef RALM_NETWORKS_NETWORK_SCORING_H
#define RALM_NETWORKS_NETWORK_SCORING_H

#include <stdbool.h>

#include "kernels/kernels.h"
#include "networks/parameters.h"

/* How many numbers each of these takes. n' is n, the seeds of a list, rounded up
 * (ralm_list_room). */
struct ralm_scoring_sizes {
	size_t weights;      /* of ralm_prepared */
	size_t seed, target; /* of a row: a multiple of 16, not 0 */
	/* The front of a seed's row: how many of its first numbers `cosines`
	 * reads. 0: none; then a list whose numbers are kept needs no rows of
	 * seeds. */
	size_t seed_for_cosines;
	size_t part; /* how many numbers of a row are prefetched at a time */
	/* Numbers of a list of n: list + n · list_each, with memory for n'; list
	 * is a multiple of 16. */
	size_t list, list_each;
	/* Scratch: scratch + n' · scratch_each; where more than
	 * RALM_TARGETS_TOGETHER targets are compared at a time, n' · scratch_more
	 * besides. */
	size_t scratch, scratch_each;
	size_t scratch_more;
};

/* What the numbers of a list are, and the cosine by them, for a device that compares it
 * with targets (scoring/device_scoring.h). S is the front of a seed's row, t and q are
 * the halves of a target's; p_j = m_j exp(tanh(S_j·q)) / Σ_k m_k exp(tanh(S_k·q)). */
enum ralm_list_numbers {
	RALM_LIST_OTHER,   /* of use to `cosines` alone */
	RALM_LIST_WEIGHTS, /* w (n'): cos(v,t), v = Σ (p_j + w_j) S_j. w is that of
			    * global attention (kernels/list_kernels.h), whose A is
			    * behind S in a seed's row. */
	RALM_LIST_VECTOR,  /* g: (1 - alpha) cos(v,t) + alpha g·t, v = Σ p_j S_j */
};

/* A network with its parameters, as scoring uses it. */
struct ralm_prepared {
	size_t D, H;
	double alpha; /* of kdd19 */
	const struct ralm_kernels *kernels;
	struct ralm_scoring_sizes sizes;
	ralm_real *weights; /* (sizes.weights), 64-byte aligned */
};

struct ralm_network_scoring {
	enum ralm_list_numbers numbers;

	void (*sizes)(struct ralm_scoring_sizes *sizes, size_t D, size_t H);

	/* Sets weights (sizes.weights), which are zero before. */
	void (*prepare)(ralm_real *weights,
			const struct ralm_parameters *parameters);

	/* Makes rows from users' vectors x, each (D). `users` is a multiple of
	 * RALM_USERS_TOGETHER: a caller with fewer fills up with an x again and a
	 * row that nobody reads. */
	void (*seed_rows)(ralm_real *const *row, const ralm_real *const *x,
			  size_t users, const struct ralm_prepared *network);
	void (*target_rows)(ralm_real *const *row, const ralm_real *const *x,
			    size_t users, const struct ralm_prepared *network);

	/* Completes the rows of centroids, in place, whose fronts
	 * (seed_for_cosines) are set. `users` as above; no row occurs twice.
	 * NULL: the network needs no centroids, since the cost of a list grows no
	 * faster than its length. */
	void (*centroid_rows)(ralm_real *const *row, size_t users,
			      const struct ralm_prepared *network);

	/* Sets cosine (targets), in [-1, 1], 0 where a vector is zero, NaN where
	 * one or the square of its length is not finite.
	 * list: the numbers of the list, which are set first if it is new.
	 * seed (n'): rows; those behind the n-th are rows of zeros. n >= 1.
	 * m (n'): how often each seed counts, 0 after the n-th; NULL: once, and
	 * always so in a network without centroid_rows.
	 * target (targets): rows, some of which may be zeros. targets is 0, 1 or
	 * RALM_TARGETS_TOGETHER or, where the list is not new, a multiple of that
	 * up to RALM_TARGETS_MOST.
	 * soon: what to prefetch meanwhile. */
	void (*cosines)(ralm_real *cosine, ralm_real *list, bool new_list,
			const ralm_real *const *seed, const ralm_real *m, size_t n,
			const ralm_real *const *target, size_t targets,
			ralm_real *scratch, const struct ralm_prepared *network,
			struct ralm_soon *soon);

	/* Sets share (n'; undefined behind the n-th) to how much each seed weighs
	 * in a target's sample: its weight in the local attention; these weights
	 * have the sum 1. In a network without one: its part of the cosine, which
	 * is the sum of the parts. seed, n as above, without centroids.
	 * scratch: as long as a seed's row. */
	void (*shares)(ralm_real *share, const ralm_real *const *seed, size_t n,
		       const ralm_real *target, ralm_real *scratch,
		       const struct ralm_prepared *network);
};

static inline size_t
ralm_scoring_list_size(const struct ralm_scoring_sizes *sizes, size_t n)
{
	return sizes->list + n * sizes->list_each;
}

#endif
