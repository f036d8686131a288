/* Samples in memory, 4 bytes for each user in a list or target: the rows of the
 * seed lists, a repeated list once, and the target and label of each sample;
 * and 8 bytes a list, 12 bytes a run. Beyond a memory budget the arrays are in
 * unlinked temporary files that are mapped in their place: the kernel keeps in
 * memory what fits.
 *
 * One thread may add samples while others read those of an earlier span: what
 * is added comes after it, and arrays move under a lock. */
#ifndef RALM_SAMPLES_SAMPLE_STORE_H
#define RALM_SAMPLES_SAMPLE_STORE_H

#include <pthread.h>
#include <stdbool.h>

#include "ground/error.h"
#include "ground/spill.h"

/* Consecutive samples of the input that share a list are a run, which is
 * shuffled as one. A run is cut after RALM_RUN_MAX samples, or where the next
 * choice (samples/choices.h) begins after that. */
#ifndef RALM_RUN_MAX /* tests/bench/shuffle.sh compiles others */
#define RALM_RUN_MAX 64
#endif

/* A place in the store: what was added before it. */
struct ralm_store_place {
	size_t lists, runs, samples;
};

struct ralm_sample_store {
	pthread_mutex_t *lock; /* held while arrays move; NULL: nobody else reads */
	struct ralm_spill_budget budget;
	struct ralm_spill seeds;       /* uint32_t rows: list after list */
	struct ralm_spill list_starts; /* uint64_t (lists + 1), into seeds */
	struct ralm_spill samples;     /* uint32_t: target row * 2 + label */
	struct ralm_spill run_starts;  /* uint64_t (runs + 1), into samples */
	struct ralm_spill run_lists;   /* uint32_t (runs) */
	struct ralm_store_place count;
};

/* Samples that were added one after the other, beginning with a list. */
struct ralm_span {
	const struct ralm_sample_store *store;
	struct ralm_store_place begin, end;
};

/* A run, in place: valid until an array moves. */
struct ralm_run {
	uint32_t list; /* its number, from 0 */
	const uint32_t *seeds;
	size_t seed_count;
	const uint32_t *samples;
	size_t sample_count;
};

static inline uint32_t ralm_sample_target(uint32_t sample)
{
	return sample >> 1;
}

static inline int ralm_sample_label(uint32_t sample)
{
	return sample & 1;
}

/* memory: bytes of all arrays kept in RAM before they spill. lock: the caller's, held
 * while arrays move, or NULL; the thread that adds samples must not hold it. */
int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   pthread_mutex_t *lock,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_sample_store_release(struct ralm_sample_store *store);
/* Forgets the samples, keeps the memory. */
void ralm_sample_store_clear(struct ralm_sample_store *store);

/* Begins a list of n >= 1 rows; the samples that follow belong to it. On
 * failure nothing is added. */
int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *seeds, size_t n,
			       struct ralm_error *err) RALM_MUST_CHECK;
/* Adds a sample of the last list. target: a row below 2^31. may_cut: a run that
 * is long enough may end before it. */
int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, bool may_cut,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Continues `digest`, that of all samples before the span (0: none), over the
 * samples of the span. The span's place in its store makes no difference. */
uint64_t ralm_span_digest(const struct ralm_span *span, uint64_t digest);

/* The i-th run, i < count.runs. */
struct ralm_run ralm_sample_store_run(const struct ralm_sample_store *store,
				      size_t i);

#endif
