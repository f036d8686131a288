#include "jobs/expand/expand_lists.h"

#include "formats/id_lines.h"
#include "formats/ids.h"
#include "formats/sample_text.h"
#include "formats/user_id.h"
#include "ground/memory.h"
#include "jobs/expand/expand_ids.h"
#include "scoring/scorer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- one list ------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* The distinct ones of n rows, ascending. */
static size_t sort_rows(uint32_t *rows, size_t n)
{
	size_t kept = 0;
	qsort(rows, n, sizeof *rows, by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || rows[i] != rows[kept - 1])
			rows[kept++] = rows[i];
	return kept;
}

static void release_list(struct ralm_expand_list *list)
{
	free(list->rows);
	free(list->seeds);
	ralm_ready_list_release(&list->ready);
	if (list->audience.most > 0)
		ralm_audience_release(&list->audience);
}

/* The rows of keys (count); n is 0 where none of those used is known. */
static int find_rows(struct ralm_expand_list *list,
		     struct ralm_expand_ids *ids,
		     const struct ralm_model *model, const uint64_t *keys,
		     size_t count, uint64_t seeds_num, struct ralm_error *err)
{
	const size_t used = ralm_seeds_used(count, seeds_num);
	list->rows = ralm_aligned_new(count, sizeof *list->rows, err);
	if (list->rows == NULL)
		return -1;
	list->seeds = ralm_aligned_new(count, sizeof *list->seeds, err);
	if (list->seeds == NULL)
		return -1;
	ralm_users_find_all(list->rows, &model->users, keys, count);
	size_t known = 0;
	for (size_t i = 0; i < count; i++) {
		if (list->rows[i] == RALM_ROW_NONE)
			continue;
		list->seeds[known] = list->rows[i];
		list->rows[known++] = list->rows[i];
		list->n += i < used;
	}
	list->seed_count = sort_rows(list->seeds, known);
	ids->count += count;
	ids->unknown += count - known;
	ids->repeated += known - list->seed_count;
	return 0;
}

/* Adds a list, unless the model knows none of its seeds. */
static int add_list(struct ralm_expand_lists *lists,
		    struct ralm_expand_counts *counts,
		    const struct ralm_model *model, const char *item,
		    size_t item_length, const uint64_t *keys, size_t count,
		    struct ralm_error *err)
{
	if (RALM_RESERVE(lists->list, lists->room, lists->count + 1, err) != 0)
		return -1;
	struct ralm_expand_list *list = &lists->list[lists->count];
	*list = (struct ralm_expand_list){.item = item,
					  .item_length = item_length};
	if (find_rows(list, &counts->seeds, model, keys, count,
		      counts->seeds_num, err) != 0) {
		release_list(list);
		return -1;
	}
	counts->lists++;
	counts->lists_cut += ralm_seeds_used(count, counts->seeds_num) < count;
	if (list->n == 0) {
		counts->lists_unknown++;
		release_list(list);
		return 0;
	}
	lists->longest = list->n > lists->longest ? list->n : lists->longest;
	lists->count++;
	return 0;
}

/* ---- files --------------------------------------------------------------- */

/* The keys (count) of the ids of the files; to be freed, also on failure. */
static int read_keys(uint64_t **keys, size_t *count,
		     struct ralm_expand_counts *counts,
		     struct ralm_user_names *names, struct ralm_id_lines *lines,
		     const struct ralm_expand_options *options,
		     struct ralm_error *err)
{
	const struct ralm_model *model = names->model;
	const bool look = options->unknown_error || options->seed_scores != NULL;
	size_t room = 0, length;
	const char *id;
	int got;
	*keys = NULL;
	*count = 0;
	while ((got = ralm_id_lines_next(&id, &length, lines, err)) == 1) {
		if (RALM_RESERVE(*keys, room, *count + 1, err) != 0)
			return -1;
		const uint64_t key = ralm_user_key(id, length, model->hash_seed);
		(*keys)[(*count)++] = key;
		if (!look)
			continue;
		const uint32_t row = ralm_users_find(&model->users, key);
		if (row != RALM_ROW_NONE) {
			got = ralm_user_names_keep(names, row, id, length, err);
		} else if (options->unknown_error) {
			counts->seeds.count = *count;
			got = ralm_expand_unknown(&counts->seeds, id, length,
						  true, err);
		}
		if (got < 0)
			return ralm_id_lines_place(err, lines);
	}
	return got;
}

