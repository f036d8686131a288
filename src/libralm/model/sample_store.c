#include "sample_store.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static int append_start(struct ralm_sample_store *store, struct ralm_error *err)
{
	uint64_t start = store->rows.used;
	return ralm_spill_append(&store->starts, &start, 1, err);
}

int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   struct ralm_error *err)
{
	memset(store, 0, sizeof *store);
	store->budget.left = memory;
	ralm_spill_init(&store->rows, sizeof(uint32_t), &store->budget);
	ralm_spill_init(&store->starts, sizeof(uint64_t), &store->budget);
	ralm_spill_init(&store->samples, sizeof(struct ralm_sample),
			&store->budget);
	ralm_spill_init(&store->runs, sizeof(uint64_t), &store->budget);
	if (append_start(store, err) == 0)
		return 0;
	ralm_sample_store_release(store);
	return -1;
}

void ralm_sample_store_release(struct ralm_sample_store *store)
{
	ralm_spill_release(&store->rows);
	ralm_spill_release(&store->starts);
	ralm_spill_release(&store->samples);
	ralm_spill_release(&store->runs);
	store->list_count = store->sample_count = store->run_count = 0;
}

void ralm_sample_store_clear(struct ralm_sample_store *store)
{
	ralm_spill_clear(&store->rows);
	ralm_spill_clear(&store->samples);
	ralm_spill_clear(&store->runs);
	store->starts.used = 1; /* the first list starts at 0, as ever */
	store->list_count = store->sample_count = store->run_count = 0;
}

int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *rows, size_t n,
			       struct ralm_error *err)
{
	assert(n > 0);
	if (store->list_count == UINT32_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u seed lists", UINT32_MAX);
	if (ralm_spill_append(&store->rows, rows, n, err) != 0)
		return -1;
	if (append_start(store, err) != 0) {
		store->rows.used -= n;
		return -1;
	}
	store->list_count++;
	return 0;
}

/* Does a sample of the last list begin a run? */
static bool begins_run(const struct ralm_sample_store *store)
{
	if (store->sample_count == 0)
		return true;
	const struct ralm_sample *samples = store->samples.data;
	const uint64_t *runs = store->runs.data;
	return samples[store->sample_count - 1].list != store->list_count - 1 ||
	       store->sample_count - runs[store->run_count - 1] >= RALM_RUN_MAX;
}

int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, struct ralm_error *err)
{
	assert(store->list_count > 0 && target <= INT32_MAX);
	struct ralm_sample sample = {
		.list = (uint32_t)(store->list_count - 1),
		.target_label = target * 2 + (label != 0),
	};
	bool begins = begins_run(store);
	uint64_t first = store->sample_count;
	if (begins && ralm_spill_append(&store->runs, &first, 1, err) != 0)
		return -1;
	if (ralm_spill_append(&store->samples, &sample, 1, err) != 0) {
		store->runs.used -= begins;
		return -1;
	}
	store->run_count += begins;
	store->sample_count++;
	return 0;
}

int ralm_sample_store_extend(struct ralm_sample_store *store,
			     const struct ralm_sample_store *from,
			     struct ralm_error *err)
{
	for (size_t run = 0; run < from->run_count; run++) {
		size_t first, n;
		size_t end = ralm_sample_store_run(&first, from, run);
		size_t list = ralm_sample_store_get(from, first).list;
		bool new_list =
			first == 0 ||
			ralm_sample_store_get(from, first - 1).list != list;
		const uint32_t *rows = ralm_sample_store_list(&n, from, list);
		if (new_list &&
		    ralm_sample_store_add_list(store, rows, n, err) != 0)
			return -1;
		for (size_t i = first; i < end; i++) {
			struct ralm_sample s = ralm_sample_store_get(from, i);
			if (ralm_sample_store_add(store, s.target_label >> 1,
						  s.target_label & 1, err) != 0)
				return -1;
		}
	}
	return 0;
}

static uint64_t digest_of(const struct ralm_spill *array, uint64_t digest)
{
	return XXH3_64bits_withSeed(array->data, array->used * array->size,
				    digest);
}

uint64_t ralm_sample_store_digest(const struct ralm_sample_store *store,
				  uint64_t digest)
{
	digest = digest_of(&store->rows, digest);
	digest = digest_of(&store->starts, digest);
	return digest_of(&store->samples, digest);
}

const uint32_t *ralm_sample_store_list(size_t *n,
				       const struct ralm_sample_store *store,
				       size_t list)
{
	const uint64_t *starts = store->starts.data;
	*n = (size_t)(starts[list + 1] - starts[list]);
	return (const uint32_t *)store->rows.data + starts[list];
}

struct ralm_sample ralm_sample_store_get(const struct ralm_sample_store *store,
					 size_t sample)
{
	return ((const struct ralm_sample *)store->samples.data)[sample];
}

size_t ralm_sample_store_run(size_t *first,
			     const struct ralm_sample_store *store, size_t run)
{
	const uint64_t *runs = store->runs.data;
	*first = (size_t)runs[run];
	return run + 1 < store->run_count ? (size_t)runs[run + 1]
					  : store->sample_count;
}
