#include "metrics_set.h"

#include "../ground/memory.h"

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

void ralm_score_batch_sort(struct ralm_score_batch *batch)
{
	for (int c = 0; c < 2 && batch->grouped; c++)
		ralm_words_sort(batch->records[c], batch->count[c],
				(int)batch_words(batch));
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
		free(set->stretches[c]);
	}
	memset(set, 0, sizeof *set);
}

/* Counts a record at `place` to the last stretch, or begins another. */
static int add_to_stretch(struct ralm_score_set *set, int label, bool new,
			  uint64_t group, size_t place, struct ralm_error *err)
{
	size_t count = set->stretch_count[label];
	if (!new) {
		struct ralm_stretch *last = &set->stretches[label][count - 1];
		if (last->group == group && ralm_stretch_count(last) + 1 <
						    1 << RALM_STRETCH_BITS) {
			last->place++;
			return 0;
		}
	}
	if (ralm_array_reserve(&set->stretches[label],
			       &set->stretch_capacity[label], count + 1,
			       sizeof *set->stretches[label], err) != 0)
		return -1;
	set->stretches[label][count] = (struct ralm_stretch){
		group, (uint64_t)place << RALM_STRETCH_BITS | 1};
	set->stretch_count[label]++;
	return 0;
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
	uint64_t *to = set->records[label] + held * words;
	if (!set->grouped && count > 0)
		memcpy(to, record, count * words * sizeof *record);
	for (size_t i = 0; i < count && set->grouped; i++, record += from) {
		if (add_to_stretch(set, label, i == 0, *record, held + i,
				   err) != 0)
			return -1;
		for (size_t w = 0; w < words; w++)
			*to++ = record[1 + w];
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
		free(set->stretches[c]);
		set->stretches[c] = NULL;
		set->stretch_count[c] = set->stretch_capacity[c] = 0;
		ralm_words_sort(set->records[c], set->count[c],
				(int)set_words(set));
	}
	set->grouped = false;
}

struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set)
{
	struct ralm_runs runs = {.weighted = set->weighted};
	for (int c = 0; c < 2; c++)
		runs.of[c] = (struct ralm_sorted){
			set->records[c], set->count[c], (int)set_words(set)};
	return runs;
}