static int read_one(struct ralm_expand_lists *lists,
		    struct ralm_expand_counts *counts,
		    struct ralm_user_names *names, const char *const *paths,
		    size_t path_count,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err)
{
	struct ralm_id_lines ids;
	uint64_t *keys = NULL;
	size_t count;
	if (ralm_id_lines_open(&ids, paths, path_count, options->column,
			       options->delimiter, err) != 0)
		return -1;
	int result = read_keys(&keys, &count, counts, names, &ids, options, err);
	if (result == 0)
		result = add_list(lists, counts, names->model, NULL, 0, keys,
				  count, err);
	free(keys);
	ralm_id_lines_release(&ids);
	return result;
}

/* A user as a list of one. */
static int take_like(struct ralm_expand_lists *lists,
		     struct ralm_expand_counts *counts,
		     const struct ralm_model *model, const char *id,
		     struct ralm_error *err)
{
	const char *fault = ralm_id_fault(id, strlen(id));
	if (fault != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG, "--like: %s",
				      fault);
	const uint64_t key = ralm_user_key(id, strlen(id), model->hash_seed);
	if (ralm_users_find(&model->users, key) == RALM_ROW_NONE) {
		counts->seeds.count = 1;
		return ralm_expand_unknown(&counts->seeds, id, strlen(id), true,
					   err);
	}
	return add_list(lists, counts, model, NULL, 0, &key, 1, err);
}

static int read_set(struct ralm_expand_lists *lists,
		    struct ralm_expand_counts *counts,
		    const struct ralm_model *model,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err)
{
	const char *path = options->lists;
	lists->set = ralm_list_set_read(path, model->hash_seed, err);
	if (lists->set == NULL)
		return -1;
	for (size_t i = 0; i < ralm_list_set_count(lists->set); i++) {
		const struct ralm_list_entry e = ralm_list_set_at(lists->set, i);
		const uint64_t unknown = counts->seeds.unknown;
		if (add_list(lists, counts, model, e.item, e.item_length,
			     e.keys, e.count, err) != 0)
			return -1;
		if (options->unknown_error && counts->seeds.unknown > unknown) {
			ralm_error_set(
				err, RALM_ERROR_DATA,
				"the model does not know %" PRIu64
				" of the %zu seeds",
				counts->seeds.unknown - unknown, e.count);
			return ralm_error_at(err, path, e.line, 0);
		}
	}
	return 0;
}

int ralm_expand_lists_read(struct ralm_expand_lists *lists,
			   struct ralm_expand_counts *counts,
			   struct ralm_user_names *names,
			   const char *const *paths, size_t path_count,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err)
{
	memset(lists, 0, sizeof *lists);
	int result;
	if (options->lists != NULL)
		result = read_set(lists, counts, names->model, options, err);
	else if (options->like != NULL)
		result = take_like(lists, counts, names->model, options->like,
				   err);
	else
		result = read_one(lists, counts, names, paths, path_count,
				  options, err);
	if (result == 0 && lists->count > 0)
		return 0;
	if (result == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "the model knows none of the %" PRIu64 " seeds",
			       counts->seeds.count);
		if (options->lists != NULL)
			ralm_error_at(err, options->lists, 0, 0);
		else if (path_count <= 1)
			ralm_error_at(err, path_count ? *paths : "stdin", 0, 0);
	}
	ralm_expand_lists_release(lists);
	return -1;
}

void ralm_expand_lists_release(struct ralm_expand_lists *lists)
{
	for (size_t i = 0; i < lists->count; i++)
		release_list(&lists->list[i]);
	free(lists->list);
	ralm_list_set_give_back(lists->set);
	memset(lists, 0, sizeof *lists);
}

/* ---- making them ready --------------------------------------------------- */

