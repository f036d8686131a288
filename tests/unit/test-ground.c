/* ground: errors, numbers, random numbers, files that appear whole. */
#include "check.h"

#include "libralm/ground/atomic_file.h"
#include "libralm/ground/folder.h"
#include "libralm/ground/index.h"
#include "libralm/ground/numbers.h"
#include "libralm/ground/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_errors(void)
{
	struct ralm_error err;
	char text[1024];
	int result = ralm_error_set(&err, RALM_ERROR_DATA, "label: got '%s'",
				    "2\033[1m");
	ralm_error_format(text, sizeof text, &err);
	check(result == -1 && !strcmp(text, "label: got '2?[1m'"),
	      "an error without a place; control bytes replaced");
	ralm_error_at(&err, "train.txt", 17, 3);
	ralm_error_format(text, sizeof text, &err);
	check(!strcmp(text, "train.txt:17:3: label: got '2?[1m'"),
	      "an error with file, line and column");
	strcpy(err.message, "\033[3\177 \xc3\xa4\xff\xc3\xa4");
	ralm_error_format(text, sizeof text, &err);
	check(!strcmp(text, "train.txt:17:3: ?[3? \xc3\xa4?\xc3\xa4"),
	      "a caller's own words are printable");
	ralm_error_format(text, strlen(text), &err);
	check(!strcmp(text, "train.txt:17:3: ?[3? \xc3\xa4??"),
	      "and so is a character that was cut");
}

static bool u64(const char *text, uint64_t max, uint64_t want)
{
	uint64_t value;
	return ralm_parse_u64(&value, text, strlen(text), max) && value == want;
}

static bool no_u64(const char *text, uint64_t max)
{
	uint64_t value = 77;
	return !ralm_parse_u64(&value, text, strlen(text), max) && value == 77;
}

static bool prints(double value)
{
	char got[RALM_REAL_TEXT], want[64];
	size_t n = ralm_format_real(got, value);
	snprintf(want, sizeof want, "%.9g", value);
	if (n == strlen(want) && memcmp(got, want, n) == 0)
		return true;
	printf("# %.17g as %.*s\n", value, (int)n, got);
	return false;
}

/* Floats next to where digits or rounding turn, and many others. */
static bool same_as_printf(void)
{
	static const double some[] = {
		0, -0.0, 1, -1, 0.5, 0.1, 0.1f, 0.01f, 0.001f, 0.0001f, 0.0001,
		0.99999994f, 1.5, 1e-5, 1e9, 123456789012., -2.5e-300, INFINITY};
	bool ok = prints((double)NAN);
	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		ok = prints(some[i]) && prints(-some[i]) && ok;
	for (float place = 1; place > 1e-6f; place /= 10) {
		float up = place, down = place;
		for (int i = 0; i < 200; i++) {
			ok = prints((double)up) && prints((double)-down) && ok;
			up = nextafterf(up, 2);
			down = nextafterf(down, 0);
		}
	}
	struct ralm_rng rng;
	ralm_rng_init(&rng, 9, 0);
	for (int i = 0; i < 200000 && ok; i++) {
		float x = (float)(ralm_rng_uniform(&rng) * pow(2, -(i % 16)));
		ok = prints((double)x) && prints((double)-x) &&
		     /* few bits: exact halves at the ninth digit */
		     prints((double)(ralm_rng_below(&rng, 4096) + 1) / 4096) &&
		     prints((double)(ralm_rng_below(&rng, 1 << 13) + 1) / (1 << 13));
	}
	return ok;
}

static bool reads_as_strtod(const char *text)
{
	double mine = 77, theirs = strtod(text, NULL);
	if (!isfinite(theirs)) /* rounded up past the largest */
		return !ralm_parse_double(&mine, text, strlen(text));
	return ralm_parse_double(&mine, text, strlen(text)) &&
	       memcmp(&mine, &theirs, sizeof mine) == 0;
}

/* Correct rounding against strtod: short and long numbers, exponents on both
 * sides of every path, and the hard ones: half-way cases and their
 * neighbours, which only the last digit tells apart. */
