#include "samples/sample_store.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* ---- life ---------------------------------------------------------------- */

/* Makes room for a sample, and for a list of n rows unless n is 0. */
static int reserve(struct ralm_sample_store *store, size_t n,
		   struct ralm_error *err)
{
	struct ralm_spill *const array[] = {
		&store->seeds, &store->list_starts, &store->samples,
		&store->run_starts, &store->run_lists};
	const size_t more[] = {n, n > 0, 1, 1, 1};
	bool room = true;
	int result = 0;
	for (size_t i = 0; i < 5; i++)
		room &= ralm_spill_has_room(array[i], more[i]);
	if (room)
		return 0;
	if (store->lock != NULL)
		pthread_mutex_lock(store->lock);
	for (size_t i = 0; i < 5 && result == 0; i++)
		result = ralm_spill_reserve(array[i], more[i], err);
	if (store->lock != NULL)
		pthread_mutex_unlock(store->lock);
	return result;
}

/* These two append a number, for which there is room. */
static void put_u64(struct ralm_spill *spill, uint64_t value)
{
	((uint64_t *)spill->data)[spill->used++] = value;
}

static void put_u32(struct ralm_spill *spill, uint32_t value)
{
	((uint32_t *)spill->data)[spill->used++] = value;
}

int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   pthread_mutex_t *lock, struct ralm_error *err)
{
	struct ralm_spill_budget *budget = &store->budget;
	memset(store, 0, sizeof *store);
	budget->left = memory;
	store->lock = lock;
	ralm_spill_init(&store->seeds, sizeof(uint32_t), budget);
	ralm_spill_init(&store->list_starts, sizeof(uint64_t), budget);
	ralm_spill_init(&store->samples, sizeof(uint32_t), budget);
	ralm_spill_init(&store->run_starts, sizeof(uint64_t), budget);
	ralm_spill_init(&store->run_lists, sizeof(uint32_t), budget);
	if (reserve(store, 1, err) != 0) {
		ralm_sample_store_release(store);
		return -1;
	}
	/* where the first ones start */
	put_u64(&store->list_starts, 0);
	put_u64(&store->run_starts, 0);
	return 0;
}

void ralm_sample_store_release(struct ralm_sample_store *store)
{
	ralm_spill_release(&store->seeds);
	ralm_spill_release(&store->list_starts);
	ralm_spill_release(&store->samples);
	ralm_spill_release(&store->run_starts);
	ralm_spill_release(&store->run_lists);
	memset(&store->count, 0, sizeof store->count);
}

void ralm_sample_store_clear(struct ralm_sample_store *store)
{
	store->seeds.used = store->samples.used = store->run_lists.used = 0;
	store->list_starts.used = store->run_starts.used = 1;
	memset(&store->count, 0, sizeof store->count);
}

/* ---- adding -------------------------------------------------------------- */

int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *seeds, size_t n,
			       struct ralm_error *err)
{
	assert(n > 0);
	if (store->count.lists == UINT32_MAX)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %u seed lists", UINT32_MAX);
	if (reserve(store, n, err) != 0)
		return -1;
	memcpy((uint32_t *)store->seeds.data + store->seeds.used, seeds,
	       n * sizeof *seeds);
	store->seeds.used += n;
	put_u64(&store->list_starts, store->seeds.used);
	store->count.lists++;
	return 0;
}

/* Whether the next sample of the last list begins a run. */
static bool begins_run(const struct ralm_sample_store *store, bool may_cut)
{
	if (store->count.runs == 0)
		return true;
	const uint64_t *starts = store->run_starts.data;
	const uint32_t *lists = store->run_lists.data;
	const size_t last = store->count.runs - 1;
	return lists[last] != store->count.lists - 1 ||
	       (may_cut && store->count.samples - starts[last] >= RALM_RUN_MAX);
}

int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, bool may_cut, struct ralm_error *err)
{
	assert(store->count.lists > 0 && target <= INT32_MAX);
	if (reserve(store, 0, err) != 0)
		return -1;
	if (begins_run(store, may_cut)) {
		put_u32(&store->run_lists, (uint32_t)(store->count.lists - 1));
		put_u64(&store->run_starts, store->count.samples);
		store->count.runs++;
	}
	put_u32(&store->samples, target * 2 + (label != 0));
	uint64_t *starts = store->run_starts.data;
	starts[store->count.runs] = ++store->count.samples;
	return 0;
}

/* ---- reading ------------------------------------------------------------- */

/* The digest of numbers [begin, end) of an array. */
static uint64_t digest_of(const struct ralm_spill *array, size_t begin,
			  size_t end, uint64_t digest)
{
	return XXH3_64bits_withSeed((char *)array->data + begin * array->size,
				    (end - begin) * array->size, digest);
}

/* The same with each number lowered by `less`: as the array would be if the store began
 * with the span. */
static uint64_t digest_less(const struct ralm_spill *array, size_t begin,
			    size_t end, uint64_t less, uint64_t digest)
{
	XXH3_state_t state;
	XXH3_INITSTATE(&state);
	XXH3_64bits_reset_withSeed(&state, digest);
	for (size_t i = begin; i < end; i++) {
		if (array->size == sizeof(uint64_t)) {
			uint64_t number = ((uint64_t *)array->data)[i] - less;
			XXH3_64bits_update(&state, &number, sizeof number);
		} else {
			uint32_t number = ((uint32_t *)array->data)[i] -
					  (uint32_t)less;
			XXH3_64bits_update(&state, &number, sizeof number);
		}
	}
	return XXH3_64bits_digest(&state);
}

uint64_t ralm_span_digest(const struct ralm_span *span, uint64_t digest)
{
	const struct ralm_sample_store *store = span->store;
	const struct ralm_store_place a = span->begin, b = span->end;
	const uint64_t *starts = store->list_starts.data;
	digest = digest_of(&store->seeds, starts[a.lists], starts[b.lists],
			   digest);
	digest = digest_less(&store->list_starts, a.lists, b.lists + 1,
			     starts[a.lists], digest);
	digest = digest_of(&store->samples, a.samples, b.samples, digest);
	digest = digest_less(&store->run_starts, a.runs, b.runs, a.samples,
			     digest);
	return digest_less(&store->run_lists, a.runs, b.runs, a.lists, digest);
}

struct ralm_run ralm_sample_store_run(const struct ralm_sample_store *store,
				      size_t i)
{
	const uint64_t *run_starts = store->run_starts.data;
	const uint64_t *list_starts = store->list_starts.data;
	const uint32_t *seeds = store->seeds.data;
	const uint32_t *samples = store->samples.data;
	const uint32_t list = ((const uint32_t *)store->run_lists.data)[i];
	return (struct ralm_run){
		.list = list,
		.seeds = seeds + list_starts[list],
		.seed_count =
			(size_t)(list_starts[list + 1] - list_starts[list]),
		.samples = samples + run_starts[i],
		.sample_count = (size_t)(run_starts[i + 1] - run_starts[i]),
	};
}
