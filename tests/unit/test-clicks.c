/* formats/ids, timestamp, clicks: ids by number and by text, what is a time,
 * how a log's columns are found and its lines judged. */
#include "check.h"

#include "libralm/formats/click_names.h"
#include "libralm/formats/click_times.h"
#include "libralm/formats/click_log.h"
#include "libralm/formats/records.h"
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

/* The text as the first time of a log. */
static bool parse_time(double *seconds, const char *text, size_t length)
{
	const struct ralm_click_times none = {.kind = RALM_TIME_ANY};
	enum ralm_time_kind kind;
	return ralm_click_times_parse(seconds, &kind, &none, text, length,
				      &err) == 0;
}

static void test_times(void)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {
		{"0", 0},
		{"1457963676", 1457963676},
		{"1457963676.25", 1457963676.25},
		{"99999999999", 99999999999.},
		{"-99999999999", -99999999999.},
		{"100000000000", 100000000},
		{"1457963676123", 1457963676.123},
		{"-1457963676123.5", -1457963676.1235},
		{"99999999999999", 99999999999.999},
		{"1457963676123456", 1457963676.123456},
		{"1457963676123456789", 1457963676.123457},
		{"1457963676.123456", 1457963676.123456},
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
		{"2016/03/14", 1457913600},
		{"2016/03/14 13:54:36", 1457963676},
		{"2016-03-14t13:54:36z", 1457963676},
		{"2016-03-14 13:54:36 UTC", 1457963676},
		{"2016-03-14 13:54:36 utc", 1457963676},
		{"2016-03-14 13:54:36UTC", 1457963676},
		{"2016-03-14 13:54:36 GMT", 1457963676},
		{"2016-03-14 13:54:36 Z", 1457963676},
		{"2016-03-14 13:54 UTC", 1457963640},
		{"2016-03-14 14:54:36 +0100", 1457963676},
		{"2016-03-14 13:24:36.25 -00:30", 1457963676.25},
		{"2016/03/14T13:54:36.25 UTC", 1457963676.25},
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
		"2016-03-14T13:54:36+01:", "0000-01-01", "2016-03-14Z",
		"2016/03-14", "2016-03/14", "2016.03.14", "20160314T00:00",
		"2016-03-14 13:54:36 ", "2016-03-14 13:54:36  UTC",
		"2016-03-14 13:54:36 UTC+1", "2016-03-14 13:54:36 CET",
		"2016-03-14 13:54:36 UT", "2016-03-14 UTC", "2016/3/14",
		"14/03/2016", "1e20", "100000000000000000000", "1457963676,5"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		double seconds = NAN;
		bool ok = parse_time(&seconds, good[i].text,
				     strlen(good[i].text)) &&
			  fabs(seconds - good[i].seconds) < 1e-6;
		check(ok, "'%s' is %.9g seconds", good[i].text,
		      good[i].seconds);
	}
	bool ok = true;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		double seconds = 17;
		if (parse_time(&seconds, bad[i], strlen(bad[i]))) {
			printf("# '%s' was taken for %.9g\n", bad[i], seconds);
			ok = false;
		}
	}
	check(ok, "what is no time is refused");
	double seconds;
	check(!parse_time(&seconds, "12\0003", 4) &&
		      !parse_time(&seconds, "2016-03-14\0", 11) &&
		      !parse_time(&seconds, "2016-03-14T13:54:36\0", 20),
	      "a NUL byte makes it none");
}

/* The text by a format is so many seconds; NAN: it is none. */
static void formatted(const char *format, const char *text, double want)
{
	struct ralm_click_times times;
	enum ralm_time_kind kind;
	double seconds = NAN;
	bool ok = ralm_click_times_init(&times, format, &err) == 0;
	bool read = ok && ralm_click_times_parse(&seconds, &kind, &times, text,
						 strlen(text), &err) == 0;
	check(ok && read == !isnan(want) &&
		      (!read || fabs(seconds - want) < 1e-6),
	      "%s: '%s' is %.9g", format, text, want);
}

