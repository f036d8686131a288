#include "networks/local_attention.h"

#include <string.h>

enum { SAMPLES = RALM_SAMPLES_TOGETHER };

void *ralm_scratch_cut(char *memory, size_t *used, size_t count, size_t size)
{
	char *start = memory != NULL ? memory + *used : NULL;
	*used += (count * size + RALM_ALIGNMENT - 1) / RALM_ALIGNMENT *
		 RALM_ALIGNMENT;
	return start;
}

void ralm_local_cut(struct ralm_local_attention *x, char *memory, size_t *used,
		    const struct ralm_plan *plan, size_t H)
{
	const size_t real = sizeof(ralm_real), row = sizeof(ralm_real *);
	const size_t n = plan->longest, m = plan->largest;
	const size_t room = ralm_products_room(m, n);
	x->q = ralm_scratch_cut(memory, used, m + RALM_ROWS_SPARE, row);
	x->dv = ralm_scratch_cut(memory, used, m + RALM_ROWS_SPARE, row);
	x->t = ralm_scratch_cut(memory, used, m, row);
	x->v = ralm_scratch_cut(memory, used, m, row);
	x->dq = ralm_scratch_cut(memory, used, m, row);
	x->p = ralm_scratch_cut(memory, used, room, real);
	x->a = ralm_scratch_cut(memory, used, room, real);
	x->c = ralm_scratch_cut(memory, used, ralm_products_room(4, n), real);
	x->V = ralm_scratch_cut(memory, used, m * H, real);
	x->zeros = ralm_scratch_cut(memory, used, H, real);
}

/* Sets the pointers to the rows of the group's m samples. */
static void find_rows(struct ralm_local_attention *x,
		      const struct ralm_local_targets *targets,
		      const struct ralm_plan *plan, size_t first, size_t m,
		      size_t H)
{
	memset(x->zeros, 0, H * sizeof *x->zeros);
	for (size_t i = 0; i < m; i++) {
		const size_t target =
			plan->target[first + i] - plan->targets_begin;
		x->q[i] = targets->Q + target * H;
		x->t[i] = targets->T + target * H;
		x->v[i] = x->V + i * H;
		x->dv[i] = x->v[i];
		x->dq[i] = targets->dQ + plan->target_place[first + i] * H;
	}
	for (size_t i = m; i < m + RALM_ROWS_SPARE; i++)
		x->q[i] = x->dv[i] = x->zeros;
}

static size_t together(size_t left)
{
	return left < SAMPLES ? left : SAMPLES;
}

void ralm_local_forward(ralm_real *cosine, struct ralm_local_attention *x,
			const struct ralm_local_list *list,
			const struct ralm_local_targets *targets,
			const struct ralm_plan *plan,
			const struct ralm_group *group,
			const struct ralm_kernels *kernels, size_t H)
{
	const size_t m = group->end - group->first;
	find_rows(x, targets, plan, group->first, m, H);
	for (size_t i = 0; i < m; i += SAMPLES) {
		const size_t room = ralm_products_room(i, list->n);
		kernels->samples->forward(cosine + group->first + i, x->v + i,
					  x->p + room, x->a + room, x->c,
					  list->w, list->S, x->q + i, x->t + i,
					  together(m - i), list->n, H);
	}
}

void ralm_local_backward(struct ralm_local_attention *x,
			 const struct ralm_local_list *list,
			 const struct ralm_group *group,
			 const struct ralm_kernels *kernels, size_t H)
{
	const struct ralm_list_kernels *lists = kernels->lists;
	const size_t m = group->end - group->first, n = list->n;
	for (size_t i = 0; i < m; i += SAMPLES) {
		const size_t count = together(m - i);
		ralm_real *p = x->p + ralm_products_room(i, n);
		ralm_real *a = x->a + ralm_products_room(i, n);
		kernels->samples->backward(x->dq + i, list->dw, p, a, x->c,
					   list->w, list->S, x->dv + i, count,
					   n, H);
		lists->transposed_sums(list->dS, p, n, x->dv + i, count, H,
				       i == 0);
		lists->transposed_sums(list->dS, a, n, x->q + i, count, H,
				       false);
	}
}

void ralm_sum_extra_rows(ralm_real *d, const size_t *extra, size_t begin,
			 size_t end, size_t n,
			 const struct ralm_kernels *kernels)
{
	for (size_t u = begin; u < end; u++) {
		if (extra[u] == extra[u + 1])
			continue;
		memcpy(d + u * n, d + extra[u] * n, n * sizeof *d);
		for (size_t i = extra[u] + 1; i < extra[u + 1]; i++)
			kernels->rows->add(d + u * n, d + i * n, n);
	}
}

void ralm_local_shares(ralm_real *p, const ralm_real *const *seed, size_t n,
		       const ralm_real *target, ralm_real *scratch,
		       const struct ralm_prepared *network)
{
	struct ralm_soon soon = {NULL, NULL};
	(void)scratch;
	network->kernels->samples->attention(p, seed, NULL, &target, 1, n,
					     network->sizes.part, &soon);
}
