/* The click log as the builder uses it: each user counted once for each item,
 * by time, by item and by user. */
#ifndef RALM_JOBS_BUILD_CLICK_TABLE_H
#define RALM_JOBS_BUILD_CLICK_TABLE_H

#include "formats/click_log.h"

/* Clicks are numbered in order of time (of the log, where times are equal or
 * missing). A click's moment is the number of the first click of the same
 * time: a click is earlier than another when its moment is less. */
struct ralm_click_table {
	size_t user_count, item_count, click_count;
	uint64_t repeats; /* clicks of the log that were not the first */
	uint32_t *user, *item; /* by number; click_count each */
	uint32_t *moment;      /* by number; NULL: the log has no times */
	/* The clicks of item i are at [item_begin[i], item_begin[i + 1]), in
	 * order of time. */
	size_t *item_begin;
	uint32_t *item_user;
	uint32_t *item_moment; /* NULL: the log has no times */
	/* The items of user u, ascending. */
	size_t *user_begin;
	uint32_t *user_item;
};

/* Moves the clicks out of the log; its ids stay. Takes at most 16 bytes of working
 * memory for each click, besides the table's own 24. After a failure there is no
 * table. */
int ralm_click_table_init(struct ralm_click_table *table,
			  struct ralm_click_log *log, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_click_table_release(struct ralm_click_table *table);

/* Frees user, item and moment, half of the table: they are read only while the split
 * and the samplers are initialised. */
void ralm_click_table_seal(struct ralm_click_table *table);

/* The place in user_item of the user's click on the item; click_count where the user
 * never clicked it. */
size_t ralm_click_table_find(const struct ralm_click_table *table,
			     uint32_t user, uint32_t item);

/* The number of clicks of the item that has most of them. */
size_t ralm_click_table_longest(const struct ralm_click_table *table);

/* The moment after every click. */
#define RALM_ANY_TIME UINT32_MAX

/* How many of the item's clicks came before that moment: all of them before
 * RALM_ANY_TIME. */
size_t ralm_click_table_before(const struct ralm_click_table *table,
			       uint32_t item, uint32_t moment);

/* How many of the item's clicks came before the one at `place` among them. */
size_t ralm_click_table_earlier(const struct ralm_click_table *table,
				uint32_t item, uint32_t place);

/* Replaces how many things each part has by the place where it begins when all things
 * stand in the order of their parts: {3, 1, 2} becomes {0, 3, 4}. */
void ralm_counts_to_begins(size_t *counts, size_t parts);

/* The first place in [low, high) whose moment is not before `moment`, or high;
 * moments ascend there. */
size_t ralm_first_from(const uint32_t *moments, size_t low, size_t high,
		       uint32_t moment);

#endif
