/* ralm-build-data: samples from a click log, from a planted one, or from
 * samples that exist. */
#include "build_source.h"
#include "build_talk.h"
#include "cli.h"

#include <ralm.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct ralm_build_options build;
/* Choices, as the table of options sets them: enums of ralm_build_options. */
static int seed_order, negative_sampling, split_by, lists;
static struct cli_list clicks;
static const char *samples;
static bool paddlerec, planted, stats, json, skip_bad, quiet;
static double valid_ratio = NAN; /* not given */

/* Modes besides the sources: what is made. With --passes=0 there are no training samples,
 * without --test there are no others. */
enum {
	TRAINING = 16,
	HELD_OUT = 32,
	INVENTED = 64, /* the planted click log */
	MADE = TRAINING | HELD_OUT | INVENTED,
};

static const struct cli_option options[] = {
	{CLI_HEADING, .help = "Source (default: the click log on stdin, if any):"},
	{CLI_LIST, "clicks", 'c', "FILE", "read a click log, - is stdin; may repeat",
	 .value = &clicks},
	{CLI_FLAG, "planted", .help = "invent a click log with planted tastes",
	 .value = &planted},
	{CLI_STRING, "samples", 's', "FILE", "split samples, - is stdin",
	 .value = &samples, .needs = "test"},
	{CLI_FLAG, "paddlerec", .help = "print PaddleRec's 100 samples",
	 .value = &paddlerec},

	{CLI_HEADING, .help = "Click log:"},
	{CLI_STRING, "columns", 0, "LIST",
	 "user, item, time, rating, event, _ in order, or ROLE=NAME",
	 .value = &build.format.columns, .modes = CLICKS},
	{CLI_STRING, "delimiter", 0, "TEXT",
	 "between columns, or blanks (default: a tab)",
	 .value = &build.format.delimiter, .modes = CLICKS},
	{CLI_FLAG, "header", .help = "the first line names the columns",
	 .value = &build.format.header, .modes = CLICKS},
	{CLI_FLAG, "no-header", .help = "it is a click, whatever it looks like",
	 .value = &build.format.no_header, .modes = CLICKS},
	{CLI_FLAG, "multiline", .help = "quoted fields may hold newlines",
	 .value = &build.format.multiline, .modes = CLICKS},
	{CLI_STRING, "time-format", 0, "TEXT", "of times, as strptime has it",
	 .value = &build.format.time_format, .modes = CLICKS},
	{CLI_STRING, "event", 0, "LIST", "events that are clicks",
	 .value = &build.format.events, .modes = CLICKS},
	{CLI_STRING, "missing", 0, "LIST", "what stands for no user or no item",
	 .value = &build.format.missing, .modes = CLICKS},
	{CLI_STRING, "min-rating", 0, "R", "a line rated below is no click",
	 .value = &build.format.min_rating, .modes = CLICKS},
	{CLI_FLAG, "skip-bad", .help = "leave bad lines out and count them",
	 .value = &skip_bad, .modes = CLICKS | SAMPLES},

	{CLI_HEADING, .help = "Planted click log:"},
	{CLI_COUNT, "users", 0, "N", "its users",
	 .value = &build.plant.users, .min = 1, .max = INT32_MAX, .modes = PLANTED},
	{CLI_COUNT, "items", 0, "N", "its items",
	 .value = &build.plant.items, .min = 1, .max = INT32_MAX, .modes = PLANTED},
	{CLI_COUNT, "tastes", 0, "N", "its tastes; a user has 1 to 3 of them",
	 .value = &build.plant.tastes, .min = 1, .max = INT32_MAX, .modes = PLANTED},
	{CLI_COUNT, "clicks-per-user", 0, "N", "clicks of a user on the average",
	 .value = &build.plant.clicks_per_user, .min = 1, .max = INT32_MAX,
	 .modes = PLANTED},
	{CLI_REAL, "noise", 0, "P", "share of clicks that no taste explains",
	 .value = &build.plant.noise, .min = 0, .max = 1, .modes = PLANTED},
	{CLI_COUNT, "planted-fields", 0, "N",
	 "fields of a user that tell tastes, in --users-file",
	 .value = &build.plant.fields, .min = 0, .max = 1000,
	 .modes = PLANTED, .needs = "users-file"},

	{CLI_HEADING, .help = "Samples:"},
	{CLI_COUNT, "seeds-num", 0, "N", "users in a seed list, at most",
	 .value = &build.seeds_num, .min = 1, .max = 1 << 20,
	 .modes = LOGS | TRAINING | HELD_OUT},
	{CLI_COUNT, "min-seeds", 0, "N", "users to choose them from, at least",
	 .value = &build.min_seeds, .min = 1, .max = 1 << 20,
	 .modes = LOGS | TRAINING | HELD_OUT},
	{CLI_CHOICE, "seed-order", .help = "which users are the seeds",
	 .value = &seed_order, .choices = "random|recent",
	 .modes = LOGS | TRAINING | HELD_OUT},
	{CLI_FLAG, "repeat-seeds",
	 .help = "fill short lists by drawing with repetition",
	 .value = &build.repeat_seeds, .modes = LOGS | TRAINING | HELD_OUT},
	{CLI_COUNT, "refresh", 0, "N", "training clicks that share a list",
	 .value = &build.refresh, .min = 1, .max = INT32_MAX, .modes = LOGS | TRAINING},
	{CLI_COUNT, "negatives", 0, "K", "samples with label 0 for each click",
	 .value = &build.negatives, .min = 0, .max = 1 << 20, .modes = LOGS | TRAINING},
	{CLI_CHOICE, "negative-sampling", .help = "how their targets are drawn",
	 .value = &negative_sampling,
	 .choices = "activity|uniform|rank", .modes = LOGS | TRAINING | HELD_OUT},
	{CLI_COUNT, "passes", 0, "N",
	 "times over the clicks, each with fresh seeds and negatives",
	 .value = &build.passes, .min = 0, .max = INT32_MAX, .modes = LOGS},
	{CLI_CHOICE, "lists", .help = "how a list is written that lines share",
	 .value = &lists, .choices = "usual|once|each",
	 .modes = LOGS | SAMPLES | TRAINING | HELD_OUT},

	{CLI_HEADING, .help = "Test and validation:"},
	{CLI_OUTPUT, "test", 't', "FILE", "hold test samples out, into FILE",
	 .value = &build.test, .modes = LOGS | SAMPLES},
	{CLI_OUTPUT, "valid", 0, "FILE", "hold validation samples out, too, into FILE",
	 .value = &build.valid, .modes = LOGS | SAMPLES, .needs = "test"},
	{CLI_CHOICE, "split-by", .help = "what is held out",
	 .value = &split_by, .choices = "item|time|user|sample",
	 .modes = LOGS | SAMPLES, .needs = "test"},
	{CLI_REAL, "test-ratio", 0, "P", "how much of it",
	 .value = &build.test_ratio, .min = 1e-9, .max = 1,
	 .modes = LOGS | SAMPLES, .needs = "test"},
	{CLI_REAL, "valid-ratio", 0, "P", "how much for --valid, if not --test-ratio",
	 .value = &valid_ratio, .min = 1e-9, .max = 1,
	 .modes = LOGS | SAMPLES, .needs = "valid"},
	{CLI_COUNT, "test-per-item", 0, "N", "clicks of an item tested, at most",
	 .value = &build.test_per_item, .min = 1, .max = INT32_MAX,
	 .modes = LOGS, .needs = "test"},
	{CLI_COUNT, "test-min-users", 0, "N", "users that an item needs to be tested",
	 .value = &build.test_min_users, .min = 1, .max = INT32_MAX,
	 .modes = LOGS, .needs = "test"},
	{CLI_COUNT, "test-negatives", 0, "K",
	 "held-out samples with label 0 for each click",
	 .value = &build.test_negatives, .min = 0, .max = 1 << 20,
	 .modes = LOGS, .needs = "test"},
	{CLI_REAL, "cold-seeds", 0, "P", "share of test seeds unknown to training",
	 .value = &build.cold_seeds, .min = 0, .max = 1,
	 .modes = LOGS, .needs = "test"},

	{CLI_HEADING, .help = "What is known of users:"},
	{CLI_OUTPUT, "users-file", 0, "FILE", "write it, from the clicks, to FILE",
	 .value = &build.users_file, .modes = LOGS},
	{CLI_STRING, "user-table", 0, "FILE", "and from this table of users",
	 .value = &build.user_table.path, .modes = CLICKS},
	{CLI_STRING, "user-columns", 0, "LIST",
	 "its columns: user, _ or fields in order, or FIELD=NAME",
	 .value = &build.user_table.columns, .modes = CLICKS, .needs = "user-table"},
	{CLI_STRING, "user-numbers", 0, "LIST", "fields of it that are numbers",
	 .value = &build.user_table.numbers, .modes = CLICKS, .needs = "user-table"},
	{CLI_STRING, "user-delimiter", 0, "TEXT",
	 "between its columns (default: a comma)",
	 .value = &build.user_table.delimiter, .modes = CLICKS, .needs = "user-table"},

	{CLI_HEADING, .help = "Seed lists:"},
	{CLI_OUTPUT, "seeds-file", 0, "FILE",
	 "the users of each item, for ralm-score --seeds",
	 .value = &build.seeds_file, .modes = LOGS},
	{CLI_COUNT, "seeds-latest", 0, "N", "the latest N of them, in place of all",
	 .value = &build.seeds_latest, .min = 1, .max = INT32_MAX,
	 .modes = LOGS, .needs = "seeds-file"},

	{CLI_HEADING, .help = "Other:"},
	{CLI_COUNT, "rng-seed", 0, "N", "the number all random numbers start from",
	 .value = &build.rng_seed,
	 .modes = LOGS | SAMPLES | TRAINING | HELD_OUT | INVENTED},
	{CLI_FLAG, "quiet", 'q',
	 .help = "do not say how far it has come, nor how much it will be",
	 .value = &quiet, .modes = LOGS | SAMPLES},
	{CLI_FLAG, "stats", .help = "describe log and samples on stderr",
	 .value = &stats, .modes = LOGS | SAMPLES},
	{CLI_FLAG, "json", .help = "--stats as one line of JSON", .value = &json,
	 .modes = LOGS | SAMPLES, .needs = "stats"},
};

