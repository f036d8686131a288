#include "scoring/centroids.h"

#include "ground/memory.h"
#include "ground/rng.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEPS = 12, /* Lloyd's, at most */
	TOGETHER = RALM_SEEDS_TOGETHER,
};

/* The steps end when one lowers the sum of squares by less than this share. */
static const double worth_it = 1e-3;

struct kmeans {
	const struct ralm_kernels *kernels;
	size_t width, stride, most;
	size_t count; /* centroids so far */
	size_t room;  /* n' of count; before the first step, of most */
	float *at;	   /* (most,stride) */
	float *turned;	   /* (width,room) transposed */
	float *half;	   /* (room) |c|²/2 */
	float *product;	   /* (TOGETHER,room) of seeds and centroids */
	/* Of the seeds nearest to each centroid: */
	double *sum; /* (most,width) of their rows */
	size_t *m;   /* (most) how many */
	double squares; /* sum over all seeds of |row|² */
	/* The sample of seeds that the steps look at. */
	size_t samples;
	float *x;	/* (samples,width) */
	double *near; /* (samples) squared distance to the nearest centroid */
};

/* ---- memory --------------------------------------------------------------- */

static void release(struct kmeans *k)
{
	free(k->turned);
	free(k->half);
	free(k->product);
	free(k->sum);
	free(k->m);
	free(k->x);
	free(k->near);
}

static int allocate(struct kmeans *k, struct ralm_error *err)
{
	if (RALM_NEW_ROWS(k->turned, k->room, k->width, err) != 0 ||
	    RALM_NEW(k->half, k->room, err) != 0 ||
	    RALM_NEW_ROWS(k->product, k->room, TOGETHER, err) != 0 ||
	    RALM_NEW_ROWS(k->sum, k->most, k->width, err) != 0 ||
	    RALM_NEW(k->m, k->most, err) != 0 ||
	    RALM_NEW_ROWS(k->x, k->samples, k->width, err) != 0)
		return -1;
	return RALM_NEW(k->near, k->samples, err);
}

/* ---- rows ----------------------------------------------------------------- */

/* Sets k->x to the rows of seeds that are spread evenly over the list. */
static void take_samples(struct kmeans *k,
			 const struct ralm_centroid_seeds *seeds)
{
	for (size_t begin = 0; begin < k->samples; begin += TOGETHER) {
		const float *row[TOGETHER];
		size_t seed[TOGETHER], count = 0;
		for (; count < TOGETHER && begin + count < k->samples; count++)
			seed[count] = (size_t)((double)(begin + count) *
					       (double)seeds->n /
					       (double)k->samples);
		seeds->rows(row, seeds->context, seed, count);
		for (size_t i = 0; i < count; i++)
			memcpy(k->x + (begin + i) * k->width, row[i],
			       k->width * sizeof *k->x);
	}
}

/* ---- the first centroids --------------------------------------------------- */

/* Makes a seed of the sample the next centroid, and updates near. */
static void begin_with(struct kmeans *k, size_t sample)
{
	float *c = k->at + k->count++ * k->stride;
	memcpy(c, k->x + sample * k->width, k->width * sizeof *c);
	for (size_t i = 0; i < k->samples; i++) {
		const double d = k->kernels->rows->distance(
			k->x + i * k->width, c, k->width);
		k->near[i] = d < k->near[i] ? d : k->near[i];
	}
}

/* k-means++: the next centroid is drawn in proportion to the squared distance from
 * those chosen so far. When no seed of the sample is at a distance, that is all. */
static void begin(struct kmeans *k, uint64_t rng_seed)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, rng_seed, k->samples);
	for (size_t i = 0; i < k->samples; i++)
		k->near[i] = DBL_MAX;
	begin_with(k, ralm_rng_below(&rng, k->samples));
	while (k->count < k->most) {
		double all = 0;
		size_t last = k->samples, i = 0;
		for (size_t j = 0; j < k->samples; j++)
			all += k->near[j];
		double left = all * ralm_rng_uniform(&rng);
		for (; i < k->samples; i++) {
			if (!(k->near[i] > 0))
				continue;
			last = i;
			if ((left -= k->near[i]) < 0)
				break;
		}
		if (last == k->samples)
			break;
		begin_with(k, last);
	}
}

/* ---- steps ---------------------------------------------------------------- */

/* Sets turned and half to what the centroids are now. */
static void turn(struct kmeans *k)
{
	k->room = ralm_list_room(k->count);
	for (size_t c = 0; c < k->count; c++) {
		const float *at = k->at + c * k->stride;
		k->half[c] = (float)(k->kernels->rows->dot(at, at, k->width) / 2);
		for (size_t h = 0; h < k->width; h++)
			k->turned[h * k->room + c] = at[h];
	}
}

/* The centroid nearest to a row x, whose products x·c are given: that with the
 * largest x·c - |c|²/2; of equal ones the first. */
static size_t nearest(const struct kmeans *k, const float *product)
{
	size_t best = 0;
	for (size_t c = 1; c < k->count; c++)
		if (product[c] - k->half[c] > product[best] - k->half[best])
			best = c;
	return best;
}

