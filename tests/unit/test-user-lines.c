/* formats/user_lines: what a line about a user means, what it must not be, and
 * what the fields of a file are. */
#include "check.h"

#include "libralm/formats/user_lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ralm_user_parser parser;
static struct ralm_user_line got;
static struct ralm_error err;

/* The line is copied to memory of its exact size, so that a sanitizer sees a
 * byte read past its end. */
static int parse_bytes(const char *line, size_t length)
{
	static char *copy;
	free(copy);
	copy = malloc(length ? length : 1);
	memcpy(copy, line, length);
	return ralm_user_parse(&got, &parser, copy, length, &err);
}

static int parse(const char *line)
{
	return parse_bytes(line, strlen(line));
}

static void forget(void)
{
	ralm_user_parser_release(&parser);
}

static bool is(const char *text, size_t length, const char *expected)
{
	return length == strlen(expected) &&
	       memcmp(text, expected, length) == 0;
}

/* Is value i this slot, of the field with that name and number? */
static bool has(size_t i, const char *slot, const char *field, uint32_t number)
{
	const struct ralm_user_value *value = &got.values[i];
	size_t length;
	const char *name = ralm_names_text(&parser.fields.names, number, &length);
	return i < got.count && is(value->slot, value->slot_length, slot) &&
	       value->field == number &&
	       is(name, length, field) &&
	       is(value->text, value->length, slot + length + 1);
}

static void test_meaning(void)
{
	check(parse("user:7 read:news17 read:a:b=c gender:F read:news17") == 1 &&
		      is(got.user, got.user_length, "7") && got.count == 4 &&
		      has(0, "read:news17", "read", 0) &&
		      has(1, "read:a:b=c", "read", 0) &&
		      has(2, "gender:F", "gender", 1) &&
		      has(3, "read:news17", "read", 0),
	      "words, in their order, as often as they are written");
	check(got.values[0].first && !got.values[1].first &&
		      got.values[2].first && !got.values[3].first,
	      "the first value of a field says so");
	check(parse("  read:news4\tage=41.5 \t user:ann age=-3e2 x=.5 ") == 1 &&
		      is(got.user, got.user_length, "ann") && got.count == 4 &&
		      has(0, "read:news4", "read", 0) && !got.values[0].first &&
		      has(1, "age=41.5", "age", 2) &&
		      got.values[1].number == 41.5 &&
		      got.values[2].number == -300 && !got.values[2].first &&
		      got.values[3].number == .5 && got.values[0].number == 0 &&
		      parser.fields.kinds[1] == RALM_FIELD_WORDS &&
		      parser.fields.kinds[2] == RALM_FIELD_NUMBERS,
	      "blanks of any kind, the user anywhere, numbers");
	check(parse("user:user") == 1 && got.count == 0 &&
		      parse("user:1 users:2 use:3 user-:4 User=5") == 1 &&
		      got.count == 4,
	      "a user of whom nothing is known; fields that only look like user");
	check(parse("") == 0 && parse(" \t ") == 0, "blank lines");
	char many[4000] = "user:1";
	for (int i = 0; i < 300; i++)
		sprintf(many + strlen(many), " f%d:%d", i % 101, i);
	forget();
	bool ok = parse(many) == 1 && got.count == 300 &&
		  parser.fields.names.count == 101;
	for (uint32_t i = 0; ok && i < 300; i++)
		ok = got.values[i].field == i % 101 &&
		     got.values[i].first == (i < 101);
	check(ok, "many fields");
	forget();
}

static bool refuses(const char *line, const char *message)
{
	struct ralm_user_line before = got;
	int result = parse(line);
	bool ok = result == -1 && strcmp(err.message, message) == 0 &&
		  err.code == RALM_ERROR_DATA &&
		  memcmp(&got, &before, sizeof got) == 0;
	if (!ok)
		printf("# %d '%s'\n", result, result == -1 ? err.message : "");
	return ok;
}

