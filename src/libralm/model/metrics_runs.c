#include "metrics_runs.h"

#include "../ground/memory.h"

#include <stdlib.h>

/* ---- the set ----------------------------------------------------------- */

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

int ralm_score_set_words(const struct ralm_score_set *set)
{
	return 1 + set->grouped + set->weighted;
}

int ralm_score_set_append(struct ralm_score_set *set, int label,
			  const uint64_t *records, size_t count,
			  struct ralm_error *err)
{
	size_t size = (size_t)ralm_score_set_words(set) * sizeof *records;
	size_t held = set->count[label];
	if (ralm_array_reserve(&set->records[label], &set->capacity[label],
			       held + count, size, err) != 0)
		return -1;
	if (count > 0)
		memcpy((char *)set->records[label] + held * size, records,
		       count * size);
	set->count[label] += count;
	return 0;
}

int ralm_score_record(uint64_t *record, bool grouped, bool weighted,
		      uint64_t group, double score, double weight)
{
	int words = 0;
	if (grouped)
		record[words++] = group;
	record[words++] = ralm_score_key(score);
	/* The bits of numbers >= 0 are in their order. */
	if (weighted)
		memcpy(&record[words++], &weight, sizeof weight);
	return words;
}

void ralm_score_set_sort(struct ralm_score_set *set)
{
	for (int c = 0; c < 2; c++)
		ralm_words_sort(set->records[c], set->count[c],
				ralm_score_set_words(set));
}

void ralm_score_set_ungroup(struct ralm_score_set *set)
{
	if (!set->grouped)
		return;
	size_t from = (size_t)ralm_score_set_words(set), to = from - 1;
	for (int c = 0; c < 2; c++) {
		uint64_t *records = set->records[c];
		for (size_t i = 0; i < set->count[c]; i++)
			memmove(records + i * to, records + i * from + 1,
				to * sizeof *records);
		set->capacity[c] = set->capacity[c] * from / to;
	}
	set->grouped = false;
	ralm_score_set_sort(set);
}

struct ralm_runs ralm_score_set_runs(const struct ralm_score_set *set)
{
	struct ralm_runs runs = {.weighted = set->weighted};
	for (int c = 0; c < 2; c++)
		runs.of[c] = (struct ralm_run){set->records[c], set->count[c],
					       ralm_score_set_words(set)};
	return runs;
}

/* ---- parts ------------------------------------------------------------- */

enum { PART_RECORDS = 1 << 16 };

size_t ralm_run_find(const struct ralm_run *run, uint64_t key)
{
	size_t low = 0, high = run->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ralm_run_key(run, middle) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double ralm_runs_weight(const struct ralm_runs *runs, int label, size_t begin,
			size_t end)
{
	if (!runs->weighted)
		return (double)(end - begin);
	struct ralm_sum sum = {0, 0};
	for (size_t i = begin; i < end; i++)
		ralm_sum_add(&sum, ralm_run_weight(&runs->of[label], i));
	return ralm_sum_value(&sum);
}

int ralm_runs_split(struct ralm_part *parts, double total[2],
		    const struct ralm_runs *runs)
{
	const struct ralm_run *larger =
		&runs->of[runs->of[1].count > runs->of[0].count];
	size_t wanted = larger->count / PART_RECORDS + 1;
	int count = wanted < RALM_PARTS_MAX ? (int)wanted : RALM_PARTS_MAX;

	struct ralm_steps rest = ralm_steps_all(runs);
	for (int p = 0; p < count; p++) {
		parts[p].steps = rest;
		if (p == count - 1)
			break;
		uint64_t key = ralm_run_key(
			larger,
			larger->count - (size_t)(p + 1) * (larger->count / (size_t)count));
		for (int c = 0; c < 2; c++) {
			size_t cut = ralm_run_find(&runs->of[c], key);
			cut = cut < rest.left[c] ? cut : rest.left[c];
			parts[p].steps.end[c] = rest.left[c] = cut;
		}
	}

	double weight[RALM_PARTS_MAX][2];
#pragma omp parallel for schedule(dynamic) if (count > 1 && runs->weighted)
	for (int p = 0; p < count; p++)
		for (int c = 0; c < 2; c++)
			weight[p][c] = ralm_runs_weight(runs, c,
							parts[p].steps.end[c],
							parts[p].steps.left[c]);
	for (int c = 0; c < 2; c++) {
		struct ralm_sum sum = {0, 0};
		for (int p = 0; p < count; p++) {
			parts[p].above[c] = ralm_sum_value(&sum);
			ralm_sum_add(&sum, weight[p][c]);
		}
		total[c] = ralm_sum_value(&sum);
	}
	return count;
}
