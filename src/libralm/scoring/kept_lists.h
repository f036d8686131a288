/* The cache of seed lists: from the keys of a list to its numbers, and to its
 * seeds' rows where cosines need those (networks/network_scoring.h). Bounded in
 * bytes, shared by all threads. A list should be put in when it is seen for the
 * second time (ralm_kept_lists_seen): one that never comes again then costs a look
 * at a bit and at one number. */
#ifndef RALM_SCORING_KEPT_LISTS_H
#define RALM_SCORING_KEPT_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "ground/memory.h"
#include "networks/network_scoring.h"

/* A list that can be scored with. */
struct ralm_prepared_list {
	const float **row; /* (n') of its known seeds, or of their centroids */
	const float *m;	   /* (n') of centroids, how often each counts; else NULL */
	float *numbers;	   /* (sizes.list + n' · sizes.list_each) */
	size_t n;
	size_t known_seeds, unknown_seeds;
	size_t new_seeds; /* newcomers among the known ones */
	double lost; /* as centroids lose it (scoring/centroids.h); else 0 */
};

struct ralm_kept_lists; /* the cache */

/* bytes: what all lists in it may take together. */
struct ralm_kept_lists *
ralm_kept_lists_new(uint64_t bytes, const struct ralm_scoring_sizes *sizes,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_kept_lists_free(struct ralm_kept_lists *lists);

/* The hash of a list, of count > 0 keys. */
uint64_t ralm_kept_lists_hash(const uint64_t *keys, size_t count);

/* If the list is in the cache, fills *list and returns true: its row (count) and
 * numbers (as for count seeds) are the caller's arrays, which are copied to; m and
 * rows of centroids go to the arena. Lack of memory is no error: the list is not
 * found. */
bool ralm_kept_lists_find(struct ralm_prepared_list *list,
			  struct ralm_kept_lists *lists, uint64_t hash,
			  const uint64_t *keys, size_t count,
			  struct ralm_arena *arena);

/* Whether a list with this hash was seen before, which it is from now on. The answer
 * may be wrong now and then. */
bool ralm_kept_lists_seen(struct ralm_kept_lists *lists, uint64_t hash);

/* Starts loading what the two above look at. */
void ralm_kept_lists_prefetch(struct ralm_kept_lists *lists, uint64_t hash);

/* Puts a list into the cache, if it is not there yet and fits. Rows of seeds must
 * live as long as the cache; of centroids' rows it copies the fronts. Lack of memory
 * is no error: the list is not kept. */
void ralm_kept_lists_put(struct ralm_kept_lists *lists, uint64_t hash,
			 const uint64_t *keys, size_t count,
			 const struct ralm_prepared_list *list);

#endif
