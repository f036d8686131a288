#include "device/device_pass.h"

#include <string.h>

void ralm_device_pass_release(struct ralm_device_pass *x)
{
	for (struct ralm_opencl_buffer *b = &x->parameters; b <= &x->parts; b++)
		ralm_opencl_free(b);
	ralm_device_plan_release(&x->plan);
	memset(x, 0, sizeof *x);
}

static struct ralm_device_matrix in_block(const struct ralm_device_pass *x,
					  const struct ralm_opencl_buffer *block,
					  size_t p)
{
	return ralm_matrix(block, (size_t)(x->shape->p[p].at - x->shape->block));
}

struct ralm_device_matrix ralm_device_parameter(const struct ralm_device_pass *x,
						size_t p)
{
	return in_block(x, &x->parameters, p);
}

struct ralm_device_matrix ralm_device_gradient(const struct ralm_device_pass *x,
					       size_t p)
{
	return in_block(x, &x->gradient, p);
}

void ralm_device_room(struct ralm_device_pass *x,
		      struct ralm_opencl_buffer *buffer, size_t count, bool zeros)
{
	ralm_opencl_room(buffer, x->device, count, sizeof(float));
	if (zeros)
		ralm_opencl_zero(buffer, count * sizeof(float), x->device);
}

/* ---- lists --------------------------------------------------------------- */

void ralm_device_list_sum(struct ralm_device_pass *x, bool plain)
{
	const size_t G = x->plan.plan->G;
	ralm_device_room(x, &x->g, G * x->H, false);
	ralm_device_room(x, &x->w, x->plan.seeds, false);
	RALM_RUN(x->device, list_sum, G, RALM_BUFFER(x->g), RALM_BUFFER(x->w),
		 RALM_INTEGER(plain), RALM_BUFFER(*x->S_of),
		 RALM_BUFFER(x->plan.group.buffer),
		 RALM_BUFFER(x->plan.list_user.buffer), RALM_INTEGER(x->H));
}

static void attention_rows(struct ralm_device_pass *x, size_t first)
{
	RALM_RUN(x->device, attention_rows, x->plan.seeds, RALM_BUFFER(x->P),
		 RALM_BUFFER(x->A), RALM_BUFFER(*x->S_of),
		 RALM_BUFFER(x->plan.group.buffer),
		 RALM_BUFFER(x->plan.seed_group.buffer),
		 RALM_BUFFER(x->plan.list_user.buffer), RALM_LONG(first),
		 RALM_LONG(RALM_LIST_BLOCK), RALM_INTEGER(x->H));
}

void ralm_device_global_forward(struct ralm_device_pass *x)
{
	const struct ralm_device_plan *plan = &x->plan;
	ralm_device_room(x, &x->P, plan->P, false);
	ralm_device_room(x, &x->w, plan->seeds, false);
	for (size_t first = 0; first < plan->plan->longest;
	     first += RALM_LIST_BLOCK) {
		attention_rows(x, first);
		RALM_RUN(x->device, attention_weights, plan->seeds,
			 RALM_BUFFER(x->w), RALM_INTEGER(first > 0),
			 RALM_BUFFER(x->P), RALM_BUFFER(plan->group.buffer),
			 RALM_BUFFER(plan->seed_group.buffer), RALM_LONG(first),
			 RALM_LONG(RALM_LIST_BLOCK));
	}
}

void ralm_device_seed_dots(struct ralm_device_pass *x)
{
	const struct ralm_device_plan *plan = &x->plan;
	ralm_device_room(x, &x->dw, plan->seeds, false);
	RALM_RUN(x->device, seed_dots, plan->seeds, RALM_BUFFER(x->dw),
		 RALM_BUFFER(*x->S_of), RALM_BUFFER(x->dg),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->seed_group.buffer),
		 RALM_BUFFER(plan->list_user.buffer), RALM_INTEGER(x->H));
}

static void rows_backward(struct ralm_device_pass *x, size_t first)
{
	const struct ralm_device_plan *plan = &x->plan;
	RALM_RUN(x->device, attention_softmax_backward, plan->seeds,
		 RALM_BUFFER(x->P), RALM_BUFFER(x->dw),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->seed_group.buffer), RALM_LONG(first),
		 RALM_LONG(RALM_LIST_BLOCK));
	RALM_RUN(x->device, attention_rows_backward, plan->seeds,
		 RALM_BUFFER(x->dA), RALM_BUFFER(x->P), RALM_BUFFER(*x->S_of),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->seed_group.buffer),
		 RALM_BUFFER(plan->list_user.buffer), RALM_LONG(first),
		 RALM_LONG(RALM_LIST_BLOCK), RALM_INTEGER(x->H));
	RALM_RUN(x->device, attention_columns_backward, plan->seeds,
		 RALM_BUFFER(x->dS), RALM_BUFFER(x->P), RALM_BUFFER(x->A),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->seed_group.buffer),
		 RALM_BUFFER(plan->list_user.buffer), RALM_LONG(first),
		 RALM_LONG(RALM_LIST_BLOCK), RALM_INTEGER(x->H));
}

