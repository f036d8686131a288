#include "scoring/list_centroids.h"

#include "ground/clock.h"

#include <string.h>

enum { TOGETHER = 16 * RALM_USERS_TOGETHER }; /* rows made at a time */

size_t ralm_list_centroids_wanted(const struct ralm_scorer *scorer, size_t n)
{
	const bool wanted = scorer->scoring->centroid_rows != NULL &&
			    scorer->clusters_above > 0 &&
			    n > scorer->clusters_above && n > scorer->clusters;
	return wanted ? (size_t)scorer->clusters : 0;
}

size_t ralm_list_centroids_longest(const struct ralm_scorer *scorer, size_t n)
{
	if (ralm_list_centroids_wanted(scorer, n) == 0)
		return n;
	return (size_t)(scorer->clusters > scorer->clusters_above
				? scorer->clusters
				: scorer->clusters_above);
}

/* Makes whole rows of the network from the numbers that count. */
static void make_whole(const struct ralm_centroids *centroids,
		       const struct ralm_scorer *scorer)
{
	const size_t stride = scorer->network.sizes.seed;
	const size_t width = scorer->network.sizes.seed_for_cosines;
	for (size_t begin = 0; begin < centroids->n; begin += TOGETHER) {
		float *row[TOGETHER];
		size_t count = 0;
		for (; count < TOGETHER && begin + count < centroids->n; count++)
			row[count] = centroids->rows + (begin + count) * stride;
		/* Filled up with the first one, in rows of their own. */
		for (; count % RALM_USERS_TOGETHER != 0; count++) {
			row[count] = centroids->rows + (begin + count) * stride;
			memcpy(row[count], row[0], width * sizeof *row[0]);
		}
		scorer->scoring->centroid_rows(row, count, &scorer->network);
	}
}

int ralm_list_centroids_find(struct ralm_centroids *centroids, uint64_t *time,
			     const struct ralm_scorer *scorer,
			     struct ralm_centroid_seeds seeds,
			     struct ralm_arena *arena, struct ralm_error *err)
{
	const uint64_t begun = ralm_nanoseconds();
	seeds.width = scorer->network.sizes.seed_for_cosines;
	seeds.stride = scorer->network.sizes.seed;
	if (ralm_centroids_find(centroids, &seeds,
				ralm_list_centroids_wanted(scorer, seeds.n),
				scorer->model->config.rng_seed,
				scorer->network.kernels, arena, err) != 0)
		return -1;
	make_whole(centroids, scorer);
	*time = ralm_nanoseconds() - begun;
	return 0;
}