static const struct cli_tool tool = {
	.name = "ralm-build-data",
	.operands = "[FILE]...",
	.purpose = "Makes training and test samples from a click log.",
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.see_also = "ralm-fit(1), ralm-samples(5), ralm(7)",
};

/* ---- which options go together -------------------------------------------- */

/* A file may go to standard output only where no training samples go there. */
static void check_output(const char *path, const char *option, bool training)
{
	if (path != NULL && ralm_is_stdout(path) && training)
		cli_usage(&tool,
			  "--%s: stdout is taken by the training samples",
			  option);
}

static void check_options(const struct build_source *source)
{
	const bool training = build.passes > 0, test = build.test != NULL;
	cli_check_modes(&tool, SOURCES, source->kind, source->name);
	cli_check_modes(&tool, MADE,
			(training ? TRAINING : 0) | (test ? HELD_OUT : 0) |
				(source->kind == PLANTED ? INVENTED : 0),
			test ? "--passes=0" : "--passes=0 and no --test");
	cli_check_needs(&tool);
	check_output(build.test, "test", training);
	check_output(build.valid, "valid", training);
	check_output(build.users_file, "users-file", training);
	check_output(build.seeds_file, "seeds-file", training);
}

/* ---- the work -------------------------------------------------------- */

static enum ralm_stats_form stats_form(void)
{
	return json ? RALM_STATS_JSON : RALM_STATS_TEXT;
}

