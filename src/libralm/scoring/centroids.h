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

#include "ground/error.h"
#include "kernels/kernels.h"

enum {
	RALM_SEEDS_A_CENTROID = 64, /* in the sample, for each centroid */
	RALM_SEEDS_TOGETHER = 64,   /* seeds of one call of `rows` */
};

/* The rows of a list of n seeds. */
struct ralm_centroid_seeds {
	size_t n;
	size_t width; /* numbers of a row that count, a multiple of 16 */
	/* Sets row (count) to the rows of the seeds (count, at most
	 * RALM_SEEDS_TOGETHER) at these places of the list, valid until the next
	 * call. */
	void (*rows)(const float **row, void *context, const size_t *seed,
		     size_t count);
	void *context;
};

struct ralm_centroids {
	size_t count;
	float *at; /* (count,width) */
	float *m;  /* (count') seeds nearest to each; 0 after the last */
	double lost; /* share of the seeds' variance that the centroids lack */
};

/* Up to `most` centroids, 1 <= most. On failure there is nothing to release. */
int ralm_centroids_init(struct ralm_centroids *centroids,
			const struct ralm_centroid_seeds *seeds, size_t most,
			uint64_t rng_seed, const struct ralm_kernels *kernels,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_centroids_release(struct ralm_centroids *centroids);

#endif
