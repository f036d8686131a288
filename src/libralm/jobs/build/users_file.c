#include "jobs/build/users_file.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* Sets told[] of the clicks, as in the table's user_item, that are not held
 * out. Items ascend there: each click is the next one of its user. */
static int find_told(unsigned char *told, const struct ralm_build_work *work,
		     struct ralm_error *err)
{
	const struct ralm_click_table *table = &work->table;
	size_t *place =
		ralm_aligned_new(table->user_count, sizeof *place, err);
	if (place == NULL)
		return -1;
	memcpy(place, table->user_begin, table->user_count * sizeof *place);
	for (size_t i = 0; i < table->click_count; i++)
		told[place[table->item_user[i]]++] =
			work->split.use[i] != RALM_CLICK_HIDDEN;
	free(place);
	return 0;
}

static void put_id(struct ralm_writer *writer, const struct ralm_ids *ids,
		   uint32_t number)
{
	size_t length;
	const char *text = ralm_ids_text(ids, number, &length);
	ralm_writer_put(writer, text, length);
}

/* How many values were told. */
static uint64_t put_user(struct ralm_writer *writer,
			 const struct ralm_build_work *work, uint32_t user,
			 const unsigned char *told)
{
	const struct ralm_click_table *table = &work->table;
	uint64_t values = 0;
	for (size_t i = table->user_begin[user]; i < table->user_begin[user + 1];
	     i++) {
		if (!told[i])
			continue;
		if (values++ == 0) {
			ralm_writer_put(writer, "user:", 5);
			put_id(writer, &work->log.users, user);
		}
		ralm_writer_put(writer, " read:", 6);
		put_id(writer, &work->log.items, table->user_item[i]);
	}
	if (values > 0)
		ralm_writer_put_char(writer, '\n');
	return values;
}

int ralm_build_write_users(struct ralm_build_report *report,
			   const struct ralm_build_work *work, int fd,
			   struct ralm_error *err)
{
	const struct ralm_click_table *table = &work->table;
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, fd, work->options->users_file, err) != 0)
		return -1;
	unsigned char *told = ralm_aligned_new(table->click_count, 1, err);
	int result = told == NULL ? -1 : find_told(told, work, err);
	for (uint32_t user = 0; result == 0 && user < table->user_count; user++) {
		const uint64_t values = put_user(&writer, work, user, told);
		report->users_told += values > 0;
		report->values_told += values;
	}
	if (result == 0)
		result = ralm_writer_flush(&writer, err);
	free(told);
	ralm_writer_release(&writer);
	return result;
}
