/* What all slices of a ridge regression need. */
#include "rows/ridge_slice.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* Sums of w x and w x² over the users in mean and square (values), in double. */
static void add_up(struct ralm_ridge_system *system, double *mean,
		   double *square)
{
	const struct ralm_ridge_users *users = system->users;
	for (size_t u = 0; u < users->users; u++) {
		const size_t k = value_count(users, u);
		const uint32_t *value = values_of(users, u);
		const double w = (double)users->weight[u];
		const double x = (double)scale_of(users, u);
		if (!takes_part(system, u)) {
			system->held_out++;
			continue;
		}
		system->mass += w;
		for (size_t i = 0; i < k; i++) {
			mean[value[i]] += w * x;
			square[value[i]] += w * x * x;
			system->having[value[i]]++;
		}
	}
}

int ralm_ridge_system_init(struct ralm_ridge_system *system,
			   const struct ralm_ridge_users *users, bool hold_out,
			   struct ralm_error *err)
{
	const size_t V = users->values;
	double *mean = ralm_aligned_new(V, sizeof *mean, err);
	double *square = mean == NULL ? NULL
				      : ralm_aligned_new(V, sizeof *square, err);
	*system = (struct ralm_ridge_system){
		.users = users,
		.kernels = ralm_kernels()->rows,
		.hold_out = hold_out,
	};
	if (square != NULL &&
	    (system->mean = ralm_aligned_new(V, sizeof(float), err)) != NULL &&
	    (system->having = ralm_aligned_new(V, sizeof(uint32_t), err)) != NULL &&
	    (system->square = ralm_aligned_new(V, sizeof(float), err)) != NULL) {
		add_up(system, mean, square);
		for (size_t j = 0; j < V && system->mass > 0; j++) {
			const double m = mean[j] / system->mass;
			system->mean[j] = (float)m;
			system->square[j] = (float)(square[j] - mean[j] * m);
		}
	}
	const bool done = system->square != NULL;
	free(mean);
	free(square);
	if (!done)
		ralm_ridge_system_release(system);
	return done ? 0 : -1;
}

void ralm_ridge_system_release(struct ralm_ridge_system *system)
{
	free(system->mean);
	free(system->square);
	free(system->having);
	memset(system, 0, sizeof *system);
}
