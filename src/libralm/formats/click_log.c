#include "formats/click_log.h"

#include "ground/memory.h"
#include "formats/blank.h"
#include "formats/click_lines.h"
#include "formats/records.h"

#include <stdlib.h>
#include <string.h>

void ralm_click_log_init(struct ralm_click_log *log)
{
	memset(log, 0, sizeof *log);
	ralm_ids_init(&log->users);
	ralm_ids_init(&log->items);
}

void ralm_click_log_release(struct ralm_click_log *log)
{
	ralm_ids_release(&log->users);
	ralm_ids_release(&log->items);
	free(log->clicks);
	ralm_click_log_init(log);
}

int ralm_click_log_add(struct ralm_click_log *log,
		       const struct ralm_click *click, struct ralm_error *err)
{
	if (log->count == UINT32_MAX - 1)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "more than %u clicks", UINT32_MAX - 1);
	if (RALM_RESERVE(log->clicks, log->capacity, log->count + 1, err) != 0)
		return -1;
	log->clicks[log->count++] = *click;
	return 0;
}

/* ---- the whole log ----------------------------------------------------- */

enum { WATCHED = 1024 }; /* lines from one call of log->watch to the next */

struct reading {
	struct ralm_click_log *log;
	const struct ralm_click_format *format;
	struct ralm_click_parser parser;
	struct ralm_record_reader reader;
};

static void add_note(struct ralm_click_log *log, const struct ralm_error *note)
{
	if (note->message[0] != '\0' && log->note_count < RALM_CLICK_NOTES)
		log->notes[log->note_count++] = *note;
}

static void count_bad(struct reading *r, uint64_t lines,
		      const struct ralm_error *err)
{
	if (r->log->bad_lines == 0)
		r->log->first_bad = *err;
	r->log->bad_lines += lines;
}

/* Whether the reader failed at a line that is too long and may be skipped: as other bad
 * lines are, but not a header. */
static bool may_skip(const struct reading *r)
{
	const struct ralm_reader *lines = &r->reader.lines;
	return lines->long_line && r->format->skip_bad &&
	       !(lines->line == 1 && r->format->header);
}

static int take_header(struct reading *r, char *text, size_t length,
		       struct ralm_error *err)
{
	struct ralm_error *note = &r->parser.columns.note;
	if (ralm_click_parser_header(&r->parser, text, length, err) != 0)
		return -1;
	if (r->log->note_count == 0 && note->message[0] != '\0') {
		ralm_error_at(note, r->reader.name, r->reader.line, 0);
		add_note(r->log, note);
	}
	return 0;
}

/* Takes one record. An error has its place. */
static int take(struct reading *r, char *text, size_t length, bool first,
		struct ralm_error *err)
{
	bool header = first && r->format->header;
	int result;
	if (!header)
		r->log->lines += r->reader.line_count;
	r->parser.may_be_header = first && !header && !r->format->no_header;
	/* Without --multiline, lines were joined only to be skipped together. */
	if (r->reader.line_count > 1 && !r->format->multiline)
		result = ralm_error_set(err, RALM_ERROR_DATA,
					"quote is not closed on its line (--multiline)");
	else if (header)
		result = take_header(r, text, length, err);
	else
		result = ralm_click_parser_line(r->log, &r->parser, text,
						length, err);
	if (result != 0 && err->code == RALM_ERROR_DATA)
		ralm_error_at(err, r->reader.name, r->reader.line, 0);
	return result;
}

static void tell(const struct reading *r)
{
	const struct ralm_click_log *log = r->log;
	if (log->watch != NULL && log->lines % WATCHED == 0)
		log->watch(log->context, log->lines, r->reader.lines.bytes);
}

static int read_records(struct reading *r, struct ralm_error *err)
{
	char *text;
	size_t length;
	bool first = false; /* only blank lines in this file so far */
	int got;
	while ((got = ralm_record_reader_next(&r->reader, &text, &length,
					      err)) != 0) {
		if (got < 0) {
			if (!may_skip(r))
				return -1;
			r->log->lines++;
			count_bad(r, 1, err);
			continue;
		}
		if (r->reader.line == 1)
			first = true;
		if (ralm_line_is_blank(text, length))
			continue;
		tell(r);
		bool header = first && r->format->header;
		int result = take(r, text, length, first, err);
		first = false;
		if (result == 0)
			continue;
		if (!r->format->skip_bad || header ||
		    err->code != RALM_ERROR_DATA)
			return -1;
		count_bad(r, r->reader.line_count, err);
	}
	return 0;
}

static int read_all(struct reading *r, struct ralm_error *err)
{
	struct ralm_click_log *log = r->log;
	struct ralm_error note = {.code = RALM_OK};
	if (read_records(r, err) != 0)
		return -1;
	log->last_file = r->reader.lines.name;
	log->last_line = r->reader.lines.line;
	log->has_times = r->parser.columns.has[RALM_CLICK_TIME];
	if (ralm_click_events_check(&note, &r->parser.events, err) != 0)
		return -1;
	add_note(log, &note);
	if (ralm_ids_seal(&log->users, err) != 0)
		return -1;
	return ralm_ids_seal(&log->items, err);
}

static int begin(struct reading *r, struct ralm_click_log *log,
		 const struct ralm_click_format *format, struct ralm_error *err)
{
	r->log = log;
	r->format = format;
	int result = ralm_click_parser_init(&r->parser, format, err);
	ralm_record_reader_init(&r->reader, &r->parser.columns.delimiter,
				format->multiline || format->skip_bad);
	return result;
}

static void end(struct reading *r)
{
	ralm_record_reader_release(&r->reader);
	ralm_click_parser_release(&r->parser);
}

/* Reads the files, or fd where that is not -1. */
static int read_from(struct ralm_click_log *log, const char *const *paths,
		     size_t path_count, int fd, const char *name,
		     const struct ralm_click_format *format,
		     struct ralm_error *err)
{
	struct reading r;
	struct ralm_error own;
	struct ralm_reader *lines = &r.reader.lines;
	err = ralm_error_or(err, &own);
	int result = begin(&r, log, format, err);
	if (result == 0)
		result = fd < 0 ? ralm_reader_open(lines, paths, path_count, err)
				: ralm_reader_open_fd(lines, fd, name, err);
	if (result == 0)
		result = read_all(&r, err);
	end(&r);
	return result;
}

int ralm_click_log_read(struct ralm_click_log *log, const char *const *paths,
			size_t path_count,
			const struct ralm_click_format *format,
			struct ralm_error *err)
{
	return read_from(log, paths, path_count, -1, NULL, format, err);
}

int ralm_click_log_read_fd(struct ralm_click_log *log, int fd,
			   const char *name,
			   const struct ralm_click_format *format,
			   struct ralm_error *err)
{
	return read_from(log, NULL, 0, fd, name, format, err);
}
