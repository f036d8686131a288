/* How fast sample lines are read, parsed and turned into rows, on one core;
 * parse.sh says what for.
 *
 *	parse make LINES USERS LINES_A_LIST [PREFIX] > FILE
 *	parse FILE
 *
 * `make` writes lines of 20 random seeds, a target and a label, a new list
 * every LINES_A_LIST lines; a user id is PREFIX and a number below USERS. The
 * other prints "STAGE<TAB>SECONDS", medians of five rounds in turns, each stage
 * with those before it:
 *	lines   the reader alone
 *	parse   lines to keys
 *	rows    keys to rows that are known, as ralm-fit's reading thread does
 *	new     the same, from no user to all of them */
#include "libralm/formats/lines.h"
#include "libralm/formats/sample_text.h"
#include "libralm/ground/rng.h"
#include "libralm/rows/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS = 20, ROUNDS = 5 };
enum stage { READ, PARSE, KNOWN, NEW, STAGES };
static const char *const names[STAGES] = {"lines", "parse", "rows", "new"};

static int make(size_t lines, size_t user_count, size_t lines_a_list,
		const char *prefix)
{
	char list[SEEDS * 64] = "";
	struct ralm_rng rng;
	ralm_rng_init(&rng, 1, 0);
	for (size_t line = 0; line < lines; line++) {
		int n = 0;
		for (int i = 0; line % lines_a_list == 0 && i < SEEDS; i++)
			n += sprintf(list + n, "user_seeds:%s%u ", prefix,
				     (unsigned)ralm_rng_below(&rng, user_count));
		printf("%starget_user:%s%u label:%u\n", list, prefix,
		       (unsigned)ralm_rng_below(&rng, user_count),
		       (unsigned)(line % 2));
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int fail(const struct ralm_error *err)
{
	char text[512];
	ralm_error_format(text, sizeof text, err);
	fprintf(stderr, "parse: %s\n", text);
	return -1;
}

/* As ralm-fit does it: a list that was just there is not looked up again. */
static int find_rows(uint64_t *sum, struct ralm_users *users,
		     const struct ralm_sample_line *sample,
		     struct ralm_error *err)
{
	size_t n = sample->same_seeds ? 0 : sample->seed_count;
	uint32_t rows[SEEDS], row;
	bool added;
	if (n > SEEDS)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "more than %d seeds", SEEDS);
	ralm_users_find_all(rows, users, sample->seed_keys, n);
	for (size_t i = 0; i < n; i++) {
		if (rows[i] == RALM_ROW_NONE &&
		    ralm_users_add(&rows[i], &added, users,
				   sample->seed_keys[i], err) != 0)
			return -1;
		*sum += rows[i];
	}
	if (ralm_users_add(&row, &added, users, sample->target_key, err) != 0)
		return -1;
	*sum += row;
	return 0;
}

/* One pass over the file. Its seconds, or -1. */
static double pass(enum stage stage, struct ralm_users *users, const char *path)
{
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;
	struct ralm_reader reader;
	struct ralm_error err;
	char *line;
	size_t length;
	uint64_t sum = 0;
	int got;
	double start = now();
	if (ralm_reader_open(&reader, &path, 1, &err) != 0)
		return fail(&err);
	ralm_sample_parser_init(&parser, 0);
	while ((got = ralm_reader_next(&reader, &line, &length, &err)) == 1) {
		if (stage >= PARSE &&
		    (got = ralm_sample_parse(&sample, &parser, line, length,
					     &err)) < 0)
			break;
		sum += stage >= PARSE ? sample.target_key : length;
		if (stage >= KNOWN &&
		    (got = find_rows(&sum, users, &sample, &err)) < 0)
			break;
	}
	double took = now() - start;
	ralm_sample_parser_release(&parser);
	ralm_reader_release(&reader);
	if (got < 0)
		return fail(&err);
	return sum ? took : 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static int measure(const char *path)
{
	double took[STAGES][ROUNDS];
	struct ralm_users users;
	struct ralm_error err;
	/* The users of one round's last stage are those the next one knows. */
	if (ralm_users_init(&users, INT32_MAX, &err) != 0)
		return fail(&err);
	if (pass(NEW, &users, path) < 0)
		return -1;
	for (int round = 0; round < ROUNDS; round++)
		for (int stage = 0; stage < STAGES; stage++) {
			if (stage == NEW) {
				ralm_users_release(&users);
				if (ralm_users_init(&users, INT32_MAX, &err))
					return fail(&err);
			}
			took[stage][round] =
				pass((enum stage)stage, &users, path);
			if (took[stage][round] < 0)
				return -1;
		}
	ralm_users_release(&users);
	for (int stage = 0; stage < STAGES; stage++) {
		qsort(took[stage], ROUNDS, sizeof(double), ascending);
		printf("%s\t%.4f\n", names[stage], took[stage][ROUNDS / 2]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 5 && argc <= 6 && strcmp(argv[1], "make") == 0)
		return make(strtoul(argv[2], NULL, 10),
			    strtoul(argv[3], NULL, 10),
			    strtoul(argv[4], NULL, 10),
			    argc > 5 ? argv[5] : "");
	if (argc == 2)
		return measure(argv[1]) == 0 ? 0 : 1;
	fputs("usage: parse make LINES USERS LINES_A_LIST [PREFIX] > FILE\n"
	      "       parse FILE\n", stderr);
	return 2;
}
