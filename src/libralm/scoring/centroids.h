/* Centroids of a long list, by k-means of its seeds' rows. Each centroid counts as
 * often as there are seeds nearest to it (m of networks/network_scoring.h), so that
 * the list costs what a list of so few seeds does.
 *
 *	seeds       .. . :.    .. .
 *	centroids    2  3 1     3         numbers: m
 *
 * k-means++ (Arthur and Vassilvitskii 2007), drawn from rng_seed, chooses the first
 * centroids and Lloyd's steps move them, over a sample of at most
 * RALM_SEEDS_A_CENTROID seeds for each centroid; in the end every seed is counted.
 * Equal rows share a centroid, which is that row. So nothing is lost where the sample
 * is the whole list and has no more distinct rows than centroids. */
#ifndef RALM_SCORING_CENTROIDS_H
#define RALM_SCORING_CENTROIDS_H

#include <stdint.h>

#include "ground/memory.h"
#include "kernels/kernels.h"

enum {
	RALM_SEEDS_A_CENTROID = 64, /* in the sample, for each centroid */
	RALM_SEEDS_TOGETHER = 64,   /* seeds of one call of `rows` */
};

/* The rows of a list of n seeds. */
struct ralm_centroid_seeds {
	size_t n;
	size_t width;  /* numbers of a row that count, a multiple of 16 */
	size_t stride; /* numbers of a row of a centroid, width or more */
	/* Sets row (count) to the rows of the seeds (count, at most
	 * RALM_SEEDS_TOGETHER) at these places of the list, valid until the next
	 * call. */
	void (*rows)(const float **row, void *context, const size_t *seed,
		     size_t count);
	void *context;
};

struct ralm_centroids {
	size_t n;
	float *rows; /* (n,stride), followed by room for RALM_USERS_TOGETHER - 1 */
	float *m;    /* (n') seeds nearest to each; 0 after the last */
	double lost; /* share of the seeds' variance that the centroids lack */
};

/* Up to `most` centroids, 1 <= most. Of their rows, the numbers that count are set. rows
 * and m lie in the arena. */
int ralm_centroids_find(struct ralm_centroids *centroids,
			const struct ralm_centroid_seeds *seeds, size_t most,
			uint64_t rng_seed, const struct ralm_kernels *kernels,
			struct ralm_arena *arena, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