static void split_samples(const char *const *paths, size_t path_count)
{
	static const enum ralm_sample_split by[] = {
		RALM_SAMPLES_BY_ITEM, 0, RALM_SAMPLES_BY_USER,
		RALM_SAMPLES_BY_SAMPLE};
	struct ralm_sample_split_report report;
	struct build_view view;
	struct ralm_error err;
	if (split_by == RALM_SPLIT_TIME)
		cli_usage(&tool, "--split-by: samples have no time");
	struct ralm_sample_split_options split = {
		.paths = paths,
		.path_count = path_count,
		.by = cli_given(&tool, "split-by") ? by[split_by]
						   : RALM_SAMPLES_BY_FIRST,
		.test_ratio = build.test_ratio,
		.rng_seed = build.rng_seed,
		.skip_bad = skip_bad,
		.spell = lists == RALM_LISTS_EACH,
		.test = build.test,
		.valid = build.valid,
		.valid_ratio = build.valid_ratio,
	};
	build_view_init(&view, &tool);
	if (!quiet)
		split.progress = build_view_progress;
	split.context = &view;
	int result = ralm_split_samples(&report, &split, STDOUT_FILENO, "stdout",
					&err);
	build_view_end(&view);
	cli_warn_bad_lines(&tool, report.bad_lines,
			   report.train + report.test + report.validation +
				   report.bad_lines,
			   "lines", &report.first_bad);
	if (result != 0)
		cli_fail(&tool, &err);
	/* A failure to write to stderr has nowhere to be told. */
	if (stats)
		(void)!ralm_split_write_stats(STDERR_FILENO, "stderr", &report,
					      &split, stats_form(), &err);
}

