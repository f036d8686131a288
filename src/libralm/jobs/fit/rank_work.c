#include "jobs/fit/rank_work.h"

#include "kernels/blas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- life ---------------------------------------------------------------- */

int ralm_rank_work_init(struct ralm_rank_work *work, struct ralm_ranks *ranks,
			struct ralm_rows_ranks *rows,
			struct ralm_block_work *blocks,
			struct ralm_parameters *parameters,
			struct ralm_error *err)
{
	*work = (struct ralm_rank_work){
		.ranks = ranks,
		.rows = rows,
		.blocks = blocks,
		.parameters = parameters,
		.out_count = ralm_aligned_new(ranks->size, sizeof(size_t), err),
		.in_count = ralm_aligned_new(ranks->size, sizeof(size_t), err),
	};
	if (work->out_count != NULL && work->in_count != NULL)
		return 0;
	ralm_rank_work_release(work);
	return -1;
}

void ralm_rank_work_release(struct ralm_rank_work *work)
{
	free(work->X);
	free(work->dX);
	free(work->cosine);
	free(work->loss);
	free(work->out);
	free(work->in);
	free(work->out_count);
	free(work->in_count);
	free(work->all_loss);
	memset(work, 0, sizeof *work);
}

void ralm_rank_kind(char name[RALM_RANK_KIND])
{
	memset(name, 0, RALM_RANK_KIND);
	snprintf(name, RALM_RANK_KIND, "ralm %d.%d.%d, vector code %s, BLAS %s",
		 RALM_VERSION_NUMBER / 10000, RALM_VERSION_NUMBER / 100 % 100,
		 RALM_VERSION_NUMBER % 100, ralm_kernels()->name,
		 ralm_blas_core());
}

/* ---- dense gradients ----------------------------------------------------- */

/* The numbers of the parameters that rank r adds up. */
static size_t part_begin(const struct ralm_rank_work *work, unsigned r)
{
	return ralm_share_begin(work->ranks, work->parameters->size, r);
}

static size_t part_size(const struct ralm_rank_work *work, unsigned r)
{
	return ralm_share_size(work->ranks, work->parameters->size, r);
}

/* Copies the gradients that block k of `own` found to `out`, which is sorted by rank,
 * then by block. */
static void put_found(struct ralm_rank_work *work, size_t k, size_t own,
		      const ralm_real *found)
{
	for (unsigned r = 0; r < work->ranks->size; r++) {
		const size_t begin = part_begin(work, r);
		const size_t n = part_size(work, r);
		memcpy(work->out + own * begin + k * n, found + begin,
		       n * sizeof *found);
	}
}

/* All ranks: adds up all blocks' gradients, in their order, and brings them to rank 0. */
static void add_up(struct ralm_parameters *gradient,
		   struct ralm_rank_work *work, size_t K)
{
	struct ralm_ranks *ranks = work->ranks;
	const size_t own = ralm_share_size(ranks, K, ranks->rank);
	const size_t n = part_size(work, ranks->rank);
	for (unsigned r = 0; r < ranks->size; r++) {
		work->out_count[r] = own * part_size(work, r);
		work->in_count[r] = n * ralm_share_size(ranks, K, r);
	}
	ranks->calls->exchange(ranks, work->in, work->in_count, work->out,
			       work->out_count, sizeof *work->in);
	for (size_t k = 1; k < K && n > 0; k++)
		ralm_kernels()->rows->add(work->in, work->in + k * n, n);
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = part_size(work, r);
	ranks->calls->gather(ranks, gradient != NULL ? gradient->block : NULL,
			     ranks->counts, work->in, n, sizeof *work->in);
}

/* ---- the network --------------------------------------------------------- */

