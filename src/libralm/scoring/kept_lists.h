/* The cache of seed lists: from the keys of a list to its numbers, and to its
 * seeds' rows where cosines want those (networks/network_scoring.h). Bounded in
 * bytes, shared by all threads. A list is taken in when it is seen for the second
 * time: lists that never come again cost a look at a bit and at one number. */
#ifndef RALM_SCORING_KEPT_LISTS_H
#define RALM_SCORING_KEPT_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "ground/memory.h"
#include "networks/network_scoring.h"

/* A list that can be scored with. */
struct ralm_prepared_list {
	const float **row; /* (n') of its seeds, or of their centroids */
	const float *m;	   /* (n') seeds that each stands for; NULL: no centroids */
	float *numbers;	   /* (sizes.list + n' · sizes.list_each) */
	size_t n;
	size_t known_seeds, unknown_seeds;
	size_t new_seeds; /* of the known ones: newcomers */
	double lost; /* by centroids (scoring/centroids.h) */
};

struct ralm_kept_lists; /* the cache */

/* bytes: what the lists in it may take in all. */
struct ralm_kept_lists *
ralm_kept_lists_new(uint64_t bytes, const struct ralm_scoring_sizes *sizes,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_kept_lists_free(struct ralm_kept_lists *lists);

/* A function of the keys; count > 0. */
uint64_t ralm_kept_lists_hash(const uint64_t *keys, size_t count);

/* When the list is in the cache: copies what is kept of it to row (count) and
 * numbers (as for count seeds), what centroids need to the arena, sets the rest and
 * returns true. Lack of memory is no error: the list is not found. */
bool ralm_kept_lists_find(struct ralm_prepared_list *list,
			  struct ralm_kept_lists *lists, uint64_t hash,
			  const uint64_t *keys, size_t count,
			  struct ralm_arena *arena);

/* Was a list with this hash seen before? It is from now on. Wrong now and
 * then. */
bool ralm_kept_lists_seen(struct ralm_kept_lists *lists, uint64_t hash);

/* Starts loading what the two above look at, where there is anything. */
void ralm_kept_lists_prefetch(struct ralm_kept_lists *lists, uint64_t hash);

/* Takes the list in, if it is not in yet and fits. The rows it names live as
 * long as the cache, but those of centroids, of which it keeps the fronts. Lack of memory is no error: the list is not kept. */
void ralm_kept_lists_put(struct ralm_kept_lists *lists, uint64_t hash,
			 const uint64_t *keys, size_t count,
			 const struct ralm_prepared_list *list);

#endif