/* Sets the error where nothing came on standard input and no option named it: under
 * cron or in a test it may be an empty pipe where a user has a terminal. */
static void set_empty(const struct ralm_build_report *report,
		       struct ralm_error *err)
{
	if (!report->empty)
		return;
	*err = (struct ralm_error){
		.code = RALM_ERROR_DATA,
		.file = "stdin",
		.message = "no click log came (--planted invents one)"};
}

static void build_samples(const struct build_source *source,
			  const char *const *paths, size_t path_count)
{
	static const char *const standard_input[] = {"-"};
	bool on_stdin = source->kind == CLICKS && source->by_default;
	struct ralm_build_report report;
	struct build_view view;
	struct ralm_error err;
	build.seed_order = (enum ralm_seed_order)seed_order;
	build.negative_sampling = (enum ralm_negative_sampling)negative_sampling;
	build.split_by = (enum ralm_split_by)split_by;
	build.lists = (enum ralm_lists)lists;
	build.planted = source->kind == PLANTED;
	build.paths = on_stdin ? standard_input : paths;
	build.path_count = on_stdin ? 1 : path_count;
	build.format.skip_bad = skip_bad;
	build_view_init(&view, &tool);
	if (!quiet)
		build.progress = build_view_progress;
	build.context = &view;
	int result = ralm_build(&report, &build, STDOUT_FILENO, "stdout", &err);
	build_view_end(&view);
	if (result != 0) {
		build_say_lines(&tool, &report);
		if (on_stdin)
			set_empty(&report, &err);
		cli_fail(&tool, &err);
	}
	build_say_left_out(&tool, &build, &report);
	if (stats)
		(void)!ralm_build_write_stats(STDERR_FILENO, "stderr", &report,
					      &build, stats_form(), &err);
	if (source->by_default)
		cli_warn(&tool, on_stdin ? "these are samples of the click log on "
					   "stdin (--clicks=-)"
					 : "these are samples of the planted click "
					   "log (--planted)");
}

static void check_files(const struct build_source *source, const char *const *paths,
			size_t path_count)
{
	size_t by_option = samples ? 1 : clicks.count;
	if (source->kind == CLICKS && path_count == 0)
		cli_file(RALM_FILE_READ, "stdin", "-");
	for (size_t i = 0; i < path_count; i++)
		cli_file(RALM_FILE_READ,
			 i >= by_option ? "FILE"
			 : samples      ? "--samples"
					: "--clicks",
			 paths[i]);
	cli_file(RALM_FILE_READ, "--user-table", build.user_table.path);
	if (build.passes > 0)
		cli_file(RALM_FILE_WRITE, "stdout", "/dev/stdout");
	cli_file(RALM_FILE_REPLACE, "--test", build.test);
	cli_file(RALM_FILE_REPLACE, "--valid", build.valid);
	cli_file(RALM_FILE_REPLACE, "--users-file", build.users_file);
	cli_file(RALM_FILE_REPLACE, "--seeds-file", build.seeds_file);
	cli_files_check(&tool);
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	cli_start(&tool);
	ralm_build_options_init(&build);
	int first = cli_parse(&tool, argc, argv);
	const struct build_source source =
		build_source_choose(&tool, (size_t)(argc - first));
	check_options(&source);
	build.valid_ratio = isnan(valid_ratio) ? 0 : valid_ratio;
	if (first < argc && !(source.kind & (CLICKS | SAMPLES)))
		cli_usage(&tool, "'%s': %s reads no file", argv[first],
			  source.name);
	/* Files of options are read before the operands. argv has room for them there:
	 * each takes the place of its own option. */
	if (samples)
		argv[--first] = (char *)samples;
	for (size_t i = clicks.count; i-- > 0;)
		argv[--first] = (char *)clicks.at[i];
	const char *const *paths = (const char *const *)argv + first;
	size_t path_count = (size_t)(argc - first);
	check_files(&source, paths, path_count);
	if (paddlerec) {
		if (ralm_write_paddlerec(STDOUT_FILENO, "stdout", &err) != 0)
			cli_fail(&tool, &err);
	} else if (samples) {
		split_samples(paths, path_count);
	} else {
		build_samples(&source, paths, path_count);
	}
	return cli_finish(&tool, 0);
}
