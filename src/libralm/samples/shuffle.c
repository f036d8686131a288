#include "samples/shuffle.h"

#include "ground/memory.h"
#include "ground/rng.h"
#include "samples/choices.h"

#include <stdlib.h>
#include <string.h>

enum { STREAM_SHUFFLE = 0x200 };

int ralm_shuffle_begin(struct ralm_shuffle *shuffle,
		       const struct ralm_span *span,
		       uint64_t rng_seed, uint64_t turn,
		       struct ralm_error *err)
{
	const size_t n = span->end.runs - span->begin.runs;
	struct ralm_rng rng;
	if (n > UINT32_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u runs of samples",
				      UINT32_MAX);
	if (RALM_RESERVE(shuffle->order, shuffle->capacity, n, err) != 0)
		return -1;
	shuffle->store = span->store;
	shuffle->first_run = span->begin.runs;
	shuffle->runs = n;
	shuffle->next_run = shuffle->next_sample = 0;
	ralm_rng_init(&rng, rng_seed, STREAM_SHUFFLE + (turn << 16));
	ralm_rng_order(shuffle->order, n, &rng);
	return 0;
}

/* The end of what begins at `first` and is not cut: a sample, or a whole choice. */
static size_t one_end(const struct ralm_batch *batch, const struct ralm_run *run,
		      size_t first)
{
	size_t s = first;
	if (!batch->whole_choices)
		return first + 1;
	for (bool clicked = false; s < run->sample_count; s++)
		if (ralm_choice_begins(&clicked,
				       ralm_sample_label(run->samples[s])))
			break;
	return s;
}

/* Adds as much of the current run as the batch has room for; *full: not all of it. */
static int add_run(struct ralm_batch *batch, struct ralm_shuffle *shuffle,
		   size_t batch_size, bool *full, struct ralm_error *err)
{
	struct ralm_run run = ralm_sample_store_run(
		shuffle->store,
		shuffle->first_run + shuffle->order[shuffle->next_run]);
	size_t s = shuffle->next_sample, end = s, next;
	for (; end < run.sample_count; end = next) {
		next = one_end(batch, &run, end);
		*full = batch->B + next - s > batch_size &&
			batch->B + end - s > 0;
		if (*full)
			break;
	}
	if (end == s)
		return 0;
	if (ralm_batch_add_list(batch, run.seeds, run.seed_count, err) != 0)
		return -1;
	for (; s < end; s++)
		if (ralm_batch_add_sample(batch,
					  ralm_sample_target(run.samples[s]),
					  ralm_sample_label(run.samples[s]),
					  err) != 0)
			return -1;
	shuffle->next_run += end == run.sample_count;
	shuffle->next_sample = end == run.sample_count ? 0 : end;
	return 0;
}

int ralm_shuffle_next(struct ralm_batch *batch, struct ralm_shuffle *shuffle,
		      size_t batch_size, struct ralm_error *err)
{
	bool full = false;
	ralm_batch_clear(batch);
	while (!full && shuffle->next_run < shuffle->runs)
		if (add_run(batch, shuffle, batch_size, &full, err) != 0)
			return -1;
	if (batch->B == 0)
		return 0;
	return ralm_batch_finish(batch, err) == 0 ? 1 : -1;
}

void ralm_shuffle_release(struct ralm_shuffle *shuffle)
{
	free(shuffle->order);
	memset(shuffle, 0, sizeof *shuffle);
}
