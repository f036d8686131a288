#include "device/devices.h"

#include "device/device_numbers.h"
#include "device/device_pass.h"
#include "device/matmul.h"
#include "device/rows_device.h"
#include "ground/memory.h"
#include "networks/sample_losses.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(ralm_real) == sizeof(float), "kernels are in float");

/* An open device, and the block that it works on. */
struct worker {
	struct ralm_device_pass pass;
	struct ralm_network network; /* with an arena of its own */
	struct ralm_parameters gradient;
	struct ralm_sample_losses losses;
	float *second;  /* (B) the samples' second cosines, if the network has two */
	float *dcosine; /* (B) derivatives of the loss */
	size_t second_room, dcosine_room;
	const struct ralm_block *block;
	double loss;
};

struct ralm_devices {
	const struct ralm_device_network *network;
	size_t count;
	struct worker worker[RALM_DEVICES_MOST];
	struct ralm_rows_device table; /* zeroed: the table is on the host */
};

/* ---- opening --------------------------------------------------------------- */

int ralm_device(struct ralm_device *device, size_t number,
		struct ralm_error *err)
{
	return ralm_opencl_find(device, NULL, number, err);
}

int ralm_devices_check(const char *which, const struct ralm_network_kind *kind,
		       struct ralm_error *err)
{
	return ralm_is_device(which) && ralm_device_network(kind, err) == NULL
		       ? -1
		       : 0;
}

static int open_worker(struct worker *worker, size_t number,
		       const struct ralm_network *network,
		       struct ralm_error *err)
{
	struct ralm_device_pass *pass = &worker->pass;
	pass->device = ralm_opencl_open(number, err);
	if (pass->device == NULL ||
	    ralm_parameters_init(&worker->gradient, &network->kind->specs,
				 network->D, network->H, err) != 0)
		return -1;
	worker->network = *network;
	worker->network.threads = NULL;
	ralm_arena_init(&worker->network.arena);
	pass->network = &worker->network;
	pass->shape = &worker->gradient;
	pass->D = network->D;
	pass->H = network->H;
	return 0;
}

struct ralm_devices *ralm_devices_open(const char *which,
				       const struct ralm_network *network,
				       struct ralm_error *err)
{
	size_t number[RALM_DEVICES_MOST], count;
	struct ralm_devices *devices;
	if (ralm_device_numbers(number, &count, which, err) != 0)
		return NULL;
	devices = calloc(1, sizeof *devices);
	if (devices == NULL) {
		ralm_error_memory(err, sizeof *devices);
		return NULL;
	}
	devices->network = ralm_device_network(network->kind, err);
	bool right = devices->network != NULL;
	for (size_t i = 0; right && i < count; i++) {
		devices->count++;
		right = open_worker(&devices->worker[i], number[i], network,
				    err) == 0;
	}
	if (right)
		return devices;
	ralm_devices_close(devices);
	return NULL;
}

void ralm_devices_close(struct ralm_devices *devices)
{
	if (devices != NULL) {
		ralm_device_matmul_end();
		ralm_rows_device_release(&devices->table);
	}
	for (size_t i = 0; devices != NULL && i < devices->count; i++) {
		struct worker *worker = &devices->worker[i];
		struct ralm_opencl *device = worker->pass.device;
		ralm_device_pass_release(&worker->pass);
		ralm_opencl_close(device);
		ralm_parameters_release(&worker->gradient);
		ralm_network_release(&worker->network);
		free(worker->dcosine);
		free(worker->second);
	}
	free(devices);
}

const struct ralm_device *ralm_devices_at(const struct ralm_devices *devices,
					  size_t i)
{
	return devices != NULL && i < devices->count
		       ? ralm_opencl_about(devices->worker[i].pass.device)
		       : NULL;
}

struct ralm_rows *ralm_devices_rows(struct ralm_devices *devices,
				    enum ralm_rule rule, uint64_t rng_seed,
				    double deviation, struct ralm_error *err)
{
	struct ralm_device_pass *x = &devices->worker[0].pass;
	return ralm_rows_device_init(&devices->table, x->device, x->D, rule,
				     rng_seed, deviation, err) == 0
		       ? &devices->table.rows
		       : NULL;
}