static void test_time_formats(void)
{
	formatted("%m/%d/%Y %I:%M:%S %p", "3/14/2016 1:54:36 PM", 1457963676);
	formatted("%m/%d/%Y %I:%M:%S %p", "3/14/2016 12:54:36 AM", 1457916876);
	formatted("%m/%d/%Y %I:%M:%S %p", "13/14/2016 1:54:36 PM", NAN);
	formatted("%m/%d/%Y %H:%M", "3/14/2016 13:54", 1457963640);
	formatted("%m/%d/%Y %H:%M", "3/14/2016 13:54:36", NAN);
	formatted("%d.%m.%Y", "14.03.2016", 1457913600);
	formatted("%d.%m.%Y", "31.02.2016", NAN);
	formatted("%Y%m%d", "20160314", 1457913600);
	formatted("%d/%b/%Y:%H:%M:%S %z", "14/Mar/2016:14:54:36 +0100",
		  1457963676);
	formatted("%Y-%m-%d %H:%M:%S.%f", "2016-03-14 13:54:36.25",
		  1457963676.25);
	formatted("%d.%m.%y %I:%M:%S.%f %p", "14.03.16 1:54:36.250000 PM",
		  1457963676.25);
	formatted("%F %l %p", "2016-03-14 12 PM", 1457956800);
	formatted("%Y %j", "2016 074", 1457913600);
	formatted("%Y %j", "2016 366", 1483142400);
	formatted("%j %Y", "365 2015", 1451520000);
	formatted("%j %Y", "366 2015", NAN);
	formatted("%Y-%m-%d %j", "2016-03-14 001", 1457913600);
	formatted("%Y-%m-%d %H:%M:%S", "2016-03-14", NAN);
	formatted("%Y-%m-%d", "2016-03-14|", NAN);
	formatted("%Y %f", "2016 ", NAN);
	formatted("%f %Y", "5 1970", 0.5);
	formatted("%Y-%m-%d", "", NAN);
	formatted("seconds", "1457963676123", 1457963676123.);
	formatted("milliseconds", "5", 0.005);
	formatted("microseconds", "-5", -5e-6);
	formatted("nanoseconds", "1457963676", 1.457963676);
	formatted("seconds", "2016-03-14", NAN);
	formatted("seconds", "1e30", 1e30);

	static const char *const wrong[] = {
		"", "%H:%M", "%m/%d", "x", "%Y %", "%Y %s", "%Y %Z", "%G %Y",
		"%Y %f %f", "second", "%Y %Ey", "%c", "%Y %V",
		"%Y-%m-%d %H:%M %p", "%p %F %k", "%a %Y %j", "%j %A %Y"};
	bool ok = true;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct ralm_click_times times;
		ok = ok && ralm_click_times_init(&times, wrong[i], &err) != 0 &&
		     err.code == RALM_ERROR_CONFIG;
		if (!ok) {
			printf("# %s\n", wrong[i]);
			break;
		}
	}
	check(ok, "formats without a year or of another kind are refused");

	static const struct {
		double seconds;
		const char *text;
	} iso[] = {{0, "1970-01-01T00:00:00Z"},
		   {-1, "1969-12-31T23:59:59Z"},
		   {-0.5, "1969-12-31T23:59:59Z"},
		   {1457963676.75, "2016-03-14T13:54:36Z"},
		   {951868799, "2000-02-29T23:59:59Z"},
		   {-62135596800., "0001-01-01T00:00:00Z"},
		   {253402300799., "9999-12-31T23:59:59Z"},
		   {253402300800., "253402300800"},
		   {1e300, "1e+300"}};
	for (size_t i = 0; i < sizeof iso / sizeof *iso; i++) {
		char text[RALM_TIME_TEXT];
		ralm_format_iso_time(text, iso[i].seconds);
		check(strcmp(text, iso[i].text) == 0, "%.9g is %s",
		      iso[i].seconds, iso[i].text);
	}
	bool same = true;
	for (double s = -6e10; s < 2.5e11; s += 86400 * 17 + 12345) {
		char text[RALM_TIME_TEXT];
		double back;
		ralm_format_iso_time(text, s);
		same = same && ralm_parse_iso_time(&back, text, strlen(text)) &&
		       back == s;
	}
	check(same, "what is written reads back, over eight thousand years");
}

static enum ralm_click_role named(const char *name)
{
	return ralm_click_role_of_name(name, strlen(name));
}

