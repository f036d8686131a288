/* All that is to be judged: the samples of each label, by their scores. A sample
 * takes 8 bytes, 8 more with a weight and 8 more with a group. */
#ifndef RALM_MODEL_METRICS_SET_H
#define RALM_MODEL_METRICS_SET_H

#include "ground/rng.h"
#include "metrics/score_runs.h"

/* All arrays by label. */
struct ralm_score_set {
	bool grouped, weighted;
	uint64_t *records[2]; /* owned; [group] key [weight] of each */
	size_t count[2], capacity[2];
	/* Who sorts and measures; not owned, NULL at first: the caller. */
	struct ralm_threads *threads;
};

void ralm_score_set_init(struct ralm_score_set *set, bool grouped,
			 bool weighted);
void ralm_score_set_release(struct ralm_score_set *set);

/* Samples on their way into a set: each thread gathers its own. */
struct ralm_score_batch {
	bool grouped, weighted; /* as the set is */
	uint64_t *records[2];   /* owned; as those of the set */
	size_t count[2], capacity[2];
};

/* Zeroed, a batch is empty. Release frees what it holds. */
void ralm_score_batch_release(struct ralm_score_batch *batch);

/* Room for so many more samples of either label. */
int ralm_score_batch_reserve(struct ralm_score_batch *batch, size_t samples,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Adds a sample, for which there is room. The score is no NaN; group and
 * weight (>= 0) count where the batch has them. */
static inline void ralm_score_batch_put(struct ralm_score_batch *batch,
					int label, uint64_t group, double score,
					double weight)
{
	size_t words = 1u + batch->grouped + batch->weighted;
	uint64_t *record = batch->records[label] + batch->count[label]++ * words;
	if (batch->grouped)
		*record++ = ralm_mix64(group);
	*record++ = ralm_real_key(score);
	/* The bits of numbers >= 0 are in their order. */
	if (batch->weighted)
		memcpy(record, &weight, sizeof weight);
}

/* Takes all samples of a batch, which is empty then. */
int ralm_score_set_take(struct ralm_score_set *set,
			struct ralm_score_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sorts by group, score and weight, in place; the set is grouped. */
void ralm_score_set_sort_groups(struct ralm_score_set *set);

/* Sorts by score and weight, in place; the groups are gone. */
void ralm_score_set_sort(struct ralm_score_set *set);

/* The whole of a set; to be walked over it must be sorted. */
struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set);

#endif
