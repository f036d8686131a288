#include "networks/plan.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

struct ralm_plan_room {
	uint32_t *count; /* how often each user occurs */
	uint32_t *order; /* the batch's user -> row of X */
	size_t count_room, order_room;
	size_t row, list_user, target, group, tile, seed_place, seed_extra;
	size_t target_place, target_extra;
};

int ralm_plan_init(struct ralm_plan *plan, struct ralm_error *err)
{
	memset(plan, 0, sizeof *plan);
	plan->room = calloc(1, sizeof *plan->room);
	if (plan->room == NULL)
		return ralm_error_memory(err, sizeof *plan->room);
	return 0;
}

void ralm_plan_release(struct ralm_plan *plan)
{
	if (plan->room != NULL) {
		free(plan->room->count);
		free(plan->room->order);
	}
	free(plan->room);
	free(plan->row);
	free(plan->list_user);
	free(plan->target);
	free(plan->group);
	free(plan->tile);
	free(plan->seed_place);
	free(plan->seed_extra);
	free(plan->target_place);
	free(plan->target_extra);
	memset(plan, 0, sizeof *plan);
}

/* ---- groups -------------------------------------------------------------- */

/* The end of the group that begins at sample s, of list l. */
static uint32_t group_end(const struct ralm_batch *batch, size_t l, uint32_t s)
{
	const uint32_t end = batch->sample_start[l + 1];
	if (end - s <= RALM_GROUP_MAX)
		return end;
	return (uint32_t)ralm_batch_part_end(batch, s, RALM_GROUP_MAX);
}

static size_t groups_of(const struct ralm_batch *batch, size_t l)
{
	size_t groups = 0;
	for (uint32_t s = batch->sample_start[l]; s < batch->sample_start[l + 1];
	     groups++)
		s = group_end(batch, l, s);
	return groups;
}

static int reserve(struct ralm_plan *plan, const struct ralm_batch *batch,
		   struct ralm_error *err)
{
	struct ralm_plan_room *room = plan->room;
	const size_t U = batch->U, B = batch->B;
	size_t groups = 0, seeds = 0;
	for (size_t l = 0; l < batch->L; l++) {
		size_t count = groups_of(batch, l);
		groups += count;
		seeds += count *
			 (batch->list_start[l + 1] - batch->list_start[l]);
	}
	if (RALM_RESERVE(room->count, room->count_room, U, err) != 0 ||
	    RALM_RESERVE(room->order, room->order_room, U, err) != 0 ||
	    RALM_RESERVE(plan->row, room->row, U, err) != 0 ||
	    RALM_RESERVE(plan->list_user, room->list_user,
			 batch->list_start[batch->L], err) != 0 ||
	    RALM_RESERVE(plan->target, room->target, B, err) != 0 ||
	    RALM_RESERVE(plan->group, room->group, groups, err) != 0 ||
	    RALM_RESERVE(plan->tile, room->tile, groups, err) != 0 ||
	    RALM_RESERVE(plan->seed_place, room->seed_place, seeds, err) != 0 ||
	    RALM_RESERVE(plan->seed_extra, room->seed_extra, U + 1, err) != 0 ||
	    RALM_RESERVE(plan->target_place, room->target_place, B, err) != 0 ||
	    RALM_RESERVE(plan->target_extra, room->target_extra, U + 1, err) !=
		    0)
		return -1;
	return 0;
}

static void cut_groups(struct ralm_plan *plan, const struct ralm_batch *batch)
{
	plan->G = plan->longest = plan->largest = 0;
	for (size_t l = 0; l < batch->L; l++) {
		uint32_t end = batch->sample_start[l + 1];
		for (uint32_t s = batch->sample_start[l]; s < end;) {
			struct ralm_group *group = &plan->group[plan->G++];
			group->list = (uint32_t)l;
			group->first = s;
			s = group_end(batch, l, s);
			group->end = s;
			if (s - group->first > plan->largest)
				plan->largest = s - group->first;
		}
		if (ralm_list_length(plan, l) > plan->longest)
			plan->longest = ralm_list_length(plan, l);
	}
}

/* ---- the order of users -------------------------------------------------- */

/* Counts how often each seed occurs in the lists of all groups. */
static void count_seeds(struct ralm_plan *plan, const struct ralm_batch *batch)
{
	uint32_t *count = plan->room->count;
	memset(count, 0, batch->seed_users * sizeof *count);
	for (size_t g = 0; g < plan->G; g++) {
		size_t list = plan->group[g].list;
		for (size_t i = batch->list_start[list];
		     i < batch->list_start[list + 1]; i++)
			count[batch->list_user[i]]++;
	}
}

/* Orders users as plan.h draws them: seeds that occur once, seeds that occur
 * often, seeds that are also targets, each kind by first sight, so that the
 * first kind is list by list; then the other targets. */
static void order_users(struct ralm_plan *plan, const struct ralm_batch *batch)
{
	enum { ONCE, OFTEN, BOTH, KINDS };
	const size_t seeds = batch->seed_users;
	uint32_t *order = plan->room->order;
	size_t next[KINDS + 1] = {0};
	for (size_t u = 0; u < seeds; u++)
		order[u] = plan->room->count[u] > 1 ? OFTEN : ONCE;
	for (size_t s = 0; s < batch->B; s++)
		if (batch->target[s] < seeds)
			order[batch->target[s]] = BOTH;
	for (size_t u = 0; u < seeds; u++)
		next[order[u] + 1]++;
	plan->once_end = next[OFTEN];
	plan->targets_begin = next[BOTH] += next[OFTEN];
	plan->seeds_end = seeds;
	for (size_t u = 0; u < seeds; u++)
		order[u] = (uint32_t)next[order[u]]++;
	for (size_t u = seeds; u < batch->U; u++)
		order[u] = (uint32_t)u;
	for (size_t u = 0; u < batch->U; u++)
		plan->row[order[u]] = batch->row[u];
	for (size_t i = 0; i < batch->list_start[batch->L]; i++)
		plan->list_user[i] = order[batch->list_user[i]];
	for (size_t s = 0; s < batch->B; s++)
		plan->target[s] = order[batch->target[s]];
}

