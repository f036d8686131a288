/* The ranks other than rank 0: they do what it announces, until it ends. */
#include "ralm.h"

#include "ground/memory.h"
#include "ground/processors.h"
#include "jobs/fit/optimizer.h"
#include "jobs/fit/rank_work.h"
#include "kernels/blas.h"

#include <stdlib.h>

struct server {
	struct ralm_ranks *ranks;
	struct ralm_config config; /* rank 0's */
	bool started;
	struct ralm_threads *threads;
	bool multiplies; /* between ralm_blas_begin and ralm_blas_end */
	struct ralm_parameters parameters;
	struct ralm_network network;
	struct ralm_block_work block_work;
	struct ralm_table table;
	struct ralm_rows_ranks rows;
	struct ralm_rank_work work;
	struct ralm_batch part;
	struct ralm_blocks blocks;
	uint32_t *numbers; /* of the part */
	size_t numbers_room;
};

/* ---- start --------------------------------------------------------------- */

static int start_threads(struct server *s, uint64_t threads,
			 struct ralm_error *err)
{
	s->threads = ralm_threads_new(ralm_threads_wanted(threads), err);
	if (s->threads == NULL ||
	    ralm_blas_begin(ralm_threads_count(s->threads), err) != 0)
		return -1;
	s->multiplies = true;
	return 0;
}

static int start_rows(struct server *s, struct ralm_error *err)
{
	const struct ralm_config *config = &s->config;
	const size_t D = s->parameters.D;
	const enum ralm_optimizer_kind optimizer =
		(enum ralm_optimizer_kind)config->optimizer;
	if (ralm_table_init(&s->table, (size_t)config->user_count, D, err) != 0)
		return -1;
	return ralm_rows_ranks_init(&s->rows, s->ranks, &s->table,
				    ralm_optimizer_row_rule(optimizer),
				    config->rng_seed, config->init_deviation,
				    s->threads, err);
}

static int init(struct server *s, uint64_t threads, struct ralm_error *err)
{
	const struct ralm_config *config = &s->config;
	const struct ralm_network_kind *kind =
		ralm_network_kind(config->network, err);
	if (kind == NULL ||
	    ralm_parameters_init(&s->parameters, &kind->specs,
				 (size_t)config->user_emb_size,
				 (size_t)config->transformed_size, err) != 0 ||
	    start_threads(s, threads, err) != 0 || start_rows(s, err) != 0)
		return -1;
	ralm_network_init_by(&s->network, kind, config, s->threads);
	if (ralm_block_work_init(&s->block_work, &s->network, err) != 0 ||
	    ralm_rank_work_init(&s->work, s->ranks, &s->rows, &s->block_work,
				&s->parameters, err) != 0 ||
	    ralm_batch_init(&s->part, err) != 0)
		return -1;
	s->part.whole_choices = ralm_config_whole_choices(config);
	return 0;
}

static void start(struct server *s, uint64_t threads)
{
	struct ralm_ranks *ranks = s->ranks;
	struct ralm_error err;
	char own[RALM_RANK_KIND];
	uint64_t differ;
	if (ralm_ranks_agree(ranks, 0, &err) != 0)
		return;
	ralm_rank_kind(own);
	ranks->calls->gather(ranks, NULL, NULL, own, 1, sizeof own);
	ranks->calls->broadcast(ranks, &differ, sizeof differ);
	if (differ)
		return;
	ranks->calls->broadcast(ranks, &s->config, sizeof s->config);
	const int result = init(s, threads, &err);
	s->started = ralm_ranks_agree(ranks, result, &err) == 0;
}

static void release(struct server *s)
{
	ralm_blocks_release(&s->blocks);
	ralm_batch_release(&s->part);
	ralm_rank_work_release(&s->work);
	ralm_rows_ranks_release(&s->rows);
	ralm_table_release(&s->table);
	ralm_block_work_release(&s->block_work);
	ralm_network_release(&s->network);
	ralm_parameters_release(&s->parameters);
	if (s->multiplies)
		ralm_blas_end();
	ralm_threads_free(s->threads);
	free(s->numbers);
	free(s);
}

/* ---- a step -------------------------------------------------------------- */

/* Makes a batch of this rank's part, and its blocks. */
static int plan(struct server *s, size_t size, struct ralm_error *err)
{
	const size_t block_size = (size_t)s->config.block_size;
	if (ralm_part_read(&s->part, s->numbers, size, err) != 0)
		return -1;
	return ralm_blocks_cut(&s->blocks, &s->part,
			       block_size > 0 ? block_size : s->part.B, err);
}

static void work(struct server *s, size_t K)
{
	struct ralm_ranks *ranks = s->ranks;
	struct ralm_error err; /* rank 0 tells it */
	size_t size;
	ranks->calls->scatter(ranks, &size, 1, NULL, NULL, sizeof size);
	ranks->calls->broadcast(ranks, s->parameters.block,
				s->parameters.size * sizeof(ralm_real));
	int result = RALM_RESERVE(s->numbers, s->numbers_room, size, &err);
	if (ralm_ranks_agree(ranks, result, &err) != 0)
		return;
	ranks->calls->scatter(ranks, s->numbers, size, NULL, NULL,
			      sizeof *s->numbers);
	ralm_ranks_enter(ranks, RALM_PHASE_PLAN);
	result = plan(s, size, &err);
	/* A failure is every rank's, and rank 0 ends the run. */
	result = ralm_rank_work_do(NULL, NULL, &s->work, &s->blocks, s->part.B,
				   K, NULL, NULL, result, &err);
	(void)result;
}

int ralm_fit_serve(struct ralm_ranks *ranks, struct ralm_error *err)
{
	struct server *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ralm_error_memory(err, sizeof *s);
	s->ranks = ranks;
	for (;;) {
		struct ralm_ranks_command command = ralm_ranks_listen(ranks);
		if (command.what == RALM_RANKS_END) {
			release(s);
			return (int)command.count;
		}
		if (command.what == RALM_FIT_START)
			start(s, command.count);
		else if (!s->started)
			continue;
		else if (command.what == RALM_FIT_WORK)
			work(s, (size_t)command.count);
		else
			(void)ralm_rows_ranks_serve(&s->rows, &command);
		ralm_ranks_enter(ranks, RALM_PHASE_OTHER);
	}
}
