/* The passes of each network on a device, as its plain formula says them; and
 * their table. */
#include "device/device_pass.h"

#include "networks/attention/attention.h"
#include "networks/average/average.h"
#include "networks/kdd19/kdd19.h"
#include "networks/paddlerec/paddlerec.h"

/* ---- paddlerec, and attention: the same without transforms ------------------ */

/* How many of paddlerec's parameters the network does not have: its first ones. */
static size_t absent(const struct ralm_device_pass *x)
{
	return RALM_PADDLEREC_PARAMETERS - x->network->kind->specs.count;
}

static void paddlerec_transform(struct ralm_device_pass *x)
{
	const size_t first = x->plan.plan->targets_begin;
	const size_t seeds = x->plan.plan->seeds_end, targets = x->plan.targets;
	ralm_device_room(x, &x->S, seeds * x->H, false);
	ralm_device_room(x, &x->T, targets * x->H, false);
	ralm_device_matmul(x->device, ralm_matrix(&x->S, 0), ralm_matrix(&x->X, 0),
			   ralm_device_parameter(x, RALM_SEEDS_TRANSFORM), seeds,
			   x->H, x->D, false);
	ralm_device_matmul(x->device, ralm_matrix(&x->T, 0),
			   ralm_matrix(&x->X, first * x->D),
			   ralm_device_parameter(x, RALM_TARGET_TRANSFORM),
			   targets, x->H, x->D, false);
	x->S_of = &x->S;
	x->T_of = &x->T;
	x->T_first = first;
}

static void paddlerec_transform_backward(struct ralm_device_pass *x)
{
	const size_t first = x->plan.plan->targets_begin;
	const size_t seeds = x->plan.plan->seeds_end, targets = x->plan.targets;
	const struct {
		size_t p, first, count;
		const struct ralm_opencl_buffer *d;
	} two[] = {{RALM_SEEDS_TRANSFORM, 0, seeds, &x->user_dS},
		   {RALM_TARGET_TRANSFORM, first, targets, &x->user_dT}};
	for (int i = 0; i < 2; i++) {
		const size_t at = two[i].first * x->D, count = two[i].count;
		const struct ralm_device_matrix d = ralm_matrix(two[i].d, 0);
		ralm_device_matmul_tn(x->device,
				      ralm_device_gradient(x, two[i].p),
				      ralm_matrix(&x->X, at), d, x->D, x->H,
				      count, &x->parts);
		ralm_device_matmul_nt(x->device, ralm_matrix(&x->dX, at), d,
				      ralm_device_parameter(x, two[i].p), count,
				      x->D, x->H, true);
	}
}

static void paddlerec_forward(struct ralm_device_pass *x)
{
	const size_t skip = absent(x);
	x->S_of = x->T_of = &x->X;
	x->T_first = 0;
	if (skip == 0)
		paddlerec_transform(x);
	ralm_device_rows_forward(x, RALM_GLOBAL_ATTENTION - skip,
				 RALM_LOCAL_ATTENTION - skip);
	ralm_device_global_forward(x);
	ralm_device_list_sum(x, false);
	ralm_device_local_forward(x, true);
	ralm_device_cosine_forward(x, 0, false);
}

static void paddlerec_backward(struct ralm_device_pass *x)
{
	const size_t seeds = x->plan.plan->seeds_end, skip = absent(x), H = x->H;
	const struct ralm_opencl_buffer *dS = &x->dX, *dT = &x->dX;
	size_t first = x->plan.plan->targets_begin;
	if (skip == 0) {
		ralm_device_room(x, &x->user_dS, seeds * H, true);
		ralm_device_room(x, &x->user_dT, x->plan.targets * H, true);
		dS = &x->user_dS;
		dT = &x->user_dT;
		first = 0;
	}
	ralm_device_cosine_backward(x, 0, false, 1, &x->V);
	ralm_device_samples_sum(x, &x->V);
	ralm_device_local_backward(x);
	ralm_device_global_backward(x);
	ralm_device_seed_rows(x, dS, &x->dS, H);
	ralm_device_room(x, &x->user_dA, seeds * H, true);
	ralm_device_seed_rows(x, &x->user_dA, &x->dA, H);
	RALM_RUN(x->device, tanh_backward, ralm_opencl_groups(seeds * H),
		 RALM_BUFFER(x->user_dA), RALM_BUFFER(x->A),
		 RALM_LONG(seeds * H));
	ralm_device_A_backward(x, RALM_GLOBAL_ATTENTION - skip, dS);
	ralm_device_target_rows(x, dT, first, &x->dT);
	ralm_device_Q_backward(x, RALM_LOCAL_ATTENTION - skip, dT, first);
	if (skip == 0)
		paddlerec_transform_backward(x);
}

