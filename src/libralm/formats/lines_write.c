#include "formats/lines.h"

#include "formats/yaml.h"
#include "ground/memory.h"
#include "ground/numbers.h"
#include "ground/printable.h"
#include "ground/transfer.h"
#include "ground/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { WRITE_SIZE = RALM_BUFFER_SIZE(64 << 10) };

int ralm_writer_open(struct ralm_writer *writer, int fd, const char *name,
		     struct ralm_error *err)
{
	memset(writer, 0, sizeof *writer);
	writer->fd = fd;
	writer->name = name;
	int mode = fcntl(fd, F_GETFL);
	if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY) {
		errno = EBADF;
		ralm_error_system(err, "cannot write");
		return ralm_error_at(err, name, 0, 0);
	}
	return RALM_RESERVE(writer->buffer, writer->capacity, WRITE_SIZE, err);
}

void ralm_writer_open_memory(struct ralm_writer *writer)
{
	*writer = (struct ralm_writer){.fd = -1};
}

static void write_all(struct ralm_writer *writer, const char *bytes,
		      size_t length)
{
	writer->written += length;
	if (length > 0 && writer->error == 0 &&
	    ralm_write(writer->fd, bytes, length) != 0)
		writer->error = errno;
}

static void write_buffer(struct ralm_writer *writer)
{
	write_all(writer, writer->buffer, writer->used);
	writer->used = 0;
}

/* Makes a buffer in memory larger. The first time that this fails the buffer is taken for
 * full, so that nothing comes behind what is missing. */
static void grow(struct ralm_writer *writer, size_t more)
{
	if (writer->error != 0 ||
	    RALM_RESERVE(writer->buffer, writer->capacity, writer->used + more,
			 NULL) == 0)
		return;
	writer->error = ENOMEM;
	writer->wanted = writer->used + more;
	writer->used = writer->capacity;
}

/* Makes room behind what is in the buffer. False: `more` bytes do not fit into all of
 * it, or, to memory, there was an error. */
static bool has_room(struct ralm_writer *writer, size_t more)
{
	if (more <= writer->capacity - writer->used)
		return true;
	if (writer->fd >= 0)
		write_buffer(writer);
	else
		grow(writer, more);
	return more <= writer->capacity - writer->used;
}

void ralm_writer_put(struct ralm_writer *writer, const void *bytes,
		     size_t length)
{
	/* Then bytes may be NULL, which memcpy must not get. */
	if (length == 0)
		return;
	if (!has_room(writer, length)) {
		write_all(writer, bytes, length);
		return;
	}
	memcpy(writer->buffer + writer->used, bytes, length);
	writer->used += length;
}

void ralm_writer_put_char(struct ralm_writer *writer, char c)
{
	if (has_room(writer, 1))
		writer->buffer[writer->used++] = c;
}

void ralm_writer_put_u64(struct ralm_writer *writer, uint64_t value)
{
	char digits[20];
	ralm_writer_put(writer, digits, ralm_format_u64(digits, value));
}

void ralm_writer_put_real(struct ralm_writer *writer, double value)
{
	char text[RALM_REAL_TEXT];
	ralm_writer_put(writer, text, ralm_format_real(text, value));
}

void ralm_writer_put_quoted(struct ralm_writer *writer, const char *text)
{
	const char *end = text + strlen(text);
	char escaped[RALM_YAML_ESCAPED];
	ralm_writer_put_char(writer, '"');
	while (text < end) {
		const size_t length = ralm_yaml_escape(escaped, &text, end);
		ralm_writer_put(writer, escaped, length);
	}
	ralm_writer_put_char(writer, '"');
}

void ralm_writer_put_printable(struct ralm_writer *writer, const char *text)
{
	const char *end = text + strlen(text);
	size_t length;
	for (; text < end; text += length) {
		const uint32_t c = ralm_utf8_decode(&length, text, end);
		if (ralm_is_printable(c, length))
			ralm_writer_put(writer, text, length);
		else
			ralm_writer_put_char(writer, '?');
	}
}

int ralm_writer_flush(struct ralm_writer *writer, struct ralm_error *err)
{
	if (writer->fd >= 0)
		write_buffer(writer);
	if (writer->error == 0)
		return 0;
	if (writer->fd < 0)
		return ralm_error_memory(err, writer->wanted);
	errno = writer->error;
	ralm_error_system(err, "cannot write");
	return ralm_error_at(err, writer->name, 0, 0);
}

void ralm_writer_release(struct ralm_writer *writer)
{
	free(writer->buffer);
	memset(writer, 0, sizeof *writer);
	writer->fd = -1;
}

int ralm_writer_close(struct ralm_writer *writer, int result,
		      struct ralm_error *err)
{
	if (result == 0)
		result = ralm_writer_flush(writer, err);
	ralm_writer_release(writer);
	return result == 0 ? 0 : -1;
}
