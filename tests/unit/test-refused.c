/* What calls of the interface refuse before they work: enumerators that there are
 * not, a text that would make two lines of one, and files that would be written while
 * they are read, or twice. */
#include "check.h"
#include "uneven.h"

#include "libralm/ralm.h"
#include "libralm/scoring/scorer.h"

#include <fcntl.h>

/* No enum of the interface has so many. */
enum { NONE = 99 };

static struct ralm_error err;
static struct ralm_model model;
static struct ralm_scorer *scorer;
static const char *const samples[] = {"s.txt"};
static int out;

static bool refused(int result)
{
	const bool good = result == -1 && err.code == RALM_ERROR_CONFIG;
	memset(&err, 0, sizeof err);
	return good;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		uneven_die(path);
}

static void make_files(void)
{
	static struct uneven s[613];
	uneven_folder();
	uneven_make(s, 613, 9);
	uneven_write("s.txt", s, 613);
	uneven_model(&model, 20);
	write_file("scores", "0\t0.1\n1\t0.7\n");
	scorer = ralm_scorer_new(&model, 0, &err);
	out = open("out", O_WRONLY | O_CREAT, 0600);
	if (scorer == NULL || out < 0)
		uneven_die("set up");
}

/* ---- enumerators --------------------------------------------------------- */

static int build(const struct ralm_build_options *options)
{
	struct ralm_build_report report;
	return ralm_build(&report, options, out, "out", &err);
}

static struct ralm_build_options planted(void)
{
	struct ralm_build_options options;
	ralm_build_options_init(&options);
	options.planted = true;
	options.plant = (struct ralm_planted_options){
		.users = 100, .items = 40, .tastes = 3, .clicks_per_user = 20};
	options.test_min_users = 4;
	options.passes = 1;
	options.test = "test";
	return options;
}

static void test_building(void)
{
	struct ralm_build_options o = planted();
	check(build(&o) == 0, "a planted log: %s", err.message);
	o.seed_order = (enum ralm_seed_order)NONE;
	check(refused(build(&o)), "no such seed_order");
	o = planted();
	o.negative_sampling = (enum ralm_negative_sampling)NONE;
	check(refused(build(&o)), "no such negative_sampling");
	o = planted();
	o.lists = (enum ralm_lists)NONE;
	check(refused(build(&o)), "no such lists");
	o = planted();
	o.split_by = (enum ralm_split_by)NONE;
	check(refused(build(&o)), "no such split_by");
	o = planted();
	const struct ralm_build_report report = {.users = 1};
	check(refused(ralm_build_write_stats(out, "out", &report, &o,
					     (enum ralm_stats_form)NONE, &err)),
	      "no such form of statistics");
	struct ralm_sample_split_report split;
	const struct ralm_sample_split_options by_none = {
		.paths = samples,
		.path_count = 1,
		.by = (enum ralm_sample_split)NONE,
		.test_ratio = 0.5,
		.test = "test"};
	check(refused(ralm_split_samples(&split, &by_none, out, "out", &err)),
	      "no such way to split samples");
}

static void test_scoring(void)
{
	struct ralm_score_counts counts;
	struct ralm_export_counts exported;
	struct ralm_score_options o = {.unknown = (enum ralm_unknown)NONE};
	check(refused(ralm_score_files(&counts, scorer, samples, 1, out, "out", &o,
				       &err)),
	      "no such unknown");
	o = (struct ralm_score_options){.unbuffered = true,
					.bad_answer = "two\nlines"};
	check(refused(ralm_score_files(&counts, scorer, samples, 1, out, "out", &o,
				       &err)),
	      "an answer of two lines");
	const struct ralm_export_options to = {
		.output = "vectors", .form = (enum ralm_vector_form)NONE};
	check(refused(ralm_export(&exported, scorer, &to, &err)),
	      "no such form of vectors");
	check(refused(ralm_scorer_users(scorer, "s.txt",
					(enum ralm_users_known)NONE, &err)),
	      "no such known");
	check(refused(ralm_scorer_device(scorer, "cpu",
					 (enum ralm_device_use)NONE, &err)),
	      "no such use of a device");
}

static void test_evaluation(void)
{
	const struct ralm_evaluate_options options = {.auc_only = true};
	const char *const scores[] = {"scores"}, *const titles[] = {"scores"};
	struct ralm_evaluation *e = ralm_evaluate(NULL, scores, 1, &options, &err);
	if (e == NULL)
		uneven_die(err.message);
	const struct ralm_evaluation *const all[] = {e};
	const enum ralm_evaluation_form form = (enum ralm_evaluation_form)NONE;
	check(refused(ralm_evaluation_write(out, "out", e, form, &err)),
	      "no such form of an evaluation");
	check(refused(ralm_evaluations_write(out, "out", all, titles, 1, form,
					     &err)),
	      "nor of several");
	ralm_evaluation_free(e);
}

/* ---- files --------------------------------------------------------------- */

/* What of the folder no refusal may change: as much as is written here. */
static bool stands(const char *path, const char *text)
{
	char buffer[64];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return text == NULL;
	const size_t n = fread(buffer, 1, sizeof buffer - 1, file);
	fclose(file);
	buffer[n] = '\0';
	return text != NULL && strncmp(buffer, text, strlen(text)) == 0;
}

