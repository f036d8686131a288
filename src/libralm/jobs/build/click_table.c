#include "jobs/build/click_table.h"

#include "ground/memory.h"
#include "ground/radix_sort.h"

#include <stdlib.h>
#include <string.h>

/* ---- order of time ----------------------------------------------------- */

static bool in_order(const struct ralm_click *clicks, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (clicks[i].time < clicks[i - 1].time)
			return false;
	return true;
}

/* Sorts by time; clicks of one time stay in the order of lines. */
static int sort_by_time(struct ralm_click_log *log, struct ralm_error *err)
{
	enum { WORDS = sizeof(struct ralm_click) / sizeof(uint64_t) };
	if (!log->has_times || in_order(log->clicks, log->count))
		return 0;
	uint64_t *records = ralm_aligned_new(log->count, sizeof(struct ralm_click),
					     err);
	if (records == NULL)
		return -1;
	for (size_t i = 0; i < log->count; i++) {
		records[WORDS * i] = ralm_real_key(log->clicks[i].time);
		records[WORDS * i + 1] = i;
	}
	ralm_words_sort(records, log->count, WORDS, NULL);
	/* Clicks overwrite the records that they were sorted by: no third
	 * array. */
	for (size_t i = 0; i < log->count; i++)
		memcpy(&records[WORDS * i],
		       &log->clicks[records[WORDS * i + 1]],
		       sizeof(struct ralm_click));
	free(log->clicks);
	log->clicks = (struct ralm_click *)records;
	return 0;
}
_Static_assert(sizeof(struct ralm_click) == 2 * sizeof(uint64_t),
	       "a click takes the place of a key and a number");

/* ---- each user once on each item --------------------------------------- */

void ralm_counts_to_begins(size_t *counts, size_t parts)
{
	size_t sum = 0;
	for (size_t i = 0; i < parts; i++) {
		size_t n = counts[i];
		counts[i] = sum;
		sum += n;
	}
}

/* Put in the place of the user of a click that repeats an earlier one. */
static const uint32_t repeated = UINT32_MAX;

static int mark_repeats(struct ralm_click_log *log, struct ralm_error *err)
{
	size_t users = log->users.count, items = log->items.count;
	size_t *begin = ralm_aligned_new(users + 1, sizeof *begin, err);
	uint32_t *by_user = ralm_aligned_new(log->count, sizeof *by_user, err);
	uint32_t *last_user = ralm_aligned_new(items, sizeof *last_user, err);
	int result = -1;
	if (begin == NULL || by_user == NULL || last_user == NULL)
		goto out;
	for (size_t i = 0; i < log->count; i++)
		begin[log->clicks[i].user]++;
	ralm_counts_to_begins(begin, users + 1);
	for (size_t i = 0; i < log->count; i++)
		by_user[begin[log->clicks[i].user]++] = (uint32_t)i;
	/* User by user: an item last marked by this user is a repetition. */
	for (size_t i = 0; i < log->count; i++) {
		struct ralm_click *click = &log->clicks[by_user[i]];
		if (last_user[click->item] == click->user + 1)
			click->user = repeated;
		else
			last_user[click->item] = click->user + 1;
	}
	result = 0;
out:
	free(begin);
	free(by_user);
	free(last_user);
	return result;
}

static int take_clicks(struct ralm_click_table *table,
		       struct ralm_click_log *log, struct ralm_error *err)
{
	size_t n = log->count, kept = 0;
	if (RALM_NEW(table->user, n, err) != 0 ||
	    RALM_NEW(table->item, n, err) != 0 ||
	    (log->has_times && RALM_NEW(table->moment, n, err) != 0))
		return -1;
	double last = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ralm_click *click = &log->clicks[i];
		if (click->user == repeated)
			continue;
		table->user[kept] = click->user;
		table->item[kept] = click->item;
		if (log->has_times)
			table->moment[kept] = kept > 0 && click->time == last
						      ? table->moment[kept - 1]
						      : (uint32_t)kept;
		last = click->time;
		kept++;
	}
	table->click_count = kept;
	table->repeats = n - kept;
	free(log->clicks);
	log->clicks = NULL;
	log->count = log->capacity = 0;
	return 0;
}

/* ---- by item, by user -------------------------------------------------- */

/* For n things that are to be put in order of their parts, part[i] of the i-th. *begin:
 * (parts + 1) where each part begins. *place: where the next thing of each part goes,
 * at first the same. The caller frees both, also after a failure. */
