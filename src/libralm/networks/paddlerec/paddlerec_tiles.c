/* A tile from its users' rows to their gradients, by one thread, while they are in its
 * caches. */
#include "networks/local_attention.h"
#include "networks/paddlerec/paddlerec_work.h"

/* Cuts the rows of a tile's own users out of memory (ralm_scratch_cut). */
static struct ralm_seed_rows rows_cut(char *memory, size_t *used,
				      const struct ralm_plan *plan, size_t H)
{
	const size_t size = plan->tile_users * H, real = sizeof(ralm_real);
	struct ralm_seed_rows rows;
	rows.S = ralm_scratch_cut(memory, used, size, real);
	rows.A = ralm_scratch_cut(memory, used, size, real);
	rows.dS = ralm_scratch_cut(memory, used, size, real);
	rows.dA = ralm_scratch_cut(memory, used, size, real);
	return rows;
}

size_t ralm_tile_scratch_size(const struct ralm_network *network,
			      const struct ralm_plan *plan)
{
	size_t used = 0;
	rows_cut(NULL, &used, plan, network->H);
	return used + ralm_group_scratch_size(network, plan);
}

static void tile_run(struct ralm_work *work, struct ralm_slab *slab,
		     char *scratch, const struct ralm_tile *tile)
{
	const struct ralm_plan *plan = work->plan;
	const size_t m = tile->users_end - tile->users_begin;
	const size_t skip = tile->users_begin * work->D;
	size_t used = 0;
	const struct ralm_seed_rows own = rows_cut(scratch, &used, plan, work->H);
	ralm_seeds_forward(work, &own, work->X + skip, m);
	for (size_t g = tile->first; g < tile->end; g++)
		ralm_group_run(work, &own, scratch + used, &plan->group[g]);
	ralm_seeds_backward(work, slab, &own, work->dX + skip, work->X + skip,
			    m);
}

/* The tiles of a slab. */
static void run_slab(void *context, size_t s, unsigned thread)
{
	struct ralm_work *work = context;
	const size_t tiles = work->plan->tiles, slabs = work->slabs.count;
	char *scratch = work->scratch + thread * work->scratch_size;
	for (size_t t = tiles * s / slabs; t < tiles * (s + 1) / slabs; t++)
		tile_run(work, &work->slabs.slab[s], scratch,
			 &work->plan->tile[t]);
}

void ralm_tiles_run(struct ralm_work *work)
{
	ralm_threads_each(work->network->threads, work->slabs.count, run_slab,
			  work);
}
