/* formats/ids, timestamp, clicks: ids by number and by text, what is a time,
 * how a log's columns are found and its lines judged. */
#include "check.h"

#include "libralm/formats/clicks.h"
#include "libralm/formats/timestamp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ralm_error err;

/* ---- ids ------------------------------------------------------------------ */

static uint32_t add(struct ralm_ids *ids, const char *text)
{
	uint32_t number = UINT32_MAX;
	if (ralm_ids_add(&number, ids, text, strlen(text), &err) != 0)
		abort();
	return number;
}

static bool text_is(const struct ralm_ids *ids, uint32_t number,
		    const char *text)
{
	size_t length;
	const char *known = ralm_ids_text(ids, number, &length);
	return length == strlen(text) && memcmp(known, text, length) == 0;
}

/* Whether a short id and one of that length are kept by sealing, in cells of
 * that size: 0, in none. */
static bool seals(size_t length, size_t cell)
{
	struct ralm_ids ids;
	char *text = calloc(1, length + 1);
	ralm_ids_init(&ids);
	memset(text, 'x', length);
	add(&ids, "7");
	add(&ids, text);
	bool ok = ralm_ids_seal(&ids, &err) == 0 && ids.cell == cell &&
		  text_is(&ids, 0, "7") && text_is(&ids, 1, text);
	free(text);
	ralm_ids_release(&ids);
	return ok;
}

static void test_ids(void)
{
	struct ralm_ids ids;
	ralm_ids_init(&ids);
	static const char *const different[] = {
		"7", "07", "-7", "+7", "7.0", "ann", "Ann", "an", "annn", "0",
		"9223372036854775807", "9223372036854775808",
		"18446744073709551616", "\xc3\xa9", "user_seeds:7"};
	size_t n = sizeof different / sizeof *different;
	bool ok = true;
	for (size_t i = 0; i < n; i++)
		ok = ok && add(&ids, different[i]) == i;
	for (size_t i = 0; i < n; i++)
		ok = ok && add(&ids, different[i]) == i &&
		     text_is(&ids, (uint32_t)i, different[i]);
	check(ok && ids.count == n,
	      "ids that differ in a byte differ; the text stays as it was");
	check(ids.longest == 20, "the longest id is known");

	char text[32];
	for (int i = 0; i < 200000; i++) {
		snprintf(text, sizeof text, i % 2 ? "%d" : "user-%d", i);
		ok = ok && add(&ids, text) ==
				   (i == 7 ? 0 : (uint32_t)i + n - (i > 7));
	}
	ok = ok && ralm_ids_seal(&ids, &err) == 0;
	for (int i = 8; i < 200000; i++) {
		snprintf(text, sizeof text, i % 2 ? "%d" : "user-%d", i);
		ok = ok && text_is(&ids, (uint32_t)i + (uint32_t)n - 1, text);
	}
	check(ok,
	      "200,000 ids keep their numbers and texts while tables grow");
	ralm_ids_release(&ids);
	check(seals(15, 16) && seals(16, 32) && seals(31, 32) &&
		      seals(32, 0) && seals(63, 64) && seals(64, 0) &&
		      seals(RALM_ID_MAX, 0),
	      "sealed ids keep their texts, in cells or not");
	check(ralm_ids_seal(&ids, &err) == 0 && ids.count == 0,
	      "no ids can be sealed as well");

	char *big = calloc(1, RALM_ID_MAX + 1);
	memset(big, 'x', RALM_ID_MAX + 1);
	uint32_t number;
	check(ralm_ids_add(&number, &ids, big, RALM_ID_MAX, &err) == 0 &&
		      ralm_ids_add(&number, &ids, big, RALM_ID_MAX + 1, &err) ==
			      -1 &&
		      err.code == RALM_ERROR_DATA && ids.count == 1,
	      "an id may have %d bytes and not one more", RALM_ID_MAX);
	free(big);
	ralm_ids_release(&ids);
}

/* ---- times ----------------------------------------------------------------- */