static int lay_out(size_t **begin, size_t **place, const uint32_t *part, size_t n,
		   size_t parts, struct ralm_error *err)
{
	*place = NULL;
	if (RALM_NEW(*begin, parts + 1, err) != 0 ||
	    RALM_NEW(*place, parts + 1, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		(*begin)[part[i]]++;
	ralm_counts_to_begins(*begin, parts + 1);
	memcpy(*place, *begin, parts * sizeof **place);
	return 0;
}

static int index_items(struct ralm_click_table *table, struct ralm_error *err)
{
	size_t n = table->click_count, *place;
	int result = lay_out(&table->item_begin, &place, table->item, n,
			     table->item_count, err);
	if (RALM_NEW(table->item_user, n, err) != 0 ||
	    (table->moment != NULL && RALM_NEW(table->item_moment, n, err) != 0))
		result = -1;
	for (size_t i = 0; i < n && result == 0; i++) {
		size_t at = place[table->item[i]]++;
		table->item_user[at] = table->user[i];
		if (table->moment != NULL)
			table->item_moment[at] = table->moment[i];
	}
	free(place);
	return result;
}

static int index_users(struct ralm_click_table *table, struct ralm_error *err)
{
	size_t n = table->click_count, *place;
	int result = lay_out(&table->user_begin, &place, table->user, n,
			     table->user_count, err);
	if (RALM_NEW(table->user_item, n, err) != 0)
		result = -1;
	for (size_t item = 0; item < table->item_count && result == 0; item++)
		for (size_t i = table->item_begin[item];
		     i < table->item_begin[item + 1]; i++)
			table->user_item[place[table->item_user[i]]++] =
				(uint32_t)item;
	free(place);
	return result;
}

int ralm_click_table_init(struct ralm_click_table *table,
			  struct ralm_click_log *log, struct ralm_error *err)
{
	memset(table, 0, sizeof *table);
	table->user_count = log->users.count;
	table->item_count = log->items.count;
	if (sort_by_time(log, err) == 0 && mark_repeats(log, err) == 0 &&
	    take_clicks(table, log, err) == 0 && index_items(table, err) == 0 &&
	    index_users(table, err) == 0)
		return 0;
	ralm_click_table_release(table);
	return -1;
}

void ralm_click_table_seal(struct ralm_click_table *table)
{
	free(table->user);
	free(table->item);
	free(table->moment);
	table->user = table->item = table->moment = NULL;
}

void ralm_click_table_release(struct ralm_click_table *table)
{
	ralm_click_table_seal(table);
	free(table->item_begin);
	free(table->item_user);
	free(table->item_moment);
	free(table->user_begin);
	free(table->user_item);
	memset(table, 0, sizeof *table);
}

size_t ralm_click_table_find(const struct ralm_click_table *table,
			     uint32_t user, uint32_t item)
{
	size_t low = table->user_begin[user];
	size_t count = table->user_begin[user + 1] - low;
	/* Searches the last item that is not above this one, without a branch that
	 * could be mispredicted. */
	while (count > 1) {
		size_t half = count / 2;
		low += table->user_item[low + half] <= item ? half : 0;
		count -= half;
	}
	return count == 1 && table->user_item[low] == item ? low
							   : table->click_count;
}

size_t ralm_click_table_longest(const struct ralm_click_table *table)
{
	size_t longest = 0;
	for (size_t i = 0; i < table->item_count; i++) {
		size_t n = table->item_begin[i + 1] - table->item_begin[i];
		if (n > longest)
			longest = n;
	}
	return longest;
}

size_t ralm_first_from(const uint32_t *moments, size_t low, size_t high,
		       uint32_t moment)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (moments[middle] < moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ralm_click_table_before(const struct ralm_click_table *table,
			       uint32_t item, uint32_t moment)
{
	size_t begin = table->item_begin[item];
	size_t end = table->item_begin[item + 1];
	if (moment == RALM_ANY_TIME)
		return end - begin;
	return ralm_first_from(table->item_moment, begin, end, moment) - begin;
}

/* Few clicks share a moment: the search goes back from the click itself, in
 * steps that double. */
size_t ralm_click_table_earlier(const struct ralm_click_table *table,
				uint32_t item, uint32_t place)
{
	size_t begin = table->item_begin[item], high = begin + place;
	uint32_t moment = table->item_moment[high];
	for (size_t step = 1; high > begin; step *= 2) {
		size_t low = high - begin > step ? high - step : begin;
		if (table->item_moment[low] < moment)
			return ralm_first_from(table->item_moment, low, high,
					       moment) - begin;
		high = low;
	}
	return 0;
}
