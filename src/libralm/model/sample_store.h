/* Samples in memory: lists of rows (32 bits a user occurrence, a repeated list
 * once) and samples (list, target, label). Past a memory budget the arrays
 * move to an unlinked temporary file that is mapped in their place: the kernel
 * keeps what fits. */
#ifndef RALM_MODEL_SAMPLE_STORE_H
#define RALM_MODEL_SAMPLE_STORE_H

#include "../ground/error.h"
#include "../ground/spill.h"

/* Samples that stand next to each other in the input and share a list are a
 * run, which is shuffled as one; a run is cut at RALM_RUN_MAX samples. */
enum { RALM_RUN_MAX = 64 };

struct ralm_sample {
	uint32_t list;
	uint32_t target_label; /* target row * 2 + label; rows below 2^31 */
};

struct ralm_sample_store {
	struct ralm_spill_budget budget;
	struct ralm_spill rows;    /* uint32_t: the lists, one after another */
	struct ralm_spill starts;  /* uint64_t (lists + 1), into rows */
	struct ralm_spill samples; /* struct ralm_sample */
	struct ralm_spill runs;    /* uint64_t: first sample of each run */
	size_t list_count, sample_count, run_count;
};

/* memory: bytes kept in RAM over all arrays before they spill. */
int ralm_sample_store_init(struct ralm_sample_store *store, uint64_t memory,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_sample_store_release(struct ralm_sample_store *store);
/* Forgets the samples, keeps the memory. */
void ralm_sample_store_clear(struct ralm_sample_store *store);

/* Begins a new list (n >= 1 rows); the samples that follow belong to it. */
int ralm_sample_store_add_list(struct ralm_sample_store *store,
			       const uint32_t *rows, size_t n,
			       struct ralm_error *err) RALM_MUST_CHECK;
/* Adds a sample of the list begun last. */
int ralm_sample_store_add(struct ralm_sample_store *store, uint32_t target,
			  int label, struct ralm_error *err) RALM_MUST_CHECK;

/* Appends all lists and samples of another store. On failure the store is of
 * no use. */
int ralm_sample_store_extend(struct ralm_sample_store *store,
			     const struct ralm_sample_store *from,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* A number that tells these samples from others: what was read so far, when
 * digest is the number of what was read before. */
uint64_t ralm_sample_store_digest(const struct ralm_sample_store *store,
				  uint64_t digest);

/* The rows of a list; *n is its length. Valid until the next add. */
const uint32_t *ralm_sample_store_list(size_t *n,
				       const struct ralm_sample_store *store,
				       size_t list);
struct ralm_sample ralm_sample_store_get(const struct ralm_sample_store *store,
					 size_t sample);
/* The samples of a run: [*first, return value). */
size_t ralm_sample_store_run(size_t *first,
			     const struct ralm_sample_store *store, size_t run);

#endif
