/* Which lists are compared by centroids, and the rows of these as a network has
 * them. */
#ifndef RALM_SCORING_LIST_CENTROIDS_H
#define RALM_SCORING_LIST_CENTROIDS_H

#include "scoring/centroids.h"
#include "scoring/scorer.h"

/* How many centroids a list of n known seeds gets; 0: it is compared seed by seed.
 * Depends on the scorer's network and on ralm_scorer_cluster. */
size_t ralm_list_centroids_wanted(const struct ralm_scorer *scorer, size_t n);

/* The most rows by which a list of up to n seeds is compared. */
size_t ralm_list_centroids_longest(const struct ralm_scorer *scorer, size_t n);

/* Finds as many as are wanted for seeds.n, and sets *time to the nanoseconds that it
 * took. The seeds' rows are those of the network, or at least their fronts, and the
 * centroids' are whole ones; rows and m lie in the arena. seeds.width and seeds.stride
 * are set here. */
int ralm_list_centroids_find(struct ralm_centroids *centroids, uint64_t *time,
			     const struct ralm_scorer *scorer,
			     struct ralm_centroid_seeds seeds,
			     struct ralm_arena *arena,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
