#include "formats/lines.h"

#include "ground/c_locale.h"
#include "ground/memory.h"
#include "ground/transfer.h"
#include "formats/text_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_SIZE = RALM_BUFFER_SIZE(256 << 10),
	LINE_ROOM = RALM_LINE_MAX + 1, /* of the longest line and its newline */
};

/* How long an incomplete piece waits for more input, in milliseconds. */
enum { PATIENCE_MS = 50 };

static int open_next(struct ralm_reader *reader, struct ralm_error *err)
{
	const char *path = reader->paths[reader->path_next];
	int fd = STDIN_FILENO;
	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ralm_error_system(err, "cannot open '%s'", path);
	reader->fd = fd;
	reader->opened = strcmp(path, "-") != 0;
	reader->name = ralm_input_name(path);
	reader->path_next++;
	reader->line = 0;
	reader->begin = reader->end = 0;
	reader->at_eof = reader->begun = reader->long_line = false;
	return 0;
}

static void close_current(struct ralm_reader *reader)
{
	if (reader->opened)
		close(reader->fd);
	reader->opened = false;
	reader->fd = -1;
}

static int reader_init(struct ralm_reader *reader, struct ralm_error *err)
{
	memset(reader, 0, sizeof *reader);
	reader->fd = -1;
	return RALM_RESERVE(reader->buffer, reader->capacity, READ_SIZE, err);
}

int ralm_reader_open(struct ralm_reader *reader, const char *const *paths,
		     size_t path_count, struct ralm_error *err)
{
	static const char *const standard_input[] = {"-"};
	if (reader_init(reader, err) != 0)
		return -1;
	reader->paths = path_count ? paths : standard_input;
	reader->path_count = path_count ? path_count : 1;
	if (open_next(reader, err) == 0)
		return 0;
	ralm_reader_release(reader);
	return -1;
}

int ralm_reader_open_fd(struct ralm_reader *reader, int fd, const char *name,
			struct ralm_error *err)
{
	if (reader_init(reader, err) != 0)
		return -1;
	reader->fd = fd;
	reader->name = name;
	return 0;
}

void ralm_reader_release(struct ralm_reader *reader)
{
	close_current(reader);
	free(reader->buffer);
	memset(reader, 0, sizeof *reader);
	reader->fd = -1;
}

/* Returns the number of bytes read, 0 at the end of the file, or -1. */
static ssize_t read_some(struct ralm_reader *reader, char *to, size_t room,
			 struct ralm_error *err)
{
	ssize_t got = ralm_read(reader->fd, to, room);
	if (got < 0) {
		ralm_error_system(err, "cannot read");
		return ralm_error_at(err, reader->name, 0, 0);
	}
	reader->at_eof = got == 0;
	reader->bytes += (uint64_t)got;
	return got;
}

/* Drops the buffer, which holds more than RALM_LINE_MAX bytes of one line, and sets the
 * error of such a line. */
static int drop_long_line(struct ralm_reader *reader, struct ralm_error *err)
{
	reader->begin = reader->end = 0;
	reader->long_line = true;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "line longer than %d bytes", RALM_LINE_MAX);
}

static bool nothing_comes(const struct ralm_reader *reader)
{
	struct pollfd input = {.fd = reader->fd, .events = POLLIN};
	return poll(&input, 1, PATIENCE_MS) == 0;
}

/* Skips the rest of a line that was too long, if there was one. Returns 0,
 * RALM_NOT_YET or -1. */
static int skip_long_line(struct ralm_reader *reader, bool wait,
			  struct ralm_error *err)
{
	while (reader->long_line) {
		if (!wait && nothing_comes(reader))
			return RALM_NOT_YET;
		ssize_t got = read_some(reader, reader->buffer, READ_SIZE, err);
		const char *newline =
			got > 0 ? memchr(reader->buffer, '\n', (size_t)got) : NULL;
		reader->long_line = got > 0 && newline == NULL;
		if (got < 0)
			return -1;
		if (newline != NULL) {
			reader->begin = (size_t)(newline + 1 - reader->buffer);
			reader->end = (size_t)got;
		}
	}
	return 0;
}

