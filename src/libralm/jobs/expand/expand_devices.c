#include "jobs/expand/expand_devices.h"

#include "ground/memory.h"
#include "scoring/device_scoring.h"

#include <stdlib.h>

struct pass {
	struct ralm_expand_lists *lists;
	const struct ralm_candidates *candidates;
	struct ralm_expand_progress *progress;
	size_t word; /* of the candidates' bits, */
	uint64_t left; /* and those of it that have not come yet */
};

static size_t next_candidates(void *context, uint32_t *rows, size_t most)
{
	struct pass *pass = context;
	const struct ralm_candidates *c = pass->candidates;
	size_t count = 0;
	while (count < most) {
		if (pass->left == 0) {
			if (pass->word + 1 >= c->words)
				break;
			pass->left = c->bits[++pass->word];
			continue;
		}
		rows[count++] = (uint32_t)(pass->word * 64) +
				(uint32_t)__builtin_ctzll(pass->left);
		pass->left &= pass->left - 1;
	}
	return count;
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
	struct pass pass = {.lists = lists,
			    .candidates = candidates,
			    .progress = progress,
			    .left = candidates->bits[0]};
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
