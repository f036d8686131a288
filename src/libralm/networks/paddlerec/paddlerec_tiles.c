/* A tile from its users' rows to their gradients, by one thread, while they are
 * in its caches. */
#include "networks/paddlerec/paddlerec_work.h"

enum { MATRICES = 4 }; /* S, A, dS, dA */

static size_t rows_size(const struct ralm_plan *plan, size_t H)
{
	const size_t unit = RALM_ALIGNMENT / sizeof(ralm_real);
	return (plan->tile_users * H + unit - 1) / unit * unit;
}

size_t ralm_tile_scratch_size(const struct ralm_network *network,
			      const struct ralm_plan *plan)
{
	return MATRICES * rows_size(plan, network->H) +
	       ralm_group_scratch_size(network, plan);
}

static void tile_run(struct ralm_work *work, struct ralm_slab *slab,
		     ralm_real *memory, const struct ralm_tile *tile)
{
	const struct ralm_plan *plan = work->plan;
	size_t size = rows_size(plan, work->H);
	const struct ralm_seed_rows own = {memory, memory + size,
					   memory + 2 * size,
					   memory + 3 * size};
	size_t m = tile->users_end - tile->users_begin;
	size_t skip = tile->users_begin * work->D;
	ralm_seeds_forward(work, &own, work->X + skip, m);
	for (size_t g = tile->first; g < tile->end; g++)
		ralm_group_run(work, &own, memory + MATRICES * size,
			       &plan->group[g]);
	ralm_seeds_backward(work, slab, &own, work->dX + skip, work->X + skip,
			    m);
}

/* The tiles of a slab. */
static void run_slab(void *context, size_t s, unsigned thread)
{
	struct ralm_work *work = context;
	const size_t tiles = work->plan->tiles, slabs = work->slabs.count;
	ralm_real *memory = work->scratch + thread * work->scratch_size;
	for (size_t t = tiles * s / slabs; t < tiles * (s + 1) / slabs; t++)
		tile_run(work, &work->slabs.slab[s], memory,
			 &work->plan->tile[t]);
}

void ralm_tiles_run(struct ralm_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs.count, run_slab,
			  work);
}