/* ---- average --------------------------------------------------------------- */

static void average_forward(struct ralm_device_pass *x)
{
	x->S_of = x->T_of = &x->X;
	x->T_first = 0;
	ralm_device_list_sum(x, true);
	ralm_device_cosine_forward(x, 0, true);
}

static void average_backward(struct ralm_device_pass *x)
{
	ralm_device_cosine_backward(x, 0, true, 1, &x->dV);
	ralm_device_samples_sum(x, &x->dV);
	ralm_device_seed_rows(x, &x->dX, &x->dg, x->H);
	ralm_device_target_rows(x, &x->dX, x->plan.plan->targets_begin, &x->dT);
}

/* ---- kdd19 ----------------------------------------------------------------- */

static void kdd19_transform(struct ralm_device_pass *x)
{
	const size_t U = x->plan.plan->U, H = x->H;
	const struct ralm_device_matrix slope =
		ralm_device_parameter(x, RALM_KDD19_SLOPE);
	ralm_device_room(x, &x->Z, U * H, false);
	ralm_device_room(x, &x->S, U * H, false);
	ralm_device_matmul(x->device, ralm_matrix(&x->Z, 0), ralm_matrix(&x->X, 0),
			   ralm_device_parameter(x, RALM_KDD19_TRANSFORM), U, H,
			   x->D, false);
	RALM_RUN(x->device, prelu_forward, ralm_opencl_groups(U * H),
		 RALM_BUFFER(x->S), RALM_BUFFER(x->Z), RALM_BUFFER(*slope.buffer),
		 RALM_LONG(slope.at), RALM_LONG(U * H));
	x->S_of = x->T_of = &x->S;
	x->T_first = 0;
}

static void kdd19_forward(struct ralm_device_pass *x)
{
	const struct ralm_device_plan *plan = &x->plan;
	const struct ralm_device_matrix w =
		ralm_device_parameter(x, RALM_KDD19_WEIGHTS);
	kdd19_transform(x);
	ralm_device_rows_forward(x, RALM_KDD19_GLOBAL, RALM_KDD19_LOCAL);
	ralm_device_room(x, &x->b, plan->plan->seeds_end, false);
	ralm_device_room(x, &x->w, plan->seeds, false);
	RALM_RUN(x->device, row_dots, plan->plan->seeds_end, RALM_BUFFER(x->b),
		 RALM_BUFFER(x->A), RALM_BUFFER(*w.buffer), RALM_LONG(w.at),
		 RALM_INTEGER(x->H));
	RALM_RUN(x->device, list_softmax, plan->plan->G, RALM_BUFFER(x->w),
		 RALM_BUFFER(x->b), RALM_BUFFER(plan->group.buffer),
		 RALM_BUFFER(plan->list_user.buffer));
	ralm_device_list_sum(x, false);
	ralm_device_local_forward(x, false);
	ralm_device_cosine_forward(x, 0, false);
	ralm_device_cosine_forward(x, 1, true);
}