/* ---- a block --------------------------------------------------------------- */

/* Blocks first to first + count - 1 of a call: one for each device, or what is left. */
struct turn {
	struct ralm_devices *devices;
	const struct ralm_parameters *parameters;
	const ralm_real *X;
	ralm_real *cosine, *dX;
	const struct ralm_blocks *blocks;
	size_t first, count;
};

static bool table_on_device(const struct turn *turn)
{
	return turn->devices->table.device != NULL;
}

/* Queues the copy of the block's X, from the host or from the table on the device. */
static int begin_rows(struct turn *turn, const struct ralm_block *block,
		      struct ralm_device_pass *x, struct ralm_error *err)
{
	const size_t numbers = block->plan.U * x->D;
	if (table_on_device(turn))
		return ralm_rows_device_gather(
			&x->X, &turn->devices->table,
			turn->blocks->row + block->first_row, block->plan.U,
			err);
	ralm_device_room(x, &x->X, numbers, false);
	ralm_opencl_write(&x->X, turn->X + block->first_row * x->D,
			  numbers * sizeof(float), x->device);
	return 0;
}

/* Queues the copy of its dX to the host, or to where the table takes it from. */
static void end_rows(struct turn *turn, const struct ralm_block *block,
		     struct ralm_device_pass *x)
{
	if (table_on_device(turn))
		ralm_rows_device_keep(&turn->devices->table, &x->dX,
				      block->first_row, block->plan.U,
				      turn->blocks->rows);
	else
		ralm_opencl_read(turn->dX + block->first_row * x->D, &x->dX,
				 block->plan.U * x->D * sizeof(float),
				 x->device);
}

static int reserve(struct worker *worker, bool two, struct ralm_error *err)
{
	const size_t B = worker->block->plan.B;
	ralm_arena_reset(&worker->network.arena);
	if (ralm_sample_losses_init(&worker->losses, &worker->network, B, err) != 0 ||
	    RALM_RESERVE(worker->dcosine, worker->dcosine_room, B, err) != 0 ||
	    (two && RALM_RESERVE(worker->second, worker->second_room, B, err) != 0))
		return -1;
	return 0;
}

/* Queues the forward pass, and the copy of the cosines to the host. */
static int begin_block(struct turn *turn, size_t i, struct ralm_error *err)
{
	struct worker *worker = &turn->devices->worker[i];
	const struct ralm_device_network *network = turn->devices->network;
	const struct ralm_block *block = worker->block;
	struct ralm_device_pass *x = &worker->pass;
	const size_t B = block->plan.B, size = turn->parameters->size;
	ralm_real *cosine = turn->cosine + block->first_sample;
	if (reserve(worker, network->cosines > 1, err) != 0 ||
	    ralm_device_plan_make(&x->plan, x->device, &block->plan,
				  network->by_list, err) != 0)
		return -1;
	ralm_device_room(x, &x->parameters, size, false);
	ralm_opencl_write(&x->parameters, turn->parameters->block,
			  size * sizeof(float), x->device);
	if (begin_rows(turn, block, x, err) != 0)
		return -1;
	network->forward(x);
	ralm_opencl_read(cosine, &x->c[0], B * sizeof(float), x->device);
	if (network->cosines > 1)
		ralm_opencl_read(worker->second, &x->c[1], B * sizeof(float),
				 x->device);
	ralm_opencl_flush(x->device);
	return 0;
}

/* The losses of the block's samples, and their derivatives, from the cosines. */
static void find_losses(struct worker *worker, const struct turn *turn)
{
	const struct ralm_plan *plan = &worker->block->plan;
	const double alpha = worker->network.alpha;
	ralm_real *cosine = turn->cosine + worker->block->first_sample;
	if (turn->devices->network->cosines > 1)
		for (size_t s = 0; s < plan->B; s++)
			cosine[s] = (ralm_real)((1 - alpha) * (double)cosine[s] +
						alpha * (double)worker->second[s]);
	for (size_t g = 0; g < plan->G; g++)
		ralm_group_losses(&worker->losses, &worker->network,
				  turn->parameters, cosine, plan,
				  &plan->group[g]);
	for (size_t s = 0; s < plan->B; s++)
		worker->dcosine[s] = (float)worker->losses.dcosine[s];
}

