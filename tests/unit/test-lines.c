/* formats/lines: what counts as a line, places in errors, failed writes. */
#include "check.h"
#include "may_return_null.h"

#include "libralm/formats/input_size.h"
#include "libralm/formats/lines.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char path_a[] = "/tmp/ralm-lines-a-XXXXXX";
static char path_b[] = "/tmp/ralm-lines-b-XXXXXX";

static void put_file(char *path, const char *bytes, size_t length)
{
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	close(fd);
}

static void test_reader(void)
{
	static const char a[] = "one\r\n\ntwo\0x\nlast";
	struct ralm_error err;
	put_file(path_a, a, sizeof a - 1);
	char *big = malloc(3000000);
	memset(big, 'z', 3000000);
	big[2999999] = '\n';
	put_file(path_b, big, 3000000);
	free(big);

	const char *paths[] = {path_a, path_b};
	struct ralm_reader reader;
	char *line;
	size_t length;
	if (ralm_reader_open(&reader, paths, 2, &err) != 0)
		abort();
	static const struct { const char *text; size_t length; } want[] = {
		{"one", 3}, {"", 0}, {"two\0x", 5}, {"last", 4}};
	bool ok = true;
	for (size_t i = 0; i < 4; i++) {
		ok = ok && ralm_reader_next(&reader, &line, &length, &err) == 1 &&
		     length == want[i].length &&
		     memcmp(line, want[i].text, length) == 0 &&
		     reader.line == i + 1;
		if (i < 2)
			ok = ok && ralm_reader_has_line(&reader);
	}
	check(ok, "LF, CRLF, an empty line, a NUL, a last line without newline");
	ralm_reader_error(&reader, &err, "bad '%s'", "x");
	char text[1024], expected[128];
	ralm_error_format(text, sizeof text, &err);
	snprintf(expected, sizeof expected, "%s:4: bad 'x'", path_a);
	check(!strcmp(text, expected), "an error names file and line");
	check(ralm_reader_next(&reader, &line, &length, &err) == 1 &&
		      length == 2999999 && line[0] == 'z' && line[2999998] == 'z' &&
		      reader.line == 1,
	      "a line larger than the buffer, first of the second file");
	check(ralm_reader_next(&reader, &line, &length, &err) == 0, "the end");
	check(ralm_reader_next(&reader, &line, &length, &err) == 0, "the end stays");
	ralm_reader_release(&reader);

	const char *missing[] = {"/nonexistent/x"};
	check(ralm_reader_open(&reader, missing, 1, &err) == -1 &&
		      strstr(err.message, "/nonexistent/x"),
	      "a file that is not there");
	const char *folder[] = {"/"};
	ok = ralm_reader_open(&reader, folder, 1, &err) == 0 &&
	     ralm_reader_next(&reader, &line, &length, &err) == -1;
	check(ok && err.code == RALM_ERROR_SYSTEM && !strcmp(err.file, "/"),
	      "a folder cannot be read, and says so");
	ralm_reader_release(&reader);
	unlink(path_a);
	unlink(path_b);
}

/* Lines of 0 to 299 bytes, which are found in two ways, with either end. */
static void test_lengths(const char *end)
{
	enum { LINES = 300 };
	char *text = malloc(LINES * (LINES + 2)), path[] = "/tmp/ralm-lines-c-XXXXXX";
	const char *paths[] = {path};
	struct ralm_reader reader;
	struct ralm_error err;
	char *line;
	size_t length, size = 0;
	for (size_t i = 0; i < LINES; i++) {
		memset(text + size, (int)('a' + i % 26), i);
		memcpy(text + size + i, end, strlen(end));
		size += i + strlen(end);
	}
	put_file(path, text, size);
	free(text);
	bool ok = ralm_reader_open(&reader, paths, 1, &err) == 0;
	for (size_t i = 0; ok && i < LINES; i++)
		ok = ralm_reader_next(&reader, &line, &length, &err) == 1 &&
		     length == i && reader.line == i + 1 &&
		     (i == 0 || line[i - 1] == (char)('a' + i % 26));
	ok = ok && ralm_reader_next(&reader, &line, &length, &err) == 0;
	check(ok, "lines of every length, ends of %zu bytes", strlen(end));
	ralm_reader_release(&reader);
	unlink(path);
}

/* Pieces of any size, put together again, are the files; each ends where a
 * line or its file ends. */
static void test_pieces(void)
{
	static char text[50000];
	size_t size = 0, first;
	struct ralm_error err;
	for (int i = 0; size < 40000; i++)
		size += (size_t)sprintf(text + size, "%0*d\n", 1 + i % 97, i);
	memset(text + size, 'z', 5000); /* longer than the pieces asked for */
	size += 5000;
	char a[] = "/tmp/ralm-lines-a-XXXXXX", b[] = "/tmp/ralm-lines-b-XXXXXX",
	     none[] = "/tmp/ralm-lines-c-XXXXXX";
	first = 20000;
	while (text[first - 1] != '\n')
		first++;
	put_file(a, text, first);
	put_file(none, "", 0);
	put_file(b, text + first, size - first);
	const char *paths[] = {a, none, b};
	static const size_t wants[] = {1, 100, 4096, 20000, 1 << 20};
	for (size_t w = 0; w < sizeof wants / sizeof *wants; w++) {
		struct ralm_reader reader;
		char *buffer = NULL;
		size_t capacity = 0, length, seen = 0;
		int got;
		bool ok = true;
		if (ralm_reader_open(&reader, paths, 3, &err) != 0)
			abort();
		while ((got = ralm_reader_next_piece(&reader, &buffer, &capacity,
						     wants[w], true, &length, &err)) == 1) {
			ok = ok && length > 0 && seen + length <= size &&
			     !memcmp(buffer, text + seen, length);
			seen += length;
			ok = ok && (seen == size || buffer[length - 1] == '\n') &&
			     !strcmp(reader.name, seen <= first ? a : b);
		}
		check(ok && got == 0 && seen == size, "pieces of about %zu bytes",
		      wants[w]);
		check(ralm_reader_next_piece(&reader, &buffer, &capacity, 1, true,
					     &length, &err) == 0,
		      "the end stays");
		ralm_reader_release(&reader);
		free(buffer);
	}
	unlink(a);
	unlink(b);
	unlink(none);
}

