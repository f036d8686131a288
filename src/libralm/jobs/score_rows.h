/* Rows kept: what the network makes of a user as seed, or as target, computed
 * on first sight and then read by every thread without a lock. A row of the
 * table is named by its number, a kept row lies in blocks that never move. */
#ifndef RALM_JOBS_SCORE_ROWS_H
#define RALM_JOBS_SCORE_ROWS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "../ground/error.h"

/* Bytes that kept rows of both kinds may still take. */
struct ralm_score_budget {
	_Atomic uint64_t left;
};

struct ralm_score_rows {
	_Atomic uint32_t *place; /* (rows) 1 + place of the kept row; 0: none */
	size_t stride;           /* floats in a kept row, a multiple of 16 */
	size_t block_places, block_count;
	_Atomic(float *) *blocks;
	_Atomic uint32_t next; /* the first place that was never given out */
	_Atomic bool full;
	pthread_mutex_t lock; /* of the making of a block */
	struct ralm_score_budget *budget; /* not owned */
};

int ralm_score_rows_init(struct ralm_score_rows *kept, size_t rows,
			 size_t stride, struct ralm_score_budget *budget,
			 struct ralm_error *err) RALM_MUST_CHECK;
void ralm_score_rows_release(struct ralm_score_rows *kept);

/* The kept row of `row`, or NULL: it was not seen yet. */
static inline const float *ralm_score_rows_find(const struct ralm_score_rows *kept,
						size_t row)
{
	uint32_t place = atomic_load_explicit(&kept->place[row],
					      memory_order_acquire);
	if (place-- == 0)
		return NULL;
	return atomic_load_explicit(&kept->blocks[place / kept->block_places],
				    memory_order_relaxed) +
	       place % kept->block_places * kept->stride;
}

/* Starts loading what ralm_score_rows_find will look at. */
static inline void ralm_score_rows_prefetch(const struct ralm_score_rows *kept,
					    size_t row)
{
	__builtin_prefetch((const void *)&kept->place[row]);
}

/* Room for one row, to be filled and then put; NULL when the budget is used up
 * or there is no memory: then the row is not kept. */
float *ralm_score_rows_claim(uint32_t *place, struct ralm_score_rows *kept);

/* Shows the filled row at `place` to all threads. Where another thread was
 * first with the same row, whose floats are the same, its row stays. */
void ralm_score_rows_put(struct ralm_score_rows *kept, size_t row,
			 uint32_t place);

#endif
