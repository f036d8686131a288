#include "samples/batch.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

struct ralm_batch_builder {
	/* By row of the table: the row's user in the batch, if that user's row
	 * is this one; else what an earlier batch left there. No hash table,
	 * and nothing to clear. */
	uint32_t *user_of_row;
	size_t user_of_row_room;
	uint32_t *count; /* occurrences of each user */
	uint32_t *order; /* old user -> new user */
	uint32_t *old_row;
	size_t row_room, list_room, seed_room, target_room, label_room;
	size_t group_room, tile_room, seed_place_room, seed_extra_room;
	size_t target_place_room, target_extra_room, count_room, order_room;
	size_t old_row_room;
};

int ralm_batch_init(struct ralm_batch *batch, struct ralm_error *err)
{
	memset(batch, 0, sizeof *batch);
	batch->builder = calloc(1, sizeof *batch->builder);
	if (batch->builder == NULL)
		return ralm_error_memory(err, sizeof *batch->builder);
	return 0;
}

void ralm_batch_release(struct ralm_batch *batch)
{
	struct ralm_batch_builder *b = batch->builder;
	if (b != NULL) {
		free(b->user_of_row);
		free(b->count);
		free(b->order);
		free(b->old_row);
		free(b);
	}
	free(batch->row);
	free(batch->list_start);
	free(batch->list_user);
	free(batch->target);
	free(batch->label);
	free(batch->group);
	free(batch->tile);
	free(batch->seed_place);
	free(batch->seed_extra);
	free(batch->target_place);
	free(batch->target_extra);
	memset(batch, 0, sizeof *batch);
}

void ralm_batch_clear(struct ralm_batch *batch)
{
	batch->U = batch->L = batch->B = batch->G = 0;
	batch->longest = 0;
}

/* ---- adding: rows stand where users will --------------------------------- */

int ralm_batch_add_list(struct ralm_batch *batch, const uint32_t *rows,
			size_t n, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	size_t start = batch->L ? batch->list_start[batch->L] : 0;
	if (ralm_array_reserve(&batch->list_start, &b->list_room,
			       batch->L + 2, sizeof *batch->list_start,
			       err) != 0 ||
	    ralm_array_reserve(&batch->list_user, &b->seed_room, start + n,
			       sizeof *batch->list_user, err) != 0)
		return -1;
	batch->list_start[batch->L] = start;
	batch->list_start[++batch->L] = start + n;
	memcpy(batch->list_user + start, rows, n * sizeof *rows);
	if (n > batch->longest)
		batch->longest = n;
	return 0;
}

/* The group that the next sample belongs to. */
static struct ralm_group *open_group(struct ralm_batch *batch,
				     struct ralm_error *err)
{
	struct ralm_group *last =
		batch->G ? &batch->group[batch->G - 1] : NULL;
	if (last != NULL && last->list == batch->L - 1 &&
	    last->end - last->first < RALM_GROUP_MAX)
		return last;
	if (ralm_array_reserve(&batch->group, &batch->builder->group_room,
			       batch->G + 1, sizeof *batch->group, err) != 0)
		return NULL;
	last = &batch->group[batch->G++];
	last->list = (uint32_t)(batch->L - 1);
	last->first = last->end = (uint32_t)batch->B;
	return last;
}

int ralm_batch_add_sample(struct ralm_batch *batch, uint32_t target_row,
			  int label, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	struct ralm_group *group = open_group(batch, err);
	if (group == NULL ||
	    ralm_array_reserve(&batch->target, &b->target_room, batch->B + 1,
			       sizeof *batch->target, err) != 0 ||
	    ralm_array_reserve(&batch->label, &b->label_room, batch->B + 1,
			       sizeof *batch->label, err) != 0)
		return -1;
	batch->target[batch->B] = target_row;
	batch->label[batch->B] = label != 0;
	group->end = (uint32_t)++batch->B;
	return 0;
}

static size_t list_length(const struct ralm_batch *batch, size_t list)
{
	return batch->list_start[list + 1] - batch->list_start[list];
}

static const uint32_t *list_users(const struct ralm_batch *batch, size_t list)
{
	return batch->list_user + batch->list_start[list];
}

/* ---- finding the distinct users ------------------------------------------ */

