#include "networks/blocks.h"

#include <stdlib.h>
#include <string.h>

/* ---- cutting ------------------------------------------------------------- */

void ralm_blocks_release(struct ralm_blocks *blocks)
{
	for (size_t k = 0; k < blocks->block_count; k++) {
		ralm_batch_release(&blocks->block[k].batch);
		ralm_plan_release(&blocks->block[k].plan);
	}
	free(blocks->block);
	free(blocks->row_memory);
	free(blocks->place_memory);
	memset(blocks, 0, sizeof *blocks);
}

static int reserve_blocks(struct ralm_blocks *blocks, size_t count,
			  struct ralm_error *err)
{
	if (RALM_RESERVE(blocks->block, blocks->block_room, count, err) != 0)
		return -1;
	for (; blocks->block_count < count; blocks->block_count++) {
		struct ralm_block *block = &blocks->block[blocks->block_count];
		if (ralm_batch_init(&block->batch, err) != 0)
			return -1;
		if (ralm_plan_init(&block->plan, err) != 0) {
			ralm_batch_release(&block->batch);
			return -1;
		}
	}
	return 0;
}

/* Sets row and place of each row of X. */
static int set_rows(struct ralm_blocks *blocks, const struct ralm_batch *batch,
		    struct ralm_error *err)
{
	if (RALM_RESERVE(blocks->row_memory, blocks->row_room, blocks->rows,
			 err) != 0 ||
	    RALM_RESERVE(blocks->place_memory, blocks->place_room, blocks->rows,
			 err) != 0)
		return -1;
	for (size_t k = 0; k < blocks->count; k++) {
		const struct ralm_block *block = &blocks->block[k];
		for (size_t i = 0; i < block->plan.U; i++) {
			uint32_t user = block->plan.row[i];
			blocks->place_memory[block->first_row + i] = user;
			blocks->row_memory[block->first_row + i] =
				batch->row[user];
		}
	}
	blocks->place = blocks->place_memory;
	blocks->row = blocks->row_memory;
	return 0;
}

static int add_block(struct ralm_blocks *blocks, const struct ralm_batch *batch,
		     size_t first, size_t end, struct ralm_error *err)
{
	const struct ralm_batch *samples = batch;
	if (reserve_blocks(blocks, blocks->count + 1, err) != 0)
		return -1;
	struct ralm_block *block = &blocks->block[blocks->count];
	if (end - first < batch->B) {
		samples = &block->batch;
		if (ralm_batch_cut(&block->batch, batch, first, end, err) != 0)
			return -1;
	}
	if (ralm_plan_make(&block->plan, samples, err) != 0)
		return -1;
	block->first_sample = first;
	block->first_row = blocks->rows;
	blocks->rows += block->plan.U;
	return 0;
}

int ralm_blocks_cut(struct ralm_blocks *blocks, const struct ralm_batch *batch,
		    size_t block_size, struct ralm_error *err)
{
	const size_t size = block_size == 0 ? batch->B : block_size;
	blocks->U = batch->U;
	blocks->rows = blocks->count = 0;
	for (size_t first = 0; first < batch->B; blocks->count++) {
		const size_t end = ralm_batch_part_end(batch, first, size);
		if (add_block(blocks, batch, first, end, err) != 0)
			return -1;
		first = end;
	}
	blocks->place = NULL;
	if (blocks->count == 0)
		return 0;
	blocks->row = blocks->block[0].plan.row;
	return blocks->count > 1 ? set_rows(blocks, batch, err) : 0;
}

/* ---- working ------------------------------------------------------------- */

/* With so many blocks for each thread, one slow block does not hold up the others. */
enum { BLOCKS_A_THREAD = 4 };

int ralm_block_work_init(struct ralm_block_work *work,
			 struct ralm_network *network, struct ralm_error *err)
{
	const unsigned threads = ralm_threads_count(network->threads);
	*work = (struct ralm_block_work){
		.network = network,
		.threads = threads,
		.worker = ralm_aligned_new(threads, sizeof *work->worker, err),
		.most = (size_t)threads * BLOCKS_A_THREAD,
	};
	if (work->worker != NULL)
		work->gradient = ralm_aligned_new(work->most, sizeof *work->gradient,
						  err);
	if (work->gradient != NULL)
		work->loss = ralm_aligned_new(work->most, sizeof *work->loss,
					      err);
	if (work->loss == NULL) {
		ralm_block_work_release(work);
		return -1;
	}
	for (unsigned i = 0; i < threads; i++) {
		struct ralm_network *alone = &work->worker[i].network;
		*alone = *network;
		alone->threads = NULL;
		ralm_arena_init(&alone->arena);
	}
	return 0;
}

void ralm_block_work_release(struct ralm_block_work *work)
{
	for (unsigned i = 0; work->worker != NULL && i < work->threads; i++)
		ralm_network_release(&work->worker[i].network);
	for (size_t i = 0; i < work->gradient_count; i++)
		ralm_parameters_release(&work->gradient[i]);
	free(work->worker);
	free(work->gradient);
	free(work->loss);
	memset(work, 0, sizeof *work);
}