static void test_names(void)
{
	check(named("userId") == RALM_CLICK_USER &&
		      named("USER_ID") == RALM_CLICK_USER &&
		      named("User-ID") == RALM_CLICK_USER &&
		      named("user id") == RALM_CLICK_USER &&
		      named("user_id:token") == RALM_CLICK_USER &&
		      named("unixReviewTime") == RALM_CLICK_TIME &&
		      named("Book-Rating") == RALM_CLICK_RATING &&
		      named("eventType") == RALM_CLICK_EVENT &&
		      named("visitorid") == RALM_CLICK_USER &&
		      named("account") == RALM_CLICK_USER &&
		      named("parent_asin") == RALM_CLICK_ITEM,
	      "names whatever their case and what joins their words");
	check(named("") == RALM_CLICK_IGNORED &&
		      named(":token") == RALM_CLICK_IGNORED &&
		      named("user1") == RALM_CLICK_IGNORED &&
		      named("users") == RALM_CLICK_IGNORED &&
		      named("use") == RALM_CLICK_IGNORED &&
		      named("session_id") == RALM_CLICK_IGNORED &&
		      named("user:a,b=c") == RALM_CLICK_IGNORED &&
		      named("user\xc3\xa9") == RALM_CLICK_IGNORED &&
		      named("____________________________________________user") ==
			      RALM_CLICK_IGNORED,
	      "other names are not known");
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
	check(reads("u\ti\n \n\t\n \t \r\nv\tj\n", FORMAT(0), "u i;v j;") &&
		      log_read.lines == 2 &&
		      reads("   \nuser,item\n \nu,i\n\t\n",
			    FORMAT(.delimiter = ",", .header = true),
			    "u i;") &&
		      reads("u i\n   \n", FORMAT(.delimiter = " "), "u i;"),
	      "lines of blanks, whatever delimits");
	check(reads("u\ti\t5\nv\ti\tx\textra\n", FORMAT(0), "u i;v i;"),
	      "a third column is nothing of which nothing is said");
	check(reads("u\ti\t5\nv\ti\t6\textra\n",
		    FORMAT(.columns = "user,item,time"), "u i 5;v i 6;"),
	      "columns behind the last one named are passed over");
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
	      "known names of a header");
	check(reads("stars,Item ID,when,visitorid\n5,x,7,ann\n",
		    FORMAT(.delimiter = ",", .header = true), "ann x;") &&
		      log_read.note_count == 1 &&
		      strcmp(log_read.notes[0].message,
			     "taken by name: --columns=user=visitorid,item=Item "
			     "ID; not used: 'stars' (--min-rating)") == 0,
	      "names tell what is what, and what they were taken for is noted");
	check(reads("nick\tthing\tt\nann\tx\t5\n",
		    FORMAT(.columns = "user,item,time", .header = true),
		    "ann x 5;") &&
		      log_read.note_count == 0,
	      "--columns by place passes over a header");
	check(reads("user,item,rating\nann,x,5\n",
		    FORMAT(.columns = "user,item,time", .delimiter = ",",
			   .header = true),
		    "ann x 5;") &&
		      log_read.note_count == 1 &&
		      strcmp(log_read.notes[0].message,
			     "column 3 is the time by --columns, and 'rating' "
			     "by the header") == 0,
	      "but notes where the header says another thing");
	check(reads("  ann   x \t 7\nbob\ty 8 \n \t \n",
		    FORMAT(.columns = "user,item,time", .delimiter = "blanks"),
		    "ann x 7;bob y 8;"),
	      "runs of blanks delimit; a line of them is blank");
	check(reads("a\1b\nc\1d\n", FORMAT(.delimiter = "\\x01"),
		    "a b;c d;"),
	      "a delimiter that is escaped");
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
		    FORMAT(.columns = "user,item,time", .delimiter = ","),
		    "a b 7;c d 8;"),
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
	const struct ralm_click_format *timed =
		FORMAT(.columns = "user,item,time");
