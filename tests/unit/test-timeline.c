/* jobs/build/timeline, click_table: how many came before, against counting. */
#include "check.h"

#include "libralm/ground/rng.h"
#include "libralm/jobs/build/timeline.h"

#include <stdlib.h>

static struct ralm_error err;

static size_t counted(const uint32_t *moments, size_t count, uint32_t moment)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += moments[i] < moment;
	return n;
}

/* Moments of which each is `most` or less after the one before it. */
static bool agrees(size_t count, uint64_t most)
{
	struct ralm_rng rng;
	struct ralm_timeline timeline;
	uint32_t moments[300], moment = 0;
	ralm_rng_init(&rng, most, count);
	for (size_t i = 0; i < count; i++)
		moments[i] = moment += (uint32_t)ralm_rng_below(&rng, most + 1);
	if (ralm_timeline_init(&timeline, count, moment + 1, &err) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		ralm_timeline_add(&timeline, (uint32_t)i, moments[i]);
	ralm_timeline_close(&timeline);
	bool ok = ralm_timeline_before(&timeline, RALM_ANY_TIME) == count;
	for (uint32_t m = 0; m <= moment; m++)
		ok = ok && ralm_timeline_before(&timeline, m) ==
				   counted(moments, count, m);
	ralm_timeline_release(&timeline);
	return ok;
}

static void test_before(void)
{
	check(agrees(0, 1) && agrees(1, 0) && agrees(300, 0) &&
		      agrees(300, 1) && agrees(300, 2) && agrees(300, 63) &&
		      agrees(300, 64) && agrees(300, 1000),
	      "so many were there before each moment, close together or apart");
	struct ralm_timeline timeline;
	check(ralm_timeline_init(&timeline, 2, 0, &err) == 0,
	      "a timeline where time does not count");
	ralm_timeline_add(&timeline, 7, 0);
	ralm_timeline_add(&timeline, 8, 0);
	ralm_timeline_close(&timeline);
	check(ralm_timeline_before(&timeline, RALM_ANY_TIME) == 2 &&
		      timeline.user[1] == 8,
	      "has all its users before any moment");
	ralm_timeline_release(&timeline);
}

/* A log of one item, whose times have `ties` clicks each on the average. */
static bool earlier_agrees(uint32_t clicks, uint64_t ties)
{
	struct ralm_rng rng;
	struct ralm_click_log log;
	struct ralm_click_table table;
	bool ok = true;
	ralm_rng_init(&rng, ties, 5);
	ralm_click_log_init(&log);
	log.has_times = true;
	for (uint32_t i = 0; i < clicks; i++) {
		struct ralm_click click = {
			.user = i,
			.time = (double)ralm_rng_below(&rng, clicks / ties + 1)};
		uint32_t user, item;
		ok = ok && ralm_ids_add_u64(&user, &log.users, i, &err) == 0 &&
		     ralm_ids_add_u64(&item, &log.items, 1, &err) == 0 &&
		     ralm_click_log_add(&log, &click, &err) == 0;
	}
	ok = ok && ralm_click_table_init(&table, &log, &err) == 0;
	if (!ok)
		return false;
	for (uint32_t i = 0; i < clicks; i++) {
		uint32_t moment = table.item_moment[i];
		size_t want = counted(table.item_moment, clicks, moment);
		ok = ok && ralm_click_table_earlier(&table, 0, i) == want &&
		     ralm_click_table_before(&table, 0, moment) == want;
	}
	ralm_click_table_release(&table);
	ralm_click_log_release(&log);
	return ok;
}

int main(void)
{
	test_before();
	check(earlier_agrees(1, 1) && earlier_agrees(500, 1) &&
		      earlier_agrees(500, 3) && earlier_agrees(500, 100) &&
		      earlier_agrees(500, 500),
	      "the clicks before one of an item, few or many at a time");
	return check_done();
}
