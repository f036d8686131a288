/* The cache of seed lists: from the keys of a list to its rows and its vector
 * g. Bounded in bytes, shared by all threads. A list is taken in when it is
 * seen for the second time: lists that never come again cost a look at one
 * number. */
#ifndef RALM_JOBS_SCORE_LISTS_H
#define RALM_JOBS_SCORE_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "../ground/error.h"

struct ralm_score_lists; /* the cache */

/* bytes: what the lists in it may take in all. width: floats in g. */
struct ralm_score_lists *ralm_score_lists_new(uint64_t bytes, size_t width,
					      struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_score_lists_free(struct ralm_score_lists *lists);

/* A function of the keys; count > 0. */
uint64_t ralm_score_lists_hash(const uint64_t *keys, size_t count);

/* When the list is in the cache: copies the rows of its known users, in order,
 * to rows (count), their number to *n and g (width), and returns true. */
bool ralm_score_lists_find(uint32_t *rows, size_t *n, float *g,
			   struct ralm_score_lists *lists, uint64_t hash,
			   const uint64_t *keys, size_t count);

/* Takes the list in, if it was offered before, is not in yet and fits. Lack of
 * memory is no error: the list is not kept. */
void ralm_score_lists_offer(struct ralm_score_lists *lists, uint64_t hash,
			    const uint64_t *keys, size_t count,
			    const uint32_t *rows, size_t n, const float *g);

#endif
