/* A click log for the tests of jobs/build, and what a file of samples says of its
 * users and items: who is a target, who a seed, and whose click is known. */
#ifndef RALM_TESTS_BUILD_LOG_H
#define RALM_TESTS_BUILD_LOG_H

#include "uneven.h"

#include "libralm/formats/sample_text.h"
#include "libralm/ralm.h"

enum { USERS = 61, ITEMS = 17, CLICKS = 900 };

static int first_click[USERS][ITEMS]; /* time; -1: none */

/* Users and items of any activity, clicks again, and equal times. */
static inline void make_log(const char *path, uint64_t rng_seed)
{
	struct ralm_rng rng;
	FILE *file = fopen(path, "w");
	ralm_rng_init(&rng, rng_seed, 3);
	memset(first_click, 0xff, sizeof first_click);
	for (int c = 0; c < CLICKS; c++) {
		double a = ralm_rng_uniform(&rng), b = ralm_rng_uniform(&rng);
		int user = (int)(USERS * a * sqrt(a));
		int item = (int)(ITEMS * b), time = (int)ralm_rng_below(&rng, 300);
		int *first = &first_click[user][item];
		if (*first < 0 || time < *first)
			*first = time;
		fprintf(file, "%d\t%d\t%d\n", user, item, time);
	}
	fclose(file);
}

/* What a file of samples has. */
struct samples {
	bool clicked[USERS][ITEMS]; /* label 1 */
	bool known[USERS][ITEMS];   /* or a seed of the item */
	bool negative[USERS][ITEMS]; /* label 0 */
	bool target[USERS];
	bool seed[USERS];
	bool item[ITEMS];
	size_t clicks;  /* lines with label 1 */
	size_t seeds, cold_seeds; /* in lists, each list once a click */
};

static inline void add_sample(struct samples *samples,
			      const struct ralm_sample_line *line,
			      const bool *cold)
{
	char text[16];
	snprintf(text, sizeof text, "%.*s", (int)line->item_length, line->item);
	const int item = atoi(text);
	samples->target[line->target_key] = samples->item[item] = true;
	samples->clicked[line->target_key][item] |= line->label == 1;
	samples->known[line->target_key][item] |= line->label == 1;
	samples->clicks += line->label == 1;
	samples->negative[line->target_key][item] |= line->label == 0;
	for (size_t i = 0; i < line->seed_count; i++) {
		const uint64_t seed = line->seed_keys[i];
		samples->seed[seed] = samples->known[seed][item] = true;
		samples->seeds += line->label == 1;
		samples->cold_seeds += line->label == 1 && cold[seed];
	}
}

static inline void read_samples(struct samples *samples, const char *path,
				const bool *cold)
{
	struct ralm_reader reader;
	struct ralm_sample_parser parser;
	struct ralm_sample_line line;
	struct ralm_error err;
	char *text;
	size_t length;
	memset(samples, 0, sizeof *samples);
	ralm_sample_parser_init(&parser, 0);
	uneven_must(ralm_reader_open(&reader, &path, 1, &err), &err);
	while (ralm_reader_next(&reader, &text, &length, &err) == 1) {
		if (ralm_sample_parse(&line, &parser, text, length, &err) != 1)
			uneven_die(err.message);
		add_sample(samples, &line, cold);
	}
	ralm_sample_parser_release(&parser);
	ralm_reader_release(&reader);
}

/* Options that hold out much of log.txt, split by that. */
static inline struct ralm_build_options split_options(int by)
{
	static const char *const paths[] = {"log.txt"};
	struct ralm_build_options options;
	ralm_build_options_init(&options);
	options.paths = paths;
	options.path_count = 1;
	options.format.columns = "user,item,time";
	options.seeds_num = 6;
	options.min_seeds = 2;
	options.passes = 1;
	options.negatives = 2;
	options.test_min_users = 9;
	options.test_per_item = 1000; /* all that is held out */
	options.test_ratio = 0.3;
	options.test = "test.txt";
	options.split_by = by;
	return options;
}

#endif
