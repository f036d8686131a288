/* The centroids of a list that is too long to be compared seed by seed, where its
 * network's cost grows faster than its length. */
#ifndef RALM_SCORING_LIST_CENTROIDS_H
#define RALM_SCORING_LIST_CENTROIDS_H

#include "ground/memory.h"
#include "scoring/centroids.h"
#include "scoring/scorer_parts.h"

/* How many a list of n known seeds gets, 0: it stays as it is. A function of the
 * scorer's network and of ralm_scorer_cluster. */
size_t ralm_list_centroids_wanted(const struct ralm_scorer *scorer, size_t n);

/* The most rows that a list of up to n seeds is compared by. */
size_t ralm_list_centroids_longest(const struct ralm_scorer *scorer, size_t n);

struct ralm_list_centroids {
	size_t n;
	float *rows; /* (n,stride) as a network keeps seeds */
	size_t stride;
	float *m; /* (n') seeds that each stands for, 0 behind */
	double lost; /* scoring/centroids.h */
	uint64_t time; /* that it took, nanoseconds */
};

/* The centroids of seeds n, as many as are wanted; rows and m are the arena's.
 * seeds.width is not looked at: rows are those that the network keeps, or begin as
 * they do. */
int ralm_list_centroids_find(struct ralm_list_centroids *list,
			     const struct ralm_scorer *scorer,
			     struct ralm_centroid_seeds seeds,
			     struct ralm_arena *arena,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