/* From dw of seeds to the gradient before the tanh, and that of the weights. */
static void kdd19_weights_backward(struct ralm_device_pass *x)
{
	const size_t seeds = x->plan.plan->seeds_end, H = x->H;
	const struct ralm_device_matrix w =
		ralm_device_parameter(x, RALM_KDD19_WEIGHTS);
	ralm_device_room(x, &x->db, x->plan.seeds, false);
	ralm_device_room(x, &x->user_db, seeds, true);
	ralm_device_room(x, &x->user_dA, seeds * H, false);
	RALM_RUN(x->device, list_softmax_backward, x->plan.plan->G,
		 RALM_BUFFER(x->db), RALM_BUFFER(x->w), RALM_BUFFER(x->dw),
		 RALM_BUFFER(x->plan.group.buffer));
	ralm_device_seed_rows(x, &x->user_db, &x->db, 1);
	ralm_device_matmul_tn(x->device,
			      ralm_device_gradient(x, RALM_KDD19_WEIGHTS),
			      ralm_matrix(&x->user_db, 0),
			      ralm_matrix(&x->A, 0), 1, H, seeds, &x->parts);
	RALM_RUN(x->device, row_dots_backward, seeds, RALM_BUFFER(x->user_dA),
		 RALM_BUFFER(x->A), RALM_BUFFER(x->user_db),
		 RALM_BUFFER(*w.buffer), RALM_LONG(w.at), RALM_INTEGER(H));
}

static void kdd19_transform_backward(struct ralm_device_pass *x)
{
	const size_t U = x->plan.plan->U, H = x->H;
	const struct ralm_device_matrix
		slope = ralm_device_parameter(x, RALM_KDD19_SLOPE),
		dZ = ralm_matrix(&x->Z, 0); /* prelu_backward makes it that */
	ralm_device_room(x, &x->slopes, U, false);
	RALM_RUN(x->device, prelu_backward, U, RALM_BUFFER(x->Z),
		 RALM_BUFFER(x->slopes), RALM_BUFFER(x->user_dS),
		 RALM_BUFFER(*slope.buffer), RALM_LONG(slope.at),
		 RALM_INTEGER(H));
	RALM_RUN(x->device, sum_numbers, 1, RALM_BUFFER(x->gradient),
		 RALM_LONG(slope.at), RALM_BUFFER(x->slopes), RALM_LONG(U));
	ralm_device_matmul_tn(x->device,
			      ralm_device_gradient(x, RALM_KDD19_TRANSFORM),
			      ralm_matrix(&x->X, 0), dZ, x->D, H, U, &x->parts);
	ralm_device_matmul_nt(x->device, ralm_matrix(&x->dX, 0), dZ,
			      ralm_device_parameter(x, RALM_KDD19_TRANSFORM), U,
			      x->D, H, true);
}

static void kdd19_backward(struct ralm_device_pass *x)
{
	const size_t first = x->plan.plan->targets_begin;
	const double alpha = x->network->alpha;
	ralm_device_cosine_backward(x, 0, false, 1 - alpha, &x->V);
	ralm_device_cosine_backward(x, 1, true, alpha, &x->dV);
	ralm_device_samples_sum(x, &x->dV);
	ralm_device_local_backward(x);
	ralm_device_seed_dots(x);
	kdd19_weights_backward(x);
	ralm_device_room(x, &x->user_dS, x->plan.plan->U * x->H, true);
	ralm_device_seed_rows(x, &x->user_dS, &x->dS, x->H);
	ralm_device_target_rows(x, &x->user_dS, first, &x->dT);
	ralm_device_A_backward(x, RALM_KDD19_GLOBAL, &x->user_dS);
	ralm_device_Q_backward(x, RALM_KDD19_LOCAL, &x->user_dS, first);
	kdd19_transform_backward(x);
}

/* ---- the table ------------------------------------------------------------- */

static const struct ralm_device_network networks[] = {
	{&ralm_attention, false, 1, paddlerec_forward, paddlerec_backward},
	{&ralm_average, true, 1, average_forward, average_backward},
	{&ralm_kdd19, false, 2, kdd19_forward, kdd19_backward},
	{&ralm_paddlerec, false, 1, paddlerec_forward, paddlerec_backward},
};

const struct ralm_device_network *
ralm_device_network(const struct ralm_network_kind *kind, struct ralm_error *err)
{
	for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
		if (networks[i].kind == kind)
			return &networks[i];
	ralm_error_set(err, RALM_ERROR_CONFIG,
		       "device: the network %s trains on the cpu alone",
		       kind->name);
	return NULL;
}
