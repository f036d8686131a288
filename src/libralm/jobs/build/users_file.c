#include "jobs/build/users_file.h"

#include "jobs/build/planted_log.h"

#include <stdlib.h>

static void put_id(struct ralm_writer *writer, const struct ralm_ids *ids,
		   uint32_t number)
{
	size_t length;
	const char *text = ralm_ids_text(ids, number, &length);
	ralm_writer_put(writer, text, length);
}

/* Writes the line of a user, if any; returns how many values it has. use: of each click,
 * in the order of the table's user_item. */
static uint64_t put_user(struct ralm_writer *writer,
			 const struct ralm_build_work *work, uint32_t user,
			 const unsigned char *use)
{
	const struct ralm_click_table *table = &work->table;
	uint64_t values = 0;
	for (size_t i = table->user_begin[user]; i < table->user_begin[user + 1];
	     i++) {
		if (ralm_click_held_out(use[i]))
			continue;
		if (values++ == 0) {
			ralm_writer_put_text(writer, "user:");
			put_id(writer, &work->log.users, user);
		}
		ralm_writer_put_text(writer, " read:");
		put_id(writer, &work->log.items, table->user_item[i]);
	}
	if (values > 0)
		ralm_writer_put_char(writer, '\n');
	return values;
}

static int put_clicks(struct ralm_build_report *report,
		      struct ralm_writer *writer,
		      const struct ralm_build_work *work,
		      struct ralm_error *err)
{
	const struct ralm_click_table *table = &work->table;
	unsigned char *use = ralm_split_uses_by_user(&work->split, table, err);
	if (use == NULL)
		return -1;
	for (uint32_t user = 0; user < table->user_count; user++) {
		const uint64_t values = put_user(writer, work, user, use);
		report->users_told += values > 0;
		report->values_told += values;
	}
	free(use);
	return 0;
}

static void put_line(struct ralm_writer *writer,
		     const struct ralm_user_line *line)
{
	ralm_writer_put_text(writer, "user:");
	ralm_writer_put(writer, line->user, line->user_length);
	for (size_t i = 0; i < line->count; i++) {
		ralm_writer_put_char(writer, ' ');
		ralm_writer_put(writer, line->values[i].slot,
				line->values[i].slot_length);
	}
	ralm_writer_put_char(writer, '\n');
}

static int put_table(struct ralm_build_report *report,
		     struct ralm_writer *writer, struct ralm_user_table *table,
		     bool skip_bad, struct ralm_error *err)
{
	struct ralm_user_line line;
	int got;
	while ((got = ralm_user_table_next(&line, table, err)) != 0) {
		if (got == 1) {
			report->user_rows++;
			report->values_told += line.count;
			put_line(writer, &line);
			continue;
		}
		if (!table->bad_line ||
		    ralm_bad_line(&report->bad_lines, &report->first_bad, skip_bad,
				  err) != 0)
			return -1;
		report->bad_rows++;
	}
	if (report->user_rows == 0)
		return ralm_input_empty(&table->options.path, 1, err,
					"no users");
	return 0;
}

int ralm_build_put_users(struct ralm_build_report *report,
			 struct ralm_writer *writer,
			 const struct ralm_build_work *work,
			 struct ralm_user_table *table, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	if (put_clicks(report, writer, work, err) != 0 ||
	    (table != NULL &&
	     put_table(report, writer, table, o->format.skip_bad, err) != 0))
		return -1;
	if (work->tastes != NULL)
		report->values_told += ralm_planted_fields(
			writer, work->tastes, &o->plant, o->rng_seed);
	return 0;
}
