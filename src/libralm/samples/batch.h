/* A batch on three levels: distinct users, seed lists, samples. Built once,
 * then read by the network, which never sees a row of the table.
 *
 * Samples of one list stand together; at most RALM_GROUP_MAX of them are a
 * group, the unit of work of the second level. Groups that follow each other
 * are a tile: about RALM_TILE_SEEDS seeds, so that all their rows lie in the
 * nearest caches of one processor while it works on them.
 *
 * Users are ordered so that every kind is contiguous rows of X, as matrix
 * products want them:
 *	[0, once_end)           seeds met once and nothing else, tile by tile,
 *	                        list by list, in the list's order
 *	[once_end, U)           shared users:
 *	[once_end, seeds_end)     seeds of several groups, or targets too
 *	[targets_begin, U)        targets; who is both stands in the overlap
 * The gradients of a shared user come from several places: each has a row of
 * its own, and these rows are summed in their order, whatever thread wrote
 * them. */
#ifndef RALM_MODEL_BATCH_H
#define RALM_MODEL_BATCH_H

#include "ground/error.h"

enum { RALM_GROUP_MAX = 64, RALM_TILE_SEEDS = 96 };

struct ralm_group {
	uint32_t list;
	uint32_t first, end; /* samples [first, end) */
	size_t seeds;        /* index of its first seed in seed_place */
};

struct ralm_tile {
	uint32_t first, end;  /* groups [first, end) */
	uint32_t users_begin, users_end; /* those who are its own */
};

struct ralm_batch {
	/* users */
	size_t U, once_end, seeds_end, targets_begin;
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

	/* tiles */
	size_t tiles;
	struct ralm_tile *tile; /* (tiles) */
	size_t tile_users;      /* own users of the largest tile */

	/* Where the gradients of each seed of each group go: the row among its
	 * tile's own users, or among the gradients of shared seeds; and for
	 * each sample the row among the gradients of targets. Shared seed i
	 * (user once_end + i) is the sum of rows [extra[i], extra[i + 1]) if
	 * there are any, else it is row i alone. Targets likewise. */
	uint32_t *seed_place;
	size_t *seed_extra; /* (seeds_end - once_end + 1) */
	uint32_t *target_place; /* (B) */
	size_t *target_extra; /* (U - targets_begin + 1) */

	/* building */
	struct ralm_batch_builder *builder;
};

int ralm_batch_init(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_batch_release(struct ralm_batch *batch);

/* Starts a new batch in the same memory. */
void ralm_batch_clear(struct ralm_batch *batch);
/* Begins a list of n >= 1 rows; the samples that follow, at least one, belong
 * to it. */
int ralm_batch_add_list(struct ralm_batch *batch, const uint32_t *rows,
			size_t n, struct ralm_error *err) RALM_MUST_CHECK;
int ralm_batch_add_sample(struct ralm_batch *batch, uint32_t target_row,
			  int label, struct ralm_error *err) RALM_MUST_CHECK;
/* Finds the distinct users, orders them and lays out the gradients. At least
 * one sample was added. */
int ralm_batch_finish(struct ralm_batch *batch, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
