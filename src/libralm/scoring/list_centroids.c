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

/* Makes whole rows of the network from their fronts (n,width). */
static void make_whole(struct ralm_list_centroids *list,
		       const struct ralm_scorer *scorer, const float *fronts,
		       size_t width)
{
	for (size_t begin = 0; begin < list->n; begin += TOGETHER) {
		float *row[TOGETHER];
		size_t count = 0;
		for (size_t c = begin; count < TOGETHER && c < list->n; c++) {
			row[count] = list->rows + c * list->stride;
			memcpy(row[count++], fronts + c * width,
			       width * sizeof *fronts);
		}
		/* Filled up with the first one, in rows of their own. */
		for (; count % RALM_USERS_TOGETHER != 0; count++) {
			row[count] = list->rows + (begin + count) * list->stride;
			memcpy(row[count], row[0], width * sizeof *fronts);
		}
		scorer->scoring->centroid_rows(row, count, &scorer->network);
	}
}

static int take(struct ralm_list_centroids *list,
		const struct ralm_scorer *scorer,
		const struct ralm_centroids *centroids, size_t width,
		struct ralm_arena *arena, struct ralm_error *err)
{
	const size_t n = centroids->count, room = ralm_list_room(n);
	list->n = n;
	list->stride = scorer->network.sizes.seed;
	list->lost = centroids->lost;
	list->rows = ralm_arena_get(
		arena, (n + RALM_USERS_TOGETHER - 1) * list->stride,
		sizeof *list->rows, err);
	if (list->rows == NULL)
		return -1;
	list->m = ralm_arena_get(arena, room, sizeof *list->m, err);
	if (list->m == NULL)
		return -1;
	memset(list->m, 0, room * sizeof *list->m);
	memcpy(list->m, centroids->m, n * sizeof *list->m);
	make_whole(list, scorer, centroids->at, width);
	return 0;
}

int ralm_list_centroids_find(struct ralm_list_centroids *list,
			     const struct ralm_scorer *scorer,
			     struct ralm_centroid_seeds seeds,
			     struct ralm_arena *arena, struct ralm_error *err)
{
	const uint64_t begun = ralm_nanoseconds();
	struct ralm_centroids centroids;
	seeds.width = scorer->network.sizes.seed_for_cosines;
	if (ralm_centroids_init(&centroids, &seeds,
				ralm_list_centroids_wanted(scorer, seeds.n),
				scorer->model->config.rng_seed,
				scorer->network.kernels, err) != 0)
		return -1;
	const int result = take(list, scorer, &centroids, seeds.width, arena,
				err);
	ralm_centroids_release(&centroids);
	list->time = ralm_nanoseconds() - begun;
	return result;
}