/* Waits for the cosines, and queues the backward pass and the copy of the gradients. */
static int go_on_with_block(struct turn *turn, size_t i, struct ralm_error *err)
{
	struct worker *worker = &turn->devices->worker[i];
	const struct ralm_block *block = worker->block;
	struct ralm_device_pass *x = &worker->pass;
	const size_t B = block->plan.B, size = worker->gradient.size;
	if (ralm_opencl_finish(x->device, err) != 0)
		return -1;
	find_losses(worker, turn);
	ralm_device_room(x, &x->dcosine, B, false);
	ralm_opencl_write(&x->dcosine, worker->dcosine, B * sizeof(float),
			  x->device);
	ralm_device_room(x, &x->gradient, size, true);
	ralm_device_room(x, &x->dX, block->plan.U * x->D, true);
	turn->devices->network->backward(x);
	end_rows(turn, block, x);
	ralm_opencl_read(worker->gradient.block, &x->gradient,
			 size * sizeof(float), x->device);
	ralm_opencl_flush(x->device);
	return 0;
}

/* Waits for the gradients, and adds up the losses. */
static int end_block(struct turn *turn, size_t i, struct ralm_error *err)
{
	struct worker *worker = &turn->devices->worker[i];
	if (ralm_opencl_finish(worker->pass.device, err) != 0)
		return -1;
	ralm_sample_losses_sum(&worker->loss, &worker->gradient,
			       &worker->losses, worker->block->plan.B);
	if (!worker->network.learn_scale)
		*worker->gradient.scale = *worker->gradient.bias = 0;
	return 0;
}

/* ---- a batch --------------------------------------------------------------- */

typedef int turn_step(struct turn *turn, size_t i, struct ralm_error *err);

/* Does a step for each block of the turn. */
static int each(turn_step *step, struct turn *turn, struct ralm_error *err)
{
	for (size_t i = 0; i < turn->count; i++)
		if (step(turn, i, err) != 0)
			return -1;
	return 0;
}

/* Waits until no device uses the caller's memory any more. Returns -1. */
static int give_up(const struct turn *turn)
{
	for (size_t i = 0; i < turn->devices->count; i++)
		if (ralm_opencl_finish(turn->devices->worker[i].pass.device,
				       NULL) != 0)
			continue; /* the first failure has been told */
	return -1;
}

/* Adds loss and gradient of a turn's blocks to those of the blocks before, starting from
 * a copy of the first. */
static void add_turn(double *loss, struct ralm_parameters *gradient,
		     const struct turn *turn)
{
	for (size_t i = 0; i < turn->count; i++) {
		const struct worker *worker = &turn->devices->worker[i];
		const struct ralm_row_kernels *rows =
			worker->network.kernels->rows;
		if (turn->first + i == 0) {
			memcpy(gradient->block, worker->gradient.block,
			       gradient->size * sizeof *gradient->block);
			*loss = worker->loss;
		} else {
			rows->add(gradient->block, worker->gradient.block,
				  gradient->size);
			*loss += worker->loss;
		}
	}
}

int ralm_devices_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_devices *devices,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_blocks *blocks,
			  const struct ralm_beside beside[2],
			  struct ralm_error *err)
{
	struct turn turn = {.devices = devices,
			    .parameters = parameters,
			    .X = X,
			    .cosine = cosine,
			    .dX = dX,
			    .blocks = blocks};
	for (; turn.first < blocks->count; turn.first += turn.count) {
		turn.count = blocks->count - turn.first;
		if (turn.count > devices->count)
			turn.count = devices->count;
		for (size_t i = 0; i < turn.count; i++)
			devices->worker[i].block =
				&blocks->block[turn.first + i];
		const bool busy = turn.first == 0 && beside != NULL;
		if (each(begin_block, &turn, err) != 0)
			return give_up(&turn);
		if (busy)
			beside[0].work(beside[0].context);
		if (each(go_on_with_block, &turn, err) != 0)
			return give_up(&turn);
		if (busy)
			beside[1].work(beside[1].context);
		if (each(end_block, &turn, err) != 0)
			return give_up(&turn);
		add_turn(loss, gradient, &turn);
	}
	return 0;
}