void ralm_device_global_backward(struct ralm_device_pass *x)
{
	const struct ralm_device_plan *plan = &x->plan;
	const bool several = plan->plan->longest > RALM_LIST_BLOCK;
	ralm_device_room(x, &x->dA, plan->seeds * x->H, false);
	ralm_device_seed_dots(x);
	for (size_t first = 0; first < plan->plan->longest;
	     first += RALM_LIST_BLOCK) {
		if (several) /* else P still has the only ones */
			attention_rows(x, first);
		rows_backward(x, first);
	}
}

/* ---- samples ------------------------------------------------------------- */

void ralm_device_local_forward(struct ralm_device_pass *x, bool adds)
{
	const struct ralm_device_plan *plan = &x->plan;
	const size_t B = plan->plan->B;
	ralm_device_room(x, &x->V, B * x->H, false);
	ralm_device_room(x, &x->p, plan->pairs, false);
	ralm_device_room(x, &x->a, plan->pairs, false);
	RALM_RUN(x->device, local_forward, B, RALM_BUFFER(x->V),
		 RALM_BUFFER(x->p), RALM_BUFFER(x->a), RALM_BUFFER(*x->S_of),
		 RALM_BUFFER(x->Q), RALM_BUFFER(x->g), RALM_INTEGER(adds),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->sample_group.buffer),
		 RALM_BUFFER(plan->list_user.buffer),
		 RALM_BUFFER(plan->target.buffer),
		 RALM_INTEGER(plan->plan->targets_begin), RALM_INTEGER(x->H));
}

void ralm_device_local_backward(struct ralm_device_pass *x)
{
	const struct ralm_device_plan *plan = &x->plan;
	const size_t B = plan->plan->B;
	ralm_device_room(x, &x->z, plan->pairs, false);
	ralm_device_room(x, &x->dQ, B * x->H, false);
	ralm_device_room(x, &x->dS, plan->seeds * x->H, false);
	RALM_RUN(x->device, local_backward, B, RALM_BUFFER(x->a),
		 RALM_BUFFER(x->z), RALM_BUFFER(x->dQ), RALM_BUFFER(x->V),
		 RALM_BUFFER(x->p), RALM_BUFFER(*x->S_of),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->sample_group.buffer),
		 RALM_BUFFER(plan->list_user.buffer), RALM_INTEGER(x->H));
	RALM_RUN(x->device, seeds_backward, plan->seeds, RALM_BUFFER(x->dS),
		 RALM_BUFFER(x->w), RALM_BUFFER(x->dg), RALM_BUFFER(x->p),
		 RALM_BUFFER(x->a), RALM_BUFFER(x->V), RALM_BUFFER(x->Q),
		 RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->seed_group.buffer),
		 RALM_BUFFER(plan->target.buffer),
		 RALM_INTEGER(plan->plan->targets_begin), RALM_INTEGER(x->H));
}

void ralm_device_cosine_forward(struct ralm_device_pass *x, unsigned k,
				bool by_list)
{
	enum { NUMBERS = 4 }; /* struct cosine of samples.cl */
	const struct ralm_device_plan *plan = &x->plan;
	const size_t B = plan->plan->B;
	const struct ralm_opencl_buffer *v = by_list ? &x->g : &x->V;
	ralm_device_room(x, &x->c[k], B, false);
	ralm_device_room(x, &x->cosine[k], B * NUMBERS, false);
	RALM_RUN(x->device, cosine_forward, B, RALM_BUFFER(x->c[k]),
		 RALM_BUFFER(x->cosine[k]), RALM_BUFFER(*v),
		 RALM_INTEGER(by_list), RALM_BUFFER(*x->T_of),
		 RALM_BUFFER(plan->sample_group.buffer),
		 RALM_BUFFER(plan->target.buffer), RALM_INTEGER(x->T_first),
		 RALM_FLOAT(RALM_ZERO_NORM), RALM_INTEGER(x->H));
}

