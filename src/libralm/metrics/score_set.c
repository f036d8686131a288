#include "metrics/score_set.h"

#include "ground/memory.h"

#include <stdlib.h>

/* ---- a batch ----------------------------------------------------------- */

void ralm_score_batch_release(struct ralm_score_batch *batch)
{
	free(batch->records[0]);
	free(batch->records[1]);
	memset(batch, 0, sizeof *batch);
}

int ralm_score_batch_reserve(struct ralm_score_batch *batch, size_t samples,
			     struct ralm_error *err)
{
	const size_t words = ralm_record_words(batch->grouped, batch->weighted);
	for (int c = 0; c < 2; c++)
		if (RALM_RESERVE(batch->records[c], batch->capacity[c],
				 (batch->count[c] + samples) * words, err) != 0)
			return -1;
	return 0;
}

/* ---- the set ----------------------------------------------------------- */

static size_t set_words(const struct ralm_score_set *set)
{
	return ralm_record_words(set->grouped, set->weighted);
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
	free(set->records[0]);
	free(set->records[1]);
	memset(set, 0, sizeof *set);
}

static int take(struct ralm_score_set *set, int label,
		const struct ralm_score_batch *batch, struct ralm_error *err)
{
	const size_t size = set_words(set) * sizeof *set->records[label];
	const size_t held = set->count[label], count = batch->count[label];
	if (ralm_array_reserve(&set->records[label], &set->capacity[label],
			       held + count, size, err) != 0)
		return -1;
	if (count > 0)
		memcpy((char *)set->records[label] + held * size,
		       batch->records[label], count * size);
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

static void sort(struct ralm_score_set *set)
{
	for (int c = 0; c < 2; c++)
		ralm_words_sort(set->records[c], set->count[c],
				(int)set_words(set), set->threads);
}

void ralm_score_set_sort_groups(struct ralm_score_set *set)
{
	sort(set);
}

/* Removes the groups from the records. */
static void drop_groups(struct ralm_score_set *set)
{
	const size_t words = set_words(set);
	for (int c = 0; c < 2; c++) {
		uint64_t *to = set->records[c];
		for (size_t i = 0; i < set->count[c]; i++)
			for (size_t w = 1; w < words; w++)
				*to++ = set->records[c][i * words + w];
		set->capacity[c] = set->capacity[c] * words / (words - 1);
	}
	set->grouped = false;
}

void ralm_score_set_sort(struct ralm_score_set *set)
{
	if (set->grouped)
		drop_groups(set);
	sort(set);
}

struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set)
{
	struct ralm_sorted of[2];
	for (int c = 0; c < 2; c++) {
		of[c] = (struct ralm_sorted){set->records[c], set->count[c],
					     (int)set_words(set)};
		if (set->count[c] > 0) /* else there may be no record */
			of[c].keys += set->grouped;
	}
	return ralm_runs_of(&of[0], &of[1], set->weighted, set->threads);
}