static void test_times(void)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {
		{"0", 0},
		{"1457963676", 1457963676},
		{"1457963676.25", 1457963676.25},
		{"1457963676123", 1457963676123.},
		{"-1.5", -1.5},
		{"1e9", 1e9},
		{"1970-01-01", 0},
		{"1970-01-01T00:00:00Z", 0},
		{"2000-02-29 23:59:59", 951868799},
		{"2016-03-14T13:54:36", 1457963676},
		{"2016-03-14T13:54:36Z", 1457963676},
		{"2016-03-14T13:54", 1457963640},
		{"2016-03-14T13:54:36.25Z", 1457963676.25},
		{"2016-03-14T13:54:36,25", 1457963676.25},
		{"2016-03-14T14:54:36+01:00", 1457963676},
		{"2016-03-14T10:24:36-0330", 1457963676},
		{"2016-03-14 08:54:36-05", 1457963676},
		{"1969-12-31T23:59:59Z", -1},
		{"0001-01-01", -62135596800.},
		{"9999-12-31T23:59:60Z", 253402300800.},
		{"1900-03-01", -2203891200.},
	};
	static const char *const bad[] = {
		"", " 1", "1 ", "x", "nan", "inf", "0x10", "1.2.3",
		"2016-03", "2016-13-01", "2016-00-01", "2016-02-30",
		"1900-02-29", "2016-03-14T", "2016-03-14T24:00",
		"2016-03-14T13", "2016-03-14T13:60", "2016-03-14T13:54:61",
		"2016-03-14T13:54:36.", "2016-03-14T13:54:36.x",
		"2016-03-14T13:54:36+1", "2016-03-14T13:54:36+24:00",
		"2016-03-14T13:54:36Zulu", "2016-3-14", "16-03-14",
		"2016-03-14T13:54:36+01:", "0000-01-01", "2016-03-14Z"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		double seconds = NAN;
		bool ok = ralm_parse_time(&seconds, good[i].text,
					  strlen(good[i].text)) &&
			  fabs(seconds - good[i].seconds) < 1e-6;
		check(ok, "'%s' is %.9g seconds", good[i].text,
		      good[i].seconds);
	}
	bool ok = true;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		double seconds = 17;
		if (ralm_parse_time(&seconds, bad[i], strlen(bad[i]))) {
			printf("# '%s' was taken for %.9g\n", bad[i], seconds);
			ok = false;
		}
	}
	check(ok, "what is no time is refused");
	double seconds;
	check(!ralm_parse_time(&seconds, "12\0003", 4) &&
		      !ralm_parse_time(&seconds, "2016-03-14\0", 11) &&
		      !ralm_parse_time(&seconds, "2016-03-14T13:54:36\0", 20),
	      "a NUL byte makes it none");
}

/* ---- logs ------------------------------------------------------------------ */

static struct ralm_click_log log_read;

/* Reads the text as the file "log". */
static int read_text(const char *text, size_t length,
		     const struct ralm_click_format *format)
{
	int ends[2];
	if (pipe(ends) != 0 ||
	    write(ends[1], text, length) != (ssize_t)length)
		abort();
	close(ends[1]);
	ralm_click_log_release(&log_read);
	int result = ralm_click_log_read_fd(&log_read, ends[0], "log", format,
					    &err);
	close(ends[0]);
	return result;
}

/* The log as "user item time;user item time;". */
static bool reads(const char *text, const struct ralm_click_format *format,
		  const char *want)
{
	char got[1024] = "";
	size_t used = 0;
	if (read_text(text, strlen(text), format) != 0) {
		char message[1024];
		ralm_error_format(message, sizeof message, &err);
		printf("# %s\n", message);
		return false;
	}
	for (size_t i = 0; i < log_read.count; i++) {
		const struct ralm_click *c = &log_read.clicks[i];
		size_t user_length, item_length;
		const char *user =
			ralm_ids_text(&log_read.users, c->user, &user_length);
		const char *item =
			ralm_ids_text(&log_read.items, c->item, &item_length);
		used += (size_t)snprintf(got + used, sizeof got - used,
					 "%.*s %.*s", (int)user_length, user,
					 (int)item_length, item);
		if (log_read.has_times)
			used += (size_t)snprintf(got + used, sizeof got - used,
						 " %.9g", c->time);
		used += (size_t)snprintf(got + used, sizeof got - used, ";");
	}
	if (strcmp(got, want) != 0)
		printf("# got %s\n", got);
	return strcmp(got, want) == 0;
}