static void test_doubles(void)
{
	static const int precisions[] = {1, 6, 9, 15, 17, 19, 24};
	struct ralm_rng rng;
	ralm_rng_init(&rng, 9, 0);
	char text[RALM_NUMBER_MAX + 2];
	bool ok = true, back = true;
	for (int i = 0; i < 300000; i++) {
		double x = ralm_rng_uniform(&rng) - 0.5;
		if (i % 3 == 1)
			x = ldexp(x, (int)ralm_rng_below(&rng, 120) - 60);
		if (i % 3 == 2) {
			uint64_t bits = ralm_rng_next(&rng);
			memcpy(&x, &bits, sizeof x);
			if (!isfinite(x))
				continue;
		}
		if (i % 5 == 0)
			snprintf(text, sizeof text, "%.*f", precisions[i % 7], x);
		else
			snprintf(text, sizeof text, "%.*g", precisions[i % 7], x);
		ok = ok && reads_as_strtod(text);
		double y;
		size_t n = ralm_format_double(text, x);
		back = back && n == strlen(text) &&
		       ralm_parse_double(&y, text, n) && x == y;
	}
	check(ok, "real numbers are rounded as strtod rounds them");
	check(back, "the shortest form reads back as the same number");
	ok = true;
	for (int i = 0; i < 100000; i++) {
		/* 2m+1 at 54 bits lies half-way between two doubles. */
		uint64_t odd = (ralm_rng_next(&rng) >> 10 |
				UINT64_C(1) << 53) | 1;
		for (int d = -1; d <= 1; d++) {
			snprintf(text, sizeof text, "%llu",
				 (unsigned long long)odd + (unsigned)d);
			ok = ok && reads_as_strtod(text);
			snprintf(text, sizeof text, "%llue%d",
				 (unsigned long long)odd + (unsigned)d,
				 (int)ralm_rng_below(&rng, 60) - 30);
			ok = ok && reads_as_strtod(text);
		}
	}
	check(ok, "half-way numbers and their neighbours");
	/* Multiples of 2^64 and their neighbours, with more zeros: in 64 bits
	 * nothing is left of them. */
	ok = reads_as_strtod("18446744073709551616") &&
	     reads_as_strtod("1.8446744073709551616");
	for (int i = 0; i < 100000; i++) {
		snprintf(text, sizeof text, "%.0f%.*s",
			 ldexp((double)ralm_rng_below(&rng, 1 << 20), 64),
			 (int)ralm_rng_below(&rng, 9), "00000000");
		text[strlen(text) - 1] += (char)(i % 2);
		if (i % 3 == 0)
			text[1] = '.';
		ok = ok && reads_as_strtod(text);
	}
	check(ok, "numbers that leave 64 bits");
	ok = reads_as_strtod("5e-324") &&
	     snprintf(text, sizeof text, "%.1074f", -5e-324) == 1077 &&
	     reads_as_strtod(text);
	memset(text, '1', RALM_NUMBER_MAX);
	text[1] = '.';
	text[RALM_NUMBER_MAX] = '\0';
	double last;
	ok = ok && reads_as_strtod(text);
	text[RALM_NUMBER_MAX] = '1';
	check(ok && !ralm_parse_double(&last, text, RALM_NUMBER_MAX + 1),
	      "a double written out in full, and what is longer than any");
	static const char *const odd_forms[] = {
		"0", "-0", "+1", ".5", "5.", "00000000000000000000000.5",
		"0.000000000000000000000000000001", "1e22", "1e23", "9e27",
		"18446744073709551615", "9999999999999999999e-27", "4.9e-324",
		"1.7976931348623157e308", "2.2250738585072011e-308", "0e99999",
		"1e-99999"};
	ok = true;
	for (size_t i = 0; i < sizeof odd_forms / sizeof *odd_forms; i++)
		ok = ok && reads_as_strtod(odd_forms[i]);
	check(ok, "zeros, signs, points, the ends of the range");
	static const char *const refused[] = {".", "-", "e5", "1e", "1e+", "1.2.3",
					      "--1", "1e5.", "1 ", "1e400", "1_0"};
	ok = true;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		double y = 77;
		ok = ok && !ralm_parse_double(&y, refused[i], strlen(refused[i])) &&
		     y == 77;
	}
	check(ok, "what only begins like a number");
}