#define REFUSES(text, format, message)                                       \
	check(refuses(text, sizeof text - 1, format, message), "%s", message)
	REFUSES("a\tb\nc\n", FORMAT(0),
		"log:2: expected at least 2 columns, got 1 (--delimiter)");
	REFUSES("a\tb\t1\nc\td\n", timed,
		"log:2: expected at least 3 columns, got 2");
	REFUSES("\tb\n", FORMAT(0), "log:1: user: empty id");
	REFUSES("a\t\n", FORMAT(0), "log:1: item: empty id");
	REFUSES("a b\tc\n", FORMAT(0), "log:1: user: id with white space");
	REFUSES("a\tb\vc\n", FORMAT(0), "log:1: item: id with white space");
	REFUSES("a\0\tc\n", FORMAT(0), "log:1: user: id with a NUL byte");
	REFUSES("a\tb\tnoon\n", timed,
		"log:1: time: expected seconds or ISO 8601, got 'noon' "
		"(--time-format) (--header)");
	REFUSES("a\tb\t\n", timed,
		"log:1: time: expected seconds or ISO 8601, got '' "
		"(--time-format) (--header)");
	REFUSES("a\tb\t1\na\tb\tnoon\n", timed,
		"log:2: time: expected seconds or ISO 8601, got 'noon' "
		"(--time-format)");
	REFUSES("user\titem\ttime\na\tb\tnoon\n", FORMAT(.header = true),
		"log:2: time: expected seconds or ISO 8601, got 'noon' "
		"(--time-format)");
	REFUSES("a\tb\t12,5\n", timed,
		"log:1: time: '12,5' has a decimal comma: a point is needed "
		"(--header)");
	REFUSES("a;b;3,abc;1\n",
		FORMAT(.columns = "user,item,rating", .delimiter = ";"),
		"log:1: rating: expected a number, got '3,abc' (--header)");
	REFUSES("a\tb\t2016-03-14\n",
		FORMAT(.columns = "user,item,time",
		       .time_format = "milliseconds", .no_header = true),
		"log:1: time: expected milliseconds, got '2016-03-14' "
		"(--time-format)");
	REFUSES("a;b;3,5;1\n",
		FORMAT(.columns = "user,item,rating", .delimiter = ";"),
		"log:1: rating: '3,5' has a decimal comma: a point is needed");
	REFUSES("user,item,rating,x\na,b,3,5,1\n",
		FORMAT(.columns = "user=user,item=item,rating=rating",
		       .delimiter = ",", .header = true),
		"log:2: 5 fields, and the header has 4: a decimal comma, or "
		"text without quotes?");
	REFUSES("user;item;note\na;b;x\nc;3;5;x\n",
		FORMAT(.delimiter = ";", .header = true),
		"log:3: 4 fields, and the header has 3: a decimal comma, or "
		"text without quotes?");
	REFUSES("who|what|\na|3|5|\n",
		FORMAT(.columns = "user,item", .delimiter = "|", .header = true),
		"log:2: 3 fields, and the header has 2: a decimal comma, or "
		"text without quotes?");
	check(reads("user,item\na,b,\nc,d\n",
		    FORMAT(.delimiter = ",", .header = true), "a b;c d;") &&
		      reads("user,item,\na,b,\nc,d\n",
			    FORMAT(.delimiter = ",", .header = true), "a b;c d;"),
	      "a delimiter may end a line");
	REFUSES("a,b,good,1\n", csv,
		"log:1: rating: expected a number, got 'good' (--header)");
	REFUSES("a,b,nan,1\n", csv,
		"log:1: rating: expected a number, got 'nan' (--header)");
	REFUSES("\"a,b,1,1\n", csv,
		"log:1: quote is not closed on its line (--multiline)");
	REFUSES("a,b,1,1,\"text\nmore\"\n", csv,
		"log:1: quote is not closed on its line (--multiline)");
	REFUSES("a, \"b\",1,1\n", csv, "log:1: a blank before a quote");
	REFUSES("a,b,1,1,\"x\" y\n", csv,
		"log:1: text behind a closing quote");
	REFUSES("\"a\"x,b,1,1\n", csv, "log:1: text behind a closing quote");
	REFUSES("a,b\n", FORMAT(.columns = "user=a,item=c", .delimiter = ",",
				.header = true),
		"log:1: no column is named 'c' (--columns); the header has "
		"'a', 'b'");
	REFUSES("a;c\n", FORMAT(.columns = "user=a,item=c", .delimiter = ",",
				.header = true),
		"log:1: no column is named 'a' (--columns); the header is one "
		"field, 'a;c' (--delimiter)");
	REFUSES("nick,item\n", FORMAT(.delimiter = ",", .header = true),
		"log:1: no column has a name that is known for the user "
		"(--columns=user=NAME,...); the header has 'nick', 'item'");
	REFUSES("\"user:a,b=c\",item,c\nu,i,x\n",
		FORMAT(.delimiter = ",", .header = true),
		"log:1: no column has a name that is known for the user "
		"(--columns=user=NAME,...); the header has 'user:a,b=c', "
		"'item', 'c'");
	REFUSES("user,item,when\nu,i,14/Mar/2016\n",
		FORMAT(.delimiter = ",", .header = true,
		       .time_format = "%d/%b/%Y"),
		"log:1: no column has a name that is known for the time "
		"(--columns=time=NAME,...); the header has 'user', 'item', "
		"'when'");
	check(reads("user,item,Date\nu,i,03/Jan/1970\n",
		    FORMAT(.delimiter = ",", .header = true,
			   .time_format = "%d/%b/%Y"),
		    "u i 172800;"),
	      "a time that --time-format wants, by its known name");
	REFUSES("user_id,item,visitorid\n",
		FORMAT(.delimiter = ",", .header = true),
		"log:1: 'user_id' and 'visitorid' may both be the user "
		"(--columns)");
	REFUSES("user,item\na,b\nuser,item\n",
		FORMAT(.delimiter = ",", .header = true),
		"log:3: a header among the clicks: files that have one are to "
		"be read one by one, not joined");
	REFUSES("nick;thing\na;b\nnick;thing\n",
		FORMAT(.columns = "user,item", .delimiter = ";",
		       .header = true),
		"log:3: a header among the clicks: files that have one are to "
		"be read one by one, not joined");
	REFUSES("userId\tthing\na\tb\n", FORMAT(0),
		"log:1: this looks like a header (--header, or --no-header "
		"where it is a click)");
	REFUSES("\nx\ty\tdate\tscore\na\tb\n", FORMAT(0),
		"log:2: this looks like a header (--header, or --no-header "
		"where it is a click)");
	REFUSES("a\tb\nuser_id\titem_id\n", FORMAT(0),
		"log:2: a header among the clicks: files that have one are to "
		"be read one by one, not joined");
	check(reads("user,item\nmember,song\nuser,song\nuserId,itemId\n",
		    FORMAT(.delimiter = ",", .header = true),
		    "member song;user song;userId itemId;") &&
		      reads("t,who,what\n1,member,song\n",
			    FORMAT(.columns = "_,user,item", .delimiter = ",",
				   .header = true),
			    "member song;"),
	      "where the header is known only the same line is one");
	check(reads("userId\titem\nuser\titem\nu\tdate\n",
		    FORMAT(.no_header = true),
		    "userId item;user item;u date;"),
	      "--no-header: a click, whatever it looks like");
	check(reads("nick\titem\t9\n", FORMAT(0), "nick item;"),
	      "where there is a number it is no header");
	check(reads("u\tdate\nuser\tx\n", FORMAT(0), "u date;user x;"),
	      "a word that names a column is an id, too");
	REFUSES("a,a\n", FORMAT(.columns = "user=a,item=c", .delimiter = ",",
				.header = true),
		"log:1: two fields of the header are named 'a'");
	REFUSES("", FORMAT(.columns = "user"),
		"--columns: 'user': a user and an item column are needed");
	REFUSES("", FORMAT(.columns = "user,item,user"),
		"--columns: 'user,item,user': user is named twice");
	REFUSES("", FORMAT(.columns = "user=item_id,time=t,item=item_id",
			   .header = true),
		"--columns: 'item_id' stands twice");
	REFUSES("", FORMAT(.columns = "user=,item=", .header = true),
		"--columns: '' stands twice");
	check(reads("a=b,a,ab\nu,i,1\n",
		    FORMAT(.columns = "item=a,time=ab,user=a=b",
			   .delimiter = ",", .header = true),
		    "u i 1;"),
	      "names that begin alike, one with the sign that gives names");
	REFUSES("", FORMAT(.columns = "user,item,when"),
		"--columns: expected user, item, time, rating, event or _, or "
		"ROLE=NAME for a field of the header, got 'when'");
	REFUSES("", FORMAT(.columns = "user=a,item"),
		"--columns: 'user=a,item': either all entries are ROLE=NAME or "
		"none");
	REFUSES("", FORMAT(.columns = "user=a,item=b"),
		"--columns: 'user=a,item=b': names need a header (--header)");
	REFUSES("", FORMAT(.delimiter = ""),
		"--delimiter: expected 1 to 15 bytes, got ''");
	REFUSES("", FORMAT(.delimiter = "\""),
		"--delimiter: neither a quote, a line end nor NUL can delimit");
	REFUSES("", FORMAT(.min_rating = "4"),
		"--min-rating: no column is the rating (--columns)");
	REFUSES("", FORMAT(.min_rating = "four"),
		"--min-rating: expected a number, got 'four'");
	REFUSES("", FORMAT(.events = "view"),
		"--event: no column is the event (--columns)");
	REFUSES("", FORMAT(.columns = "user,item,event", .events = "buy,b,buy"),
		"--event: 'buy' stands twice");
	REFUSES("", FORMAT(.columns = "user,item,event", .events = "a,"),
		"--event: expected 1 to 64 words with commas between, got 'a,'");
	REFUSES("", FORMAT(.time_format = "%Y"),
		"--time-format: no column is the time (--columns)");
	REFUSES("", FORMAT(.multiline = true),
		"--multiline: fields are not quoted with that delimiter "
		"(--delimiter)");
	REFUSES("", FORMAT(.header = true, .no_header = true),
		"--header and --no-header exclude each other");
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