static int reserve_gradients(struct ralm_block_work *work, size_t count,
			     struct ralm_error *err)
{
	const struct ralm_network *network = work->network;
	for (; work->gradient_count < count; work->gradient_count++)
		if (ralm_parameters_init(&work->gradient[work->gradient_count],
					 &network->kind->specs, network->D,
					 network->H, err) != 0)
			return -1;
	return 0;
}

/* The blocks in work at once, from `first` on. */
struct turn {
	struct ralm_block_work *work;
	const struct ralm_blocks *blocks;
	const struct ralm_parameters *parameters;
	const ralm_real *X;
	ralm_real *cosine, *dX;
	struct ralm_parameters *gradient;
	size_t first, count;
};

static int run_block(const struct turn *turn, size_t i,
		     struct ralm_network *network, struct ralm_error *err)
{
	const struct ralm_block *block = &turn->blocks->block[turn->first + i];
	const size_t row = block->first_row * network->D;
	return ralm_network_gradient(turn->cosine + block->first_sample,
				     &turn->work->loss[i], turn->dX + row,
				     &turn->work->gradient[i], network,
				     turn->parameters, turn->X + row,
				     &block->plan, err);
}

static void run_alone(void *context, size_t i, unsigned thread)
{
	const struct turn *turn = context;
	struct ralm_block_worker *worker = &turn->work->worker[thread];
	if (!worker->failed)
		worker->failed = run_block(turn, i, &worker->network,
					   &worker->error) != 0;
}

static int run_turn(struct turn *turn, struct ralm_error *err)
{
	struct ralm_block_work *work = turn->work;
	if (turn->blocks->count < work->threads) {
		for (size_t i = 0; i < turn->count; i++)
			if (run_block(turn, i, work->network, err) != 0)
				return -1;
		return 0;
	}
	for (unsigned i = 0; i < work->threads; i++)
		work->worker[i].failed = false;
	ralm_threads_each(work->network->threads, turn->count, run_alone, turn);
	for (unsigned i = 0; i < work->threads; i++)
		if (work->worker[i].failed) {
			if (err != NULL)
				*err = work->worker[i].error;
			return -1;
		}
	return 0;
}

enum { PARTS = 8 }; /* of the dense gradients, added up by threads */

static void add_part(void *context, size_t part, unsigned thread)
{
	const struct turn *turn = context;
	const struct ralm_kernels *kernels = turn->work->network->kernels;
	const size_t size = turn->gradient->size;
	const size_t begin = size * part / PARTS;
	const size_t n = size * (part + 1) / PARTS - begin;
	ralm_real *sum = turn->gradient->block + begin;
	(void)thread;
	for (size_t i = 0; i < turn->count; i++) {
		const ralm_real *found = turn->work->gradient[i].block + begin;
		if (turn->first + i == 0)
			memcpy(sum, found, n * sizeof *sum);
		else
			kernels->rows->add(sum, found, n);
	}
}

/* Works on as many blocks from turn->first on as can be worked on at once. */
static int run_some(struct turn *turn, struct ralm_error *err)
{
	struct ralm_block_work *work = turn->work;
	turn->count = turn->blocks->count - turn->first;
	if (turn->count > work->most)
		turn->count = work->most;
	if (reserve_gradients(work, turn->count, err) != 0)
		return -1;
	return run_turn(turn, err);
}

int ralm_blocks_some(size_t *count, ralm_real *cosine, ralm_real *dX,
		     struct ralm_block_work *work,
		     const struct ralm_parameters *parameters,
		     const ralm_real *X, const struct ralm_blocks *blocks,
		     size_t first, struct ralm_error *err)
{
	struct turn turn = {.work = work,
			    .blocks = blocks,
			    .parameters = parameters,
			    .X = X,
			    .cosine = cosine,
			    .dX = dX,
			    .first = first};
	const int result = run_some(&turn, err);
	*count = turn.count;
	return result;
}

int ralm_blocks_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			 struct ralm_parameters *gradient,
			 struct ralm_block_work *work,
			 const struct ralm_parameters *parameters,
			 const ralm_real *X, const struct ralm_blocks *blocks,
			 struct ralm_error *err)
{
	if (blocks->count == 1)
		return ralm_network_gradient(cosine, loss, dX, gradient,
					     work->network, parameters, X,
					     &blocks->block[0].plan, err);
	struct turn turn = {.work = work,
			    .blocks = blocks,
			    .parameters = parameters,
			    .X = X,
			    .cosine = cosine,
			    .dX = dX,
			    .gradient = gradient};
	for (; turn.first < blocks->count; turn.first += turn.count) {
		if (run_some(&turn, err) != 0)
			return -1;
		ralm_threads_each(work->network->threads, PARTS, add_part,
				  &turn);
		for (size_t i = 0; i < turn.count; i++)
			*loss = turn.first + i == 0 ? work->loss[i]
						    : *loss + work->loss[i];
	}
	return 0;
}