int ralm_expand_lists_prepare(struct ralm_expand_lists *lists,
			      struct ralm_expand_counts *counts,
			      const struct ralm_scorer *scorer,
			      struct ralm_error *err)
{
	for (size_t i = 0; i < lists->count; i++) {
		struct ralm_expand_list *list = &lists->list[i];
		if (ralm_ready_list_init(&list->ready, scorer, list->rows,
					 list->n, err) != 0)
			return -1;
		counts->clustered += list->ready.m != NULL;
		counts->clusters_lost += list->ready.lost;
		counts->cluster_seconds += (double)list->ready.time * 1e-9;
	}
	return 0;
}

static int begin_list(struct ralm_expand_list *list,
		      struct ralm_size_curve *curve,
		      struct ralm_expand_counts *counts,
		      const struct ralm_scorer *scorer,
		      const struct ralm_candidates *candidates,
		      const struct ralm_expand_size *size, bool include_seeds,
		      struct ralm_error *err)
{
	size_t left = candidates->count;
	list->left_out = include_seeds ? 0 : list->seed_count;
	for (size_t i = 0; i < list->left_out; i++)
		left -= ralm_candidates_have(candidates, list->seeds[i]);
	if (left == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "no candidate is left but seeds");
	list->eligible = left;
	if (ralm_expand_ranks(&list->from, &list->end, size, left, err) != 0)
		return -1;
	counts->lists_all += size->size.given && !size->size.percent &&
			     size->size.value > (double)left;
	size_t most = size->audience ? list->end : 0;
	counts->sizes_above += ralm_size_curve_init(curve, size, left);
	if (curve->count > 0 && curve->point[curve->count - 1].size > most)
		most = curve->point[curve->count - 1].size;
	if (most > 0)
		ralm_audience_init(&list->audience, candidates->names, most,
				   scorer->scale < 0);
	return 0;
}

int ralm_expand_lists_begin(struct ralm_expand_lists *lists,
			    struct ralm_size_curve *curve,
			    struct ralm_expand_counts *counts,
			    const struct ralm_scorer *scorer,
			    const struct ralm_candidates *candidates,
			    const struct ralm_expand_size *size,
			    bool include_seeds, struct ralm_error *err)
{
	for (size_t i = 0; i < lists->count; i++)
		if (begin_list(&lists->list[i], curve, counts, scorer,
			       candidates, size, include_seeds, err) != 0)
			return -1;
	return 0;
}

/* The first seed from a row on. */
static const uint32_t *seed_from(const struct ralm_expand_list *list,
				 uint32_t row)
{
	const uint32_t *seed = list->seeds;
	for (size_t n = list->seed_count; n > 0;) {
		const size_t half = n / 2;
		if (seed[half] < row) {
			seed += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return seed;
}

bool ralm_expand_list_has(const struct ralm_expand_list *list, uint32_t row)
{
	const uint32_t *seed = seed_from(list, row);
	return seed < list->seeds + list->seed_count && *seed == row;
}

/* Leaves the list's seeds out of ascending rows and their cosines; returns how many
 * stay. */
static size_t leave_seeds_out(const struct ralm_expand_list *list,
			      uint32_t *row, float *cosine, size_t count)
{
	const uint32_t *seed = seed_from(list, row[0]);
	const uint32_t *end = list->seeds + list->seed_count;
	size_t kept = 0;
	if (list->left_out == 0 || seed == end || *seed > row[count - 1])
		return count;
	for (size_t i = 0; i < count; i++) {
		while (seed < end && *seed < row[i])
			seed++;
		if (seed < end && *seed == row[i])
			continue;
		row[kept] = row[i];
		cosine[kept++] = cosine[i];
	}
	return kept;
}

int ralm_expand_list_add(struct ralm_expand_list *list, const uint32_t *rows,
			 const float *cosine, size_t count,
			 struct ralm_error *err)
{
	uint32_t other[RALM_TARGET_BLOCK];
	float of_other[RALM_TARGET_BLOCK];
	memcpy(other, rows, count * sizeof *other);
	memcpy(of_other, cosine, count * sizeof *of_other);
	const size_t others = leave_seeds_out(list, other, of_other, count);
	return ralm_audience_add(&list->audience, other, of_other, others, err);
}
