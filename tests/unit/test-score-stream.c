/* jobs/score/score_stream: line i is the score of sample i by the plain formula, in
 * pieces by threads and line by line, and the counts are those of counting by
 * hand. */
#include "check.h"
#include "pool.h"
#include "uneven.h"

#include "libralm/jobs/fit/validate.h"
#include "libralm/metrics/auc.h"
#include "libralm/scoring/scorer.h"

#include <fcntl.h>

/* More than one piece of 256 kB for each of several threads. */
enum { COUNT = 15013 };

static struct ralm_error err;
static struct uneven samples[COUNT];
static double expected[COUNT];

/* options->seeds_num 0: all seeds count, whatever the model says. */
static int stream(struct ralm_score_counts *counts,
		  const struct ralm_model *model, const char *path,
		  const char *out, const struct ralm_score_options *options,
		  uint64_t cache)
{
	struct ralm_score_options all = *options;
	struct ralm_scorer *scorer = ralm_scorer_new(model, cache, &err);
	int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (scorer == NULL || fd < 0)
		uneven_die(out);
	if (options->seeds_num == 0)
		all.seeds_num = RALM_ALL_SEEDS;
	int result = ralm_score_files(counts, scorer, &path, 1, fd, out, &all,
				      &err);
	close(fd);
	ralm_scorer_free(scorer);
	return result;
}

/* Reads LABEL and SCORE of every line. */
static size_t read_scores(float *score, uint8_t *label, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t count = 0;
	int l;
	while (count < COUNT && fscanf(file, "%d\t%f\n", &l, &score[count]) == 2)
		label[count++] = (uint8_t)l;
	count += !feof(file);
	fclose(file);
	return count;
}

static void test_scores(const struct ralm_model *model, size_t seeds_num,
			const char *what)
{
	static float score[COUNT + 1];
	static uint8_t label[COUNT + 1];
	struct ralm_score_counts counts;
	struct ralm_score_options options = {.threads = 1,
					     .seeds_num = seeds_num};
	bool same = true;
	double worst = 0;
	uint64_t cut = 0;
	uneven_scores(expected, NULL, model, samples, COUNT, seeds_num);
	uneven_must(stream(&counts, model, "s.txt", "one", &options, 1 << 20),
		    &err);
	bool right = read_scores(score, label, "one") == COUNT &&
		     counts.samples == COUNT;
	for (size_t i = 0; i < COUNT; i++) {
		right &= label[i] == samples[i].label;
		cut += seeds_num > 0 && samples[i].n > seeds_num;
		worst = worse(worst, fabs((double)score[i] - expected[i]));
	}
	check(right && worst < 2e-5 && counts.cut_lists == cut,
	      "%s: scores and labels line by line (%.1e apart)", what, worst);
	for (unsigned threads = 1; threads <= 5; threads += 2)
		for (uint64_t cache = 0; cache <= 1 << 20; cache += 1 << 19) {
			struct ralm_score_counts again;
			options.threads = threads;
			uneven_must(stream(&again, model, "s.txt", "many",
					   &options, cache),
				    &err);
			same &= uneven_same_file("one", "many") &&
				!memcmp(&again, &counts,
					offsetof(struct ralm_score_counts,
						 first_bad));
		}
	check(same, "%s: the same by any number of threads and any cache", what);
	options.unbuffered = true;
	uneven_must(stream(&counts, model, "s.txt", "many", &options, 1 << 20),
		    &err);
	check(uneven_same_file("one", "many"), "%s: and line by line", what);
}

static bool known(const struct ralm_model *model, uint64_t key)
{
	return ralm_users_find(&model->users, key) != RALM_ROW_NONE;
}

static void test_counts(const struct ralm_model *model)
{
	uint64_t targets = 0, none = 0, fewer = 0;
	struct ralm_score_counts counts;
	for (size_t i = 0; i < COUNT; i++) {
		const struct uneven *s = &samples[i];
		size_t n = 0;
		for (size_t k = 0; k < s->n; k++)
			n += known(model, s->seeds[k]);
		targets += !known(model, s->target);
		none += n == 0;
		fewer += n > 0 && n < s->n;
	}
	for (unsigned threads = 1; threads <= 4; threads += 3) {
		const struct ralm_score_options options = {.threads = threads};
		uneven_must(stream(&counts, model, "s.txt", "many", &options,
				   1 << 20),
			    &err);
		check(counts.unknown_targets == targets &&
			      counts.no_seeds == none &&
			      counts.fewer_seeds == fewer && targets > 0 &&
			      none > 0 && fewer > 0,
		      "unknown targets and seeds are counted by %u threads",
		      threads);
	}
}

/* What training measures is what scoring writes. */
static void test_validation(const struct ralm_model *model)
{
	static float score[COUNT + 1];
	static uint8_t label[COUNT + 1];
	struct ralm_score_counts counts;
	const struct ralm_score_options options = {.threads = 2};
	double auc, validation;
	uneven_must(stream(&counts, model, "s.txt", "one", &options, 1 << 20),
		    &err);
	uneven_must(ralm_auc(&auc, score, label,
			     read_scores(score, label, "one"), &err),
		    &err);
	const struct ralm_validation_file file = {.path = "s.txt"};
	uneven_must(ralm_validate(&validation, model, pool(2), &file, NULL, &err),
		    &err);
	check(auc == validation,
	      "validation AUC is the AUC of what is written (%.9f, %.9f)",
	      validation, auc);
}