static void test_errors(void)
{
	static const struct {
		const char *line, *message;
	} bad[] = {
		{"read:1", "no user slot"},
		{"user:1 user:1", "two user slots"},
		{"user: read:1", "user: empty user id"},
		{"user=1 read:1", "'user' is no field: expected user:ID"},
		{"user:1 user=2", "'user' is no field: expected user:ID"},
		{"user:1 read", "expected FIELD:VALUE or FIELD=NUMBER, got 'read'"},
		{"user", "expected FIELD:VALUE or FIELD=NUMBER, got 'user'"},
		{"user:1 :2", "expected FIELD:VALUE or FIELD=NUMBER, got ':2'"},
		{"user:1 =2", "expected FIELD:VALUE or FIELD=NUMBER, got '=2'"},
		{"user:1 read:", "read: empty value"},
		{"user:1 age= read:2", "age: empty value"},
		{"user:1 age=x", "age: expected a number, got 'x'"},
		{"user:1 age=inf", "age: expected a number, got 'inf'"},
		{"user:1 age=1e999", "age: expected a number, got '1e999'"},
		{"user:1 age==3", "age: expected a number, got '=3'"},
		{"user:1 age=4,5", "age: '4,5' has a decimal comma: a point is needed"},
		{"user:1 age:3 age=3", "field 'age' has both words (age:) and numbers (age=)"},
		{"user:1 age=3 x:1 age:3", "field 'age' has both words (age:) and numbers (age=)"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		check(refuses(bad[i].line, bad[i].message), "%s",
		      bad[i].message);
	check(parse_bytes("user:\0", 6) < 0 &&
		      !strcmp(err.message, "user: NUL byte in a user id") &&
		      parse_bytes("user:1 a:b\0", 11) < 0 &&
		      !strcmp(err.message, "a: NUL byte in a value") &&
		      parse_bytes("user:1 a\0:b", 11) < 0 &&
		      !strcmp(err.message, "NUL byte in the name of a field"),
	      "NUL bytes");
	check(parse("user:1 age:young x=5") == 1 &&
		      refuses("user:2 age=3",
			      "field 'age' has both words (age:) and numbers (age=)") &&
		      parse("user:2 age:old") == 1,
	      "a field stays what it was on the lines before");
	forget();
}

/* Whoever leaves bad lines out must not be bound by them. */
static void test_forgotten(void)
{
	check(parse("user:1 a:1") == 1 && parse("user:1 b:1 c:2 b=3") == -1 &&
		      parse("user:1 b:2 c=x") == -1 &&
		      parse("user:1 b=2 a:5 c=4") == 1 &&
		      got.values[0].first && !got.values[1].first &&
		      got.values[2].first && has(0, "b=2", "b", 1) &&
		      has(1, "a:5", "a", 0) && parse("user:1 a=1") == -1,
	      "a bad line tells of no field");
	uint32_t field;
	check(ralm_user_fields_add(&field, &parser.fields, "b", 1,
				   RALM_FIELD_NUMBERS, &err) == 0 && field == 1 &&
		      ralm_user_fields_add(&field, &parser.fields, "d", 1,
					   RALM_FIELD_NUMBERS, &err) == 1 &&
		      field == 3 && refuses("user:1 d:5",
			      "field 'd' has both words (d:) and numbers (d=)"),
	      "fields may be told beforehand");
	forget();
}

static void test_files(void)
{
	static const char text[] = "\xef\xbb\xbfuser:1 a:1\r\n\n \t\nb:2\nuser:1 a:3";
	char path[] = "/tmp/ralm-users-XXXXXX";
	const char *paths[] = {path, path};
	struct ralm_user_lines lines;
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, text, sizeof text - 1) != sizeof text - 1)
		abort();
	check(ralm_user_lines_open(&lines, paths, 2, &err) == 0 &&
		      ralm_user_lines_next(&got, &lines, &err) == 1 &&
		      is(got.user, got.user_length, "1") &&
		      is(got.values->text, got.values->length, "1"),
	      "the first line, behind a byte order mark");
	check(ralm_user_lines_next(&got, &lines, &err) == -1 &&
		      lines.bad_line && err.line == 4 &&
		      strcmp(err.file, path) == 0 &&
		      strcmp(err.message, "no user slot") == 0,
	      "a bad line is told with its place");
	check(ralm_user_lines_next(&got, &lines, &err) == 1 &&
		      is(got.values->text, got.values->length, "3") &&
		      ralm_user_lines_next(&got, &lines, &err) == 1 &&
		      ralm_user_lines_next(&got, &lines, NULL) == -1 &&
		      lines.bad_line &&
		      ralm_user_lines_next(&got, &lines, &err) == 1 &&
		      ralm_user_lines_next(&got, &lines, &err) == 0 &&
		      lines.count == 4,
	      "and one may go on behind it, and with the next file");
	ralm_user_lines_release(&lines);
	if (ftruncate(fd, 0) != 0)
		abort();
	check(ralm_user_lines_open(&lines, paths, 1, &err) == 0 &&
		      ralm_user_lines_next(&got, &lines, &err) == -1 &&
		      !lines.bad_line && strcmp(err.message, "no users") == 0,
	      "no users at all");
	ralm_user_lines_release(&lines);
	close(fd);
	unlink(path);
}

int main(void)
{
	test_meaning();
	test_errors();
	test_forgotten();
	test_files();
	return check_done();
}
