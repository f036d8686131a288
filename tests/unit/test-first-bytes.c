/* formats/lines: what files begin with, lines that are too long, descriptors
 * that do not wait. Lines and pieces are to agree on all of it. */
#include "check.h"

#include "libralm/formats/lines.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_file(char *path, const void *bytes, size_t length)
{
	strcpy(path, "/tmp/ralm-first-XXXXXX");
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	close(fd);
}

/* What was read, lines ended by '|'; a line that is too long is "LONG". */
struct text {
	char bytes[4000];
	size_t length;
	struct ralm_error err; /* of the last line that failed */
	bool failed;
};

static void add(struct text *text, const char *bytes, size_t length)
{
	if (length > 100) {
		text->length += (size_t)sprintf(text->bytes + text->length,
						"%zu|", length);
		return;
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length++] = '|';
}

static void read_lines(struct text *text, struct ralm_reader *reader)
{
	char *line;
	size_t length;
	int got;
	memset(text, 0, sizeof *text);
	while ((got = ralm_reader_next(reader, &line, &length, &text->err)) ==
		       1 ||
	       reader->long_line)
		add(text, got == 1 ? line : "LONG", got == 1 ? length : 4);
	text->failed = got < 0;
	ralm_reader_release(reader);
}

static void read_pieces(struct text *text, struct ralm_reader *reader,
			size_t want)
{
	char *buffer = NULL;
	size_t capacity = 0, length;
	int got;
	memset(text, 0, sizeof *text);
	while ((got = ralm_reader_next_piece(reader, &buffer, &capacity, want, true,
					     &length, &text->err)) == 1 ||
	       reader->long_line) {
		if (got < 0)
			add(text, "LONG", 4);
		for (char *p = buffer; got == 1 && p < buffer + length;) {
			char *end = memchr(p, '\n',
					   (size_t)(buffer + length - p));
			char *next = end ? end + 1 : buffer + length;
			add(text, p, (size_t)((end ? end : next) - p));
			p = next;
		}
	}
	text->failed = got < 0;
	free(buffer);
	ralm_reader_release(reader);
}

/* Both ways of reading the files give this text. */
static bool reads(const char *want, const char *const *paths, size_t count)
{
	static const size_t wants[] = {1, 7, 1 << 20};
	struct ralm_reader reader;
	struct text text;
	struct ralm_error err;
	if (ralm_reader_open(&reader, paths, count, &err) != 0)
		abort();
	read_lines(&text, &reader);
	bool ok = !text.failed && !strcmp(text.bytes, want);
	for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
		if (ralm_reader_open(&reader, paths, count, &err) != 0)
			abort();
		read_pieces(&text, &reader, wants[i]);
		ok = ok && !text.failed && !strcmp(text.bytes, want);
	}
	return ok;
}

static void test_marks(void)
{
	char a[40], none[40], only[40], b[40];
	put_file(a, "\xef\xbb\xbf" "1\n\xef\xbb\xbf" "2\n3", 11);
	put_file(none, "", 0);
	put_file(only, "\xef\xbb\xbf", 3);
	put_file(b, "\xef\xbb\xbf\n\xef\xbb", 6);
	const char *paths[] = {a, none, b, a};
	check(reads("1|\xef\xbb\xbf" "2|3||\xef\xbb|1|\xef\xbb\xbf" "2|3|",
		    paths, 4),
	      "a mark goes at the start of each file, and nowhere else");
	const char *alone[] = {only, a};
	struct ralm_reader reader;
	struct text text;
	struct ralm_error err;
	if (ralm_reader_open(&reader, alone, 2, &err) != 0)
		abort();
	read_pieces(&text, &reader, 7);
	check(!text.failed && !strcmp(text.bytes, "1|\xef\xbb\xbf" "2|3|"),
	      "a mark alone is a file without text");
	unlink(a);
	unlink(none);
	unlink(only);
	unlink(b);
}