static int reserve(struct ralm_rank_work *work, const struct ralm_blocks *own,
		   size_t samples, size_t K, struct ralm_error *err)
{
	const size_t size = own->rows * work->rows->rows.D;
	const size_t dense = work->parameters->size;
	const size_t in = K * part_size(work, work->ranks->rank);
	if (RALM_RESERVE(work->X, work->X_room, size, err) != 0 ||
	    RALM_RESERVE(work->dX, work->dX_room, size, err) != 0 ||
	    RALM_RESERVE(work->cosine, work->cosine_room, samples, err) != 0 ||
	    RALM_RESERVE(work->loss, work->loss_room, own->count + 1, err) !=
		    0 ||
	    RALM_RESERVE(work->out, work->out_room, own->count * dense, err) !=
		    0 ||
	    RALM_RESERVE(work->in, work->in_room, in, err) != 0)
		return -1;
	return 0;
}

static int reserve_all(struct ralm_rank_work *work,
		       const struct ralm_parts *parts, struct ralm_error *err)
{
	return RALM_RESERVE(work->all_loss, work->all_loss_room,
			    parts->K + work->ranks->size, err);
}

static int compute(struct ralm_rank_work *work, const struct ralm_blocks *own,
		   struct ralm_error *err)
{
	size_t count;
	for (size_t first = 0; first < own->count; first += count) {
		if (ralm_blocks_some(&count, work->cosine, work->dX,
				     work->blocks, work->parameters, work->X,
				     own, first, err) != 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			work->loss[first + i] = work->blocks->loss[i];
			put_found(work, first + i, own->count,
				  work->blocks->gradient[i].block);
		}
	}
	return 0;
}

/* ---- what rank 0 gets ---------------------------------------------------- */

/* Brings losses, signals and cosines to rank 0. */
static void tell(double *loss, struct ralm_rank_work *work, size_t own,
		 size_t samples, size_t K, const struct ralm_parts *parts)
{
	struct ralm_ranks *ranks = work->ranks;
	const double *from = work->all_loss;
	work->loss[own] = ranks->stop != NULL ? (double)*ranks->stop : 0;
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = ralm_share_size(ranks, K, r) + 1;
	ranks->calls->gather(ranks, work->all_loss, ranks->counts, work->loss,
			     own + 1, sizeof *work->loss);
	ranks->calls->gather(ranks, work->all_cosine,
			     parts != NULL ? parts->samples : NULL,
			     work->cosine, samples, sizeof *work->cosine);
	for (unsigned r = 0, first = 1; loss != NULL && r < ranks->size; r++) {
		for (size_t k = ralm_share_size(ranks, K, r); k > 0; k--) {
			*loss = first ? *from : *loss + *from;
			first = 0;
			from++;
		}
		if (*from != 0 && ranks->stop != NULL && *ranks->stop == 0)
			*ranks->stop = (sig_atomic_t)*from;
		from++;
	}
}

/* ---- a step -------------------------------------------------------------- */

int ralm_rank_work_do(double *loss, struct ralm_parameters *gradient,
		      struct ralm_rank_work *work,
		      const struct ralm_blocks *own, size_t samples, size_t K,
		      const struct ralm_parts *parts,
		      const struct ralm_beside *beside, int result,
		      struct ralm_error *err)
{
	struct ralm_ranks *ranks = work->ranks;
	if (result == 0)
		result = reserve(work, own, samples, K, err);
	if (result == 0 && parts != NULL)
		result = reserve_all(work, parts, err);
	ralm_ranks_enter(ranks, RALM_PHASE_EXCHANGE);
	if (ralm_rows_ranks_gather(work->X, work->rows, own->row, own->rows,
				   beside, result, err) != 0)
		return -1;
	ralm_ranks_enter(ranks, RALM_PHASE_NETWORK);
	result = compute(work, own, err);
	ralm_ranks_enter(ranks, RALM_PHASE_EXCHANGE);
	if (ralm_ranks_agree(ranks, result, err) != 0)
		return -1;
	tell(loss, work, own->count, samples, K, parts);
	add_up(gradient, work, K);
	result = ralm_rows_ranks_scatter(work->rows, work->dX, err);
	ralm_ranks_enter(ranks, RALM_PHASE_STEP);
	return result;
}
