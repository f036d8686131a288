/* Which lists are compared by centroids, and the rows of these as a network has
 * them. */
#ifndef RALM_SCORING_LIST_CENTROIDS_H
#define RALM_SCORING_LIST_CENTROIDS_H

#include "ground/memory.h"
#include "scoring/centroids.h"
#include "scoring/scorer.h"

/* How many centroids a list of n known seeds gets; 0: it is compared seed by seed.
 * Depends on the scorer's network and on ralm_scorer_cluster. */
size_t ralm_list_centroids_wanted(const struct ralm_scorer *scorer, size_t n);

/* The most rows by which a list of up to n seeds is compared. */
size_t ralm_list_centroids_longest(const struct ralm_scorer *scorer, size_t n);

struct ralm_list_centroids {
	size_t n;
	float *rows; /* (n,stride) as the network makes of seeds */
	size_t stride;
	float *m; /* (n') how often each counts; 0 after the last */
	double lost; /* scoring/centroids.h */
	uint64_t time; /* nanoseconds that finding them took */
};

/* Finds as many as are wanted for seeds.n; rows and m lie in the arena. The seeds' rows
 * are those of the network, or at least their fronts; seeds.width is set here. */
int ralm_list_centroids_find(struct ralm_list_centroids *list,
			     const struct ralm_scorer *scorer,
			     struct ralm_centroid_seeds seeds,
			     struct ralm_arena *arena,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
