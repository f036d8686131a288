/* A batch on three levels: distinct users, seed lists, samples. It says who is
 * in it, and nothing of how it is worked on (networks/plan.h).
 *
 *	row         table's rows    | 17 | 4 | 90 | 8 | 31 |     users 0 to 4
 *	list_user   users           | 0 1 2 | 1 3 |              lists 0 and 1
 *	target      users           | 4 0 | 4 |                  samples 0 to 2
 *
 * Users are numbered in order of first sight: first the seeds of all lists, then
 * the targets that are no seeds. The samples of a list stand together. */
#ifndef RALM_SAMPLES_BATCH_H
#define RALM_SAMPLES_BATCH_H

#include <stdbool.h>

#include "ground/error.h"

struct ralm_batch {
	/* users */
	size_t U;
	size_t seed_users; /* users [0, seed_users) are seeds */
	uint32_t *row;     /* (U) in the table */
	/* lists */
	size_t L;
	size_t *list_start;     /* (L+1) into list_user */
	uint32_t *list_user;    /* users, < seed_users */
	uint32_t *sample_start; /* (L+1): the samples of each list */
	/* samples */
	size_t B;
	uint32_t *target; /* (B) users */
	uint8_t *label;   /* (B) 0 or 1 */

	/* Set by the caller, and kept when the batch is cleared: the batch and its
	 * parts are cut only where a choice (samples/choices.h) begins; the samples
	 * of a list are a run. */
	bool whole_choices;

	struct ralm_batch_builder *builder;
};

int ralm_batch_init(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_batch_release(struct ralm_batch *batch);

/* Starts a new batch in the same memory. */
void ralm_batch_clear(struct ralm_batch *batch);

/* Begins a list of n >= 1 rows; the samples that follow, at least one, belong
 * to it. */
int ralm_batch_add_list(struct ralm_batch *batch, const uint32_t *rows,
			size_t n, struct ralm_error *err) RALM_MUST_CHECK;
int ralm_batch_add_sample(struct ralm_batch *batch, uint32_t target_row,
			  int label, struct ralm_error *err) RALM_MUST_CHECK;

/* Finds the distinct users, after the last sample; there is at least one. */
int ralm_batch_finish(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The end of the part of a finished batch that begins at `first`: `size`
 * samples further, or the end of the batch. With whole_choices: as many choices
 * as fit into `size` samples, at least one. */
size_t ralm_batch_part_end(const struct ralm_batch *batch, size_t first,
			   size_t size);

/* Makes `block` a batch of the samples [first, end) of a finished one, in their
 * order. Its `row` has users of that batch. */
int ralm_batch_cut(struct ralm_batch *block, const struct ralm_batch *batch,
		   size_t first, size_t end, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
