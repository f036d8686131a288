/* How fast sample lines are parsed: MB/s of text on one core, the median of
 * five rounds, for lists that differ from line to line and for lists that
 * twenty lines share. */
#include "libralm/formats/samples.h"
#include "libralm/ground/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES = 100000, SEEDS = 20, ROUNDS = 5 };

struct text {
	char *bytes;
	size_t length;
};

static struct text make_text(unsigned lines_a_list, const char *prefix)
{
	struct text text = {malloc((size_t)LINES * (SEEDS + 2) * 24), 0};
	struct ralm_rng rng;
	char list[SEEDS * 24] = "";
	if (text.bytes == NULL)
		abort();
	ralm_rng_init(&rng, 1, 0);
	for (unsigned line = 0; line < LINES; line++) {
		size_t n = 0;
		for (unsigned i = 0; line % lines_a_list == 0 && i < SEEDS; i++)
			n += (size_t)sprintf(
				list + n, "user_seeds:%s%u ", prefix,
				(unsigned)ralm_rng_below(&rng, 100000));
		text.length += (size_t)sprintf(
			text.bytes + text.length,
			"%starget_user:%s%u label:%u\n", list, prefix,
			(unsigned)ralm_rng_below(&rng, 100000), line % 2);
	}
	return text;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double seconds(const struct text *text)
{
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;
	struct ralm_error err;
	const char *line = text->bytes, *end = line + text->length;
	ralm_sample_parser_init(&parser, 0);
	double start = now();
	uint64_t sum = 0;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		if (ralm_sample_parse(&sample, &parser, line,
				      (size_t)(newline - line), &err) != 1)
			abort();
		sum += sample.target_key + sample.seed_keys[SEEDS - 1];
		line = newline + 1;
	}
	double took = now() - start;
	ralm_sample_parser_release(&parser);
	return sum ? took : 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void measure(const char *name, unsigned lines_a_list, const char *prefix)
{
	struct text text = make_text(lines_a_list, prefix);
	double took[ROUNDS];
	for (int i = 0; i < ROUNDS; i++)
		took[i] = seconds(&text);
	qsort(took, ROUNDS, sizeof *took, ascending);
	printf("parse, %-34s %6.0f MB/s %6.2f M lines/s\n", name,
	       (double)text.length / took[ROUNDS / 2] * 1e-6,
	       LINES / took[ROUNDS / 2] * 1e-6);
	free(text.bytes);
}

int main(void)
{
	measure("numbers, a list a line:", 1, "");
	measure("numbers, 20 lines a list:", 20, "");
	measure("names, a list a line:", 1, "user-");
	measure("names, 20 lines a list:", 20, "user-");
	return 0;
}