static void add_seed(struct kmeans *k, size_t c, const float *row)
{
	double *sum = k->sum + c * k->width;
	k->m[c]++;
	for (size_t h = 0; h < k->width; h++) {
		const double x = (double)row[h];
		sum[h] += x;
		k->squares += x * x;
	}
}

/* Adds up to TOGETHER rows to their nearest centroids. `row` has room to be filled up
 * to a multiple of RALM_USERS_TOGETHER. */
static void add_seeds(struct kmeans *k, const float **row, size_t count)
{
	float *product[TOGETHER];
	size_t users = count;
	for (size_t i = 0; i < TOGETHER; i++)
		product[i] = k->product + i * k->room;
	for (; users % RALM_USERS_TOGETHER != 0; users++)
		row[users] = row[0];
	k->kernels->rows->times(product, 0, row, users, k->turned, k->width,
				k->room);
	for (size_t i = 0; i < count; i++)
		add_seed(k, nearest(k, product[i]), row[i]);
}

static void clear_sums(struct kmeans *k)
{
	turn(k);
	memset(k->sum, 0, k->count * k->width * sizeof *k->sum);
	memset(k->m, 0, k->count * sizeof *k->m);
	k->squares = 0;
}

static void add_samples(struct kmeans *k)
{
	clear_sums(k);
	for (size_t begin = 0; begin < k->samples; begin += TOGETHER) {
		const float *row[TOGETHER];
		size_t count = 0;
		for (; count < TOGETHER && begin + count < k->samples; count++)
			row[count] = k->x + (begin + count) * k->width;
		add_seeds(k, row, count);
	}
}

static void add_all(struct kmeans *k, const struct ralm_centroid_seeds *seeds)
{
	clear_sums(k);
	for (size_t begin = 0; begin < seeds->n; begin += TOGETHER) {
		const float *row[TOGETHER];
		size_t seed[TOGETHER], count = 0;
		for (; count < TOGETHER && begin + count < seeds->n; count++)
			seed[count] = begin + count;
		seeds->rows(row, seeds->context, seed, count);
		add_seeds(k, row, count);
	}
}

/* Moves each centroid to the mean of its seeds, and drops those without any. Returns
 * the sum of the seeds' squared distances to those means. */
static double move(struct kmeans *k)
{
	double within = k->squares;
	size_t kept = 0;
	for (size_t c = 0; c < k->count; c++) {
		const double *sum = k->sum + c * k->width;
		float *at = k->at + kept * k->stride;
		if (k->m[c] == 0)
			continue;
		for (size_t h = 0; h < k->width; h++) {
			const double mean = sum[h] / (double)k->m[c];
			at[h] = (float)mean;
			within -= sum[h] * mean;
		}
		k->m[kept++] = k->m[c];
	}
	k->count = kept;
	return within > 0 ? within : 0;
}

/* The sum of the n seeds' squared distances to their mean. */
static double around_mean(const struct kmeans *k, size_t n)
{
	double around = k->squares;
	for (size_t h = 0; h < k->width; h++) {
		double sum = 0;
		for (size_t c = 0; c < k->count; c++)
			sum += (double)k->m[c] *
			       (double)k->at[c * k->stride + h];
		around -= sum * sum / (double)n;
	}
	return around;
}

/* ---- all ------------------------------------------------------------------ */

/* Returns the share of the seeds' variance that the centroids lack. */
static double find(struct kmeans *k, const struct ralm_centroid_seeds *seeds,
		   uint64_t rng_seed)
{
	double before = DBL_MAX, within = 0;
	take_samples(k, seeds);
	begin(k, rng_seed);
	for (size_t step = 0; step < STEPS; step++) {
		add_samples(k);
		within = move(k);
		if (within >= before * (1 - worth_it))
			break;
		before = within;
	}
	if (k->samples < seeds->n) {
		add_all(k, seeds);
		within = move(k);
	}
	const double around = around_mean(k, seeds->n);
	return around > 0 && within < around ? within / around : 0;
}

int ralm_centroids_find(struct ralm_centroids *centroids,
			const struct ralm_centroid_seeds *seeds, size_t most,
			uint64_t rng_seed, const struct ralm_kernels *kernels,
			struct ralm_arena *arena, struct ralm_error *err)
{
	const size_t n = seeds->n;
	struct kmeans k = {
		.kernels = kernels,
		.width = seeds->width,
		.stride = seeds->stride,
		.most = most < n ? most : n,
		.samples = n / RALM_SEEDS_A_CENTROID < most
				   ? n
				   : most * RALM_SEEDS_A_CENTROID,
	};
	k.room = ralm_list_room(k.most);
	k.at = ralm_arena_get(arena, k.most + RALM_USERS_TOGETHER - 1,
			      k.stride * sizeof *k.at, err);
	float *m = ralm_arena_get(arena, k.room, sizeof *m, err);
	if (k.at == NULL || m == NULL || allocate(&k, err) != 0) {
		release(&k);
		return -1;
	}
	const double lost = find(&k, seeds, rng_seed);
	*centroids = (struct ralm_centroids){k.count, k.at, m, lost};
	for (size_t c = 0; c < ralm_list_room(k.count); c++)
		m[c] = c < k.count ? (float)k.m[c] : 0;
	release(&k);
	return 0;
}
