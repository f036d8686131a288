#include "device/device_plan.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_device_array_reserve(struct ralm_device_array *array, size_t count,
			      size_t size, struct ralm_error *err)
{
	array->count = count;
	array->size = size;
	return ralm_array_reserve(&array->host, &array->room, count, size, err);
}

void ralm_device_array_send(struct ralm_device_array *array,
			    struct ralm_opencl *device)
{
	ralm_opencl_room(&array->buffer, device, array->count, array->size);
	ralm_opencl_write(&array->buffer, array->host, array->count * array->size,
			  device);
}

void ralm_device_array_release(struct ralm_device_array *array)
{
	free(array->host);
	ralm_opencl_free(&array->buffer);
	*array = (struct ralm_device_array){.host = NULL};
}

/* The numbers of the rows of P that a list of n seeds has at a time (lists.cl). */
static size_t size_of_P(size_t n)
{
	return n * (n < RALM_LIST_BLOCK ? n : RALM_LIST_BLOCK);
}

static void count_all(struct ralm_device_plan *to)
{
	const struct ralm_plan *plan = to->plan;
	to->seeds = to->pairs = to->P = 0;
	for (size_t g = 0; g < plan->G; g++) {
		const struct ralm_group *group = &plan->group[g];
		const size_t n = ralm_list_length(plan, group->list);
		to->seeds += n;
		to->pairs += n * (group->end - group->first);
		to->P += size_of_P(n);
	}
	to->targets = plan->U - plan->targets_begin;
}

static int reserve_all(struct ralm_device_plan *to, struct ralm_error *err)
{
	const struct ralm_plan *plan = to->plan;
	const size_t number = sizeof(uint32_t);
	const struct {
		struct ralm_device_array *array;
		size_t count, size;
	} all[] = {
		{&to->group, plan->G, sizeof(struct ralm_device_group)},
		{&to->list_user, plan->list_start[plan->L], number},
		{&to->target, plan->B, number},
		{&to->sample_group, plan->B, number},
		{&to->seed_group, to->seeds, number},
		{&to->seed_start, plan->seeds_end + 1, number},
		{&to->seed_index, to->seeds, number},
		{&to->target_start, to->targets + 1, number},
		{&to->target_index, plan->B, number},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (ralm_device_array_reserve(all[i].array, all[i].count,
					      all[i].size, err) != 0)
			return -1;
	return 0;
}

static void fill_groups(struct ralm_device_plan *to)
{
	const struct ralm_plan *plan = to->plan;
	struct ralm_device_group *group = to->group.host;
	uint32_t *sample_group = to->sample_group.host;
	uint32_t *seed_group = to->seed_group.host;
	size_t seeds = 0, pairs = 0, P = 0;
	for (size_t g = 0; g < plan->G; g++) {
		const struct ralm_group *from = &plan->group[g];
		const size_t n = ralm_list_length(plan, from->list);
		group[g] = (struct ralm_device_group){
			.begin = plan->list_start[from->list],
			.n = n,
			.first = from->first,
			.end = from->end,
			.seeds = seeds,
			.P = P,
			.pairs = pairs,
		};
		for (size_t s = from->first; s < from->end; s++)
			sample_group[s] = (uint32_t)g;
		for (size_t i = 0; i < n; i++)
			seed_group[seeds++] = (uint32_t)g;
		pairs += n * (from->end - from->first);
		P += size_of_P(n);
	}
}

/* From how many each user has, start[u], to where they end. Then the index is filled from
 * the last to the first, which moves start[u] to where they begin. */
static void find_ends(uint32_t *start, size_t users)
{
	for (size_t u = 0; u < users; u++)
		start[u + 1] += start[u];
}

static uint32_t user_of_seed(const struct ralm_device_plan *plan, size_t seed)
{
	const struct ralm_device_group *group = plan->group.host;
	const uint32_t *seed_group = plan->seed_group.host;
	group += seed_group[seed];
	return plan->plan->list_user[group->begin + (seed - group->seeds)];
}

static void fill_seed_index(struct ralm_device_plan *to, bool by_list)
{
	const size_t users = to->plan->seeds_end;
	const uint32_t *seed_group = to->seed_group.host;
	uint32_t *start = to->seed_start.host, *index = to->seed_index.host;
	memset(start, 0, (users + 1) * sizeof *start);
	for (size_t e = 0; e < to->seeds; e++)
		start[user_of_seed(to, e)]++;
	find_ends(start, users);
	for (size_t e = to->seeds; e-- > 0;)
		index[--start[user_of_seed(to, e)]] =
			by_list ? seed_group[e] : (uint32_t)e;
}

static void fill_target_index(struct ralm_device_plan *to)
{
	const struct ralm_plan *plan = to->plan;
	uint32_t *start = to->target_start.host, *index = to->target_index.host;
	memset(start, 0, (to->targets + 1) * sizeof *start);
	for (size_t s = 0; s < plan->B; s++)
		start[plan->target[s] - plan->targets_begin]++;
	find_ends(start, to->targets);
	for (size_t s = plan->B; s-- > 0;)
		index[--start[plan->target[s] - plan->targets_begin]] = (uint32_t)s;
}

int ralm_device_plan_make(struct ralm_device_plan *to,
			  struct ralm_opencl *device,
			  const struct ralm_plan *plan, bool by_list,
			  struct ralm_error *err)
{
	to->plan = plan;
	count_all(to);
	if (reserve_all(to, err) != 0)
		return -1;
	memcpy(to->list_user.host, plan->list_user,
	       plan->list_start[plan->L] * sizeof *plan->list_user);
	memcpy(to->target.host, plan->target, plan->B * sizeof *plan->target);
	fill_groups(to);
	fill_seed_index(to, by_list);
	fill_target_index(to);
	for (struct ralm_device_array *a = &to->group; a <= &to->target_index; a++)
		ralm_device_array_send(a, device);
	return 0;
}

void ralm_device_plan_release(struct ralm_device_plan *plan)
{
	for (struct ralm_device_array *a = &plan->group; a <= &plan->target_index;
	     a++)
		ralm_device_array_release(a);
	memset(plan, 0, sizeof *plan);
}