/* Who does not wait is not kept by the rest of a line that is too long. */
static void test_long_line(void)
{
	struct ralm_error err;
	struct ralm_reader reader;
	char *buffer = NULL;
	size_t capacity = 0, length = 0, rest = RALM_LINE_MAX + 100;
	int ends[2];
	if (pipe(ends) != 0)
		abort();
	pid_t pid = fork();
	if (pid == 0) {
		char some[4096];
		memset(some, 'z', sizeof some);
		for (ssize_t put = 0; rest > 0 && put >= 0; rest -= (size_t)put)
			put = write(ends[1], some,
				    rest < sizeof some ? rest : sizeof some);
		_exit(0);
	}
	if (ralm_reader_open_fd(&reader, ends[0], "pipe", &err) != 0)
		abort();
	int got = ralm_reader_next_piece(&reader, &buffer, &capacity, 1000, true,
					 &length, &err);
	check(got == -1 && reader.long_line, "a line that is too long");
	alarm(30);
	got = ralm_reader_next_piece(&reader, &buffer, &capacity, 1000, false,
				     &length, &err);
	check(got == RALM_NOT_YET, "whose end has not come yet");
	if (waitpid(pid, NULL, 0) != pid || write(ends[1], "\nok\n", 4) != 4)
		abort();
	got = ralm_reader_next_piece(&reader, &buffer, &capacity, 1000, false,
				     &length, &err);
	check(got == 1 && length == 3 && memcmp(buffer, "ok\n", 3) == 0,
	      "and the line behind it");
	alarm(0);
	ralm_reader_release(&reader);
	free(buffer);
	close(ends[0]);
	close(ends[1]);
}

static void test_writer(void)
{
	struct ralm_error err;
	struct ralm_writer writer;
	int ends[2];
	char got[200];
	if (pipe(ends) != 0 ||
	    ralm_writer_open(&writer, ends[1], "pipe", &err) != 0)
		abort();
	ralm_writer_put(&writer, "a\t", 2);
	ralm_writer_put_u64(&writer, 1234567890123);
	ralm_writer_put_char(&writer, ' ');
	ralm_writer_put_real(&writer, 0.1f);
	check(ralm_writer_flush(&writer, &err) == 0, "flush to a pipe");
	ssize_t n = read(ends[0], got, sizeof got);
	check(n == 27 && !memcmp(got, "a\t1234567890123 0.100000001", 27),
	      "bytes, numbers and reals in order");
	ralm_writer_release(&writer);
	close(ends[0]);
	close(ends[1]);

	int full = open("/dev/full", O_WRONLY);
	if (full < 0 || ralm_writer_open(&writer, full, "stdout", &err) != 0) {
		check(true, "# SKIP no /dev/full here");
		return;
	}
	for (int i = 0; i < 100000; i++)
		ralm_writer_put(&writer, "0123456789", 10);
	check(ralm_writer_flush(&writer, &err) == -1 &&
		      strstr(err.message, "No space") && !strcmp(err.file, "stdout"),
	      "a full device is noticed and named");
	ralm_writer_release(&writer);
	close(full);
}

static void test_share(void)
{
	check(ralm_input_share(1, 4) == 0.25 && ralm_input_share(5, 4) == 1 &&
		      isnan(ralm_input_share(5, 0)),
	      "the share that was read: 1 of a file that grew, none of a pipe");
}

static void test_writer_to_memory(void)
{
	struct ralm_error err;
	struct ralm_writer writer;
	char tens[10000];
	memset(tens, 'x', sizeof tens);
	ralm_writer_open_memory(&writer);
	ralm_writer_put_quoted(&writer, "a\"\\\n\033\xff\xc3\xa4");
	ralm_writer_put_printable(&writer, " b\t\xff\xc3\xa4");
	for (int i = 0; i < 30; i++)
		ralm_writer_put(&writer, tens, sizeof tens);
	ralm_writer_put_char(&writer, '\0');
	static const char begin[] =
		"\"a\\\"\\\\\\n\\u001b\\ufffd\xc3\xa4\" b??\xc3\xa4";
	const size_t length = sizeof begin - 1;
	check(ralm_writer_flush(&writer, &err) == 0 &&
		      writer.used == length + 300001,
	      "a writer to memory has all that was put");
	check(memcmp(writer.buffer, begin, length) == 0 &&
		      strspn(writer.buffer + length, "x") == 300000,
	      "quoted, printable, and as it is");
	const size_t whole = writer.used;
	ralm_writer_put(&writer, tens, SIZE_MAX / 2);
	ralm_writer_put_char(&writer, 'y');
	check(ralm_writer_flush(&writer, &err) == -1 &&
		      strstr(err.message, "out of memory (9223372036855075") &&
		      (writer.used == whole || writer.buffer[whole] != 'y'),
	      "lack of memory is kept as an error, and what is put then is dropped");
	ralm_writer_release(&writer);
}

int main(void)
{
	test_reader();
	test_lengths("\n");
	test_lengths("\r\n");
	test_pieces();
	test_long_line();
	test_writer();
	test_share();
	test_writer_to_memory();
	return check_done();
}
