#include "shuffle.h"

#include "../ground/memory.h"
#include "../ground/rng.h"

#include <stdlib.h>
#include <string.h>

enum { STREAM_SHUFFLE = 0x200 };

int ralm_shuffle_begin(struct ralm_shuffle *shuffle,
		       const struct ralm_sample_store *store,
		       uint64_t rng_seed, uint64_t turn,
		       struct ralm_error *err)
{
	size_t n = store->run_count;
	struct ralm_rng rng;
	if (n > UINT32_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u runs of samples",
				      UINT32_MAX);
	if (ralm_array_reserve(&shuffle->order, &shuffle->capacity, n,
			       sizeof *shuffle->order, err) != 0)
		return -1;
	shuffle->store = store;
	shuffle->next_run = shuffle->next_sample = 0;
	ralm_rng_init(&rng, rng_seed, STREAM_SHUFFLE + (turn << 16));
	/* Fisher and Yates, inside out. */
	for (size_t i = 0; i < n; i++) {
		size_t j = ralm_rng_below(&rng, i + 1);
		shuffle->order[i] = shuffle->order[j];
		shuffle->order[j] = (uint32_t)i;
	}
	return 0;
}

/* Adds the next samples of the run at hand, at most `room`. */
static int add_run(struct ralm_batch *batch, struct ralm_shuffle *shuffle,
		   size_t room, struct ralm_error *err)
{
	const struct ralm_sample_store *store = shuffle->store;
	size_t first, n;
	size_t end = ralm_sample_store_run(
		&first, store, shuffle->order[shuffle->next_run]);
	size_t begin = first + shuffle->next_sample;
	size_t stop = end - begin > room ? begin + room : end;
	const uint32_t *rows = ralm_sample_store_list(
		&n, store, ralm_sample_store_get(store, begin).list);
	if (ralm_batch_add_list(batch, rows, n, err) != 0)
		return -1;
	for (size_t i = begin; i < stop; i++) {
		struct ralm_sample sample = ralm_sample_store_get(store, i);
		if (ralm_batch_add_sample(batch, sample.target_label >> 1,
					  sample.target_label & 1, err) != 0)
			return -1;
	}
	shuffle->next_sample = stop - first;
	if (stop == end) {
		shuffle->next_run++;
		shuffle->next_sample = 0;
	}
	return 0;
}

int ralm_shuffle_next(struct ralm_batch *batch, struct ralm_shuffle *shuffle,
		      size_t batch_size, struct ralm_error *err)
{
	ralm_batch_clear(batch);
	while (batch->B < batch_size &&
	       shuffle->next_run < shuffle->store->run_count)
		if (add_run(batch, shuffle, batch_size - batch->B, err) != 0)
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
