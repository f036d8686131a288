#include "jobs/expand/best_lists.h"

#include "formats/lines.h"
#include "ground/memory.h"
#include "jobs/expand/expand_ids.h"
#include "scoring/scorer.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t none = UINT64_MAX;

/* ---- users --------------------------------------------------------------- */

static int add_user(void *context, uint32_t row, const char *id, size_t length,
		    struct ralm_error *err)
{
	struct ralm_best_lists *best = context;
	const size_t i = best->count, begin = i > 0 ? best->end[i - 1] : 0;
	if (RALM_RESERVE(best->row, best->row_room, i + 1, err) != 0 ||
	    RALM_RESERVE(best->end, best->end_room, i + 1, err) != 0 ||
	    RALM_RESERVE(best->text, best->text_room, begin + length, err) != 0)
		return -1;
	memcpy(best->text + begin, id, length);
	best->row[i] = row;
	best->end[i] = begin + length;
	best->count++;
	return 0;
}

int ralm_best_lists_read(struct ralm_best_lists *best,
			 struct ralm_expand_counts *counts,
			 const struct ralm_model *model,
			 const char *const *paths, size_t path_count,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err)
{
	memset(best, 0, sizeof *best);
	const struct ralm_expand_source source = {
		.paths = paths,
		.path_count = path_count,
		.column = options->column,
		.may_be_empty = true, /* as ralm_score takes files without samples */
	};
	int result = ralm_expand_ids_each(&counts->users, model, &source, options,
					  add_user, best, err);
	if (result == 0 && best->count == 0 && counts->users.count > 0)
		result = ralm_input_empty(paths, path_count, err,
					  "the model knows none of the users");
	if (result != 0)
		ralm_best_lists_release(best);
	return result;
}

void ralm_best_lists_release(struct ralm_best_lists *best)
{
	free(best->row);
	free(best->text);
	free(best->end);
	free(best->entry);
	memset(best, 0, sizeof *best);
}

/* ---- the best ------------------------------------------------------------ */

/* Inserts an entry among the `most` best ones of a user. */
static void insert(uint64_t *entry, size_t most, uint64_t new)
{
	size_t i = most;
	if (new >= entry[most - 1])
		return;
	for (; --i > 0 && entry[i - 1] > new;)
		entry[i] = entry[i - 1];
	entry[i] = new;
}

struct find {
	struct ralm_best_lists *best;
	const struct ralm_expand_lists *lists;
	bool reverse, include_seeds;
	struct ralm_expand_progress *progress;
};

static int find_block(void *context, size_t n, struct ralm_target_block *block,
		      struct ralm_error *err)
{
	const struct find *find = context;
	struct ralm_best_lists *best = find->best;
	const size_t begin = n * RALM_TARGET_BLOCK, left = best->count - begin;
	const size_t count = left < RALM_TARGET_BLOCK ? left : RALM_TARGET_BLOCK;
	const uint32_t *row = best->row + begin;
	float cosine[RALM_TARGET_BLOCK];
	ralm_target_block_fill(block, row, count);
	for (size_t l = 0; l < find->lists->count; l++) {
		const struct ralm_expand_list *list = &find->lists->list[l];
		if (ralm_target_block_cosines(cosine, block, &list->ready,
					      err) != 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			const uint64_t rank =
				ralm_cosine_rank(cosine[i], find->reverse);
			if (find->include_seeds ||
			    !ralm_expand_list_has(list, row[i]))
				insert(best->entry + (begin + i) * best->most,
				       best->most, rank << 32 | l);
		}
	}
	ralm_expand_progress_add(find->progress);
	return 0;
}

int ralm_best_lists_find(struct ralm_best_lists *best,
			 const struct ralm_expand_lists *lists,
			 const struct ralm_scorer *scorer,
			 struct ralm_threads *threads,
			 struct ralm_expand_progress *progress,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err)
{
	struct find find = {best, lists, scorer->scale < 0,
			    options->include_seeds, progress};
	const size_t blocks = (best->count + RALM_TARGET_BLOCK - 1) /
			      RALM_TARGET_BLOCK;
	best->most = options->best < lists->count ? (size_t)options->best
						  : lists->count;
	best->entry = ralm_aligned_new(best->count,
				       best->most * sizeof *best->entry, err);
	if (best->entry == NULL)
		return -1;
	progress->total = blocks;
	memset(best->entry, 0xff,
	       best->count * best->most * sizeof *best->entry); /* none */
	return ralm_target_blocks_each(threads, blocks, find_block, &find,
				       scorer, lists->longest, err);
}

/* ---- writing ------------------------------------------------------------- */

struct part {
	struct ralm_expand_counts *counts;
	const struct ralm_best_lists *best;
	const struct ralm_expand_lists *lists;
	const struct ralm_expand_output *output;
};

static int put_all(struct ralm_writer *writer, void *context,
		   struct ralm_error *err)
{
	const struct part *part = context;
	const struct ralm_best_lists *best = part->best;
	const bool reverse = part->output->scorer->scale < 0;
	(void)err;
	for (size_t i = 0, begin = 0; i < best->count; begin = best->end[i++]) {
		const uint64_t *entry = best->entry + i * best->most;
		for (size_t k = 0; k < best->most && entry[k] != none; k++)
			part->counts->chosen += ralm_expand_put(
				writer, part->output, best->text + begin,
				best->end[i] - begin,
				ralm_rank_cosine((uint32_t)(entry[k] >> 32),
						 reverse),
				&part->lists->list[(uint32_t)entry[k]]);
	}
	return 0;
}

int ralm_best_lists_write(struct ralm_expand_counts *counts,
			  const struct ralm_best_lists *best,
			  const struct ralm_expand_lists *lists,
			  const struct ralm_expand_output *output,
			  struct ralm_error *err)
{
	struct part part = {counts, best, lists, output};
	return ralm_expand_write_one(output, put_all, &part, err);
}
