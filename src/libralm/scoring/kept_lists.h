/* The cache of seed lists: from the keys of a list to its rows and its weights
 * w. Bounded in bytes, shared by all threads. A list is taken in when it is
 * seen for the second time: lists that never come again cost a look at a bit
 * and at one number. */
#ifndef RALM_JOBS_SCORE_LISTS_H
#define RALM_JOBS_SCORE_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "ground/error.h"

struct ralm_score_lists; /* the cache */

/* bytes: what the lists in it may take in all. */
struct ralm_score_lists *ralm_score_lists_new(uint64_t bytes,
					      struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_score_lists_free(struct ralm_score_lists *lists);

/* A function of the keys; count > 0. */
uint64_t ralm_score_lists_hash(const uint64_t *keys, size_t count);

/* When the list is in the cache: copies the rows of its known users, in order,
 * to SA (count), their number to *n and their weights to w (count), and returns
 * true. */
bool ralm_score_lists_find(const float **SA, float *w, size_t *n,
			   struct ralm_score_lists *lists, uint64_t hash,
			   const uint64_t *keys, size_t count);

/* Was a list with this hash met before? It is from now on. Wrong now and
 * then. */
bool ralm_score_lists_met(struct ralm_score_lists *lists, uint64_t hash);

/* Starts loading what the two above look at, where there is anything. */
void ralm_score_lists_prefetch(struct ralm_score_lists *lists, uint64_t hash);

/* Takes the list in, if it is not in yet and fits. The rows it names live as
 * long as the cache. Lack of memory is no error: the list is not kept. */
void ralm_score_lists_put(struct ralm_score_lists *lists, uint64_t hash,
			  const uint64_t *keys, size_t count,
			  const float *const *SA, const float *w, size_t n);

#endif