/* The file is refused by both ways of reading with this message. */
static bool refused(const void *bytes, size_t length, const char *format)
{
	char path[40], want[600], got[2][600];
	struct ralm_reader reader;
	struct text text;
	struct ralm_error err;
	put_file(path, bytes, length);
	const char *paths[] = {path};
	for (int way = 0; way < 2; way++) {
		if (ralm_reader_open(&reader, paths, 1, &err) != 0)
			abort();
		if (way == 0)
			read_lines(&text, &reader);
		else
			read_pieces(&text, &reader, 64);
		ralm_error_format(got[way], sizeof got[way], &text.err);
		if (!text.failed || text.length != 0 ||
		    text.err.code != RALM_ERROR_DATA)
			strcpy(got[way], "no failure");
	}
	int used = snprintf(want, sizeof want, "%s: ", path);
	for (const char *p = format; *p; p++)
		used += snprintf(want + used, sizeof want - (size_t)used, "%.*s",
				 *p == '@' ? 40 : 1, *p == '@' ? path : p);
	unlink(path);
	return !strcmp(got[0], want) && !strcmp(got[1], want);
}
#define refused(bytes, message) refused(bytes, sizeof(bytes) - 1, message)

static void test_kinds(void)
{
	check(refused("\x1f\x8b\x08\0\n\n",
		      "compressed by gzip: use 'zcat @ | ...'"), "gzip");
	check(refused("\x28\xb5\x2f\xfd\x04",
		      "compressed by zstd: use 'zstdcat @ | ...'"), "zstd");
	check(refused("\x5a\x2a\x4d\x18\x04\0\0\0",
		      "compressed by zstd: use 'zstdcat @ | ...'"), "pzstd");
	check(refused("\xfd" "7zXZ\0\0\n",
		      "compressed by xz: use 'xzcat @ | ...'"), "xz");
	check(refused("BZh71AY&SY\n",
		      "compressed by bzip2: use 'bzcat @ | ...'"), "bzip2");
	check(refused("\x04\x22\x4d\x18\x64",
		      "compressed by lz4: use 'lz4cat @ | ...'"), "lz4");
	check(refused("PK\3\4\x14", "compressed by zip: use 'funzip @ | ...'"),
	      "zip");
	check(refused("\xff\xfeu\0\n\0",
		      "text in UTF-16: use 'iconv -f UTF-16 -t UTF-8 @ | ...'"),
	      "UTF-16");
	check(refused("\xff\xfe\0\0u\0\0\0",
		      "text in UTF-32: use 'iconv -f UTF-32 -t UTF-8 @ | ...'"),
	      "UTF-32");
	check(refused("\0" "1\0\t\0\n",
		      "text in UTF-16BE: use 'iconv -f UTF-16BE -t UTF-8 @ | ...'"),
	      "UTF-16 without a mark");
	check(refused("\xef\xbb\xbf" "1 0.5\r0 0.25\r",
		      "lines end in CR alone: use \"tr '\\r' '\\n' < @ | ...\""),
	      "CR alone");
	check(refused("a\rb\rc\r\n",
		      "lines end in CR alone: use \"tr '\\r' '\\n' < @ | ...\""),
	      "CR alone but for the last line");
}

static void test_text(void)
{
	char a[40], b[40];
	put_file(a, "BZh9 PK\r\n\x1f\x8b\nx\ry\n", 15);
	put_file(b, "\"a\rb\",c\r\r\n", 10);
	struct ralm_reader reader;
	struct text text;
	struct ralm_error err;
	const char *paths[] = {a, b};
	if (ralm_reader_open(&reader, paths, 2, &err) != 0)
		abort();
	read_lines(&text, &reader);
	check(!text.failed &&
		      !strcmp(text.bytes,
			      "BZh9 PK|\x1f\x8b|x\ry|\"a\rb\",c\r|"),
	      "what may be text is text");
	unlink(a);
	unlink(b);
}

/* ---- lines that are too long ---------------------------------------------- */

/* Between a and b so many zero bytes, which take no room on the disk. */
static void put_long(char *path, const char *a, size_t zeros, const char *b)
{
	put_file(path, a, strlen(a));
	int fd = open(path, O_WRONLY | O_APPEND);
	if (fd < 0 || ftruncate(fd, (off_t)(strlen(a) + zeros)) != 0 ||
	    write(fd, b, strlen(b)) != (ssize_t)strlen(b))
		abort();
	close(fd);
}