static bool refuses(const char *text, size_t length,
		    const struct ralm_click_format *format, const char *want)
{
	char message[1024] = "taken";
	if (read_text(text, length, format) != 0)
		ralm_error_format(message, sizeof message, &err);
	if (strcmp(message, want) != 0)
		printf("# %s\n", message);
	return strcmp(message, want) == 0;
}

#define FORMAT(...) (&(const struct ralm_click_format){__VA_ARGS__})

static void test_columns(void)
{
	check(reads("u\ti\nv\ti\r\n\nu\tj", FORMAT(0), "u i;v i;u j;"),
	      "two columns are user and item; blank lines, CRLF, no newline");
	check(reads("u\ti\t5\nv\ti\t6\textra\n", FORMAT(0), "u i 5;v i 6;"),
	      "a third column is the time, others are passed over");
	check(reads("9\tX\titem\tann\n8\tY\tjtem\tbob\n",
		    FORMAT(.columns = "time,_,item,user"),
		    "ann item 9;bob jtem 8;"),
	      "columns by their order, one passed over");
	check(reads("when,who,what,how\n9,ann,item,x\n",
		    FORMAT(.columns = "item=what,user=who,time=when",
			   .delimiter = ",", .header = true),
		    "ann item 9;"),
	      "columns by the names of the header");
	check(reads("user,item\nann,x\n",
		    FORMAT(.delimiter = ",", .header = true), "ann x;"),
	      "a header without names is passed over");
	check(reads("1::2::5::9\n", FORMAT(.columns = "user,item,rating,time",
					   .delimiter = "::"),
		    "1 2 9;"),
	      "a delimiter of two bytes");
	check(reads("a:b::c:d\n", FORMAT(.delimiter = "::"), "a:b c:d;"),
	      "one byte of two is no delimiter");
	check(reads("u\ti\n", FORMAT(.delimiter = "\\t"), "u i;"),
	      "\\t names the tab");
	check(reads("1,2,3.5\n1,3,4\n2,3,4.5\n",
		    FORMAT(.columns = "user,item,rating", .delimiter = ",",
			   .min_rating = "4"),
		    "1 3;2 3;") &&
		      log_read.below_min_rating == 1 &&
		      log_read.items.count == 1,
	      "a rating below the minimum is no click");
	check(reads("\"a\",\"b\"\"c\"\n\"d,e\",f\"g\"\n",
		    FORMAT(.delimiter = ","), "a b\"c;d,e f\"g\";"),
	      "quotes as in CSV");
	check(reads("\"a\",\"b\",\"7\"\n\"c\",\"d\",\"8\"\n",
		    FORMAT(.delimiter = ","), "a b 7;c d 8;"),
	      "the first line is read as the others, though it was looked at");
	check(reads("\"a, b\",\"c\",x\r\n\"a\",\"b\",\"\"\"\"\r\n",
		    FORMAT(.columns = "_,user,item", .delimiter = ","),
		    "c x;b \";"),
	      "quotes before a carriage return; a delimiter in a column passed over");
	check(reads("\"user\"\"s\";x\nu;i\n",
		    FORMAT(.columns = "user=user\"s,item=x", .delimiter = ";",
			   .header = true),
		    "u i;"),
	      "a quoted name in the header");
	check(reads("\"a\"\tb\n", FORMAT(0), "\"a\" b;"),
	      "between tabs a quote is a byte as others");
	check(reads("\xef\xbb\xbfuser,item\nu,i\n",
		    FORMAT(.columns = "user=user,item=item", .delimiter = ",",
			   .header = true),
		    "u i;"),
	      "a byte order mark before the header");
}

