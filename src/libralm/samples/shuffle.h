/* The order of training: the runs of a span in random order, cut into batches
 * of equal size, or of whole choices (samples/choices.h). Samples that share a list
 * stay together, which is what makes their list cheap; a run cut by the end of a
 * batch goes on in the next. */
#ifndef RALM_SAMPLES_SHUFFLE_H
#define RALM_SAMPLES_SHUFFLE_H

#include "samples/batch.h"
#include "samples/sample_store.h"

struct ralm_shuffle {
	uint32_t *order; /* (runs) of the span, from 0 */
	size_t capacity, runs;
	const struct ralm_sample_store *store;
	size_t first_run; /* of the span */
	size_t next_run, next_sample; /* next_sample: within that run */
};

/* Shuffles the runs of span, whose store outlives the use, by (rng_seed, turn). */
int ralm_shuffle_begin(struct ralm_shuffle *shuffle,
		       const struct ralm_span *span,
		       uint64_t rng_seed, uint64_t turn,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* Fills batch with the next batch_size samples, or what is left; with
 * batch->whole_choices, with as many choices as fit into batch_size samples, at
 * least one. Returns 1, 0 when nothing is left, -1. */
int ralm_shuffle_next(struct ralm_batch *batch, struct ralm_shuffle *shuffle,
		      size_t batch_size, struct ralm_error *err)
	RALM_MUST_CHECK;

void ralm_shuffle_release(struct ralm_shuffle *shuffle);

#endif
