/* A walk over the groups of a set that is sorted by groups (score_set.h), in parts
 * that threads share. Group numbers are spread over all 64-bit numbers (ralm_mix64),
 * and their highest bits make parts: these depend on the groups alone. */
#ifndef RALM_METRICS_GROUP_WALK_H
#define RALM_METRICS_GROUP_WALK_H

#include "metrics/score_runs.h"

enum { RALM_GROUP_PART_BITS = 6, RALM_GROUP_PARTS = 1 << RALM_GROUP_PART_BITS };

/* The samples of a part that are still to come. */
struct ralm_group_walk {
	struct ralm_sorted of[2]; /* the group stands before each key */
};

/* all: the runs of the set. Part p has groups below those of part p + 1. */
struct ralm_group_walk ralm_group_walk_part(const struct ralm_runs *all,
					    size_t part);

/* The samples of the lowest group that is left, ordered by score; false: none is
 * left. They are where they are in the set; a class of none has no place. */
bool ralm_group_walk_next(struct ralm_sorted of[2],
			  struct ralm_group_walk *walk);

#endif