static int reserve_rows(struct ralm_batch *batch, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	uint32_t last = 0;
	size_t seeds = batch->list_start[batch->L];
	for (size_t i = 0; i < seeds; i++)
		last = batch->list_user[i] > last ? batch->list_user[i] : last;
	for (size_t s = 0; s < batch->B; s++)
		last = batch->target[s] > last ? batch->target[s] : last;
	size_t old = b->user_of_row_room;
	if (ralm_array_reserve(&b->user_of_row, &b->user_of_row_room,
			       (size_t)last + 1, sizeof *b->user_of_row,
			       err) != 0)
		return -1;
	memset(b->user_of_row + old, 0,
	       (b->user_of_row_room - old) * sizeof *b->user_of_row);
	return 0;
}

/* The user of a row; users are numbered in order of first sight. */
static uint32_t user_of_row(struct ralm_batch *batch, uint32_t row)
{
	uint32_t *user = &batch->builder->user_of_row[row];
	if (*user >= batch->U || batch->row[*user] != row) {
		*user = (uint32_t)batch->U++;
		batch->row[*user] = row;
	}
	return *user;
}

static void number_users(struct ralm_batch *batch)
{
	size_t seeds = batch->list_start[batch->L];
	batch->U = 0;
	for (size_t i = 0; i < seeds; i++)
		batch->list_user[i] = user_of_row(batch, batch->list_user[i]);
	batch->seeds_end = batch->U;
	for (size_t s = 0; s < batch->B; s++)
		batch->target[s] = user_of_row(batch, batch->target[s]);
}

/* How many groups a seed occurs in, or twice in one. */
static void count_seeds(struct ralm_batch *batch)
{
	uint32_t *count = batch->builder->count;
	memset(count, 0, batch->seeds_end * sizeof *count);
	for (size_t g = 0; g < batch->G; g++) {
		size_t list = batch->group[g].list, n = list_length(batch, list);
		for (size_t i = 0; i < n; i++)
			count[list_users(batch, list)[i]]++;
	}
}

/* Orders the seeds: those met once, those met often, those who are targets
 * too; each kind by first sight, so that the first stand list by list. */
static void order_users(struct ralm_batch *batch)
{
	enum { ONCE, OFTEN, BOTH, KINDS };
	struct ralm_batch_builder *b = batch->builder;
	uint32_t *row = batch->row, *old_row = b->old_row, *order = b->order;
	size_t end = batch->seeds_end, next[KINDS + 1] = {0};
	for (size_t u = 0; u < end; u++)
		order[u] = b->count[u] > 1 ? OFTEN : ONCE;
	for (size_t s = 0; s < batch->B; s++)
		if (batch->target[s] < end)
			order[batch->target[s]] = BOTH;
	for (size_t u = 0; u < end; u++)
		next[order[u] + 1]++;
	batch->once_end = next[OFTEN];
	batch->targets_begin = next[BOTH] += next[OFTEN];
	memcpy(old_row, row, end * sizeof *row);
	for (size_t u = 0; u < end; u++) {
		order[u] = (uint32_t)next[order[u]]++;
		row[order[u]] = old_row[u];
	}
	size_t seeds = batch->list_start[batch->L];
	for (size_t i = 0; i < seeds; i++)
		batch->list_user[i] = order[batch->list_user[i]];
	for (size_t s = 0; s < batch->B; s++)
		if (batch->target[s] < end)
			batch->target[s] = order[batch->target[s]];
}

/* ---- tiles --------------------------------------------------------------- */

/* The tile that a group of n seeds belongs to, of which `seeds` are there. */
static struct ralm_tile *open_tile(struct ralm_batch *batch, size_t *seeds,
				   size_t group, size_t n)
{
	if (batch->tiles == 0 || *seeds + n > RALM_TILE_SEEDS) {
		struct ralm_tile *tile = &batch->tile[batch->tiles++];
		uint32_t begin = batch->tiles > 1 ? tile[-1].users_end : 0;
		tile->first = (uint32_t)group;
		tile->users_begin = tile->users_end = begin;
		*seeds = 0;
	}
	*seeds += n;
	return &batch->tile[batch->tiles - 1];
}