static void test_times_of_one_kind(void)
{
	const struct ralm_click_format *timed =
		FORMAT(.columns = "user,item,time");
	REFUSES("a\tb\t1457963676\nc\td\t0\ne\tf\t1457963676123\n", timed,
		"log:3: time: '1457963676123' is of another kind than the "
		"times before it: milliseconds, not seconds (--time-format)");
	REFUSES("a\tb\t0\nc\td\t1457963676123456\ne\tf\t1457963676\n", timed,
		"log:3: time: '1457963676' is of another kind than the times "
		"before it: seconds, not microseconds (--time-format)");
	REFUSES("a\tb\t2016-03-14\nc\td\t2016\n", timed,
		"log:2: time: '2016' is of another kind than the times before "
		"it: seconds, not dates (--time-format)");
	REFUSES("a\tb\t2016-03-14\nc\td\t0\n", timed,
		"log:2: time: '0' is of another kind than the times before it: "
		"numbers, not dates (--time-format)");
	REFUSES("a\tb\t0\nc\td\t-0.0\ne\tf\t2016-03-14\n", timed,
		"log:3: time: '2016-03-14' is of another kind than the times "
		"before it: dates, not numbers (--time-format)");
	REFUSES("a\tb\t1457963676\nc\td\t0\ne\tf\t2016-03-14\n", timed,
		"log:3: time: '2016-03-14' is of another kind than the times "
		"before it: dates, not seconds (--time-format)");
	check(reads("a\tb\t0\nc\td\t1457963676123\ne\tf\t0.0\n", timed,
		    "a b 0;c d 1.45796368e+09;e f 0;") &&
		      reads("a\tb\t0\nc\td\t1457963676123\n",
			    FORMAT(.columns = "user,item,time",
				   .time_format = "milliseconds"),
			    "a b 0;c d 1.45796368e+09;") &&
		      reads("a\tb\t0\nc\td\t0e5\n", timed, "a b 0;c d 0;"),
	      "0 is of any unit");
	check(reads("a\tb\t1457963676\nc\td\t1457963676123\n",
		    FORMAT(.columns = "user,item,time",
			   .time_format = "seconds"),
		    "a b 1.45796368e+09;c d 1.45796368e+12;"),
	      "--time-format=seconds takes numbers as they are");
	check(reads("a\tb\tx\nc\td\t3000\n\te\t1457963676000\n",
		    FORMAT(.columns = "user,item,time", .skip_bad = true),
		    "c d 3000;") &&
		      log_read.bad_lines == 2,
	      "a line that is refused does not tell the kind");
}

