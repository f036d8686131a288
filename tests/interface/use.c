/* A program in C that knows libralm by <ralm.h> alone, C99: samples, a model,
 * scores, measures, and errors. Files are made where it runs. Says on stdout what
 * is not as it should be, and then exits with 1. */
#include <ralm.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
static struct ralm_error err;

static void check(int good, const char *what)
{
	if (good)
		return;
	failures++;
	printf("not so: %s\n", what);
}

static void must(int good, const char *what)
{
	char text[sizeof err];
	if (good)
		return;
	ralm_error_format(text, sizeof text, &err);
	printf("%s: %s\n", what, text);
	exit(1);
}

static int make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void build(void)
{
	struct ralm_build_options options;
	struct ralm_build_report report;
	int fd = make("train.txt");
	ralm_build_options_init(&options);
	options.planted = true;
	options.plant.users = 307;
	options.plant.items = 97;
	options.plant.tastes = 5;
	options.plant.fields = 3;
	options.test = "test.txt";
	options.users_file = "users.txt";
	must(ralm_build(&report, &options, fd, "train.txt", &err) == 0, "build");
	close(fd);
	check(report.users == 307 && report.test.positives > 0 &&
		      report.users_told == 307,
	      "the report of what was built");
}

static uint64_t reports, begun;

static void report(void *context, const struct ralm_fit_report *where)
{
	reports++;
	check(context == &reports && where->epoch == 1, "where training stands");
}

static int begins(void *context, bool resumed, uint64_t step,
		  struct ralm_error *error)
{
	(void)context;
	(void)error;
	begun += !resumed && step == 0;
	return 0;
}

static void fit(void)
{
	static char text[RALM_CONFIG_TEXT_MAX];
	const char *const paths[] = {"train.txt"};
	char value[RALM_CONFIG_VALUE_MAX];
	static const char *const notes[] = {"made by use.c"};
	struct ralm_fit_options options = {0};
	struct ralm_fit_summary summary;
	struct ralm_config *config = ralm_config_new(&err);
	must(config != NULL, "settings");
	must(ralm_config_set(config, "embedding-size", "8", &err) == 0 &&
		     ralm_config_set(config, "transformed_size", "8", &err) == 0 &&
		     ralm_config_set(config, "users", "users.txt", &err) == 0 &&
		     ralm_config_get(value, config, "user_emb_size", &err) == 0,
	     "a setting");
	check(strcmp(value, "8") == 0, "a setting is what was set");
	check(ralm_config_set(config, "loss", "hinge", &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG && err.message[0] != '\0',
	      "a value that there is not is refused");
	check(ralm_config_text(text, config, false) == strlen(text) &&
		      strstr(text, "user_emb_size: 8\n") != NULL,
	      "settings as text");
	options.output = "model.bin";
	options.report = report;
	options.begins = begins;
	options.context = &reports;
	options.notes = notes;
	options.note_count = 1;
	must(ralm_fit_check(config, &err) == 0 &&
		     ralm_fit(&summary, config, paths, 1, &options, &err) == 0,
	     "fit");
	check(summary.users == 307 && summary.steps > 0 && reports > 0 &&
		      begun == 1,
	      "the summary of training");
	ralm_config_free(config);
}

static void look_at_model(void)
{
	struct ralm_model_info *info =
		ralm_model_info_new("model.bin", RALM_MODEL_VERIFY, &err);
	must(info != NULL, "what a model says of itself");
	check(info->users == 307 && info->embedding_size == 8 &&
		      info->values > 10 && info->value_users != NULL &&
		      strcmp(info->network, "attention") == 0 &&
		      strstr(info->settings, "user_emb_size: 8\n") != NULL &&
		      strcmp(info->note, "made by use.c") == 0 &&
		      strstr(info->json, "\"users\": 307,\n") != NULL,
	      "what a model says of itself");
	ralm_model_info_free(info);
}

static void tell(const char *mode, const char *text)
{
	FILE *file = fopen("now.txt", mode);
	must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0,
	     "now.txt");
}

/* A user who comes later, and a click of a moment ago. */
static void score_newcomer(void)
{
	struct ralm_score_request request = {0};
	struct ralm_score_result before, first, second;
	struct ralm_scorer *scorer =
		ralm_scorer_open("model.bin", 1 << 20, 0, &err);
	must(scorer != NULL, "open a model");
	const uint64_t seeds[] = {ralm_scorer_key(scorer, "1", 1),
				  ralm_scorer_key(scorer, "ann", 3)};
	check(ralm_scorer_users_again(scorer, true, &err) == 0,
	      "without a file of users there is nothing to read");
	tell("w", "user:ann trait1:t1\n");
	must(ralm_scorer_users(scorer, "now.txt", RALM_USERS_MODEL, &err) == 0,
	     "users");
	struct ralm_scoring_worker *worker = ralm_scoring_worker_new(scorer, &err);
	must(worker != NULL, "a worker");
	request.seed_keys = seeds;
	request.seed_count = 2;
	request.target_key = ralm_scorer_key(scorer, "eve", 3);
	must(ralm_score(&before, worker, &request, 1, &err) == 0, "score");
	check(before.unknown_target && before.new_seeds == 1 &&
		      before.unknown_seeds == 0,
	      "a seed whom the file tells of, a target whom nobody knows");
	check(ralm_scorer_users_again(scorer, false, &err) == 0,
	      "nothing new");
	tell("a", "user:eve trait1:t1\n");
	must(ralm_scorer_users_again(scorer, false, &err) == 1 &&
		     ralm_score(&first, worker, &request, 1, &err) == 0,
	     "score again");
	check(first.new_target && !first.unknown_target &&
		      first.cosine != before.cosine,
	      "a line that was added");
	tell("a", "user:eve trait3:t2\n");
	must(ralm_scorer_users_again(scorer, false, &err) == 1 &&
		     ralm_score(&second, worker, &request, 1, &err) == 0,
	     "score once more");
	check(second.new_target && second.cosine != first.cosine,
	      "what adds up");
	tell("a", "eve\n");
	check(ralm_scorer_users_again(scorer, false, &err) == -1 &&
		      err.line == 4 && strcmp(err.file, "now.txt") == 0 &&
		      ralm_score(&first, worker, &request, 1, &err) == 0 &&
		      first.cosine == second.cosine,
	      "a bad line is told, and changes nothing");
	remove("now.txt");
	check(ralm_scorer_users_again(scorer, false, &err) == 0 &&
		      ralm_scorer_users_again(scorer, true, &err) == -1 &&
		      strstr(err.message, "now.txt") != NULL,
	      "a file that is gone is told to who asks for it by force");
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
}

