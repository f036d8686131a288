#include "networks/local_attention.h"

enum { SAMPLES = RALM_SAMPLES_TOGETHER };

void *ralm_scratch_cut(char *memory, size_t *used, size_t count, size_t size)
{
	char *start = memory != NULL ? memory + *used : NULL;
	*used += (count * size + RALM_ALIGNMENT - 1) / RALM_ALIGNMENT *
		 RALM_ALIGNMENT;
	return start;
}

void ralm_local_cut(struct ralm_local_attention *x, char *memory, size_t *used,
		    size_t n, size_t H)
{
	const size_t real = sizeof(ralm_real);
	const size_t room = ralm_group_room(SAMPLES, n);
	x->p = ralm_scratch_cut(memory, used, room, real);
	x->a = ralm_scratch_cut(memory, used, room, real);
	x->c = ralm_scratch_cut(memory, used, ralm_group_room(4, n), real);
	x->V = ralm_scratch_cut(memory, used, SAMPLES * H, real);
	x->zeros = ralm_scratch_cut(memory, used, H, real);
}

void ralm_local_find(struct ralm_local_attention *x,
		     const struct ralm_plan *plan, const ralm_real *T,
		     const ralm_real *Q, ralm_real *dQ, size_t first, size_t m,
		     size_t H)
{
	for (size_t i = 0; i < m; i++) {
		const size_t target =
			plan->target[first + i] - plan->targets_begin;
		x->q[i] = Q + target * H;
		x->t[i] = T + target * H;
		x->v[i] = x->V + i * H;
		x->dv[i] = x->v[i];
		x->dq[i] = dQ + plan->target_place[first + i] * H;
	}
	for (size_t i = m; i < m + RALM_ROWS_SPARE; i++)
		x->q[i] = x->dv[i] = x->zeros;
}

void ralm_local_forward(ralm_real *cosine, struct ralm_local_attention *x,
			const struct ralm_local_list *list,
			const struct ralm_kernels *kernels, size_t m, size_t H)
{
	kernels->samples->forward(cosine, x->v, x->p, x->a, x->c, list->w,
				  list->S, x->q, x->t, m, list->n, H);
}

void ralm_local_backward(struct ralm_local_attention *x,
			 const struct ralm_local_list *list,
			 const struct ralm_kernels *kernels, size_t m, size_t H,
			 bool sets)
{
	const struct ralm_list_kernels *lists = kernels->lists;
	kernels->samples->backward(x->dq, list->dw, x->p, x->a, x->c, list->w,
				   list->S, x->dv, m, list->n, H);
	lists->transposed_sums(list->dS, x->p, list->n, x->dv, m, H, sets);
	lists->transposed_sums(list->dS, x->a, list->n, x->q, m, H, false);
}