/* Checks the first bytes of a file, `length` of which belong to its first line,
 * and sets the length of its byte order mark. */
static int begin(size_t *mark, struct ralm_reader *reader, const char *line,
		 size_t length, struct ralm_error *err)
{
	if (length > READ_SIZE)
		length = READ_SIZE;
	if (length > 0 && line[length - 1] == '\r')
		length--;
	return ralm_text_begin(mark, line, length, reader->name, reader->again,
			       err);
}

/* Reads more bytes behind `end`, after moving a line's beginning to the front. */
static int fill(struct ralm_reader *reader, struct ralm_error *err)
{
	size_t kept = reader->end - reader->begin, mark;
	if (reader->begin > 0) {
		memmove(reader->buffer, reader->buffer + reader->begin, kept);
		reader->begin = 0;
		reader->end = kept;
	}
	/* A file that is no text may have no newline for long. */
	if (!reader->begun && kept >= READ_SIZE &&
	    begin(&mark, reader, reader->buffer, kept, err) != 0)
		return -1;
	if (kept > RALM_LINE_MAX) {
		reader->line++;
		drop_long_line(reader, err);
		return ralm_error_at(err, reader->name, reader->line, 0);
	}
	if (kept == reader->capacity &&
	    RALM_RESERVE(reader->buffer, reader->capacity, reader->capacity * 2,
			 err) != 0)
		return -1;
	size_t room = reader->capacity < LINE_ROOM ? reader->capacity
						   : LINE_ROOM;
	ssize_t got = read_some(reader, reader->buffer + kept, room - kept, err);
	if (got < 0)
		return -1;
	reader->end += (size_t)got;
	return 0;
}

static int take(struct ralm_reader *reader, size_t length, size_t skip,
		char **line, size_t *line_length, struct ralm_error *err)
{
	char *start = reader->buffer + reader->begin;
	if (!reader->begun) {
		size_t mark;
		if (begin(&mark, reader, start, length, err) != 0)
			return -1;
		start += mark;
		length -= mark;
		reader->begin += mark;
		reader->begun = true;
	}
	reader->begin += length + skip;
	reader->line++;
	if (length > 0 && start[length - 1] == '\r')
		length--;
	*line = start;
	*line_length = length;
	return 1;
}

int ralm_reader_next_read(struct ralm_reader *reader, char **line,
			  size_t *length, struct ralm_error *err)
{
	size_t searched = 0;
	if (skip_long_line(reader, true, err) != 0)
		return -1;
	for (;;) {
		const char *start = reader->buffer + reader->begin;
		size_t held = reader->end - reader->begin;
		const char *newline =
			held > searched ? memchr(start + searched, '\n',
						 held - searched)
					: NULL;
		if (newline != NULL)
			return take(reader, (size_t)(newline - start), 1, line,
				    length, err);
		if (reader->at_eof) {
			if (held > 0)
				return take(reader, held, 0, line, length, err);
			close_current(reader);
			if (reader->path_next >= reader->path_count)
				return 0;
			if (open_next(reader, err) != 0)
				return -1;
			searched = 0;
			continue;
		}
		searched = held;
		if (fill(reader, err) != 0)
			return -1;
	}
}

/* ---- pieces ------------------------------------------------------------ */

size_t ralm_whole_lines(const char *bytes, size_t count)
{
	while (count > 0 && bytes[count - 1] != '\n')
		count--;
	return count;
}

/* Checks the `used` first bytes of a file and removes the byte order mark. */
static int begin_piece(struct ralm_reader *reader, char *bytes, size_t *used,
		       struct ralm_error *err)
{
	const char *newline = memchr(bytes, '\n', *used);
	size_t mark;
	if (begin(&mark, reader, bytes,
		  newline ? (size_t)(newline - bytes) : *used, err) != 0)
		return -1;
	memmove(bytes, bytes + mark, *used - mark);
	*used -= mark;
	reader->begun = true;
	return 0;
}

/* Keeps what follows the whole lines of a piece for the next one. */
static int keep_rest(struct ralm_reader *reader, const char *rest,
		     size_t length, struct ralm_error *err)
{
	if (RALM_RESERVE(reader->buffer, reader->capacity, length, err) != 0)
		return -1;
	memcpy(reader->buffer, rest, length);
	reader->begin = 0;
	reader->end = length;
	return 0;
}