/* One request by hand, and all lines by files. */
static void score(void)
{
	const char *const paths[] = {"test.txt"};
	struct ralm_score_options options = {0};
	struct ralm_score_counts counts;
	struct ralm_score_request request = {0};
	struct ralm_score_result result;
	struct ralm_scorer *scorer =
		ralm_scorer_open("model.bin", 1 << 20, 0, &err);
	must(scorer != NULL, "open a model");
	struct ralm_scoring_worker *worker = ralm_scoring_worker_new(scorer, &err);
	must(worker != NULL, "a worker");
	const uint64_t seeds[] = {ralm_scorer_key(scorer, "1", 1),
				  ralm_scorer_key(scorer, "stranger", 8)};
	request.seed_keys = seeds;
	request.seed_count = 2;
	request.target_key = ralm_scorer_key(scorer, "7", 1);
	must(ralm_score(&result, worker, &request, 1, &err) == 0, "score");
	check(result.score > 0 && result.score < 1 && result.unknown_seeds == 1 &&
		      !result.unknown_target,
	      "a score, and one seed that the model does not know");
	ralm_scoring_worker_free(worker);
	int fd = make("scores.txt");
	must(ralm_score_files(&counts, scorer, paths, 1, fd, "scores.txt",
			      &options, &err) == 0,
	     "score files");
	close(fd);
	check(counts.samples > 0 && counts.bad_lines == 0, "lines are counted");
	struct ralm_export_options where = {0};
	struct ralm_export_counts vectors;
	check(ralm_export(&vectors, scorer, &where, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "vectors need a file");
	where.output = "vectors.npy";
	where.form = RALM_VECTORS_NPY;
	check(ralm_export(&vectors, scorer, &where, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "an array needs a place for ids");
	where.ids = "ids.txt";
	must(ralm_export(&vectors, scorer, &where, &err) == 0, "vectors");
	check(vectors.vectors == 307, "a vector of each user");
	ralm_scorer_free(scorer);
}

static void evaluate(void)
{
	const char *const paths[] = {"scores.txt"};
	struct ralm_evaluate_options options = {0};
	struct ralm_evaluate_summary summary;
	options.roc = "roc.tsv";
	options.at = "5";
	struct ralm_evaluation *evaluation =
		ralm_evaluate(&summary, paths, 1, &options, &err);
	must(evaluation != NULL, "evaluate");
	double auc = ralm_evaluation_measure(evaluation, "auc");
	check(auc > 0.6 && auc < 1, "the model has learned something");
	check(ralm_evaluation_measure(evaluation, "positives") ==
		      (double)summary.lines[1],
	      "lines with label 1 are counted");
	check(ralm_evaluation_measure(evaluation, "ndcg@5") > 0, "nDCG");
	check(isnan(ralm_evaluation_measure(evaluation, "beauty")),
	      "what is no measure is not a number");
	check(access("roc.tsv", R_OK) == 0, "the curve is written");
	must(ralm_evaluation_write(STDOUT_FILENO, "stdout", evaluation,
				   RALM_EVALUATION_AUC, &err) == 0,
	     "write");
	ralm_evaluation_free(evaluation);
}

static void see_errors(void)
{
	const char *const bad[] = {"bad.txt"};
	const struct ralm_fit_options options = {0};
	struct ralm_fit_summary summary;
	char text[sizeof err];
	FILE *file = fopen("bad.txt", "w");
	must(file != NULL && fputs("user_seeds:1 target_user:2 label:1\n"
				   "user_seeds:1 target_user:2 label:2\n",
				   file) >= 0 &&
		     fclose(file) == 0,
	     "bad.txt");
	struct ralm_config *config = ralm_config_new(NULL);
	must(config != NULL, "settings");
	check(ralm_fit(&summary, config, bad, 1, &options, &err) == -1 &&
		      err.code == RALM_ERROR_DATA && err.line == 2,
	      "a bad line is an error with its number");
	ralm_error_format(text, sizeof text, &err);
	check(strncmp(text, "bad.txt:2: label: ", 18) == 0, text);
	ralm_config_free(config);
	check(ralm_scorer_open("none.bin", 0, 0, &err) == NULL &&
		      err.code == RALM_ERROR_SYSTEM &&
		      ralm_scorer_open("none.bin", 0, 0, NULL) == NULL,
	      "a file that is not there");
}

int main(void)
{
	build();
	fit();
	look_at_model();
	score();
	score_newcomer();
	evaluate();
	see_errors();
	return failures > 0;
}
