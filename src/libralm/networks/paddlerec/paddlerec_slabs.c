/* The dense gradients are sums over all users. Which slab a tile or a block of
 * shared users adds to depends on the plan alone, and so does the order: the
 * same bits whatever the number of threads. */
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
	ralm_matmul_tn(slab->sum.p[p].at, a, b, m, n, k, slab->begun[p]);
	slab->begun[p] = true;
}

/* Rows [begin, begin + n) of a parameter's gradient, over the slabs. */
static void sum_part(struct ralm_parameters *gradient,
		     const struct ralm_work *work, int p, size_t begin,
		     size_t n)
{
	ralm_real *sum = gradient->p[p].at + begin;
	memset(sum, 0, n * sizeof *sum);
	for (size_t i = 0; i < work->slabs; i++)
		if (work->slab[i].begun[p])
			work->network->layers->add_scaled(
				sum, 1, work->slab[i].sum.p[p].at + begin, n);
}

void ralm_slabs_sum(struct ralm_parameters *gradient,
		    const struct ralm_work *work)
{
	enum { PARTS = 8 };
#pragma omp for collapse(2) schedule(static)
	for (int p = 0; p < RALM_PADDLEREC_PARAMETERS; p++)
		for (size_t part = 0; part < PARTS; part++) {
			size_t n = ralm_parameter_size(&gradient->p[p]);
			size_t begin = n * part / PARTS;
			size_t end = n * (part + 1) / PARTS;
			sum_part(gradient, work, p, begin, end - begin);
		}
}
