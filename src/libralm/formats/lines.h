/* Lines in and out. A pipe is read once. */
#ifndef RALM_FORMATS_LINES_H
#define RALM_FORMATS_LINES_H

#include <stdbool.h>
#include <string.h>

#include "ground/error.h"
#include "formats/byte_bits.h"

/* The longest line a reader takes, in bytes without its newline: a list of
 * millions of seeds. */
enum { RALM_LINE_MAX = 64 << 20 };

/* Reads the files of a list, one after the other, as one stream of lines. "-"
 * is standard input, and so is an empty list. A byte order mark at the start of
 * a file is skipped; a file that is not plain text (compressed, UTF-16, or with
 * lines that end in CR alone) is an error at its first line (text_kind.h). */
struct ralm_reader {
	const char *const *paths; /* not owned; outlives the reader */
	size_t path_count, path_next;
	int fd;           /* -1: no file is open */
	bool opened;      /* the reader opened the file, and closes it */
	const char *name; /* of the open file, for messages */
	uint64_t line;    /* of the last line returned, 1-based, in this file */
	char *buffer;
	size_t capacity, begin, end;
	uint64_t bytes; /* read so far, of all files */
	bool at_eof;
	bool begun; /* the first line of the file was checked */
	bool again; /* set by one who will read the file again: no pipe is told to take
		     * its place where it is no text */
	/* The last call failed because a line is longer than RALM_LINE_MAX: the next
	 * call goes on behind that line. */
	bool long_line;
};

/* Opens the first path; the others are opened when they are reached. */
int ralm_reader_open(struct ralm_reader *reader, const char *const *paths,
		     size_t path_count, struct ralm_error *err) RALM_MUST_CHECK;

/* A reader on a descriptor that stays the caller's; name is for messages. */
int ralm_reader_open_fd(struct ralm_reader *reader, int fd, const char *name,
			struct ralm_error *err) RALM_MUST_CHECK;

/* The next line, without its "\n" or "\r\n", not NUL-terminated, valid until
 * the next call; it may be changed in place. The last line of a file may lack
 * its newline. Returns 1, 0 at the end of the last file, or -1; a caller that
 * skips bad lines may continue where reader->long_line is set. */
static inline int ralm_reader_next(struct ralm_reader *reader, char **line,
				   size_t *length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The next whole lines in one piece, for parsing by several threads (pieces.h):
 * about `want` bytes, or fewer when no more come for a while, read into *buffer
 * (malloc'd or NULL, the caller's; it grows when one line alone is longer). A
 * piece ends at a newline or at the end of a file and never spans two files;
 * reader->name is its file. reader->line is not kept: the caller counts. Not to
 * be mixed with ralm_reader_next.
 *
 * Returns 1; 0 at the end of the last file; RALM_NOT_YET, only without `wait`,
 * when no whole line has come for a while; or -1. With reader->long_line the
 * piece is a line that is too long, without its bytes; err->line is then 1, as
 * for the first line of any piece, and err has no file. */
enum { RALM_NOT_YET = 2 };
int ralm_reader_next_piece(struct ralm_reader *reader, char **buffer,
			   size_t *capacity, size_t want, bool wait,
			   size_t *length, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The bytes of a text up to its last newline, including it; 0: there is none. */
size_t ralm_whole_lines(const char *bytes, size_t count);

/* Whether the next call to ralm_reader_next returns without read(2), because a
 * whole line is in the buffer: an unbuffered filter asks before it flushes. */
bool ralm_reader_has_line(const struct ralm_reader *reader);

/* Waits for input without sleeping, for at most that many microseconds: to be woken
 * takes longer than most clients need for their next line. Other threads of this
 * processor go first. */
void ralm_reader_linger(const struct ralm_reader *reader,
			unsigned microseconds);

/* Waits until there is something to read, or the end of the input. */
void ralm_reader_await(const struct ralm_reader *reader);

/* ralm_reader_next where no whole line is held, or the line is the first of a file. */
int ralm_reader_next_read(struct ralm_reader *reader, char **line,
			  size_t *length, struct ralm_error *err) RALM_MUST_CHECK;

/* Here, since a call takes as long as to find where a short line ends. */
static inline int ralm_reader_next(struct ralm_reader *reader, char **line,
				   size_t *length, struct ralm_error *err)
{
	char *start = reader->buffer + reader->begin;
	const char *newline = NULL;
	if (reader->begun && !reader->long_line)
		newline = ralm_find_newline(start, reader->end - reader->begin);
	if (newline == NULL)
		return ralm_reader_next_read(reader, line, length, err);
	const size_t n = (size_t)(newline - start);
	reader->begin += n + 1;
	reader->line++;
	*line = start;
	*length = n - (n > 0 && start[n - 1] == '\r');
	return 1;
}

/* Sets err to a data error at the line last returned. Returns -1. */
int ralm_reader_error(const struct ralm_reader *reader, struct ralm_error *err,
		      const char *format, ...) RALM_PRINTF(3, 4);

void ralm_reader_release(struct ralm_reader *reader);

/* Sets err to a data error about the files of a list that have nothing: "FILE:
 * message", without FILE where there are several. Returns -1. */
int ralm_input_empty(const char *const *paths, size_t path_count,
		     struct ralm_error *err, const char *message);

/* Buffered output to a descriptor, which stays the caller's, or to memory. The first
 * error is kept and returned by flush; what is put after it is dropped. */
struct ralm_writer {
	int fd;           /* -1: to memory */
	const char *name; /* for messages, not owned */
	char *buffer;
	size_t used, capacity;
	size_t wanted; /* to memory: the capacity that there was no memory for */
	uint64_t written; /* bytes that left the buffer */
	int error; /* errno of the first failure; 0: none */
};

/* A descriptor that is closed or opened for reading alone is an error here, before the
 * work whose result would be lost. */
int ralm_writer_open(struct ralm_writer *writer, int fd, const char *name,
		     struct ralm_error *err) RALM_MUST_CHECK;
/* A writer to memory: its buffer (malloc'd) grows and keeps all that is put. Lack of
 * memory is an error like those of writing: the text is whole once flush returned 0. */
void ralm_writer_open_memory(struct ralm_writer *writer);
void ralm_writer_put(struct ralm_writer *writer, const void *bytes,
		     size_t length);
static inline void ralm_writer_put_text(struct ralm_writer *writer,
					const char *text)
{
	ralm_writer_put(writer, text, strlen(text));
}
void ralm_writer_put_char(struct ralm_writer *writer, char c);
void ralm_writer_put_u64(struct ralm_writer *writer, uint64_t value);
/* The shortest form that "%.9g" gives. */
void ralm_writer_put_real(struct ralm_writer *writer, double value);
/* In double quotes, as ralm_yaml_quote (yaml.h) does: a string of JSON and YAML. */
void ralm_writer_put_quoted(struct ralm_writer *writer, const char *text);
/* With '?' for each character that is not printable (ground/printable.h). */
void ralm_writer_put_printable(struct ralm_writer *writer, const char *text);
int ralm_writer_flush(struct ralm_writer *writer, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Frees the buffer without a flush. */
void ralm_writer_release(struct ralm_writer *writer);
/* Flushes if `result`, that of the work before, is 0; then releases. Returns 0, or -1
 * where the work or the flush failed. */
int ralm_writer_close(struct ralm_writer *writer, int result,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