static void test_left_out(void)
{
	const struct ralm_click_format *events = FORMAT(
		.columns = "user,item,event", .events = "view,buy");
	check(reads("a\tb\tview\n\tc\tadd\nd\te\tbuy\nf\tg\tVIEW\n", events,
		    "a b;d e;") &&
		      log_read.other_events == 2 && log_read.lines == 4 &&
		      log_read.note_count == 0,
	      "lines with other events are no clicks, whatever else is wrong");
	check(reads("a\tb\tview\n", events, "a b;") &&
		      log_read.note_count == 1 &&
		      strcmp(log_read.notes[0].message,
			     "no line has the event 'buy' (--event)") == 0,
	      "an event that no line has is noted");
	REFUSES("a\tb\tVIEW\nc\td\tadd\n", events,
		"no line has an event of --event; there are 'VIEW', 'add'");
	check(reads("NA\ti\nu\t\\N\n\ti\nu\ti\nNAN\ti\n",
		    FORMAT(.missing = "NA,\\N,"), "u i;NAN i;") &&
		      log_read.missing_ids == 3,
	      "lines without a user or an item are no clicks");
	REFUSES("NA\ti\n\ti\n", FORMAT(.missing = "NA"),
		"log:2: user: empty id");
	check(reads("\ti\nu\ti\n", FORMAT(.missing = ""), "u i;"),
	      "an empty list is the empty word");
}

