/* ground: errors, numbers, memory, random numbers, files that appear whole. */
#include "check.h"

#include "libralm/ground/atomic_file.h"
#include "libralm/ground/memory.h"
#include "libralm/ground/numbers.h"
#include "libralm/ground/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	uint64_t size;
	check(ralm_parse_size(&size, "3K", 2) && size == 3072 &&
		      ralm_parse_size(&size, "2G", 2) && size == UINT64_C(2) << 30 &&
		      !ralm_parse_size(&size, "K", 1) &&
		      !ralm_parse_size(&size, "99999999T", 9),
	      "sizes with units, overflow refused");
	check(same_as_printf(), "reals as printf's %%.9g prints them");
	char digits[20];
	size_t n = ralm_format_u64(digits, UINT64_MAX);
	check(n == 20 && !memcmp(digits, "18446744073709551615", 20),
	      "the largest number printed");
}

static void test_memory(void)
{
	struct ralm_error err;
	check(ralm_aligned_new(SIZE_MAX / 2, 8, &err) == NULL &&
		      err.code == RALM_ERROR_SYSTEM,
	      "a size that overflows is refused");
	struct ralm_arena arena;
	ralm_arena_init(&arena);
	bool ok = true;
	void *first = NULL;
	for (int round = 0; round < 3; round++) {
		ralm_arena_reset(&arena);
		for (size_t i = 0; i < 100; i++) {
			char *p = ralm_arena_get(&arena, i * 1000, 1, &err);
			ok = ok && p != NULL && (uintptr_t)p % 64 == 0;
			memset(p, (int)i, i * 1000);
			if (i == 1) {
				ok = ok && (round == 0 || p == first);
				first = p;
			}
		}
		ok = ok && ralm_arena_get(&arena, 5 << 20, 1, &err) != NULL;
	}
	check(ok, "an arena gives aligned memory and reuses it after a reset");
	ralm_arena_release(&arena);
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
	ralm_atomic_unlink_all();
	check(ok && temporary && access(temporary, F_OK) != 0,
	      "unlink_all removes what is unfinished");
	check(ralm_atomic_commit(&file, &err) == -1 && holds(path, "one"),
	      "a rename that fails is told and the old file stands");
	free(temporary);
	unlink(path);
	check(rmdir(folder) == 0, "nothing is left behind");
}

int main(void)
{
	test_errors();
	test_numbers();
	test_memory();
	test_rng();
	test_atomic_file();
	return check_done();
}