static void cut_tiles(struct ralm_batch *batch)
{
	size_t seeds = 0;
	batch->tiles = batch->tile_users = 0;
	for (size_t g = 0; g < batch->G; g++) {
		size_t list = batch->group[g].list, n = list_length(batch, list);
		const uint32_t *users = list_users(batch, list);
		struct ralm_tile *tile = open_tile(batch, &seeds, g, n);
		for (size_t i = 0; i < n; i++)
			tile->users_end += users[i] < batch->once_end;
		tile->end = (uint32_t)g + 1;
		size_t own = tile->users_end - tile->users_begin;
		if (own > batch->tile_users)
			batch->tile_users = own;
	}
}

/* ---- laying out the gradients -------------------------------------------- */

/* From count[u]: extra[u] is where the rows of a user begin who has several;
 * who has one has none there. count[u] becomes the next free row. */
static void lay_out(size_t *extra, uint32_t *count, size_t users)
{
	size_t next = users;
	for (size_t u = 0; u < users; u++) {
		size_t rows = count[u] > 1 ? count[u] : 0;
		extra[u] = next;
		count[u] = (uint32_t)(rows ? next : u);
		next += rows;
	}
	extra[users] = next;
}

static void place_seeds(struct ralm_batch *batch)
{
	uint32_t *count = batch->builder->count;
	size_t once = batch->once_end, shared = batch->seeds_end - once;
	size_t next = 0;
	memset(count, 0, shared * sizeof *count);
	for (size_t g = 0; g < batch->G; g++) {
		size_t list = batch->group[g].list, n = list_length(batch, list);
		const uint32_t *users = list_users(batch, list);
		for (size_t i = 0; i < n; i++)
			if (users[i] >= once)
				count[users[i] - once]++;
	}
	lay_out(batch->seed_extra, count, shared);
	for (size_t t = 0; t < batch->tiles; t++) {
		const struct ralm_tile *tile = &batch->tile[t];
		for (size_t g = tile->first; g < tile->end; g++) {
			size_t list = batch->group[g].list;
			const uint32_t *users = list_users(batch, list);
			batch->group[g].seeds = next;
			for (size_t i = 0; i < list_length(batch, list); i++)
				batch->seed_place[next++] =
					users[i] < once
						? users[i] - tile->users_begin
						: count[users[i] - once]++;
		}
	}
}

static void place_targets(struct ralm_batch *batch)
{
	uint32_t *count = batch->builder->count;
	size_t targets = batch->U - batch->targets_begin;
	memset(count, 0, targets * sizeof *count);
	for (size_t s = 0; s < batch->B; s++)
		count[batch->target[s] - batch->targets_begin]++;
	lay_out(batch->target_extra, count, targets);
	for (size_t s = 0; s < batch->B; s++)
		batch->target_place[s] =
			count[batch->target[s] - batch->targets_begin]++;
}

static int reserve(struct ralm_batch *batch, struct ralm_error *err)
{
	struct ralm_batch_builder *b = batch->builder;
	size_t users = batch->list_start[batch->L] + batch->B, seeds = 0;
	for (size_t g = 0; g < batch->G; g++)
		seeds += list_length(batch, batch->group[g].list);
#define ROOM(array, room, want) \
	ralm_array_reserve(&(array), &(room), (want), sizeof *(array), err)
	if (ROOM(batch->row, b->row_room, users) != 0 ||
	    ROOM(b->count, b->count_room, users) != 0 ||
	    ROOM(b->order, b->order_room, users) != 0 ||
	    ROOM(b->old_row, b->old_row_room, users) != 0 ||
	    ROOM(batch->tile, b->tile_room, batch->G) != 0 ||
	    ROOM(batch->seed_place, b->seed_place_room, seeds) != 0 ||
	    ROOM(batch->seed_extra, b->seed_extra_room, users + 1) != 0 ||
	    ROOM(batch->target_place, b->target_place_room, batch->B) != 0 ||
	    ROOM(batch->target_extra, b->target_extra_room, users + 1) != 0)
		return -1;
#undef ROOM
	return 0;
}

int ralm_batch_finish(struct ralm_batch *batch, struct ralm_error *err)
{
	if (reserve(batch, err) != 0 || reserve_rows(batch, err) != 0)
		return -1;
	number_users(batch);
	count_seeds(batch);
	order_users(batch);
	cut_tiles(batch);
	place_seeds(batch);
	place_targets(batch);
	return 0;
}
