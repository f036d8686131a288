/* All that is to be judged: the samples of each label, by their scores. The
 * group of a sample is not kept with it. What comes in at once is put in order
 * of groups first, and where each stretch of one group lies is kept: a sample
 * takes 8 bytes, 16 with a weight, and a stretch less than 10 more. */
#ifndef RALM_MODEL_METRICS_SET_H
#define RALM_MODEL_METRICS_SET_H

#include "ground/rng.h"
#include "metrics/score_runs.h"
#include "metrics/group_stretches.h"

/* All arrays by label. */
struct ralm_score_set {
	bool grouped, weighted;
	uint64_t *records[2]; /* owned; key [weight] of each */
	size_t count[2], capacity[2];
	struct ralm_stretches stretches[2]; /* none without groups */
	/* Who sorts and measures; not owned, NULL at first: the caller. */
	struct ralm_threads *threads;
};

void ralm_score_set_init(struct ralm_score_set *set, bool grouped,
			 bool weighted);
void ralm_score_set_release(struct ralm_score_set *set);

/* Samples on their way into a set: each thread gathers its own. */
struct ralm_score_batch {
	bool grouped, weighted; /* as the set is */
	uint64_t *records[2];   /* owned; [group] key [weight] of each */
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

/* Adds all samples of a batch to another one, and empties it. */
int ralm_score_batch_join(struct ralm_score_batch *to,
			  struct ralm_score_batch *from,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Puts the groups together: before the set takes them. */
void ralm_score_batch_sort(struct ralm_score_batch *batch,
			   struct ralm_threads *threads);

/* Takes all samples of a sorted batch, which is empty then. The more there are
 * at once, the fewer are the stretches. */
int ralm_score_set_take(struct ralm_score_set *set,
			struct ralm_score_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Sorts by score and weight, in place; the groups are gone. */
void ralm_score_set_sort(struct ralm_score_set *set);

/* The whole of a set; to be walked over it must be sorted. */
struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set);

#endif
