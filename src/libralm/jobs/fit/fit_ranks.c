/* Rank 0 of a run over ranks: what it does differently from a run alone. */
#include "jobs/fit/fit_state.h"

#include "ground/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- start --------------------------------------------------------------- */

/* A whole batch must have a block for every rank. */
static int check_blocks(const struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	const uint64_t size = config->block_size > 0 ? config->block_size
						     : config->batch_size;
	const uint64_t K = config->batch_size / size +
			   (config->batch_size % size != 0);
	if (K >= fit->ranks->size)
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "%u ranks, and a batch of %" PRIu64
			      " samples has %" PRIu64 " blocks of %" PRIu64
			      ": lower --block-size, or raise --batch-size",
			      fit->ranks->size, config->batch_size, K, size);
}

/* All ranks must compute alike, or the model would depend on which of them computed
 * what. */
static int check_kinds(struct ralm_ranks *ranks, struct ralm_error *err)
{
	char own[RALM_RANK_KIND];
	char(*all)[RALM_RANK_KIND] = ralm_aligned_new(ranks->size, sizeof *all,
						      err);
	const int result = all != NULL ? 0 : -1;
	if (ralm_ranks_agree(ranks, result, err) != 0) {
		free(all);
		return -1;
	}
	unsigned other = 1;
	ralm_rank_kind(own);
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = 1;
	ranks->calls->gather(ranks, all, ranks->counts, own, 1, sizeof own);
	while (other < ranks->size && memcmp(all[other], own, sizeof own) == 0)
		other++;
	uint64_t differ = other < ranks->size;
	ranks->calls->broadcast(ranks, &differ, sizeof differ);
	if (differ)
		ralm_error_set(err, RALM_ERROR_CONFIG,
			       "rank %u computes otherwise (%s) than rank 0 "
			       "(%s)", other, all[other], own);
	free(all);
	return differ ? -1 : 0;
}

/* Hands out the users and vectors of the origin. */
static int hand_out(struct ralm_fit *fit, struct ralm_error *err)
{
	if (fit->origin.mapping == NULL)
		return 0;
	if (ralm_rows_fetch(fit->rows, fit->model.users.keys,
			    fit->origin.users.count, err) != 0 ||
	    ralm_rows_ranks_settle(&fit->rows_spread, err) != 0)
		return -1;
	ralm_fit_hand_out(fit);
	return 0;
}

static int init(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_ranks *ranks = fit->ranks;
	const struct ralm_config *config = fit->config;
	if (ralm_rows_ranks_init(&fit->rows_spread, ranks, &fit->model.table,
				 ralm_optimizer_row_rule(fit->optimizer.kind),
				 config->rng_seed, config->init_deviation,
				 fit->threads, err) != 0 ||
	    ralm_rank_work_init(&fit->rank_work, ranks, &fit->rows_spread,
				&fit->work, &fit->model.parameters, err) != 0 ||
	    ralm_parts_init(&fit->now->parts, ranks->size, err) != 0 ||
	    ralm_parts_init(&fit->next->parts, ranks->size, err) != 0 ||
	    ralm_batch_init(&fit->now->part, err) != 0)
		return -1;
	return ralm_batch_init(&fit->next->part, err);
}

int ralm_fit_ranks_start(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_ranks *ranks = fit->ranks;
	struct ralm_config config = *fit->config;
	const bool whole = ralm_config_whole_choices(&config);
	if (check_blocks(fit, err) != 0)
		return -1;
	ralm_ranks_announce(ranks, (struct ralm_ranks_command){
					   .what = RALM_FIT_START,
					   .count = ranks->threads});
	if (check_kinds(ranks, err) != 0)
		return -1;
	ranks->calls->broadcast(ranks, &config, sizeof config);
	const int result = init(fit, err);
	if (ralm_ranks_agree(ranks, result, err) != 0)
		return -1;
	fit->now->part.whole_choices = fit->next->part.whole_choices = whole;
	fit->rows = &fit->rows_spread.rows;
	return hand_out(fit, err);
}

void ralm_fit_ranks_release(struct ralm_fit *fit)
{
	if (fit->ranks == NULL)
		return;
	ralm_rows_ranks_release(&fit->rows_spread);
	ralm_rank_work_release(&fit->rank_work);
	for (int i = 0; i < 2; i++) {
		ralm_parts_release(&fit->batches[i].parts);
		ralm_batch_release(&fit->batches[i].part);
	}
}

/* ---- batches ------------------------------------------------------------- */

int ralm_fit_ranks_next(struct ralm_fit *fit, struct ralm_error *err)
{
	const size_t block_size = (size_t)fit->config->block_size;
	struct ralm_fit_batch *next = fit->next;
	const struct ralm_batch *batch = &next->batch;
	if (ralm_parts_cut(&next->parts, batch, block_size, fit->ranks, err) !=
		    0 ||
	    ralm_part_first(&next->part, batch, &next->parts, err) != 0)
		return -1;
	return ralm_blocks_cut(&next->blocks, &next->part,
			       block_size > 0 ? block_size : batch->B, err);
}

/* ---- a step -------------------------------------------------------------- */

/* Hands out the sizes of the ranks' parts, and the current parameters. */
static void hand_out_batch(struct ralm_fit *fit)
{
	struct ralm_ranks *ranks = fit->ranks;
	const struct ralm_parts *parts = &fit->now->parts;
	struct ralm_parameters *parameters = &fit->model.parameters;
	size_t own;
	ralm_ranks_announce(ranks, (struct ralm_ranks_command){
					   .what = RALM_FIT_WORK,
					   .count = parts->K});
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = 1;
	ranks->calls->scatter(ranks, &own, 1, parts->size, ranks->counts,
			      sizeof own);
	ranks->calls->broadcast(ranks, parameters->block,
				parameters->size * sizeof(ralm_real));
}

static void hand_out_parts(struct ralm_fit *fit)
{
	struct ralm_ranks *ranks = fit->ranks;
	const struct ralm_parts *parts = &fit->now->parts;
	ranks->calls->scatter(ranks, NULL, 0, parts->numbers, parts->size,
			      sizeof *parts->numbers);
}

int ralm_fit_ranks_work(double *loss, struct ralm_fit *fit,
			const struct ralm_beside *beside,
			struct ralm_error *err)
{
	const struct ralm_fit_batch *now = fit->now;
	ralm_ranks_enter(fit->ranks, RALM_PHASE_EXCHANGE);
	hand_out_batch(fit);
	if (ralm_ranks_agree(fit->ranks, 0, err) != 0)
		return -1;
	hand_out_parts(fit);
	const int reserved =
		RALM_RESERVE(fit->cosine, fit->cosine_room, now->batch.B, err);
	fit->rank_work.all_cosine = fit->cosine;
	return ralm_rank_work_do(loss, &fit->gradient, &fit->rank_work,
				 &now->blocks, now->part.B, now->parts.K,
				 &now->parts, beside, reserved, err);
}
