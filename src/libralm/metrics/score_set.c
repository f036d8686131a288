#include "metrics/score_set.h"

#include "ground/memory.h"

#include <stdlib.h>

/* ---- a batch ----------------------------------------------------------- */

static size_t batch_words(const struct ralm_score_batch *batch)
{
	return 1u + batch->grouped + batch->weighted;
}

void ralm_score_batch_release(struct ralm_score_batch *batch)
{
	free(batch->records[0]);
	free(batch->records[1]);
	memset(batch, 0, sizeof *batch);
}

int ralm_score_batch_reserve(struct ralm_score_batch *batch, size_t samples,
			     struct ralm_error *err)
{
	for (int c = 0; c < 2; c++)
		if (ralm_array_reserve(&batch->records[c], &batch->capacity[c],
				       (batch->count[c] + samples) *
					       batch_words(batch),
				       sizeof *batch->records[c], err) != 0)
			return -1;
	return 0;
}

void ralm_score_batch_sort(struct ralm_score_batch *batch,
			   struct ralm_threads *threads)
{
	for (int c = 0; c < 2 && batch->grouped; c++)
		ralm_words_sort(batch->records[c], batch->count[c],
				(int)batch_words(batch), threads);
}

int ralm_score_batch_join(struct ralm_score_batch *to,
			  struct ralm_score_batch *from, struct ralm_error *err)
{
	const size_t words = batch_words(from);
	to->grouped = from->grouped;
	to->weighted = from->weighted;
	if (ralm_score_batch_reserve(
		    to,
		    from->count[0] > from->count[1] ? from->count[0]
						    : from->count[1],
		    err) != 0)
		return -1;
	for (int c = 0; c < 2; c++) {
		if (from->count[c] > 0)
			memcpy(to->records[c] + to->count[c] * words,
			       from->records[c],
			       from->count[c] * words * sizeof *to->records[c]);
		to->count[c] += from->count[c];
		from->count[c] = 0;
	}
	return 0;
}

/* ---- the set ----------------------------------------------------------- */

static size_t set_words(const struct ralm_score_set *set)
{
	return 1u + set->weighted;
}

void ralm_score_set_init(struct ralm_score_set *set, bool grouped,
			 bool weighted)
{
	memset(set, 0, sizeof *set);
	set->grouped = grouped;
	set->weighted = weighted;
}

void ralm_score_set_release(struct ralm_score_set *set)
{
	for (int c = 0; c < 2; c++) {
		free(set->records[c]);
		ralm_stretches_release(&set->stretches[c]);
	}
	memset(set, 0, sizeof *set);
}

static int take(struct ralm_score_set *set, int label,
		const struct ralm_score_batch *batch, struct ralm_error *err)
{
	size_t words = set_words(set), held = set->count[label];
	size_t count = batch->count[label], from = batch_words(batch);
	const uint64_t *record = batch->records[label];
	if (ralm_array_reserve(&set->records[label], &set->capacity[label],
			       held + count, words * sizeof *record, err) != 0)
		return -1;
	if (count == 0)
		return 0;
	uint64_t *to = set->records[label] + held * words;
	if (set->grouped) {
		if (ralm_stretches_add(&set->stretches[label], record, from,
				       count, held, err) != 0)
			return -1;
		for (size_t i = 0; i < count; i++, record += from)
			for (size_t w = 0; w < words; w++)
				*to++ = record[1 + w];
	} else {
		memcpy(to, record, count * words * sizeof *record);
	}
	set->count[label] = held + count;
	return 0;
}

int ralm_score_set_take(struct ralm_score_set *set,
			struct ralm_score_batch *batch, struct ralm_error *err)
{
	for (int c = 0; c < 2; c++) {
		if (take(set, c, batch, err) != 0)
			return -1;
		batch->count[c] = 0;
	}
	return 0;
}

void ralm_score_set_sort(struct ralm_score_set *set)
{
	for (int c = 0; c < 2; c++) {
		ralm_stretches_release(&set->stretches[c]);
		ralm_words_sort(set->records[c], set->count[c],
				(int)set_words(set), set->threads);
	}
	set->grouped = false;
}

struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set)
{
	struct ralm_sorted of[2];
	for (int c = 0; c < 2; c++)
		of[c] = (struct ralm_sorted){set->records[c], set->count[c],
					     (int)set_words(set)};
	return ralm_runs_of(&of[0], &of[1], set->weighted, set->threads);
}
