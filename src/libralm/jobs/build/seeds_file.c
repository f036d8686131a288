#include "jobs/build/seeds_file.h"

#include "ground/memory.h"

#include <stdlib.h>

static const char item_slot[] = "item:", seed_slot[] = " user_seeds:";
enum { ITEM_SLOT = sizeof item_slot - 1, SEED_SLOT = sizeof seed_slot - 1 };

/* Ids of a large log are far apart in memory: an id is prefetched that many users
 * before it is read, and the place where it is twice as many before. */
enum { AHEAD = 16 };

/* Sets the users of a list, the latest first; returns how many. */
static size_t choose_users(uint32_t *users, const struct ralm_build_work *work,
			   size_t item)
{
	const struct ralm_click_table *table = &work->table;
	const uint64_t most = work->options->seeds_latest;
	size_t count = 0;
	for (size_t i = table->item_begin[item + 1]; i-- > table->item_begin[item];) {
		if (ralm_click_held_out(work->split.use[i]))
			continue;
		users[count++] = table->item_user[i];
		if (count == most)
			break;
	}
	return count;
}

/* Returns the bytes of the line. */
static size_t put_list(struct ralm_writer *writer,
		       const struct ralm_build_work *work, uint32_t item,
		       const uint32_t *users, size_t count)
{
	const struct ralm_ids *ids = &work->log.users;
	size_t length, bytes;
	const char *text = ralm_ids_text(&work->log.items, item, &length);
	ralm_writer_put(writer, item_slot, ITEM_SLOT);
	ralm_writer_put(writer, text, length);
	bytes = ITEM_SLOT + length;
	for (size_t i = 0; i < count; i++) {
		if (i + 2 * AHEAD < count)
			ralm_ids_prefetch(ids, users[i + 2 * AHEAD]);
		if (i + AHEAD < count)
			ralm_ids_prefetch_text(ids, users[i + AHEAD]);
		text = ralm_ids_text(ids, users[i], &length);
		ralm_writer_put(writer, seed_slot, SEED_SLOT);
		ralm_writer_put(writer, text, length);
		bytes += SEED_SLOT + length;
	}
	ralm_writer_put_char(writer, '\n');
	return bytes;
}

static int too_long(const struct ralm_build_work *work, uint32_t item,
		    size_t count, struct ralm_error *err)
{
	size_t length;
	const char *text = ralm_ids_text(&work->log.items, item, &length);
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "item '%.*s': the list of its %zu users is longer than a "
			      "line may be (--seeds-latest)",
			      ralm_shown(length), text, count);
}

static int put_lists(struct ralm_build_report *report,
		     struct ralm_writer *writer,
		     const struct ralm_build_work *work, uint32_t *users,
		     struct ralm_error *err)
{
	const struct ralm_click_table *table = &work->table;
	for (uint32_t item = 0; item < table->item_count && writer->error == 0;
	     item++) {
		const size_t count = choose_users(users, work, item);
		if (count == 0)
			continue;
		if (put_list(writer, work, item, users, count) > RALM_LINE_MAX)
			return too_long(work, item, count, err);
		report->lists_written++;
		report->seeds_written += count;
	}
	return 0;
}

int ralm_build_put_seeds(struct ralm_build_report *report,
			 struct ralm_writer *writer,
			 const struct ralm_build_work *work,
			 struct ralm_error *err)
{
	uint32_t *users =
		ralm_aligned_new(ralm_click_table_longest(&work->table),
				 sizeof *users, err);
	if (users == NULL)
		return -1;
	const int result = put_lists(report, writer, work, users, err);
	free(users);
	return result;
}
