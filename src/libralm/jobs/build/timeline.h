/* Users, or clicks, ordered by time, to draw from those before a moment. */
#ifndef RALM_JOBS_BUILD_TIMELINE_H
#define RALM_JOBS_BUILD_TIMELINE_H

#include "jobs/build/click_table.h"

struct ralm_timeline {
	uint32_t *user;
	uint32_t *moment; /* ascending; NULL where time does not count */
	size_t count;
	/* [m]: how many came before moment m << RALM_TIMELINE_SHIFT. They bound a
	 * search: one over all moments of a large log would wait for memory a dozen
	 * times. */
	uint32_t *landmarks;
	size_t landmark_count;
};

enum { RALM_TIMELINE_SHIFT = 6 };

/* Room for `capacity` users. moments: all moments are below that; 0: time does not
 * count. Also after a failure it is to be released. */
int ralm_timeline_init(struct ralm_timeline *timeline, size_t capacity,
		       size_t moments, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_timeline_release(struct ralm_timeline *timeline);

/* Adds a user; no moment may be less than the one before. */
void ralm_timeline_add(struct ralm_timeline *timeline, uint32_t user,
		       uint32_t moment);

/* To be called after the last one is added, before ralm_timeline_before. */
void ralm_timeline_close(struct ralm_timeline *timeline);

/* How many were added with an earlier moment; all, for RALM_ANY_TIME. */
size_t ralm_timeline_before(const struct ralm_timeline *timeline,
			    uint32_t moment);

#endif
