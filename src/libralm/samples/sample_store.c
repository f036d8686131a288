#include "samples/sample_store.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* ---- life ---------------------------------------------------------------- */

static int end_list(struct ralm_sample_store *store, struct ralm_error *err)
{
	uint64_t end = store->seeds.used;
	return ralm_spill_append(&store->list_starts, &end, 1, err);
}

int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   struct ralm_error *err)
{
	struct ralm_spill_budget *budget = &store->budget;
	memset(store, 0, sizeof *store);
	budget->left = memory;
	ralm_spill_init(&store->seeds, sizeof(uint32_t), budget);
	ralm_spill_init(&store->list_starts, sizeof(uint64_t), budget);
	ralm_spill_init(&store->samples, sizeof(uint32_t), budget);
	ralm_spill_init(&store->run_starts, sizeof(uint64_t), budget);
	ralm_spill_init(&store->run_lists, sizeof(uint32_t), budget);
	if (end_list(store, err) == 0) /* where the first one starts */
		return 0;
	ralm_sample_store_release(store);
	return -1;
}

void ralm_sample_store_release(struct ralm_sample_store *store)
{
	ralm_spill_release(&store->seeds);
	ralm_spill_release(&store->list_starts);
	ralm_spill_release(&store->samples);
	ralm_spill_release(&store->run_starts);
	ralm_spill_release(&store->run_lists);
	store->list_count = store->sample_count = store->run_count = 0;
}

void ralm_sample_store_clear(struct ralm_sample_store *store)
{
	ralm_spill_clear(&store->seeds);
	ralm_spill_clear(&store->samples);
	ralm_spill_clear(&store->run_starts);
	ralm_spill_clear(&store->run_lists);
	store->list_starts.used = 1; /* the first list starts at 0, as ever */
	store->list_count = store->sample_count = store->run_count = 0;
}

/* ---- adding -------------------------------------------------------------- */

int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *seeds, size_t n,
			       struct ralm_error *err)
{
	assert(n > 0);
	if (store->list_count == UINT32_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u seed lists", UINT32_MAX);
	if (ralm_spill_append(&store->seeds, seeds, n, err) != 0)
		return -1;
	if (end_list(store, err) != 0) {
		store->seeds.used -= n;
		return -1;
	}
	store->list_count++;
	return 0;
}

/* Does the next sample of the last list begin a run? */
static bool begins_run(const struct ralm_sample_store *store, bool may_cut)
{
	if (store->run_count == 0)
		return true;
	const uint64_t *starts = store->run_starts.data;
	const uint32_t *lists = store->run_lists.data;
	size_t last = store->run_count - 1;
	return lists[last] != store->list_count - 1 ||
	       (may_cut && store->sample_count - starts[last] >= RALM_RUN_MAX);
}

static int begin_run(struct ralm_sample_store *store, struct ralm_error *err)
{
	uint64_t start = store->sample_count;
	uint32_t list = (uint32_t)(store->list_count - 1);
	if (ralm_spill_append(&store->run_starts, &start, 1, err) != 0)
		return -1;
	if (ralm_spill_append(&store->run_lists, &list, 1, err) != 0) {
		store->run_starts.used--;
		return -1;
	}
	store->run_count++;
	return 0;
}

int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, bool may_cut, struct ralm_error *err)
{
	assert(store->list_count > 0 && target <= INT32_MAX);
	uint32_t sample = target * 2 + (label != 0);
	bool begins = begins_run(store, may_cut);
	if (begins && begin_run(store, err) != 0)
		return -1;
	if (ralm_spill_append(&store->samples, &sample, 1, err) != 0) {
		store->run_starts.used -= begins;
		store->run_lists.used -= begins;
		store->run_count -= begins;
		return -1;
	}
	store->sample_count++;
	return 0;
}

int ralm_sample_store_extend(struct ralm_sample_store *store,
			     const struct ralm_sample_store *from,
			     struct ralm_error *err)
{
	for (size_t i = 0; i < from->run_count; i++) {
		struct ralm_run run = ralm_sample_store_run(from, i);
		bool goes_on =
			i > 0 &&
			ralm_sample_store_run(from, i - 1).list == run.list;
		if (!goes_on &&
		    ralm_sample_store_add_list(store, run.seeds, run.seed_count,
					       err) != 0)
			return -1;
		if (begin_run(store, err) != 0 ||
		    ralm_spill_append(&store->samples, run.samples,
				      run.sample_count, err) != 0)
			return -1;
		store->sample_count += run.sample_count;
	}
	return 0;
}

/* ---- reading ------------------------------------------------------------- */

static uint64_t digest_of(const struct ralm_spill *array, uint64_t digest)
{
	return XXH3_64bits_withSeed(array->data, array->used * array->size,
				    digest);
}

uint64_t ralm_sample_store_digest(const struct ralm_sample_store *store,
				  uint64_t digest)
{
	digest = digest_of(&store->seeds, digest);
	digest = digest_of(&store->list_starts, digest);
	digest = digest_of(&store->samples, digest);
	digest = digest_of(&store->run_starts, digest);
	return digest_of(&store->run_lists, digest);
}

struct ralm_run ralm_sample_store_run(const struct ralm_sample_store *store,
				      size_t i)
{
	const uint64_t *run_starts = store->run_starts.data;
	const uint64_t *list_starts = store->list_starts.data;
	const uint32_t *seeds = store->seeds.data;
	const uint32_t *samples = store->samples.data;
	uint32_t list = ((const uint32_t *)store->run_lists.data)[i];
	uint64_t end = i + 1 < store->run_count ? run_starts[i + 1]
						: store->sample_count;
	return (struct ralm_run){
		.list = list,
		.seeds = seeds + list_starts[list],
		.seed_count =
			(size_t)(list_starts[list + 1] - list_starts[list]),
		.samples = samples + run_starts[i],
		.sample_count = (size_t)(end - run_starts[i]),
	};
}