static void test_numbers(void)
{
	check(u64("0", 9, 0) && u64("18446744073709551615", UINT64_MAX, UINT64_MAX) &&
		      u64("9", 9, 9) && u64("100", 100, 100),
	      "whole numbers up to their bound");
	check(no_u64("", 9) && no_u64("10", 9) && no_u64("5", 4) &&
		      no_u64("18446744073709551616", UINT64_MAX) &&
		      no_u64("1x", 99) && no_u64(" 1", 99) && no_u64("-1", 99),
	      "anything else is no whole number");
	double d;
	check(ralm_parse_double(&d, "-1.5e3", 6) && d == -1500, "a real number");
	check(!ralm_parse_double(&d, "nan", 3) && !ralm_parse_double(&d, "inf", 3) &&
		      !ralm_parse_double(&d, "0x10", 4) &&
		      !ralm_parse_double(&d, " 1", 2) &&
		      !ralm_parse_double(&d, "1e999", 5) &&
		      !ralm_parse_double(&d, "1\0", 2) &&
		      !ralm_parse_double(&d, "", 0),
	      "what is no finite decimal number");
	check(ralm_has_decimal_comma("12,5", 4) &&
		      ralm_has_decimal_comma("-1.234,50e-2", 12) &&
		      !ralm_has_decimal_comma("3,abc", 5) &&
		      !ralm_has_decimal_comma("3,", 2) &&
		      !ralm_has_decimal_comma("3,5", 2) &&
		      !ralm_has_decimal_comma("a,5", 3) &&
		      !ralm_has_decimal_comma("3,-5", 4) &&
		      !ralm_has_decimal_comma("3,5,7", 5) &&
		      !ralm_has_decimal_comma("35", 2),
	      "a decimal comma: numbers on both sides");
	test_doubles();
	uint64_t size;
	check(ralm_parse_size(&size, "3K", 2) && size == 3072 &&
		      ralm_parse_size(&size, "2G", 2) && size == UINT64_C(2) << 30 &&
		      ralm_parse_size(&size, "5k", 2) && size == 5120 &&
		      ralm_parse_size(&size, "1t", 2) && size == UINT64_C(1) << 40 &&
		      !ralm_parse_size(&size, "K", 1) &&
		      !ralm_parse_size(&size, "99999999T", 9),
	      "sizes with units, overflow refused");
	check(same_as_printf(), "reals as printf's %%.9g prints them");
	char digits[20];
	size_t n = ralm_format_u64(digits, UINT64_MAX);
	check(n == 20 && !memcmp(digits, "18446744073709551615", 20),
	      "the largest number printed");
}

static void test_rng(void)
{
	struct ralm_rng a, b;
	ralm_rng_init(&a, 1, 0);
	ralm_rng_init(&b, 1, 1);
	check(ralm_rng_next(&a) != ralm_rng_next(&b), "streams differ");
	ralm_rng_init(&a, 42, 7);
	uint64_t x = ralm_rng_next(&a);
	check(x == UINT64_C(0x94e12251d2a6af1a), "the first number of (42, 7) never changes");
	unsigned count[7] = {0};
	double sum = 0;
	for (int i = 0; i < 70000; i++) {
		count[ralm_rng_below(&a, 7)]++;
		sum += ralm_rng_uniform(&a);
	}
	bool even = true;
	for (int i = 0; i < 7; i++)
		even = even && count[i] > 9600 && count[i] < 10400;
	check(even, "below(7) is even");
	check(sum / 70000 > 0.495 && sum / 70000 < 0.505, "uniform has mean 1/2");
}

static bool each_once(const uint32_t *numbers, size_t count)
{
	bool seen[128] = {false}, ok = true;
	for (size_t i = 0; i < count; i++) {
		ok = ok && numbers[i] < count && !seen[numbers[i]];
		seen[numbers[i] % 128] = true;
	}
	return ok;
}

static void test_rng_orders(void)
{
	enum { N = 101, WANTED = 40 };
	uint32_t order[N], other[N];
	struct ralm_rng a, b;
	ralm_rng_init(&a, 3, 1);
	ralm_rng_init(&b, 3, 2);
	ralm_rng_order(order, N, &a);
	ralm_rng_order(other, N, &b);
	check(each_once(order, N) && each_once(other, N) &&
	      memcmp(order, other, sizeof order) != 0,
	      "an order has each number once, another stream another order");
	memcpy(other, order, sizeof order);
	ralm_rng_choose(other, WANTED, N, &a);
	check(each_once(other, N) && memcmp(other, order, sizeof order) != 0,
	      "so has what some were drawn from");
}

static bool holds(const char *path, const char *text)
{
	char buffer[64] = "";
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return false;
	size_t n = fread(buffer, 1, sizeof buffer - 1, f);
	fclose(f);
	return n == strlen(text) && !strcmp(buffer, text);
}

/* Two numbers of each key, found in order; growth; a table full of numbers that
 * are none. */
