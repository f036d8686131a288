/* All samples that are measured, by label. A sample takes 8 bytes, 8 more with
 * a weight and 8 more with a group. */
#ifndef RALM_METRICS_SCORE_SET_H
#define RALM_METRICS_SCORE_SET_H

#include "ground/rng.h"
#include "metrics/score_runs.h"

/* How many words a record has: [group] key [weight]. */
static inline size_t ralm_record_words(bool grouped, bool weighted)
{
	return 1u + grouped + weighted;
}

/* All arrays by label. */
struct ralm_score_set {
	bool grouped, weighted;
	uint64_t *records[2]; /* owned */
	size_t count[2], capacity[2];
	/* That sort and measure; not owned. NULL (at first): the caller alone. */
	struct ralm_threads *threads;
};

void ralm_score_set_init(struct ralm_score_set *set, bool grouped,
			 bool weighted);
void ralm_score_set_release(struct ralm_score_set *set);

/* Samples on their way into a set: each thread collects its own. */
struct ralm_score_batch {
	bool grouped, weighted; /* as the set is */
	uint64_t *records[2];   /* owned; as those of the set */
	size_t count[2], capacity[2];
};

/* Zeroed, a batch is empty. Release frees what it holds. */
void ralm_score_batch_release(struct ralm_score_batch *batch);

/* Makes room for so many more samples of either label. */
int ralm_score_batch_reserve(struct ralm_score_batch *batch, size_t samples,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Adds a sample; there is room for it. The score is not NaN; group and weight
 * (>= 0) are used where the batch has them. */
static inline void ralm_score_batch_put(struct ralm_score_batch *batch,
					int label, uint64_t group, double score,
					double weight)
{
	const size_t words = ralm_record_words(batch->grouped, batch->weighted);
	uint64_t *record = batch->records[label] + batch->count[label]++ * words;
	if (batch->grouped)
		*record++ = ralm_mix64(group);
	*record++ = ralm_real_key(score);
	/* As integers, bits of numbers >= 0 have the numbers' order. */
	if (batch->weighted)
		memcpy(record, &weight, sizeof weight);
}

/* Moves all samples of a batch into the set. */
int ralm_score_set_take(struct ralm_score_set *set,
			struct ralm_score_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sorts by group, score and weight, in place; the set is grouped. */
void ralm_score_set_sort_groups(struct ralm_score_set *set);

/* Sorts by score and weight, in place; the groups are dropped. */
void ralm_score_set_sort(struct ralm_score_set *set);

/* The runs of a set; to walk over them, sort it first. */
struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set);

#endif
