#include "metrics/group_walk.h"

static uint64_t group_at(const struct ralm_sorted *run, size_t i)
{
	return *(run->keys + i * (size_t)run->words - 1);
}

static struct ralm_sorted run_of(const struct ralm_sorted *run, size_t begin,
				 size_t end)
{
	struct ralm_sorted part = *run;
	part.count = end - begin;
	if (part.count > 0) /* else there may be no keys at all */
		part.keys += begin * (size_t)run->words;
	return part;
}

/* Where a part begins. */
static size_t part_begin(const struct ralm_sorted *run, size_t part)
{
	const struct ralm_sorted groups = {run->keys - 1, run->count,
					   run->words};
	return part == RALM_GROUP_PARTS
		       ? run->count
		       : ralm_sorted_find(&groups,
					  (uint64_t)part
						  << (64 - RALM_GROUP_PART_BITS));
}

struct ralm_group_walk ralm_group_walk_part(const struct ralm_runs *all,
					    size_t part)
{
	struct ralm_group_walk walk;
	for (int c = 0; c < 2; c++)
		walk.of[c] = all->of[c].count == 0
				     ? all->of[c]
				     : run_of(&all->of[c],
					      part_begin(&all->of[c], part),
					      part_begin(&all->of[c], part + 1));
	return walk;
}

bool ralm_group_walk_next(struct ralm_sorted of[2], struct ralm_group_walk *walk)
{
	uint64_t group = UINT64_MAX;
	for (int c = 0; c < 2; c++)
		if (walk->of[c].count > 0 && group_at(&walk->of[c], 0) < group)
			group = group_at(&walk->of[c], 0);
	for (int c = 0; c < 2; c++) {
		struct ralm_sorted *run = &walk->of[c];
		size_t end = 0;
		while (end < run->count && group_at(run, end) == group)
			end++;
		of[c] = run_of(run, 0, end);
		*run = run_of(run, end, run->count);
	}
	return of[0].count + of[1].count > 0;
}
