/* Calls of the library that fail, each without a place for its error. A call
 * whose bad lines are to be left out gives -1 where they were. */
#ifndef RALM_TESTS_FAILING_H
#define RALM_TESTS_FAILING_H

#include "check.h"
#include "uneven.h"

#include "libralm/formats/click_log.h"
#include "libralm/ground/atomic_file.h"
#include "libralm/jobs/fit/checkpoint.h"
#include "libralm/jobs/evaluate/evaluate.h"
#include "libralm/ralm.h"
#include "libralm/jobs/score/named_lists.h"
#include "libralm/scoring/scorer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		uneven_die(path);
}

static int fit(const char *path, double rate)
{
	struct ralm_fit_summary summary;
	const struct ralm_fit_options options = {.validate = NULL};
	struct ralm_config config;
	uneven_config(&config);
	config.learning_rate = rate;
	config.optimizer = RALM_SGD;
	return ralm_fit(&summary, &config, &path, 1, &options, NULL);
}

static int fit_missing(void) { return fit("none", 0.1); }
static int fit_bad(void) { return fit("bad", 0.1); }
static int fit_nan(void) { return fit("s.txt", 1e300); }

/* A bad line of the validation file is left out: then nothing is left of it. */
static int fit_bad_valid(void)
{
	struct ralm_fit_summary summary;
	const struct ralm_fit_options options = {.output = "valid.model",
						 .validate = "bad",
						 .skip_bad = true};
	struct ralm_config config;
	const char *path = "s.txt";
	uneven_config(&config);
	return ralm_fit(&summary, &config, &path, 1, &options, NULL);
}

/* Fails before there is anything to read into. */
static int fit_folder(void)
{
	struct ralm_fit_summary summary;
	const struct ralm_fit_options options = {.output = "none/model"};
	struct ralm_config config;
	const char *path = "s.txt";
	uneven_config(&config);
	return ralm_fit(&summary, &config, &path, 1, &options, NULL);
}

static int config_bad(void)
{
	struct ralm_config config;
	char ignored[RALM_CONFIG_IGNORED_MAX];
	uneven_config(&config);
	return ralm_config_read(&config, ignored, "zip", NULL);
}

static int model_bad(void)
{
	struct ralm_model model;
	return ralm_model_open(&model, "bad", RALM_MODEL_VERIFY, NULL);
}

static int clicks_bad(void)
{
	struct ralm_click_log log;
	const struct ralm_click_format format = {.skip_bad = true};
	const char *path = "bad";
	ralm_click_log_init(&log);
	int result = ralm_click_log_read(&log, &path, 1, &format, NULL);
	ralm_click_log_release(&log);
	return result == 0 && log.count == 0 ? -1 : result;
}

static int build_bad(void)
{
	struct ralm_build_report report;
	const char *path = "bad";
	struct ralm_build_options options = {.paths = &path, .path_count = 1};
	int fd = open("out", O_WRONLY | O_CREAT, 0600);
	int result = ralm_build(&report, &options, fd, "out", NULL);
	close(fd);
	return result;
}

static int evaluate_bad(void)
{
	struct ralm_evaluation evaluation;
	const struct ralm_evaluate_options options = {.curves = true};
	const char *path = "bad";
	return ralm_evaluation_compute(&evaluation, &path, 1, &options, NULL);
}

static int stream(bool unbuffered, bool skip)
{
	struct ralm_score_counts counts;
	const struct ralm_score_options options = {
		.threads = 2, .unbuffered = unbuffered, .skip_bad = skip};
	struct ralm_model model;
	const char *path = "bad";
	uneven_model(&model, 20);
	struct ralm_scorer *scorer = ralm_scorer_new(&model, 0, NULL);
	int fd = open("out", O_WRONLY | O_CREAT, 0600);
	if (scorer == NULL || fd < 0)
		uneven_die("set up");
	int result = ralm_score_files(&counts, scorer, &path, 1, fd, "out",
				      &options, NULL);
	if (skip)
		result = result == 0 && counts.bad_lines == 2 ? -1 : 0;
	close(fd);
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
	return result;
}

static int stream_threads(void) { return stream(false, false); }
static int stream_lines(void) { return stream(true, false); }
static int stream_threads_skip(void) { return stream(false, true); }
static int stream_lines_skip(void) { return stream(true, true); }

static int lists_missing(void)
{
	return ralm_named_lists_new("none", 0, NULL) == NULL ? -1 : 0;
}

static int lists_bad(void)
{
	return ralm_named_lists_new("bad", 0, NULL) == NULL ? -1 : 0;
}

static int checkpoint_missing(void)
{
	struct ralm_model model;
	char path[RALM_CHECKPOINT_PATH];
	return ralm_checkpoint_open(&model, path, "none", NULL, NULL, NULL) == 1
		       ? 0
		       : -1;
}

static int atomic_impossible(void)
{
	struct ralm_atomic_file file;
	return ralm_atomic_open(&file, "none/x", NULL);
}

static const struct {
	const char *name;
	int (*call)(void);
} failing[] = {
	{"ralm_fit, no file", fit_missing},
	{"ralm_fit, a bad line", fit_bad},
	{"ralm_fit, no finite loss", fit_nan},
	{"ralm_fit, a bad line to validate on", fit_bad_valid},
	{"ralm_fit, no folder for its model", fit_folder},
	{"ralm_config_read, a zip file", config_bad},
	{"ralm_model_open, no model", model_bad},
	{"ralm_click_log_read, bad lines left out", clicks_bad},
	{"ralm_build, a bad log", build_bad},
	{"ralm_evaluate, a bad file", evaluate_bad},
	{"ralm_score_files, by threads", stream_threads},
	{"ralm_score_files, line by line", stream_lines},
	{"ralm_score_files, by threads, left out", stream_threads_skip},
	{"ralm_score_files, line by line, left out", stream_lines_skip},
	{"ralm_named_lists_new, no file", lists_missing},
	{"ralm_named_lists_new, a bad line", lists_bad},
	{"ralm_checkpoint_open, no folder", checkpoint_missing},
	{"ralm_atomic_open, no folder", atomic_impossible},
};

static inline void failing_files(void)
{
	static struct uneven samples[613];
	uneven_folder();
	uneven_make(samples, 613, 9);
	uneven_write("s.txt", samples, 613);
	put("bad", "user_seeds:12 label:1\nnonsense\n");
	put("zip", "PK\003\004xx\n");
}

#endif
