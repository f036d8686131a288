/* How processors work on a batch: in which order its users are rows of X, and how its
 * samples, which keep their order, are cut into groups, tiles and slabs. (A device has
 * a plan of its own.)
 *
 *	slab    |              0              |        1        |
 *	tile    |         0         |    1    |        2        |
 *	group   |    0    |    1    |    2    |    3    |   4   |
 *	list    |      of list 0    |    1    |    2    |   3   |
 *	sample  | 0 .. 63 | 64 .. 70|    71   | 72, 73  |   74  |
 *
 * A group is a list and at most RALM_GROUP_MAX of its samples (or one choice that is
 * larger, where the batch keeps choices whole): the unit of work on lists.
 * A tile is consecutive groups with about RALM_TILE_SEEDS seeds, so that all their
 * rows fit the nearest caches of the one processor that works on it.
 * A slab is consecutive tiles, whose gradients of the dense parameters are added up in
 * one place: there are so few slabs that adding these up in the end costs little, and
 * so many that all threads have work.
 * All of this depends on the batch alone, so that the bits of the result do not depend
 * on the number of threads.
 *
 * Users of each kind are consecutive rows of X, as matrix products want them:
 *
 *	0              once_end      targets_begin     seeds_end            U
 *	| tile 0 | tile 1 | ..|             |                |              |
 *	|  seeds of one group |   seeds of  |   seeds that   | targets that |
 *	|   and nothing else  |   several   | are targets too| are no seeds |
 *	|    a tile's own     |                   shared                    |
 *
 * A tile's own users stand list by list, in the list's order. (A user who is twice in
 * one list is shared.) The gradient of a shared user is a sum of parts from several
 * places: each part has a row of its own, whichever thread writes it, and the rows are
 * added in their order. */
#ifndef RALM_NETWORKS_PLAN_H
#define RALM_NETWORKS_PLAN_H

#include "samples/batch.h"

enum { RALM_GROUP_MAX = 64, RALM_TILE_SEEDS = 96 };

struct ralm_group {
	uint32_t list;
	uint32_t first, end; /* samples [first, end) */
	size_t seeds;        /* index of its first seed in seed_place */
};

struct ralm_tile {
	uint32_t first, end;             /* groups [first, end) */
	uint32_t users_begin, users_end; /* its own users */
};

struct ralm_plan {
	/* of the batch, which owns the arrays and outlives the plan */
	size_t U, L, B;
	const size_t *list_start;
	const uint8_t *label;

	/* users */
	size_t once_end, seeds_end, targets_begin;
	uint32_t *row; /* (U) of the table, for each of X */
	/* lists and samples; users are rows of X */
	uint32_t *list_user; /* by list_start; < seeds_end */
	uint32_t *target;    /* (B) >= targets_begin */
	size_t longest;      /* seeds in the longest list */

	size_t G;
	struct ralm_group *group; /* (G) */
	size_t largest; /* samples of the largest group */
	size_t tiles;
	struct ralm_tile *tile; /* (tiles) */
	size_t tile_users;      /* own users of the largest tile */
	size_t slabs;           /* slab s: tiles from tiles * s / slabs on */

	/* Rows that gradients are written to: seed_place of each seed of each
	 * group, among its tile's own users or among the shared seeds;
	 * target_place of each sample, among the targets. The gradient of shared
	 * seed i (row once_end + i of X) is the sum of the rows
	 * [seed_extra[i], seed_extra[i + 1]) or, if there are none, row i. Likewise
	 * of target i (row targets_begin + i of X). */
	size_t seed_places; /* rows of the shared seeds */
	uint32_t *seed_place;
	size_t *seed_extra;     /* (seeds_end - once_end + 1) */
	size_t target_places;   /* rows of the targets */
	uint32_t *target_place; /* (B) */
	size_t *target_extra;   /* (U - targets_begin + 1) */

	struct ralm_plan_room *room; /* memory of the arrays, and scratch */
};

/* How many seeds a list has, and these: users, as rows of X. */
static inline size_t ralm_list_length(const struct ralm_plan *plan,
					   size_t list)
{
	return plan->list_start[list + 1] - plan->list_start[list];
}

static inline const uint32_t *ralm_list_users(const struct ralm_plan *plan,
						   size_t list)
{
	return plan->list_user + plan->list_start[list];
}

int ralm_plan_init(struct ralm_plan *plan, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_plan_release(struct ralm_plan *plan);

/* Plans a finished batch, in place of the one before. */
int ralm_plan_make(struct ralm_plan *plan, const struct ralm_batch *batch,
		   struct ralm_error *err) RALM_MUST_CHECK;

#endif
