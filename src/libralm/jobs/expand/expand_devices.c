#include "jobs/expand/expand_devices.h"

#include "ground/memory.h"
#include "scoring/device_scoring.h"

#include <stdlib.h>

struct pass {
	struct ralm_expand_lists *lists;
	struct ralm_candidate_walk walk;
	struct ralm_expand_progress *progress;
};

static size_t next_candidates(void *context, uint32_t *rows, size_t most)
{
	struct pass *pass = context;
	return ralm_candidates_next(rows, &pass->walk, most);
}

static int take_cosines(void *context, size_t l, const uint32_t *rows,
			const float *cosine, size_t count, struct ralm_error *err)
{
	const struct pass *pass = context;
	if (ralm_expand_list_add(&pass->lists->list[l], rows, cosine, count,
				 err) != 0)
		return -1;
	ralm_expand_progress_add(pass->progress);
	return 0;
}

int ralm_expand_by_devices(struct ralm_expand_lists *lists,
			   const struct ralm_candidates *candidates,
			   const struct ralm_scorer *scorer,
			   struct ralm_threads *threads,
			   struct ralm_expand_progress *progress,
			   struct ralm_error *err)
{
	struct pass pass = {
		.lists = lists,
		.walk = {.candidates = candidates, .end = candidates->words},
		.progress = progress,
	};
	const struct ralm_ready_list **ready =
		ralm_aligned_new(lists->count, sizeof *ready, err);
	if (ready == NULL)
		return -1;
	for (size_t l = 0; l < lists->count; l++)
		ready[l] = &lists->list[l].ready;
	progress->total = lists->count *
			  ((candidates->count + RALM_TARGET_BLOCK - 1) /
			   RALM_TARGET_BLOCK);
	const int result = ralm_device_compare(scorer, ready, lists->count,
					       next_candidates, take_cosines,
					       &pass, threads, err);
	free(ready);
	return result;
}
