#include "formats/lines.h"

#include "ground/memory.h"
#include "ground/numbers.h"
#include "ground/transfer.h"

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
	writer->buffer = malloc(WRITE_SIZE);
	if (writer->buffer == NULL)
		return ralm_error_memory(err, WRITE_SIZE);
	return 0;
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

void ralm_writer_put(struct ralm_writer *writer, const void *bytes,
		     size_t length)
{
	/* Then bytes may be NULL, which memcpy must not get. */
	if (length == 0)
		return;
	if (length > WRITE_SIZE - writer->used) {
		write_buffer(writer);
		if (length > WRITE_SIZE) {
			write_all(writer, bytes, length);
			return;
		}
	}
	memcpy(writer->buffer + writer->used, bytes, length);
	writer->used += length;
}

void ralm_writer_put_char(struct ralm_writer *writer, char c)
{
	if (writer->used == WRITE_SIZE)
		write_buffer(writer);
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

int ralm_writer_flush(struct ralm_writer *writer, struct ralm_error *err)
{
	write_buffer(writer);
	if (writer->error == 0)
		return 0;
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
