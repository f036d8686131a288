#include "device/device_plan.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_device_array_reserve(struct ralm_device_array *array, size_t count,
			      size_t size, struct ralm_error *err)
{
	return ralm_array_reserve(&array->here, &array->room, count, size, err);
}

void ralm_device_array_send(struct ralm_device_array *array,
			    struct ralm_opencl *device, size_t count, size_t size)
{
	ralm_opencl_room(&array->there, device, count, size);
	ralm_opencl_write(&array->there, array->here, count * size, device);
}

void ralm_device_array_release(struct ralm_device_array *array)
{
	free(array->here);
	ralm_opencl_free(&array->there);
	*array = (struct ralm_device_array){.here = NULL};
}

static size_t list_length(const struct ralm_plan *plan, size_t list)
{
	return plan->list_start[list + 1] - plan->list_start[list];
}

static void count_all(struct ralm_device_plan *to)
{
	const struct ralm_plan *plan = to->plan;
	to->seeds = to->pairs = to->P = 0;
	for (size_t g = 0; g < plan->G; g++) {
		const struct ralm_group *group = &plan->group[g];
		const size_t n = list_length(plan, group->list);
		to->seeds += n;
		to->pairs += n * (group->end - group->first);
		to->P += n * (n < RALM_LIST_BLOCK ? n : RALM_LIST_BLOCK);
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
	struct ralm_device_group *group = to->group.here;
	uint32_t *sample_group = to->sample_group.here;
	uint32_t *seed_group = to->seed_group.here;
	size_t seeds = 0, pairs = 0, P = 0;
	for (size_t g = 0; g < plan->G; g++) {
		const struct ralm_group *from = &plan->group[g];
		const size_t n = list_length(plan, from->list);
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
		P += n * (n < RALM_LIST_BLOCK ? n : RALM_LIST_BLOCK);
	}
}

/* start (users + 1) from how many each user has, at start[u + 1]. */
static void add_up(uint32_t *start, size_t users)
{
	for (size_t u = 0; u < users; u++)
		start[u + 1] += start[u];
}

/* Where each user next puts one: start moves on, and back again. */
static void step_back(uint32_t *start, size_t users)
{
	memmove(start + 1, start, users * sizeof *start);
	start[0] = 0;
}

static void fill_seed_index(struct ralm_device_plan *to, bool by_list)
{
	const struct ralm_plan *plan = to->plan;
	const struct ralm_device_group *group = to->group.here;
	const uint32_t *seed_group = to->seed_group.here;
	uint32_t *start = to->seed_start.here, *index = to->seed_index.here;
	memset(start, 0, (plan->seeds_end + 1) * sizeof *start);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t e = 0; e < to->seeds; e++) {
			const struct ralm_device_group *g = &group[seed_group[e]];
			const uint32_t user =
				plan->list_user[g->begin + (e - g->seeds)];
			if (pass == 0)
				start[user + 1]++;
			else
				index[start[user]++] =
					by_list ? seed_group[e] : (uint32_t)e;
		}
		if (pass == 0)
			add_up(start, plan->seeds_end);
	}
	step_back(start, plan->seeds_end);
}

static void fill_target_index(struct ralm_device_plan *to)
{
	const struct ralm_plan *plan = to->plan;
	uint32_t *start = to->target_start.here, *index = to->target_index.here;
	memset(start, 0, (to->targets + 1) * sizeof *start);
	for (size_t s = 0; s < plan->B; s++)
		start[plan->target[s] - plan->targets_begin + 1]++;
	add_up(start, to->targets);
	for (size_t s = 0; s < plan->B; s++)
		index[start[plan->target[s] - plan->targets_begin]++] =
			(uint32_t)s;
	step_back(start, to->targets);
}

static void send_all(struct ralm_device_plan *to, struct ralm_opencl *device)
{
	const struct ralm_plan *plan = to->plan;
	const size_t number = sizeof(uint32_t);
	ralm_device_array_send(&to->group, device, plan->G, sizeof(struct ralm_device_group));
	ralm_device_array_send(&to->list_user, device, plan->list_start[plan->L], number);
	ralm_device_array_send(&to->target, device, plan->B, number);
	ralm_device_array_send(&to->sample_group, device, plan->B, number);
	ralm_device_array_send(&to->seed_group, device, to->seeds, number);
	ralm_device_array_send(&to->seed_start, device, plan->seeds_end + 1, number);
	ralm_device_array_send(&to->seed_index, device, to->seeds, number);
	ralm_device_array_send(&to->target_start, device, to->targets + 1, number);
	ralm_device_array_send(&to->target_index, device, plan->B, number);
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
	memcpy(to->list_user.here, plan->list_user,
	       plan->list_start[plan->L] * sizeof *plan->list_user);
	memcpy(to->target.here, plan->target, plan->B * sizeof *plan->target);
	fill_groups(to);
	fill_seed_index(to, by_list);
	fill_target_index(to);
	send_all(to, device);
	return 0;
}

void ralm_device_plan_release(struct ralm_device_plan *plan)
{
	struct ralm_device_array *const array[] = {
		&plan->group,	     &plan->list_user,	&plan->target,
		&plan->sample_group, &plan->seed_group, &plan->seed_start,
		&plan->seed_index,   &plan->target_start, &plan->target_index,
	};
	for (size_t i = 0; i < sizeof array / sizeof *array; i++)
		ralm_device_array_release(array[i]);
	memset(plan, 0, sizeof *plan);
}
