/* Centroids of a long list: k-means of its seeds' rows, so that a list whose cost
 * grows with the square of its length costs what a shorter one does. Each stands for
 * the seeds that are nearest to it (m of networks/network_scoring.h).
 *
 *	seeds       .. . :.    .. .       at most RALM_SEEDS_A_CENTROID for each that is
 *	                                  wanted are looked at again and again
 *	centroids    2  3 1     3         then every seed is counted where it is nearest
 *
 * They begin by k-means++ (Arthur and Vassilvitskii 2007), drawn from rng_seed, and
 * move by Lloyd's steps. Rows that are equal share a centroid, which is then that
 * row: where there are no more distinct rows than centroids, nothing is lost, in a
 * list of up to RALM_SEEDS_A_CENTROID seeds a centroid. */
#ifndef RALM_SCORING_CENTROIDS_H
#define RALM_SCORING_CENTROIDS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/kernels.h"
#include "ground/error.h"

enum {
	RALM_SEEDS_A_CENTROID = 64, /* that k-means looks at again and again */
	RALM_SEEDS_TOGETHER = 64,   /* whose rows are asked for at a time */
};

/* The rows of a list of n seeds. */
struct ralm_centroid_seeds {
	size_t n;
	size_t width; /* numbers of a row that count, a multiple of 16 */
	/* Names the rows of up to RALM_SEEDS_TOGETHER seeds by their places in the
	 * list; they are there until the next call. */
	void (*rows)(const float **row, void *context, const size_t *seed,
		     size_t count);
	void *context;
};

struct ralm_centroids {
	size_t count;
	float *at; /* (count,width) */
	float *m;  /* (count') how many seeds each stands for, 0 behind */
	/* What the seeds' variance loses: 0 nothing, 1 all of it. */
	double lost;
};

/* Up to `most` centroids, 1 <= most. On failure there is nothing to release. */
int ralm_centroids_init(struct ralm_centroids *centroids,
			const struct ralm_centroid_seeds *seeds, size_t most,
			uint64_t rng_seed, const struct ralm_kernels *kernels,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_centroids_release(struct ralm_centroids *centroids);

#endif
