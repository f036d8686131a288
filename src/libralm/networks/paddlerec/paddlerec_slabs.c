/* Slabs: partial sums of the dense gradients, which are sums over all users. The plan
 * alone decides which slab a tile or a block of shared users adds to, and in which
 * order: the same bits whatever the number of threads. */
#include "kernels/blas.h"
#include "networks/paddlerec/paddlerec_work.h"

#include <string.h>

int ralm_slabs_init(struct ralm_work *work, struct ralm_network *network,
		    struct ralm_error *err)
{
	work->slabs = work->plan->slabs;
	work->slab = ralm_arena_get(&network->arena, work->slabs,
				    sizeof *work->slab, err);
	if (work->slab == NULL)
		return -1;
	for (size_t i = 0; i < work->slabs; i++) {
		struct ralm_slab *slab = &work->slab[i];
		memset(slab->begun, 0, sizeof slab->begun);
		slab->absent = work->absent;
		ralm_real *block = ralm_arena_get(&network->arena,
						  work->parameters->size,
						  sizeof *block, err);
		if (block == NULL)
			return -1;
		slab->sum = *work->parameters;
		ralm_parameters_move(&slab->sum, block);
	}
	return 0;
}

/* Adds aᵀ · b to a parameter's gradient (m,n); a (k,m), b (k,n). */
void ralm_slab_add(struct ralm_slab *slab, enum ralm_paddlerec_parameter p,
		   const ralm_real *a, const ralm_real *b, size_t m, size_t n,
		   size_t k)
{
	if (k == 0)
		return;
	ralm_matmul_tn(slab->sum.p[p - slab->absent].at, a, b, m, n, k, slab->begun[p]);
	slab->begun[p] = true;
}

struct sum {
	struct ralm_parameters *gradient;
	const struct ralm_work *work;
};

enum { PARTS = 2 }; /* of a parameter, each summed by one thread */

/* Part i of the parameters' gradients, over the slabs. */
static void sum_part(void *context, size_t i, unsigned thread)
{
	const struct sum *sum = context;
	const struct ralm_work *work = sum->work;
	const size_t p = i / PARTS, part = i % PARTS;
	const size_t size = ralm_parameter_size(&sum->gradient->p[p]);
	const size_t begin = size * part / PARTS;
	const size_t n = size * (part + 1) / PARTS - begin;
	ralm_real *to = sum->gradient->p[p].at + begin;
	(void)thread;
	memset(to, 0, n * sizeof *to);
	for (size_t s = 0; s < work->slabs; s++)
		if (work->slab[s].begun[p + work->absent])
			work->network->kernels->rows->add(
				to, work->slab[s].sum.p[p].at + begin, n);
}

void ralm_slabs_sum(struct ralm_parameters *gradient,
		    const struct ralm_work *work)
{
	struct sum sum = {gradient, work};
	ralm_threads_each(work->network->threads,
			  (RALM_PADDLEREC_PARAMETERS - work->absent) * PARTS, sum_part,
			  &sum);
}
