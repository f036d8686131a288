/* What scoring asks of a network: what to keep of a user as seed, of a user as
 * target and of a seed list, and how cosines come of that. In scoring the
 * parameters do not change, so each of these is computed once.
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

/* How many numbers each of these takes. n' is n, the seeds of a list, rounded
 * up to RALM_LIST_UNIT. */
struct ralm_scoring_sizes {
	size_t weights;
	size_t seed, target; /* of a row: a multiple of 16, not 0 */
	/* How many numbers of a seed's row, from its first on, `cosines` reads.
	 * 0: none; then a list whose numbers are kept needs no rows of
	 * seeds. */
	size_t seed_for_cosines;
	size_t part; /* of a row, prefetched at a time */
	/* a list of n: list + n · list_each, in memory for n'; list is a
	 * multiple of 16 */
	size_t list, list_each;
	size_t scratch, scratch_each; /* scratch + n' · scratch_each */
	/* besides, for each of n', where more than RALM_TARGETS_TOGETHER targets
	 * are compared at once */
	size_t scratch_more;
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
	void (*sizes)(struct ralm_scoring_sizes *sizes, size_t D, size_t H);

	/* weights are zero before. */
	void (*prepare)(ralm_real *weights,
			const struct ralm_parameters *parameters);

	/* Rows from users' vectors x (D). `users` is a multiple of
	 * RALM_USERS_TOGETHER: for fewer users, x may repeat; the rows of
	 * repeated ones are undefined. */
	void (*seed_rows)(ralm_real *const *row, const ralm_real *const *x,
			  size_t users, const struct ralm_prepared *network);
	void (*target_rows)(ralm_real *const *row, const ralm_real *const *x,
			    size_t users, const struct ralm_prepared *network);

	/* Where the cost of a list grows faster than its length, else NULL: makes
	 * the rows of centroids, whose fronts are set, whole. `users` as above. */
	void (*centroid_rows)(ralm_real *const *row, size_t users,
			      const struct ralm_prepared *network);

	/* Cosines, in [-1, 1], of a list and its targets: none, one or
	 * RALM_TARGETS_TOGETHER, or, of a list that is not new, a multiple of it
	 * up to RALM_TARGETS_MOST; 0 where a vector is zero. A target's row may
	 * be zeros. Where the list is new, its numbers are set first; else they
	 * are read. seed (n'): rows, of which those behind the n-th are zeros.
	 * m (n'), 0 behind the n-th: how many seeds each of them stands for; NULL:
	 * itself, and so always without centroid_rows. n >= 1. */
	void (*cosines)(ralm_real *cosine, ralm_real *list, bool new_list,
			const ralm_real *const *seed, const ralm_real *m, size_t n,
			const ralm_real *const *target, size_t targets,
			ralm_real *scratch, const struct ralm_prepared *network,
			struct ralm_soon *soon);

	/* How much each seed weighs in a target's sample: share (n'), of which
	 * those behind the n-th are undefined. Where there is a local attention,
	 * what that has for it: together 1. Else the part of the cosine that comes
	 * of it: together the cosine. seed, n as above, without centroids. scratch:
	 * as long as a row. */
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