static void test_index(void)
{
	enum { KEYS = 3000 };
	static uint64_t keys[2 * KEYS];
	struct ralm_index index = {NULL, 0};
	bool ok = ralm_index_find(&index, keys, 0, 7) == RALM_INDEX_NONE;
	for (uint32_t i = 0; i < 2 * KEYS; i++) {
		ok = ok && ralm_index_reserve(&index, keys, i, NULL) == 0;
		keys[i] = (i / 2) << 20;
		ralm_index_put(&index, keys[i], i);
	}
	for (uint32_t i = 0; i < 2 * KEYS && ok; i += 2) {
		size_t slot = ralm_index_home(&index, keys[i]);
		uint32_t found[3];
		for (int n = 0; n < 3; n++)
			found[n] = ralm_index_next(&slot, &index, keys,
						   2 * KEYS, keys[i]);
		ok = found[0] == i && found[1] == i + 1 &&
		     found[2] == RALM_INDEX_NONE;
	}
	check(ok && index.size == ralm_index_size(2 * KEYS),
	      "an index finds every number of a key, and then no more");
	check(ralm_index_find(&index, keys, 2 * KEYS, 1) == RALM_INDEX_NONE,
	      "a key that it does not have is not found");
	for (size_t slot = 0; slot < index.size; slot++)
		index.slots[slot] = 2 * KEYS;
	check(ralm_index_find(&index, keys, 2 * KEYS, 0) == RALM_INDEX_NONE,
	      "a table without a free slot and without a number ends");
	ralm_index_release(&index);
}

static void test_atomic_file(void)
{
	struct ralm_error err;
	struct ralm_atomic_file file;
	char folder[] = "/tmp/ralm-ground-XXXXXX", path[64], missing[96];
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/m", folder);
	snprintf(missing, sizeof missing, "%s/no/m", folder);

	check(ralm_atomic_open(&file, missing, &err) == -1 &&
		      strstr(err.message, "No such file") != NULL,
	      "a folder that does not exist is told at open");
	bool ok = ralm_atomic_open(&file, path, &err) == 0 &&
		  write(file.fd, "one", 3) == 3;
	check(ok && access(path, F_OK) != 0, "nothing there before the commit");
	check(ralm_atomic_commit(&file, &err) == 0 && holds(path, "one"),
	      "whole after it");
	ok = ralm_atomic_open(&file, path, &err) == 0 &&
	     write(file.fd, "two", 3) == 3;
	ralm_atomic_abort(&file);
	check(ok && holds(path, "one"), "an abort leaves the old file");
	ok = ralm_atomic_open(&file, path, &err) == 0;
	char *temporary = file.temporary ? strdup(file.temporary) : NULL;
	const pid_t child = fork();
	if (child == 0) {
		ralm_remove_unfinished();
		_exit(0);
	}
	check(child > 0 && waitpid(child, NULL, 0) == child && temporary &&
		      access(temporary, F_OK) == 0,
	      "a child leaves what its parent writes");
	ralm_remove_unfinished();
	check(ok && temporary && access(temporary, F_OK) != 0,
	      "unlink_all removes what is unfinished");
	check(ralm_atomic_commit(&file, &err) == -1 && holds(path, "one"),
	      "a rename that fails is told and the old file stands");
	free(temporary);
	unlink(path);
	check(rmdir(folder) == 0, "nothing is left behind");
}

static bool replace(const char *path, const char *text)
{
	struct ralm_error err;
	struct ralm_atomic_file file;
	return ralm_atomic_open(&file, path, &err) == 0 &&
	       write(file.fd, text, strlen(text)) == (ssize_t)strlen(text) &&
	       ralm_atomic_commit(&file, &err) == 0;
}

