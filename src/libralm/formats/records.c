#include "formats/records.h"

#include "ground/memory.h"
#include "formats/csv_fields.h"

#include <stdlib.h>
#include <string.h>

void ralm_record_reader_init(struct ralm_record_reader *reader,
			     const struct ralm_delimiter *delimiter, bool join)
{
	memset(reader, 0, sizeof *reader);
	reader->lines.fd = -1;
	reader->delimiter = delimiter;
	reader->join = join && delimiter->quotes;
}

void ralm_record_reader_release(struct ralm_record_reader *reader)
{
	ralm_reader_release(&reader->lines);
	free(reader->ahead);
	memset(reader, 0, sizeof *reader);
	reader->lines.fd = -1;
}

static int keep(struct ralm_record_reader *reader, const char *line,
		size_t length, struct ralm_error *err)
{
	if (RALM_RESERVE(reader->ahead, reader->capacity,
			 reader->used + length + 1, err) != 0)
		return -1;
	memcpy(reader->ahead + reader->used, line, length);
	reader->used += length;
	reader->ahead[reader->used++] = '\n';
	return 0;
}

/* The end of the line of `ahead` that begins at `begin`, after its newline. */
static size_t end_of(const struct ralm_record_reader *reader, size_t begin)
{
	const char *newline = memchr(reader->ahead + begin, '\n',
				     reader->used - begin);
	return (size_t)(newline - reader->ahead) + 1;
}

/* Reads one more line of the same file to the end of `ahead`: 1; 0 (there is
 * none, or it cannot be read); or -1. */
static int read_ahead(struct ralm_record_reader *reader, struct ralm_error *err)
{
	char *line;
	size_t length;
	if (reader->next_file != NULL || reader->failed)
		return 0;
	int got = ralm_reader_next(&reader->lines, &line, &length,
				   &reader->error);
	reader->failed = got < 0;
	if (got != 1)
		return 0;
	if (reader->lines.line == 1) {
		reader->next_file = line;
		reader->next_file_length = length;
		return 0;
	}
	return keep(reader, line, length, err) == 0 ? 1 : -1;
}

/* The end of the record that begins at `taken`, whose first line leaves a quote open:
 * where the quote is closed, or the end of the first line where nothing closes it.
 * 0: an error. */
static size_t find_end(struct ralm_record_reader *reader,
		       struct ralm_error *err)
{
	size_t first = end_of(reader, reader->taken), at = first;
	uint64_t lines = 1;
	while (at - reader->taken < RALM_LINE_MAX) {
		if (at == reader->used) {
			int got = read_ahead(reader, err);
			if (got < 0)
				return 0;
			if (got == 0)
				break;
		}
		size_t end = end_of(reader, at);
		enum ralm_quotes quotes =
			ralm_quotes_after(true, reader->delimiter,
					  reader->ahead + at, end - 1 - at);
		if (quotes == RALM_QUOTES_WRONG)
			break;
		lines++;
		if (quotes == RALM_QUOTES_CLOSED) {
			reader->line_count = lines;
			return end;
		}
		at = end;
	}
	return first;
}

/* Whether a line leaves a quote open. */
static bool is_open(const struct ralm_record_reader *reader, const char *line,
		    size_t length)
{
	return reader->join && memchr(line, '"', length) != NULL &&
	       ralm_quotes_after(false, reader->delimiter, line, length) ==
		       RALM_QUOTES_OPEN;
}

/* The record that begins at `taken`. */
static int take_ahead(struct ralm_record_reader *reader, char **text,
		      size_t *length, struct ralm_error *err)
{
	size_t begin = reader->taken, end = end_of(reader, begin);
	reader->name = reader->ahead_name;
	reader->line = reader->ahead_line;
	reader->line_count = 1;
	if (is_open(reader, reader->ahead + begin, end - 1 - begin) &&
	    (end = find_end(reader, err)) == 0)
		return -1;
	*text = reader->ahead + begin;
	*length = end - 1 - begin;
	reader->taken = end;
	reader->ahead_line += reader->line_count;
	return 1;
}

/* Moves the lines that are not yet taken to the front, once they are the smaller
 * half. */
static void move_to_front(struct ralm_record_reader *reader)
{
	if (reader->taken <= reader->used / 2)
		return;
	reader->used -= reader->taken;
	memmove(reader->ahead, reader->ahead + reader->taken, reader->used);
	reader->taken = 0;
}

int ralm_record_reader_next(struct ralm_record_reader *reader, char **text,
			    size_t *length, struct ralm_error *err)
{
	move_to_front(reader);
	if (reader->used > 0)
		return take_ahead(reader, text, length, err);
	if (reader->failed) {
		reader->failed = false;
		if (err != NULL)
			*err = reader->error;
		return -1;
	}
	if (reader->next_file != NULL) {
		*text = reader->next_file;
		*length = reader->next_file_length;
		reader->next_file = NULL;
	} else {
		int got = ralm_reader_next(&reader->lines, text, length, err);
		if (got != 1)
			return got;
	}
	reader->name = reader->lines.name;
	reader->line = reader->lines.line;
	reader->line_count = 1;
	if (!is_open(reader, *text, *length))
		return 1;
	reader->ahead_name = reader->name;
	reader->ahead_line = reader->line;
	if (keep(reader, *text, *length, err) != 0)
		return -1;
	return take_ahead(reader, text, length, err);
}
