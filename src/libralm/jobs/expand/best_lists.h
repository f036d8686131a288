/* --best: for each of some users the lists that are most like them. */
#ifndef RALM_JOBS_EXPAND_BEST_LISTS_H
#define RALM_JOBS_EXPAND_BEST_LISTS_H

#include "jobs/expand/expand_progress.h"
#include "jobs/expand/expand_write.h"

struct ralm_best_lists {
	/* Users in the order of the files, those whom the model knows. */
	uint32_t *row;
	size_t count, row_room;
	char *text;  /* their ids, one behind the other */
	size_t *end; /* (count) where each id ends */
	size_t text_room, end_room;
	/* (count,most) the best lists of each user, the best first: 64 bits, how
	 * good, the smaller the better, above the list's number. UINT64_MAX: there
	 * are no more. */
	uint64_t *entry;
	size_t most;
};

/* Reads the users of the files; counts gets users. It is an error if the model knows
 * none of them. */
int ralm_best_lists_read(struct ralm_best_lists *best,
			 struct ralm_expand_counts *counts,
			 const struct ralm_model *model,
			 const char *const *paths, size_t path_count,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_best_lists_release(struct ralm_best_lists *best);

/* Finds the options->best best of the lists, which are ready, for each user; of
 * lists that are as good, the first. Lists that have the user as a seed are left out,
 * unless options->include_seeds. */
int ralm_best_lists_find(struct ralm_best_lists *best,
			 const struct ralm_expand_lists *lists,
			 const struct ralm_scorer *scorer,
			 struct ralm_threads *threads,
			 struct ralm_expand_progress *progress,
			 const struct ralm_expand_options *options,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Writes them as lines of an audience, user by user. */
int ralm_best_lists_write(struct ralm_expand_counts *counts,
			  const struct ralm_best_lists *best,
			  const struct ralm_expand_lists *lists,
			  const struct ralm_expand_output *output,
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
