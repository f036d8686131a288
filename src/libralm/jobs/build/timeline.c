#include "jobs/build/timeline.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

int ralm_timeline_init(struct ralm_timeline *timeline, size_t capacity,
		       size_t moments, struct ralm_error *err)
{
	memset(timeline, 0, sizeof *timeline);
	timeline->user =
		ralm_aligned_new(capacity, sizeof *timeline->user, err);
	if (timeline->user == NULL)
		return -1;
	if (moments == 0)
		return 0;
	size_t marks = (moments >> RALM_TIMELINE_SHIFT) + 2;
	timeline->moment =
		ralm_aligned_new(capacity, sizeof *timeline->moment, err);
	timeline->landmarks =
		ralm_aligned_new(marks, sizeof *timeline->landmarks, err);
	if (timeline->moment == NULL || timeline->landmarks == NULL)
		return -1;
	timeline->landmark_count = marks;
	return 0;
}

void ralm_timeline_release(struct ralm_timeline *timeline)
{
	free(timeline->user);
	free(timeline->moment);
	free(timeline->landmarks);
	memset(timeline, 0, sizeof *timeline);
}

void ralm_timeline_add(struct ralm_timeline *timeline, uint32_t user,
		       uint32_t moment)
{
	if (timeline->moment != NULL)
		timeline->moment[timeline->count] = moment;
	timeline->user[timeline->count++] = user;
}

void ralm_timeline_close(struct ralm_timeline *timeline)
{
	size_t before = 0;
	for (size_t m = 0; m < timeline->landmark_count; m++) {
		while (before < timeline->count &&
		       timeline->moment[before] >> RALM_TIMELINE_SHIFT < m)
			before++;
		timeline->landmarks[m] = (uint32_t)before;
	}
}

size_t ralm_timeline_before(const struct ralm_timeline *timeline,
			    uint32_t moment)
{
	if (moment == RALM_ANY_TIME || timeline->count == 0)
		return timeline->count;
	const uint32_t *mark =
		timeline->landmarks + (moment >> RALM_TIMELINE_SHIFT);
	return ralm_first_from(timeline->moment, mark[0], mark[1], moment);
}
