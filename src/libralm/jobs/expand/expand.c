/* From seeds to an audience: every candidate is compared with every list, in blocks
 * that threads share; of each list the best are kept. */
#include "jobs/expand/expand_write.h"

#include "ground/memory.h"
#include "ground/processors.h"
#include "scoring/scorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREADS_MOST = 256,
	WORDS = 16, /* of the candidates' bits: what a thread takes at a time */
};

/* ---- one pass over the candidates ---------------------------------------- */

struct pass {
	const struct ralm_candidates *candidates;
	struct ralm_expand_lists *lists;
	struct ralm_target_block *block; /* of each thread */
	struct ralm_error *error;        /* of each thread */
	atomic_bool failed;
};

static int check_finite(const float *cosine, size_t count,
			struct ralm_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (isnan(cosine[i]))
			return ralm_error_set(err, RALM_ERROR_NUMERIC,
					      "the model holds a number that is not finite");
	return 0;
}

static int compare_block(struct pass *pass, struct ralm_target_block *block,
			 const uint32_t *rows, size_t count,
			 struct ralm_error *err)
{
	ralm_target_block_fill(block, rows, count);
	for (size_t i = 0; i < pass->lists->count; i++) {
		struct ralm_expand_list *list = &pass->lists->list[i];
		float cosine[RALM_TARGET_BLOCK];
		uint32_t other[RALM_TARGET_BLOCK];
		ralm_target_block_cosines(cosine, block, &list->ready);
		memcpy(other, rows, count * sizeof *other);
		const size_t others =
			ralm_expand_list_others(list, other, cosine, count);
		if (check_finite(cosine, others, err) != 0 ||
		    ralm_audience_add(&list->audience, other, cosine, others,
				      err) != 0)
			return -1;
	}
	return 0;
}

static int compare_words(struct pass *pass, size_t begin, unsigned thread)
{
	const struct ralm_candidates *c = pass->candidates;
	const size_t end = c->words - begin < WORDS ? c->words : begin + WORDS;
	struct ralm_target_block *block = &pass->block[thread];
	struct ralm_error *err = &pass->error[thread];
	uint32_t rows[RALM_TARGET_BLOCK + 64];
	size_t count = 0;
	for (size_t w = begin; w < end; w++) {
		for (uint64_t left = c->bits[w]; left != 0; left &= left - 1)
			rows[count++] = (uint32_t)(w * 64) +
					(uint32_t)__builtin_ctzll(left);
		if (count < RALM_TARGET_BLOCK)
			continue;
		if (compare_block(pass, block, rows, RALM_TARGET_BLOCK, err) != 0)
			return -1;
		count -= RALM_TARGET_BLOCK;
		memmove(rows, rows + RALM_TARGET_BLOCK, count * sizeof *rows);
	}
	return count > 0 ? compare_block(pass, block, rows, count, err) : 0;
}

static void work(void *context, size_t i, unsigned thread)
{
	struct pass *pass = context;
	if (!pass->failed && compare_words(pass, i * WORDS, thread) != 0)
		pass->failed = true;
}

static int run_pass(struct pass *pass, const struct ralm_scorer *scorer,
		    struct ralm_threads *threads, struct ralm_error *err)
{
	const unsigned count = ralm_threads_count(threads);
	const size_t words = pass->candidates->words;
	for (unsigned i = 0; i < count; i++)
		if (ralm_target_block_init(&pass->block[i], scorer,
					   pass->lists->longest, err) != 0)
			return -1;
	ralm_threads_each(threads, (words + WORDS - 1) / WORDS, work, pass);
	for (unsigned i = 0; i < count && pass->failed; i++)
		if (pass->error[i].code != RALM_OK) {
			if (err != NULL)
				*err = pass->error[i];
			return -1;
		}
	return 0;
}

static int compare_all(struct ralm_expand_lists *lists,
		       const struct ralm_candidates *candidates,
		       const struct ralm_scorer *scorer,
		       struct ralm_threads *threads, struct ralm_error *err)
{
	const unsigned count = ralm_threads_count(threads);
	struct pass pass = {.candidates = candidates, .lists = lists};
	int result = -1;
	pass.block = ralm_aligned_new(count, sizeof *pass.block, err);
	pass.error = ralm_aligned_new(count, sizeof *pass.error, err);
	if (pass.block != NULL && pass.error != NULL)
		result = run_pass(&pass, scorer, threads, err);
	for (unsigned i = 0; i < count && pass.block != NULL; i++)
		ralm_target_block_release(&pass.block[i]);
	free(pass.block);
	free(pass.error);
	for (size_t i = 0; i < lists->count && result == 0; i++)
		ralm_audience_sort(&lists->list[i].audience, threads);
	return result;
}

/* ---- all ----------------------------------------------------------------- */

struct expansion {
	struct ralm_expand_size size;
	struct ralm_expand_lists lists;
	struct ralm_candidates candidates;
	struct ralm_threads *threads;
	struct ralm_atomic_file file;
};

static int expand(struct ralm_expand_counts *counts, struct expansion *e,
		  const struct ralm_scorer *scorer, const char *const *paths,
		  size_t path_count, const struct ralm_expand_options *options,
		  struct ralm_error *err)
{
	const struct ralm_model *model = ralm_scorer_model(scorer);
	const unsigned threads = options->threads ? options->threads
						  : ralm_processors();
	if (ralm_expand_size_parse(&e->size, options, err) != 0 ||
	    ralm_expand_lists_read(&e->lists, counts, model, paths, path_count,
				   options, err) != 0 ||
	    ralm_expand_write_open(&e->file, &e->lists, options, err) != 0 ||
	    ralm_candidates_init(&e->candidates, counts, model, options,
				 err) != 0 ||
	    ralm_expand_lists_prepare(&e->lists, counts, scorer, &e->candidates,
				      &e->size, options->include_seeds,
				      err) != 0)
		return -1;
	e->threads = ralm_threads_new(
		threads < THREADS_MOST ? threads : THREADS_MOST, err);
	if (e->threads == NULL)
		return -1;
	return compare_all(&e->lists, &e->candidates, scorer, e->threads, err);
}

int ralm_expand(struct ralm_expand_counts *counts, struct ralm_scorer *scorer,
		const char *const *paths, size_t path_count, int fd,
		const char *name, const struct ralm_expand_options *options,
		struct ralm_error *err)
{
	const struct ralm_model *model = ralm_scorer_model(scorer);
	struct expansion e;
	memset(&e, 0, sizeof e);
	e.file.fd = -1;
	memset(counts, 0, sizeof *counts);
	counts->seeds_num = options->seeds_num == 0 ? model->config.seeds_num
			    : options->seeds_num == RALM_ALL_SEEDS
				    ? 0
				    : options->seeds_num;
	int result = expand(counts, &e, scorer, paths, path_count, options, err);
	if (result == 0)
		result = ralm_expand_write(counts, &e.lists, scorer, &e.size,
					   &e.file, fd, name, options, err);
	ralm_atomic_abort(&e.file);
	ralm_expand_lists_release(&e.lists);
	ralm_candidates_release(&e.candidates);
	ralm_threads_free(e.threads);
	return result;
}