static void test_records(void)
{
	const struct ralm_click_format *lines = FORMAT(
		.columns = "user,item,_,time", .delimiter = ",",
		.multiline = true);
	check(reads("a,b,\"x\n\ny,\"\"z\nw\",5\r\nc,d,x,6\n\"e\",\"f\",\"\r\n\",7",
		    lines, "a b 5;c d 6;e f 7;") &&
		      log_read.lines == 7,
	      "records of several lines");
	REFUSES("a,b,x,1\nc,d,\"x\n\ny,2\n", lines,
		"log:2: quote is not closed");
	REFUSES("a,b,x,1\nc,d,\"x\ny\"z,2\n", lines,
		"log:2: quote is not closed");
	REFUSES("a,b,\"x\ny\",1\nc,d,\"x\ny\",noon\n", lines,
		"log:3: time: expected seconds or ISO 8601, got 'noon' "
		"(--time-format)");
	REFUSES("\"a\nb\",i,x,1\n", lines, "log:1: user: id with white space");
	check(reads("\"user\nid\",item,t\nu,i,1\n",
		    FORMAT(.columns = "user=user\nid,item=item",
			   .delimiter = ",", .header = true, .multiline = true),
		    "u i;"),
	      "a header of two lines");
	REFUSES("user,item,\"x\nu,i,y\nv,j,z\"\nw,k,z\n",
		FORMAT(.delimiter = ",", .header = true, .skip_bad = true),
		"log:1: quote is not closed on its line (--multiline)");
	const struct ralm_click_format *skip = FORMAT(
		.columns = "user,item", .delimiter = ",", .skip_bad = true);
	check(reads("a,b,\"x\nc,d\ne,f\"\ng,h\n", skip, "g h;") &&
		      log_read.bad_lines == 3,
	      "what a quote holds together is left out together");
	check(reads("a,b,\"x\nc,d\n\"e\",f\ng,h,\"\n", skip, "c d;e f;") &&
		      log_read.bad_lines == 2,
	      "a quote that nothing closes is a line's own");
	check(reads("a,b,\"x\nc,d,\"y\ne,f\",\ng,h\n", skip, "g h;") &&
		      log_read.bad_lines == 3,
	      "the last of two quotes that were opened counts");
	check(reads("a, \"b\",\"x\nc,d\ne\",f\n", skip, "c d;e\" f;") &&
		      log_read.bad_lines == 1 &&
		      strcmp(log_read.first_bad.message,
			     "a blank before a quote") == 0,
	      "a line whose quotes are wrong holds no others together");
}

/* Lines each of which opens a quote that the next one shows to be none: what was
 * looked ahead at is not kept. */
static void test_lines_ahead(void)
{
	enum { LINES = 100001 };
	static const char line[] = "u1,\"x\n";
	FILE *file = tmpfile();
	struct ralm_delimiter comma;
	struct ralm_record_reader reader;
	char *text;
	size_t length, most = 0, lines = 0;
	for (int i = 0; i < LINES; i++)
		fputs(line, file);
	rewind(file);
	bool ok = ralm_delimiter_parse(&comma, ",", &err) == 0;
	ralm_record_reader_init(&reader, &comma, true);
	ok = ok && ralm_reader_open_fd(&reader.lines, fileno(file), "log",
				       &err) == 0;
	while (ok && ralm_record_reader_next(&reader, &text, &length, &err) == 1) {
		ok = length == sizeof line - 2 && reader.line == ++lines;
		most = reader.capacity > most ? reader.capacity : most;
	}
	check(ok && lines == LINES && most < 4096,
	      "lines ahead are given back: %zu lines, room for %zu bytes",
	      lines, most);
	ralm_record_reader_release(&reader);
	fclose(file);
}

int main(void)
{
	ralm_click_log_init(&log_read);
	test_ids();
	test_times();
	test_time_formats();
	test_names();
	test_columns();
	test_bad_lines();
	test_times_of_one_kind();
	test_left_out();
	test_records();
	test_lines_ahead();
	ralm_click_log_release(&log_read);
	return check_done();
}
