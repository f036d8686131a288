/* The seed lists that audiences are chosen for, ready to be compared with. */
#ifndef RALM_JOBS_EXPAND_EXPAND_LISTS_H
#define RALM_JOBS_EXPAND_EXPAND_LISTS_H

#include "formats/list_set.h"
#include "jobs/expand/audience.h"
#include "jobs/expand/candidates.h"
#include "jobs/expand/expand_size.h"
#include "jobs/expand/size_curve.h"
#include "scoring/list_scores.h"

struct ralm_expand_list {
	const char *item; /* not NUL-terminated; NULL: the one list has none */
	size_t item_length;
	uint32_t *rows; /* (n) of the seeds that count and are known, in order */
	size_t n;
	uint32_t *seeds; /* (seed_count) all known ones, ascending */
	size_t seed_count;
	size_t left_out; /* of the seeds, those who may not be chosen: all or none */
	size_t eligible; /* candidates but for those */
	struct ralm_ready_list ready;
	/* The best, as many as are written or as the largest size of the curve;
	 * most 0: none. */
	struct ralm_audience audience;
	size_t from, end; /* the ranks that an audience has */
};

struct ralm_expand_lists {
	struct ralm_list_set *set; /* NULL: one list */
	struct ralm_expand_list *list; /* those with a seed that is known, in order */
	size_t count, room;
	size_t longest; /* the largest n */
};

/* Reads the one list or those of options->lists: rows and seeds. counts gets seeds
 * and lists; names gets the ids of seeds that will be written (options->seed_scores).
 * It is an error if no list has a seed that is known. */
int ralm_expand_lists_read(struct ralm_expand_lists *lists,
			   struct ralm_expand_counts *counts,
			   struct ralm_user_names *names,
			   const char *const *paths, size_t path_count,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_expand_lists_release(struct ralm_expand_lists *lists);

/* Sets `ready` of each list. counts gets clustered, and the two beside it. */
int ralm_expand_lists_prepare(struct ralm_expand_lists *lists,
			      struct ralm_expand_counts *counts,
			      const struct ralm_scorer *scorer,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* Settles which ranks of each list are wanted, and begins its audience, which is empty
 * then; where there is one list, the sizes of the curve, too. counts gets lists_all and
 * sizes_above. It is an error if all candidates of a list are its seeds. */
int ralm_expand_lists_begin(struct ralm_expand_lists *lists,
			    struct ralm_size_curve *curve,
			    struct ralm_expand_counts *counts,
			    const struct ralm_scorer *scorer,
			    const struct ralm_candidates *candidates,
			    const struct ralm_expand_size *size,
			    bool include_seeds,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Is the user of that row one of its seeds? */
bool ralm_expand_list_has(const struct ralm_expand_list *list, uint32_t row);

/* Adds users of ascending rows (count <= RALM_TARGET_BLOCK), by their cosines, to the
 * list's audience, its seeds left out. In any thread. */
int ralm_expand_list_add(struct ralm_expand_list *list, const uint32_t *rows,
			 const float *cosine, size_t count,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