static void test_build_files(void)
{
	const char *const log[] = {"log"};
	struct ralm_build_options o = planted();
	o.valid = o.test;
	check(refused(build(&o)), "a test that is the validation");
	o = planted();
	o.seeds_file = "./test";
	check(refused(build(&o)), "by another name");
	o.test = "out";
	check(refused(build(&o)), "a test where training samples go");
	write_file("log", "1\t2\n3\t2\n");
	o.planted = false;
	o.paths = log;
	o.path_count = 1;
	o.test = "log";
	check(refused(build(&o)) && stands("log", "1\t2\n"), "a log");
	struct ralm_sample_split_report report;
	const struct ralm_sample_split_options split = {.paths = samples,
							.path_count = 1,
							.test_ratio = 0.5,
							.test = "s.txt"};
	check(refused(ralm_split_samples(&report, &split, out, "out", &err)) &&
		      stands("s.txt", "user_seeds:"),
	      "samples that are split");
}

static int fit(struct ralm_fit_options options, const char *init_model)
{
	struct ralm_fit_summary summary;
	struct ralm_config config;
	uneven_config(&config);
	config.epochs = 1;
	strcpy(config.init_model_path, init_model);
	return ralm_fit(&summary, &config, samples, 1, &options, &err);
}

static void test_fit_files(void)
{
	write_file("other.txt", "user_seeds:1000 target_user:1001 label:1\n");
	check(refused(fit((struct ralm_fit_options){.output = "s.txt"}, "")) &&
		      stands("s.txt", "user_seeds:"),
	      "a model in the place of its samples");
	check(refused(fit((struct ralm_fit_options){.output = "other.txt",
						    .validate = "other.txt"},
			  "")) &&
		      stands("other.txt", "user_seeds:"),
	      "or of those that validate");
	check(refused(fit((struct ralm_fit_options){.output = "new", .page = "new"},
			  "")) &&
		      stands("new", NULL),
	      "a page in that of the model");
	check(fit((struct ralm_fit_options){.output = "model", .page = "/dev/null"},
		  "") == 0,
	      "a model: %s", err.message);
	check(fit((struct ralm_fit_options){.output = "model"}, "model") == 0,
	      "the model of before may be replaced: %s", err.message);
}

static void test_evaluate_files(void)
{
	const char *const scores[] = {"scores"}, *const twice[] = {"-", "/dev/stdin"};
	struct ralm_evaluate_options o = {.roc = "scores"};
	check(ralm_evaluate(NULL, scores, 1, &o, &err) == NULL && refused(-1) &&
		      stands("scores", "0\t0.1\n"),
	      "a curve in the place of scores");
	if (symlink("curve", "link") != 0)
		uneven_die("symlink");
	o = (struct ralm_evaluate_options){.roc = "curve", .pr = "link"};
	check(ralm_evaluate(NULL, scores, 1, &o, &err) == NULL && refused(-1) &&
		      stands("curve", NULL),
	      "two curves in one file that a link leads to");
	o = (struct ralm_evaluate_options){.auc_only = true};
	check(ralm_evaluate(NULL, twice, 2, &o, &err) == NULL && refused(-1),
	      "standard input twice");
	o.roc = o.pr = "/dev/null";
	struct ralm_evaluation *e = ralm_evaluate(NULL, scores, 1, &o, &err);
	check(e != NULL, "/dev/null takes everything: %s", err.message);
	ralm_evaluation_free(e);
	o.roc = "curve";
	o.pr = "curve-2";
	e = ralm_evaluate(NULL, scores, 1, &o, &err);
	check(e != NULL, "two new files of a folder are two: %s", err.message);
	ralm_evaluation_free(e);
}

static int expand(struct ralm_scorer *with, struct ralm_expand_options options)
{
	struct ralm_expand_counts counts;
	const char *const ids[] = {"ids"};
	options.size = "3";
	return ralm_expand(&counts, with, ids, 1, out, "out", &options, &err);
}

/* Calls over a scorer that has a file. */
static void test_scorer_files(void)
{
	struct ralm_export_counts counts;
	struct ralm_score_counts scored;
	const struct ralm_score_options plain = {.threads = 1};
	struct ralm_scorer *with = ralm_scorer_open("model", 0, 0, &err);
	if (with == NULL || link("model", "a.txt") != 0)
		uneven_die("model");
	struct ralm_export_options to = {.output = "a.txt"};
	check(refused(ralm_export(&counts, with, &to, &err)), "an open model");
	to.output = to.ids = "new";
	check(refused(ralm_export(&counts, with, &to, &err)) && stands("new", NULL),
	      "vectors and their ids in one file");
	const int both = open("s.txt", O_WRONLY | O_APPEND);
	check(refused(ralm_score_files(&scored, with, samples, 1, both, "both",
				       &plain, &err)),
	      "scores behind their samples");
	close(both);
	write_file("ids", "1000\n1001\n1002\n");
	check(refused(expand(with, (struct ralm_expand_options){.report = "ids"})) &&
		      stands("ids", "1000\n"),
	      "a report in the place of seeds");
	check(refused(expand(with, (struct ralm_expand_options){
					   .curve = "new", .seed_scores = "new"})) &&
		      stands("new", NULL),
	      "two tables in one file");
	write_file("lists", "item:a user_seeds:1000 user_seeds:1001\n");
	check(refused(expand(with, (struct ralm_expand_options){
					   .lists = "lists", .output = "%s.txt"})),
	      "an audience in the place of the model, by the name of its list");
	const char *const more[] = {NULL, "ids"};
	check(refused(expand(with, (struct ralm_expand_options){
					   .like = "1000", .output = "ids",
					   .reads = more, .read_count = 2})),
	      "a file that the caller reads");
	check(expand(with, (struct ralm_expand_options){.like = "1000",
							.output = "ids"}) == 0,
	      "one that is not read may be replaced: %s", err.message);
	ralm_scorer_free(with);
}

int main(void)
{
	make_files();
	test_building();
	test_scoring();
	test_evaluation();
	test_build_files();
	test_fit_files();
	test_evaluate_files();
	test_scorer_files();
	close(out);
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
	uneven_folder_remove();
	return check_done();
}