/* A bad line now and then, one the first of a batch that shares its list. */
static void test_bad_lines(const struct ralm_model *model)
{
	struct ralm_score_options options = {.threads = 2, .skip_bad = true};
	struct ralm_score_counts counts;
	FILE *file = fopen("bad.txt", "w");
	uint64_t bad = 0;
	for (size_t i = 0; i < COUNT; i++) {
		if (i % 256 == 255 || i % 7 == 3) {
			fputs("user_seeds:12 label:1\n", file);
			bad++;
		}
		uneven_print(file, &samples[i]);
	}
	fclose(file);
	const struct ralm_score_options plain = {.threads = 1};
	uneven_must(stream(&counts, model, "s.txt", "one", &plain, 1 << 20),
		    &err);
	for (int unbuffered = 0; unbuffered < 2; unbuffered++) {
		options.unbuffered = unbuffered;
		uneven_must(stream(&counts, model, "bad.txt", "many", &options,
				   1 << 20),
			    &err);
		/* -u may say something in a bad line's place: not asked here */
		check((unbuffered || uneven_same_file("one", "many")) &&
			      counts.bad_lines == bad &&
			      counts.samples == COUNT &&
			      counts.first_bad.line == 4 &&
			      !strcmp(counts.first_bad.file, "bad.txt"),
		      "%" PRIu64 " bad lines are left out (unbuffered: %d)",
		      bad, unbuffered);
	}
	options.unbuffered = options.skip_bad = false;
	check(stream(&counts, model, "bad.txt", "many", &options, 1 << 20) ==
			      -1 &&
		      err.line == 4 && counts.samples == 3,
	      "else the first one is the end, and what stands before is written");
}

/* The place of a bad line behind several pieces. */
static void test_place(const struct ralm_model *model)
{
	enum { BAD = COUNT - 14 };
	struct ralm_score_options options = {.threads = 3};
	struct ralm_score_counts counts;
	FILE *file = fopen("late.txt", "w");
	for (size_t i = 0; i < COUNT; i++) {
		if (i == BAD)
			fputs("user_seeds:12 label:1\n", file);
		uneven_print(file, &samples[i]);
	}
	fclose(file);
	check(stream(&counts, model, "late.txt", "many", &options, 1 << 20) ==
			      -1 &&
		      err.line == BAD + 1 && !strcmp(err.file, "late.txt") &&
		      counts.samples == BAD,
	      "a bad line far behind has its place");
	options.skip_bad = true;
	uneven_must(stream(&counts, model, "late.txt", "many", &options,
			   1 << 20),
		    &err);
	check(counts.bad_lines == 1 && counts.first_bad.line == BAD + 1 &&
		      counts.samples == COUNT,
	      "and where it is left out");
}

/* Items of uneven lengths: the line's own, that of its list, or none. Lists are so
 * short that a batch holds many. */
static void test_items(const struct ralm_model *model)
{
	enum { LINES = 1001 };
	FILE *file = fopen("items.txt", "w"), *want = fopen("want", "w");
	struct ralm_score_counts counts;
	char of_list[64] = "", item[64];
	for (unsigned i = 0; i < LINES; i++) {
		const bool same = i % 5 > 0, own = i % 7 < 3;
		snprintf(item, sizeof item, "i%.*s%u", (int)(i % 31),
			 "-------------------------------", i);
		fputs(same ? "seeds:same target_user:3" : "user_seeds:2 target_user:3",
		      file);
		fprintf(file, own ? " item:%s\n" : "\n", item);
		if (!same)
			strcpy(of_list, own ? item : "");
		fprintf(want, "%s\n", own ? item : of_list);
	}
	fclose(file);
	fclose(want);
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		const struct ralm_score_options options = {.threads = threads};
		uneven_must(stream(&counts, model, "items.txt", "scores", &options,
				   1 << 20),
			    &err);
		char line[256];
		FILE *scores = fopen("scores", "r"), *got = fopen("got", "w");
		while (fgets(line, sizeof line, scores) != NULL) {
			const char *tab = strchr(line, '\t');
			fputs(tab != NULL ? tab + 1 : "\n", got);
		}
		fclose(scores);
		fclose(got);
		check(counts.samples == LINES && uneven_same_file("got", "want"),
		      "the item of each line, by %u threads", threads);
	}
}

int main(void)
{
	struct ralm_model model;
	uneven_folder();
	uneven_make(samples, COUNT, 4);
	uneven_write("s.txt", samples, COUNT);
	uneven_model(&model, UNEVEN_USERS);
	test_scores(&model, 0, "all known");
	test_scores(&model, 3, "lists of three at the most");
	test_validation(&model);
	test_bad_lines(&model);
	test_place(&model);
	test_items(&model);
	ralm_model_release(&model);
	uneven_model(&model, 60);
	test_scores(&model, 0, "some unknown");
	test_counts(&model);
	test_validation(&model);
	ralm_model_release(&model);
	uneven_folder_remove();
	return check_done();
}
