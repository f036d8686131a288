/* Samples in memory, 4 bytes a user occurrence: the rows of the seed lists, a
 * repeated list once, and each sample's target with its label. Beside them
 * stand 8 bytes a list and 12 bytes a run. Past a memory budget the arrays move
 * to unlinked temporary files that are mapped in their place: the kernel keeps
 * what fits.
 *
 * One thread may add samples while others read those of a span that was there
 * before: what is added lies behind it, and arrays move under a lock. */
#ifndef RALM_MODEL_SAMPLE_STORE_H
#define RALM_MODEL_SAMPLE_STORE_H

#include <pthread.h>
#include <stdbool.h>

#include "ground/error.h"
#include "ground/spill.h"

/* Samples that stand next to each other in the input and share a list are a
 * run, which is shuffled as one; a run is cut at RALM_RUN_MAX samples, or behind
 * them where the next choice (samples/choices.h) begins. */
#ifndef RALM_RUN_MAX /* tests/bench/shuffle.sh compiles others */
#define RALM_RUN_MAX 64
#endif

/* What was added before, from the start of the store. */
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

/* Samples that were added one after the other, the first with its list. */
struct ralm_span {
	const struct ralm_sample_store *store;
	struct ralm_store_place begin, end;
};

/* A run, where it lies: valid until an array moves. */
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

/* memory: bytes kept in RAM over all arrays before they spill. lock: the caller's,
 * or NULL; not to be held when samples are added. */
int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   pthread_mutex_t *lock,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_sample_store_release(struct ralm_sample_store *store);
/* Forgets the samples, keeps the memory. */
void ralm_sample_store_clear(struct ralm_sample_store *store);

/* Begins a new list (n >= 1 rows); the samples that follow belong to it. Of what
 * fails nothing is added. */
int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *seeds, size_t n,
			       struct ralm_error *err) RALM_MUST_CHECK;
/* Adds a sample of the list begun last. target: a row below 2^31. may_cut: a run
 * that is long enough may end before it. */
int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, bool may_cut,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* A number that tells the samples of a span from others: what was read so far,
 * when digest is the number of what was read before. Where in its store the span
 * lies makes no difference. */
uint64_t ralm_span_digest(const struct ralm_span *span, uint64_t digest);

/* The i-th run, i < count.runs. */
struct ralm_run ralm_sample_store_run(const struct ralm_sample_store *store,
				      size_t i);

#endif
