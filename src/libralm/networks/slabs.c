#include "networks/slabs.h"

#include "kernels/blas.h"

#include <string.h>

int ralm_slabs_init(struct ralm_slabs *slabs, size_t count,
		    struct ralm_network *network,
		    const struct ralm_parameters *parameters,
		    struct ralm_error *err)
{
	struct ralm_arena *arena = &network->arena;
	slabs->count = count;
	slabs->slab = ralm_arena_get(arena, count, sizeof *slabs->slab, err);
	if (slabs->slab == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct ralm_slab *slab = &slabs->slab[i];
		ralm_real *block = ralm_arena_get(arena, parameters->size,
						  sizeof *block, err);
		if (block == NULL)
			return -1;
		*slab = (struct ralm_slab){.sum = *parameters};
		ralm_parameters_move(&slab->sum, block);
	}
	return 0;
}

void ralm_slab_add(struct ralm_slab *slab, size_t p, const ralm_real *a,
		   const ralm_real *b, size_t k)
{
	const struct ralm_parameter *sum = &slab->sum.p[p];
	if (k == 0)
		return;
	ralm_matmul_tn(sum->at, a, b, sum->rows, sum->columns, k,
		       slab->begun[p]);
	slab->begun[p] = true;
}

ralm_real *ralm_slab_at(struct ralm_slab *slab, size_t p)
{
	const struct ralm_parameter *sum = &slab->sum.p[p];
	if (!slab->begun[p])
		memset(sum->at, 0, ralm_parameter_size(sum) * sizeof *sum->at);
	slab->begun[p] = true;
	return sum->at;
}

struct sum {
	struct ralm_parameters *gradient;
	const struct ralm_slabs *slabs;
	const struct ralm_row_kernels *rows;
};

enum { PARTS = 2 }; /* of a parameter, each summed by one thread */

/* Part i of the parameters' gradients, over the slabs. */
static void sum_part(void *context, size_t i, unsigned thread)
{
	const struct sum *sum = context;
	const size_t p = i / PARTS, part = i % PARTS;
	const size_t size = ralm_parameter_size(&sum->gradient->p[p]);
	const size_t begin = size * part / PARTS;
	const size_t n = size * (part + 1) / PARTS - begin;
	ralm_real *to = sum->gradient->p[p].at + begin;
	(void)thread;
	memset(to, 0, n * sizeof *to);
	for (size_t s = 0; s < sum->slabs->count; s++) {
		const struct ralm_slab *slab = &sum->slabs->slab[s];
		if (slab->begun[p])
			sum->rows->add(to, slab->sum.p[p].at + begin, n);
	}
}

void ralm_slabs_sum(struct ralm_parameters *gradient,
		    const struct ralm_slabs *slabs,
		    const struct ralm_network *network)
{
	struct sum sum = {gradient, slabs, network->kernels->rows};
	ralm_threads_each(network->threads, network->kind->specs.count * PARTS,
			  sum_part, &sum);
}
