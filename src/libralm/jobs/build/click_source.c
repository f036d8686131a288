#include "jobs/build/click_source.h"

#include "formats/input_size.h"
#include "formats/timestamp.h"
#include "ground/memory.h"
#include "jobs/build/planted_log.h"

#include <stdlib.h>

/* ---- an id that may be many users ------------------------------------------------- */

static void note_user(struct ralm_build_report *report,
		      struct ralm_build_work *work, size_t user,
		      size_t count, size_t all, bool lines)
{
	size_t length;
	const char *id = ralm_ids_text(&work->log.users, (uint32_t)user, &length);
	if (report->note_count == RALM_BUILD_NOTES)
		return;
	ralm_error_set(&report->notes[report->note_count++], RALM_OK,
		       lines ? "user '%.*s' has %zu of the %zu lines, %.1f %%: is that "
			       "one user? (--missing)"
			     : "user '%.*s' has %zu of the %zu clicks, %.1f %%: is that "
			       "one user? (--missing)",
		       ralm_shown(length), id, count, all,
		       100 * (double)count / (double)all);
	work->busiest_noted = true;
}

/* A note where one user has more than half of several lines that are clicks.
 * Looked at before repeated clicks are left out of the table: they may be most of
 * them. */
static int note_busiest_of_lines(struct ralm_build_report *report,
				 struct ralm_build_work *work,
				 struct ralm_error *err)
{
	const struct ralm_click_log *log = &work->log;
	size_t most = 0;
	uint32_t *lines = ralm_aligned_new(log->users.count, sizeof *lines, err);
	if (lines == NULL)
		return -1;
	for (size_t i = 0; i < log->count; i++)
		lines[log->clicks[i].user]++;
	for (size_t u = 1; u < log->users.count; u++)
		if (lines[u] > lines[most])
			most = u;
	if (log->count > 1 && 2 * (size_t)lines[most] > log->count)
		note_user(report, work, most, lines[most], log->count, true);
	free(lines);
	return 0;
}

void ralm_build_note_busiest(struct ralm_build_report *report,
			     struct ralm_build_work *work)
{
	const struct ralm_click_table *table = &work->table;
	size_t most = 0, clicks = 0;
	if (work->options->planted || work->busiest_noted)
		return;
	for (size_t u = 0; u < table->user_count; u++) {
		size_t count = table->user_begin[u + 1] - table->user_begin[u];
		if (count > clicks) {
			clicks = count;
			most = u;
		}
	}
	if (5 * clicks > table->click_count &&
	    clicks * table->user_count > 2 * table->click_count)
		note_user(report, work, most, clicks, table->click_count,
			  false);
}

/* ---- the log ------------------------------------------------------------------ */

static void describe(struct ralm_build_report *report,
		     const struct ralm_click_log *log)
{
	report->lines = log->lines;
	report->below_min_rating = log->below_min_rating;
	report->other_events = log->other_events;
	report->missing_ids = log->missing_ids;
	report->bad_lines = log->bad_lines;
	report->first_bad = log->first_bad;
	for (int i = 0; i < log->note_count; i++)
		report->notes[report->note_count++] = log->notes[i];
	if (!log->has_times || log->count == 0)
		return;
	double first = log->clicks[0].time, last = first;
	for (size_t i = 1; i < log->count; i++) {
		double time = log->clicks[i].time;
		first = time < first ? time : first;
		last = time > last ? time : last;
	}
	ralm_format_iso_time(report->first_time, first);
	ralm_format_iso_time(report->last_time, last);
}

/* The context of tell_read. */
struct reading {
	const struct ralm_build_options *options;
	uint64_t size; /* of all input, in bytes; 0: not known */
	uint64_t lines, bytes; /* so far */
};

static void tell(const struct reading *reading, double done)
{
	const struct ralm_build_progress progress = {
		.phase = RALM_BUILD_READS,
		.done = done,
		.lines = reading->lines,
		.bytes = reading->bytes};
	reading->options->progress(reading->options->context, &progress);
}

static void tell_read(void *context, uint64_t lines, uint64_t bytes)
{
	struct reading *reading = context;
	reading->lines = lines;
	reading->bytes = bytes;
	tell(reading, ralm_input_share(bytes, reading->size));
}

int ralm_build_get_log(struct ralm_build_report *report,
		       struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	struct reading reading = {.options = o};
	if (o->planted && o->plant.fields > 0) {
		work->tastes = ralm_aligned_new(
			o->plant.users,
			RALM_PLANTED_TASTES * sizeof *work->tastes, err);
		if (work->tastes == NULL)
			return -1;
	}
	if (o->planted)
		return ralm_planted_log(&work->log, work->tastes, &o->plant,
					o->rng_seed, err);
	if (o->progress != NULL) {
		reading.size = ralm_input_size(o->paths, o->path_count);
		work->log.watch = tell_read;
		work->log.context = &reading;
	}
	int result = ralm_click_log_read(&work->log, o->paths, o->path_count,
					 &o->format, err);
	work->log.watch = NULL;
	describe(report, &work->log);
	if (result != 0)
		return -1;
	if (o->progress != NULL)
		tell(&reading, 1); /* nothing is written yet */
	report->empty = work->log.last_line == 0;
	if (work->log.count == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the click log holds no click");
	return note_busiest_of_lines(report, work, err);
}