/* ---- tiles and slabs ----------------------------------------------------- */

/* The tile for a group of n seeds: the last one, which has `seeds` of them, or
 * a new one. */
static struct ralm_tile *open_tile(struct ralm_plan *plan, size_t *seeds,
				   size_t group, size_t n)
{
	if (plan->tiles == 0 || *seeds + n > RALM_TILE_SEEDS) {
		struct ralm_tile *tile = &plan->tile[plan->tiles++];
		uint32_t begin = plan->tiles > 1 ? tile[-1].users_end : 0;
		tile->first = (uint32_t)group;
		tile->users_begin = tile->users_end = begin;
		*seeds = 0;
	}
	*seeds += n;
	return &plan->tile[plan->tiles - 1];
}

static void cut_tiles(struct ralm_plan *plan)
{
	size_t seeds = 0;
	plan->tiles = plan->tile_users = 0;
	for (size_t g = 0; g < plan->G; g++) {
		size_t list = plan->group[g].list, n = ralm_list_length(plan, list);
		const uint32_t *users = ralm_list_users(plan, list);
		struct ralm_tile *tile = open_tile(plan, &seeds, g, n);
		for (size_t i = 0; i < n; i++)
			tile->users_end += users[i] < plan->once_end;
		tile->end = (uint32_t)g + 1;
		size_t own = tile->users_end - tile->users_begin;
		if (own > plan->tile_users)
			plan->tile_users = own;
	}
}

/* Each slab costs writing and reading a copy of the dense parameters: few tiles
 * get few slabs. Many slabs, or a few that are a multiple of four, give two or
 * four threads the same amount of work. */
static void cut_slabs(struct ralm_plan *plan)
{
	enum { TILES_AT_LEAST = 2, SLABS_AT_MOST = 32, ALIKE = 4 };
	size_t slabs = (plan->tiles + TILES_AT_LEAST - 1) / TILES_AT_LEAST;
	if (slabs > ALIKE)
		slabs -= slabs % ALIKE;
	plan->slabs = slabs > SLABS_AT_MOST ? SLABS_AT_MOST : slabs;
}

/* ---- laying out the gradients -------------------------------------------- */

/* From count[u], the rows of user u: extra[u] is where they begin if there are
 * several; a single row is not among them. count[u] becomes the next free
 * row. Returns how many rows there are. */
static size_t lay_out(size_t *extra, uint32_t *count, size_t users)
{
	size_t next = users;
	for (size_t u = 0; u < users; u++) {
		size_t rows = count[u] > 1 ? count[u] : 0;
		extra[u] = next;
		count[u] = (uint32_t)(rows ? next : u);
		next += rows;
	}
	return extra[users] = next;
}

static void count_shared(struct ralm_plan *plan)
{
	const size_t once = plan->once_end;
	uint32_t *count = plan->room->count;
	memset(count, 0, (plan->seeds_end - once) * sizeof *count);
	for (size_t g = 0; g < plan->G; g++) {
		size_t list = plan->group[g].list, n = ralm_list_length(plan, list);
		const uint32_t *users = ralm_list_users(plan, list);
		for (size_t i = 0; i < n; i++)
			if (users[i] >= once)
				count[users[i] - once]++;
	}
}

static void place_seeds(struct ralm_plan *plan)
{
	const size_t once = plan->once_end;
	uint32_t *count = plan->room->count;
	size_t next = 0;
	count_shared(plan);
	plan->seed_places =
		lay_out(plan->seed_extra, count, plan->seeds_end - once);
	for (size_t t = 0; t < plan->tiles; t++) {
		const struct ralm_tile *tile = &plan->tile[t];
		for (size_t g = tile->first; g < tile->end; g++) {
			size_t list = plan->group[g].list;
			const uint32_t *users = ralm_list_users(plan, list);
			plan->group[g].seeds = next;
			for (size_t i = 0; i < ralm_list_length(plan, list); i++)
				plan->seed_place[next++] =
					users[i] < once
						? users[i] - tile->users_begin
						: count[users[i] - once]++;
		}
	}
}

static void place_targets(struct ralm_plan *plan)
{
	uint32_t *count = plan->room->count;
	size_t targets = plan->U - plan->targets_begin;
	memset(count, 0, targets * sizeof *count);
	for (size_t s = 0; s < plan->B; s++)
		count[plan->target[s] - plan->targets_begin]++;
	plan->target_places = lay_out(plan->target_extra, count, targets);
	for (size_t s = 0; s < plan->B; s++)
		plan->target_place[s] =
			count[plan->target[s] - plan->targets_begin]++;
}

int ralm_plan_make(struct ralm_plan *plan, const struct ralm_batch *batch,
		   struct ralm_error *err)
{
	if (reserve(plan, batch, err) != 0)
		return -1;
	plan->U = batch->U;
	plan->L = batch->L;
	plan->B = batch->B;
	plan->list_start = batch->list_start;
	plan->label = batch->label;
	cut_groups(plan, batch);
	count_seeds(plan, batch);
	order_users(plan, batch);
	cut_tiles(plan);
	cut_slabs(plan);
	place_seeds(plan);
	place_targets(plan);
	return 0;
}