/* What a plain open would have done to modes, owners and links. */
static void test_atomic_place(void)
{
	struct ralm_error err;
	struct ralm_atomic_file file;
	struct stat st, link;
	char folder[] = "/tmp/ralm-ground-XXXXXX", path[64], other[64];
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/m", folder);
	snprintf(other, sizeof other, "%s/l", folder);

	mode_t mask = umask(027);
	check(replace(path, "one") && stat(path, &st) == 0 &&
		      (st.st_mode & 07777) == 0640,
	      "a new file has the mode that the umask leaves");
	bool ok = chmod(path, 0664) == 0;
	bool root = geteuid() == 0;
	ok = ok && (!root || chown(path, 65534, 65534) == 0);
	check(ok && replace(path, "two") && stat(path, &st) == 0 &&
		      (st.st_mode & 07777) == 0664 &&
		      (!root || (st.st_uid == 65534 && st.st_gid == 65534)),
	      "an old file's mode is kept, for root its owner too");
	umask(mask);

	ok = symlink("m", other) == 0 && replace(other, "three");
	check(ok && holds(path, "three") && lstat(other, &link) == 0 &&
		      S_ISLNK(link.st_mode),
	      "a link is followed and stays a link");
	unlink(path);
	check(ralm_atomic_open(&file, other, &err) == -1 &&
		      strstr(err.message, "No such file"),
	      "a link to nothing is not replaced");
	unlink(other);
	check(ralm_atomic_open(&file, folder, &err) == -1 &&
		      strstr(err.message, "Is a directory"),
	      "a folder is no place for a file");
	char odd[sizeof folder + NAME_MAX + 1];
	int length = snprintf(odd, sizeof odd, "%s/", folder);
	memset(odd + length, 0x80, NAME_MAX); /* as in the middle of a character */
	odd[length + NAME_MAX] = '\0';
	int plain = open(odd, O_WRONLY | O_CREAT, 0600);
	check(plain < 0 || replace(odd, "odd"),
	      "a long name without the start of a character");
	if (plain >= 0)
		close(plain);
	unlink(odd);
	if (!root) {
		ok = replace(path, "four") && chmod(path, 0444) == 0;
		check(ok && ralm_atomic_open(&file, path, &err) == -1 &&
			      strstr(err.message, "Permission denied") &&
			      holds(path, "four"),
		      "what may not be written to is not replaced");
		unlink(path);
	}

	ok = replace(path, "one") && ralm_atomic_open(&file, path, &err) == 0 &&
	     !file.once && write(file.fd, "longer", 6) == 6 &&
	     ralm_atomic_rewind(&file, &err) == 0 &&
	     write(file.fd, "two", 3) == 3 &&
	     ralm_atomic_commit(&file, &err) == 0;
	check(ok && holds(path, "two"), "rewound, only the second text counts");
	unlink(path);
	ok = mkfifo(path, 0600) == 0;
	int reader = open(path, O_RDONLY | O_NONBLOCK);
	check(ok && reader >= 0 && ralm_atomic_open(&file, path, &err) == 0 &&
		      file.once && file.temporary == NULL,
	      "a pipe is opened as it is and takes bytes once");
	ralm_atomic_abort(&file);
	close(reader);
	check(stat(path, &st) == 0 && S_ISFIFO(st.st_mode),
	      "and is there after an abort");
	unlink(path);
	check(rmdir(folder) == 0, "nothing is left behind");
}

/* Standard output stays what it is, a file without a name included. */
static void test_atomic_stdout(void)
{
	struct ralm_error err;
	struct ralm_atomic_file file;
	char text[8] = "";
	FILE *target = tmpfile();
	if (target == NULL)
		abort();
	fflush(stdout);
	int old = dup(STDOUT_FILENO);
	dup2(fileno(target), STDOUT_FILENO);
	bool ok = write(STDOUT_FILENO, "a", 1) == 1 &&
		  ralm_atomic_open(&file, "/dev/stdout", &err) == 0 &&
		  file.once && write(file.fd, "b", 1) == 1 &&
		  ralm_atomic_commit(&file, &err) == 0 &&
		  write(STDOUT_FILENO, "c", 1) == 1;
	dup2(old, STDOUT_FILENO);
	close(old);
	ok = ok && pread(fileno(target), text, 7, 0) == 3;
	fclose(target);
	check(ok && !strcmp(text, "abc"),
	      "/dev/stdout: behind what was written, in the same file");
}

static void test_folder(void)
{
	struct ralm_error err;
	char folder[] = "/tmp/ralm-ground-XXXXXX", path[64], deep[96];
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/c/", folder);
	snprintf(deep, sizeof deep, "%s/x/y", folder);
	check(ralm_folder_make(path, &err) == 0 &&
		      ralm_folder_make(path, &err) == 0,
	      "a folder is made, and once");
	check(ralm_folder_make(deep, &err) == -1 &&
		      strstr(err.message, "cannot make "),
	      "not the ones above it");
	rmdir(path);
	path[strlen(path) - 1] = '\0';
	check(replace(path, "one") && ralm_folder_make(path, &err) == -1 &&
		      strstr(err.message, "Not a directory"),
	      "a file is no folder");
	unlink(path);
	errno = 0;
	check(ralm_folder_sync("/nonexistent/m") == -1 && errno == ENOENT,
	      "a folder that is not there is not synced");
	check(rmdir(folder) == 0, "nothing is left behind");
}

int main(void)
{
	test_errors();
	test_numbers();
	test_rng();
	test_rng_orders();
	test_index();
	test_atomic_file();
	test_atomic_place();
	test_atomic_stdout();
	test_folder();
	return check_done();
}