/* Reads on behind `used` bytes until the buffer has `want` bytes with a whole line, or
 * the file ends, or a whole line is there and no more comes for a while. *length: the
 * bytes of the whole lines. Returns 1, RALM_NOT_YET or -1. */
static int fill_piece(struct ralm_reader *reader, char **buffer,
		      size_t *capacity, size_t want, size_t used, bool wait,
		      size_t *length, struct ralm_error *err)
{
	for (;;) {
		if (want > LINE_ROOM)
			want = LINE_ROOM; /* then no line in it is too long */
		if (RALM_RESERVE(*buffer, *capacity, want, err) != 0)
			return -1;
		while (used < want && !reader->at_eof) {
			if ((used > 0 || !wait) && nothing_comes(reader)) {
				if (ralm_whole_lines(*buffer, used) > 0)
					break;
				if (!wait)
					return keep_rest(reader, *buffer, used,
							 err) != 0
						       ? -1
						       : RALM_NOT_YET;
			}
			ssize_t got = read_some(reader, *buffer + used,
						want - used, err);
			if (got < 0)
				return -1;
			used += (size_t)got;
		}
		size_t cut = ralm_whole_lines(*buffer, used);
		if (!reader->begun &&
		    (cut > 0 || reader->at_eof || used >= READ_SIZE)) {
			size_t before = used;
			if (begin_piece(reader, *buffer, &used, err) != 0)
				return -1;
			cut -= cut > 0 ? before - used : 0;
		}
		if (reader->at_eof)
			cut = used;
		if (cut > 0 || reader->at_eof) {
			*length = cut;
			return keep_rest(reader, *buffer + cut, used - cut,
					 err) != 0
				       ? -1
				       : 1;
		}
		if (used > RALM_LINE_MAX) {
			drop_long_line(reader, err);
			return ralm_error_at(err, NULL, 1, 0);
		}
		if (used == want)
			want *= 2;
	}
}

/* Whether opening the next file may wait, for a process that writes to it. */
static bool may_wait_to_open(const struct ralm_reader *reader)
{
	const char *path = reader->paths[reader->path_next];
	struct stat st;
	return strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
}

int ralm_reader_next_piece(struct ralm_reader *reader, char **buffer,
			   size_t *capacity, size_t want, bool wait,
			   size_t *length, struct ralm_error *err)
{
	int skipped = skip_long_line(reader, wait, err);
	if (skipped != 0)
		return skipped;
	for (;;) {
		if (!reader->at_eof) {
			size_t used = reader->end - reader->begin;
			if (want < 2 * used)
				want = 2 * used;
			if (RALM_RESERVE(*buffer, *capacity, want, err) != 0)
				return -1;
			memcpy(*buffer, reader->buffer + reader->begin, used);
			int got = fill_piece(reader, buffer, capacity, want,
					     used, wait, length, err);
			if (got != 1 || *length > 0)
				return got;
			continue; /* nothing after the last newline */
		}
		close_current(reader);
		if (reader->path_next >= reader->path_count)
			return 0;
		if (!wait && may_wait_to_open(reader))
			return RALM_NOT_YET;
		if (open_next(reader, err) != 0)
			return -1;
	}
}

/* ---- errors -------------------------------------------------------------- */

int ralm_reader_error(const struct ralm_reader *reader, struct ralm_error *err,
		      const char *format, ...)
{
	char message[sizeof err->message];
	va_list args;
	va_start(args, format);
	ralm_vsnprintf(message, sizeof message, format, args);
	va_end(args);
	ralm_error_set(err, RALM_ERROR_DATA, "%s", message);
	return ralm_error_at(err, reader->name, reader->line, 0);
}

int ralm_input_empty(const char *const *paths, size_t path_count,
		     struct ralm_error *err, const char *message)
{
	ralm_error_set(err, RALM_ERROR_DATA, "%s", message);
	if (path_count > 1)
		return -1;
	return ralm_error_at(err, path_count ? *paths : "stdin", 0, 0);
}
