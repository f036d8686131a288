/* Any bytes as vectors of two numbers, a file of them and each line by itself. What
 * was read is written in either form of text and reads the same; a file fails at a
 * line, or has as many vectors as it says. */
#include "fuzz.h"

#include "libralm/formats/vector_lines.h"
#include "libralm/formats/vector_writer.h"

#include <math.h>
#include <string.h>

enum { D = 2 };

/* The same line from memory of its exact size, where a byte that is read past the
 * end is noticed; and as it would be written. */
static void check_line(const char *line, size_t length)
{
	float x[D], again[D];
	const char *id, *same;
	size_t n, m;
	struct ralm_error err = {0};
	char *copy = malloc(length ? length : 1), text[64 + 4200];
	must(copy != NULL);
	memcpy(copy, line, length);
	const int got = ralm_vector_parse(&id, &n, x, D, copy, length, &err);
	must(got == 0 || got == 1 ||
	     (got == -1 && err.code == RALM_ERROR_DATA && err.message[0]));
	if (got == 1) {
		must(isfinite(x[0]) && isfinite(x[1]) && n > 0 && n <= 4096);
		const int size = sprintf(text, "%.*s\t%.9g %.9g", (int)n, id,
					 (double)x[0], (double)x[1]);
		must(ralm_vector_parse(&same, &m, again, D, text, (size_t)size,
				       &err) == 1 &&
		     m == n && memcmp(same, id, n) == 0 &&
		     memcmp(x, again, sizeof x) == 0);
	}
	free(copy);
}

/* Reads the file at hand into a text of that form; how many, or -1. */
static long copy_file(int to, enum ralm_vector_form form, uint64_t count, int fd)
{
	struct ralm_vector_lines lines;
	struct ralm_vector_writer writer;
	struct ralm_error err = {0};
	char path[32];
	const char *id;
	size_t length;
	int got;
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	must(lseek(fd, 0, SEEK_SET) == 0);
	if (ralm_vector_lines_open(&lines, path, D, &err) != 0)
		return -1;
	/* What the file begins with would be looked at otherwise than an id. */
	must(form != RALM_VECTORS_TSV || write(to, "\n", 1) == 1);
	must(ralm_vector_writer_open(&writer, form, count, D,
				     (struct ralm_vector_file){to, "to"},
				     (struct ralm_vector_file){-1, NULL},
				     &err) == 0);
	while ((got = ralm_vector_lines_next(&id, &length, &lines, &err)) == 1)
		must(ralm_vector_writer_put(&writer, id, length, lines.x) == 0);
	must(got == 0 || err.message[0] != '\0');
	must(got != 0 || !lines.has_announced ||
	     lines.count == lines.announced);
	must(ralm_vector_writer_flush(&writer, &err) == 0);
	const long read = got == 0 ? (long)lines.count : -1;
	ralm_vector_writer_release(&writer);
	ralm_vector_lines_release(&lines);
	return read;
}

static void check_file(const uint8_t *data, size_t size)
{
	FILE *first = tmpfile(), *second = tmpfile();
	must(first != NULL && second != NULL);
	const int in = file_of(data, size);
	const int one = fileno(first), two = fileno(second);
	const long count = copy_file(one, RALM_VECTORS_TSV, 0, in);
	if (count > 0) {
		const off_t end = lseek(one, 0, SEEK_END);
		char *a = malloc((size_t)end), *b = malloc((size_t)end);
		must(a != NULL && b != NULL && pread(one, a, (size_t)end, 0) == end);
		must(copy_file(two, RALM_VECTORS_WORD2VEC, (uint64_t)count, one) ==
		     count);
		must(ftruncate(one, 0) == 0 && lseek(one, 0, SEEK_SET) == 0);
		must(copy_file(one, RALM_VECTORS_TSV, 0, two) == count);
		must(lseek(one, 0, SEEK_END) == end &&
		     pread(one, b, (size_t)end, 0) == end &&
		     memcmp(a, b, (size_t)end) == 0);
		free(a);
		free(b);
	}
	fclose(first);
	fclose(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = (const char *)data, *end = line + size;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *line_end = newline ? newline : end;
		check_line(line, (size_t)(line_end - line));
		line = line_end + 1;
	}
	check_file(data, size);
	return 0;
}