static void test_long(void)
{
	char most[40], more[40], last[40], want[200];
	put_long(most, "1\n", RALM_LINE_MAX, "\n2\n");
	put_long(more, "1\n", RALM_LINE_MAX + 1, "\n2\n\n4");
	put_long(last, "\xef\xbb\xbf", 2 * (size_t)RALM_LINE_MAX, "");
	const char *paths[] = {more, most, last, more};
	sprintf(want, "1|LONG|2||4|1|%d|2|LONG|1|LONG|2||4|", RALM_LINE_MAX);
	struct ralm_reader reader;
	struct text text;
	struct ralm_error err;
	for (int way = 0; way < 3; way++) {
		if (ralm_reader_open(&reader, paths, 4, &err) != 0)
			abort();
		if (way == 0)
			read_lines(&text, &reader);
		else
			read_pieces(&text, &reader, way == 1 ? 1 : 1 << 20);
		check(!text.failed && !strcmp(text.bytes, want),
		      "a line that is too long is one bad line (%d)", way);
		check(text.err.code == RALM_ERROR_DATA &&
			      text.err.line == (way == 0 ? 2 : 1) &&
			      !strcmp(text.err.file, way == 0 ? more : ""),
		      "and its place is told (%d)", way);
	}
	unlink(most);
	unlink(more);
	unlink(last);
}

/* ---- descriptors that do not wait ------------------------------------------ */

static void never_wait(int fd)
{
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
		abort();
}

static const char slow_text[] = "\xef\xbb\xbf" "one\ntwo\nthree";

/* A pipe whose writer sends a byte at a time. */
static int slow_pipe(pid_t *child)
{
	int ends[2];
	if (pipe(ends) != 0 || (*child = fork()) < 0)
		abort();
	if (*child == 0) {
		close(ends[0]);
		for (const char *p = slow_text; *p; p++) {
			usleep(2000);
			if (write(ends[1], p, 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	never_wait(ends[0]);
	return ends[0];
}

static void test_reading_slowly(void)
{
	for (int way = 0; way < 2; way++) {
		struct ralm_reader reader;
		struct text text;
		struct ralm_error err;
		pid_t child;
		int fd = slow_pipe(&child);
		if (ralm_reader_open_fd(&reader, fd, "pipe", &err) != 0)
			abort();
		if (way == 0)
			read_lines(&text, &reader);
		else
			read_pieces(&text, &reader, 1);
		check(!text.failed && !strcmp(text.bytes, "one|two|three|"),
		      "a pipe that has nothing yet is waited for (%d)", way);
		waitpid(child, NULL, 0);
		close(fd);
	}
}

/* Exits with 0 when so many numbered lines come, slowly at first. */
static void count_lines(int fd, int count)
{
	FILE *in = fdopen(fd, "r");
	int number, seen = 0;
	usleep(50000);
	while (fscanf(in, "%d\n", &number) == 1 && number == seen)
		if (++seen % 20000 == 0)
			usleep(5000);
	_exit(seen != count);
}

static void test_writing_slowly(void)
{
	enum { LINES = 100000 };
	struct ralm_writer writer;
	struct ralm_error err;
	int ends[2], status;
	if (pipe(ends) != 0)
		abort();
	pid_t child = fork();
	if (child == 0) {
		close(ends[1]);
		count_lines(ends[0], LINES);
	}
	close(ends[0]);
	never_wait(ends[1]);
	if (ralm_writer_open(&writer, ends[1], "pipe", &err) != 0)
		abort();
	for (int i = 0; i < LINES; i++) {
		ralm_writer_put_u64(&writer, (uint64_t)i);
		ralm_writer_put_char(&writer, '\n');
	}
	bool ok = ralm_writer_flush(&writer, &err) == 0;
	ralm_writer_release(&writer);
	close(ends[1]);
	check(waitpid(child, &status, 0) == child && status == 0 && ok,
	      "a pipe that is full is waited for, and nothing is lost");
}

int main(void)
{
	test_marks();
	test_kinds();
	test_text();
	test_long();
	test_reading_slowly();
	test_writing_slowly();
	return check_done();
}