static void test_bad_lines(void)
{
	const struct ralm_click_format *csv = FORMAT(
		.columns = "user,item,rating,time", .delimiter = ",");
#define REFUSES(text, format, message)                                       \
	check(refuses(text, sizeof text - 1, format, message), "%s", message)
	REFUSES("a\tb\nc\n", FORMAT(0),
		"log:2: expected at least 2 columns, got 1 (--delimiter)");
	REFUSES("a\tb\t1\nc\td\n", FORMAT(0),
		"log:2: expected at least 3 columns, got 2");
	REFUSES("\tb\n", FORMAT(0), "log:1: user: empty id");
	REFUSES("a\t\n", FORMAT(0), "log:1: item: empty id");
	REFUSES("a b\tc\n", FORMAT(0), "log:1: user: id with white space");
	REFUSES("a\tb\vc\n", FORMAT(0), "log:1: item: id with white space");
	REFUSES("a\0\tc\n", FORMAT(0), "log:1: user: id with a NUL byte");
	REFUSES("a\tb\tnoon\n", FORMAT(0),
		"log:1: time: expected seconds or ISO 8601, got 'noon' "
		"(--header)");
	REFUSES("a\tb\t\n", FORMAT(0),
		"log:1: time: expected seconds or ISO 8601, got '' (--header)");
	REFUSES("a\tb\t1\na\tb\tnoon\n", FORMAT(0),
		"log:2: time: expected seconds or ISO 8601, got 'noon'");
	REFUSES("u\ti\tt\na\tb\tnoon\n", FORMAT(.header = true),
		"log:2: time: expected seconds or ISO 8601, got 'noon'");
	REFUSES("a,b,good,1\n", csv,
		"log:1: rating: expected a number, got 'good' (--header)");
	REFUSES("a,b,nan,1\n", csv,
		"log:1: rating: expected a number, got 'nan' (--header)");
	REFUSES("\"a,b,1,1\n", csv, "log:1: quote is not closed");
	REFUSES("\"a\"x,b,1,1\n", csv, "log:1: text behind a closing quote");
	REFUSES("a,b\n", FORMAT(.columns = "user=a,item=c", .delimiter = ",",
				.header = true),
		"log:1: no field of the header for item=c (--columns)");
	REFUSES("a,a\n", FORMAT(.columns = "user=a,item=c", .delimiter = ",",
				.header = true),
		"log:1: two fields of the header are named 'a'");
	REFUSES("", FORMAT(.columns = "user"),
		"--columns: 'user': a user and an item column are needed");
	REFUSES("", FORMAT(.columns = "user,item,user"),
		"--columns: 'user,item,user': user is named twice");
	REFUSES("", FORMAT(.columns = "user,item,when"),
		"--columns: expected user, item, time, rating or _, or "
		"ROLE=NAME for a field of the header, got 'when'");
	REFUSES("", FORMAT(.columns = "user=a,item"),
		"--columns: 'user=a,item': either all entries are ROLE=NAME or "
		"none");
	REFUSES("", FORMAT(.columns = "user=a,item=b"),
		"--columns: 'user=a,item=b': names need a header (--header)");
	REFUSES("", FORMAT(.delimiter = ""),
		"--delimiter: expected 1 to 15 bytes, got ''");
	REFUSES("", FORMAT(.delimiter = "\""),
		"--delimiter: neither a quote nor a newline can delimit");
	REFUSES("", FORMAT(.min_rating = "4"),
		"--min-rating: no column is the rating (--columns)");
	REFUSES("", FORMAT(.min_rating = "four"),
		"--min-rating: expected a number, got 'four'");
	check(err.code == RALM_ERROR_CONFIG, "options are configuration");

	char message[1024];
	check(reads("a\tb\nc\n\nd\t\ne\tf\n", FORMAT(.skip_bad = true),
		    "a b;e f;") &&
		      log_read.bad_lines == 2,
	      "bad lines are left out and counted");
	ralm_error_format(message, sizeof message, &log_read.first_bad);
	check(!strcmp(message, "log:2: expected at least 2 columns, got 1 (--delimiter)"),
	      "the first of them is told");
}

int main(void)
{
	ralm_click_log_init(&log_read);
	test_ids();
	test_times();
	test_columns();
	test_bad_lines();
	ralm_click_log_release(&log_read);
	return check_done();
}