void ralm_device_cosine_backward(struct ralm_device_pass *x, unsigned k,
				 bool by_list, double weight,
				 struct ralm_opencl_buffer *dV)
{
	const struct ralm_device_plan *plan = &x->plan;
	const size_t B = plan->plan->B;
	const struct ralm_opencl_buffer *v = by_list ? &x->g : &x->V;
	ralm_device_room(x, dV, B * x->H, false);
	ralm_device_room(x, &x->dT, B * x->H, false);
	RALM_RUN(x->device, cosine_backward, B, RALM_BUFFER(*dV),
		 RALM_BUFFER(x->dT), RALM_INTEGER(k > 0),
		 RALM_BUFFER(x->dcosine), RALM_FLOAT(weight),
		 RALM_BUFFER(x->cosine[k]), RALM_BUFFER(*v),
		 RALM_INTEGER(by_list), RALM_BUFFER(*x->T_of),
		 RALM_BUFFER(plan->sample_group.buffer),
		 RALM_BUFFER(plan->target.buffer), RALM_INTEGER(x->T_first),
		 RALM_INTEGER(x->H));
}

void ralm_device_samples_sum(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *dV)
{
	const size_t G = x->plan.plan->G;
	ralm_device_room(x, &x->dg, G * x->H, false);
	RALM_RUN(x->device, samples_sum, G, RALM_BUFFER(x->dg),
		 RALM_BUFFER(*dV), RALM_BUFFER(x->plan.group.buffer),
		 RALM_INTEGER(x->H));
}

/* ---- users --------------------------------------------------------------- */

void ralm_device_seed_rows(struct ralm_device_pass *x,
			   const struct ralm_opencl_buffer *to,
			   const struct ralm_opencl_buffer *from, size_t width)
{
	const struct ralm_device_plan *plan = &x->plan;
	RALM_RUN(x->device, sum_rows, plan->plan->seeds_end, RALM_BUFFER(*to),
		 RALM_LONG(0), RALM_BUFFER(*from),
		 RALM_BUFFER(plan->seed_start.buffer),
		 RALM_BUFFER(plan->seed_index.buffer), RALM_INTEGER(width));
}

void ralm_device_target_rows(struct ralm_device_pass *x,
			     const struct ralm_opencl_buffer *to, size_t first,
			     const struct ralm_opencl_buffer *from)
{
	const struct ralm_device_plan *plan = &x->plan;
	RALM_RUN(x->device, sum_rows, plan->targets, RALM_BUFFER(*to),
		 RALM_LONG(first), RALM_BUFFER(*from),
		 RALM_BUFFER(plan->target_start.buffer),
		 RALM_BUFFER(plan->target_index.buffer), RALM_INTEGER(x->H));
}

/* Targets' rows of T. */
static struct ralm_device_matrix targets(const struct ralm_device_pass *x)
{
	const size_t first = x->plan.plan->targets_begin - x->T_first;
	return ralm_matrix(x->T_of, first * x->H);
}

void ralm_device_rows_forward(struct ralm_device_pass *x, size_t Wg, size_t Wl)
{
	const size_t seeds = x->plan.plan->seeds_end, H = x->H;
	ralm_device_room(x, &x->A, seeds * H, false);
	ralm_device_room(x, &x->Q, x->plan.targets * H, false);
	ralm_device_matmul(x->device, ralm_matrix(&x->A, 0),
			   ralm_matrix(x->S_of, 0), ralm_device_parameter(x, Wg),
			   seeds, H, H, false);
	RALM_RUN(x->device, tanh_forward, ralm_opencl_groups(seeds * H),
		 RALM_BUFFER(x->A), RALM_LONG(seeds * H));
	ralm_device_matmul_nt(x->device, ralm_matrix(&x->Q, 0), targets(x),
			      ralm_device_parameter(x, Wl), x->plan.targets, H, H,
			      false);
}

void ralm_device_A_backward(struct ralm_device_pass *x, size_t Wg,
			    const struct ralm_opencl_buffer *dS)
{
	const size_t seeds = x->plan.plan->seeds_end, H = x->H;
	const struct ralm_device_matrix dA = ralm_matrix(&x->user_dA, 0);
	ralm_device_matmul_nt(x->device, ralm_matrix(dS, 0), dA,
			      ralm_device_parameter(x, Wg), seeds, H, H, true);
	ralm_device_matmul_tn(x->device, ralm_device_gradient(x, Wg),
			      ralm_matrix(x->S_of, 0), dA, H, H, seeds,
			      &x->parts);
}

void ralm_device_Q_backward(struct ralm_device_pass *x, size_t Wl,
			    const struct ralm_opencl_buffer *dT, size_t first)
{
	const size_t count = x->plan.targets, H = x->H;
	const struct ralm_device_matrix dQ = ralm_matrix(&x->user_dQ, 0);
	ralm_device_room(x, &x->user_dQ, count * H, true);
	ralm_device_target_rows(x, &x->user_dQ, 0, &x->dQ);
	ralm_device_matmul_tn(x->device, ralm_device_gradient(x, Wl), dQ,
			      targets(x), H, H, count, &x->parts);
	ralm_device_matmul(x->device, ralm_matrix(dT, first * H), dQ,
			   ralm_device_parameter(x, Wl), count, H, H, true);
}
