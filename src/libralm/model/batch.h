/* A batch on three levels: distinct users, seed lists, samples. Built once,
 * then read by the network, which never sees a row of the table.
 *
 * Users are ordered so that those who are seeds are [0, seeds_end) and those
 * who are targets [targets_begin, U): who is both stands in the overlap. Both
 * kinds are then contiguous rows of X, as matrix products want them.
 *
 * Samples of one list stand together; at most RALM_GROUP_MAX of them are a
 * group, the unit of work of the second level. Gradients of a user who occurs
 * once are written where they belong; those of a user who occurs several times
 * go to rows of their own behind, which are summed in this order, whatever
 * thread wrote them. */
#ifndef RALM_MODEL_BATCH_H
#define RALM_MODEL_BATCH_H

#include "../ground/error.h"

enum { RALM_GROUP_MAX = 64 };

struct ralm_group {
	uint32_t list;
	uint32_t first, end; /* samples [first, end) */
	size_t seeds;        /* index of its first seed in seed_destination */
};

struct ralm_batch {
	/* users */
	size_t U, seeds_end, targets_begin;
	uint32_t *row; /* (U) in the table */
	/* lists */
	size_t L;
	size_t *list_start;  /* (L+1) into list_user */
	uint32_t *list_user; /* users, < seeds_end */
	size_t longest;      /* seeds in the longest list */
	/* samples */
	size_t B;
	uint32_t *target; /* (B) users, >= targets_begin */
	uint8_t *label;   /* (B) 0 or 1 */
	/* groups */
	size_t G;
	struct ralm_group *group; /* (G) */

	/* Row of the seed gradients for each seed of each group, and of the
	 * target gradients for each sample. Rows [extra[u], extra[u+1]) are
	 * summed into row u. */
	uint32_t *seed_destination;
	size_t *seed_extra; /* (seeds_end + 1), from seeds_end on */
	uint32_t *target_destination; /* (B) */
	size_t *target_extra; /* (U - targets_begin + 1), likewise */

	/* building */
	struct ralm_batch_builder *builder;
};

int ralm_batch_init(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_batch_release(struct ralm_batch *batch);

/* Starts a new batch in the same memory. */
void ralm_batch_clear(struct ralm_batch *batch);
/* Begins a list of n >= 1 rows; samples that follow belong to it. */
int ralm_batch_add_list(struct ralm_batch *batch, const uint32_t *rows,
			size_t n, struct ralm_error *err) RALM_MUST_CHECK;
int ralm_batch_add_sample(struct ralm_batch *batch, uint32_t target_row,
			  int label, struct ralm_error *err) RALM_MUST_CHECK;
/* Finds the distinct users, orders them and lays out the gradients. At least
 * one sample was added. */
int ralm_batch_finish(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
