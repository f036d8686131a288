/* ralm-score: samples in, scores out; or what a model file holds. */
#include "cli.h"
#include "progress.h"
#include "scoring_options.h"
#include "show_model.h"

#include <ralm.h>

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *model_path, *seeds_path, *bad_answer;
static bool unbuffered, raw, with_target, info, json, verify, skip_bad, quiet;
static int unknown = RALM_UNKNOWN_ALLOW;
static uint64_t cache = 1 << 30, threads, explain;
static const char *export_path, *export_ids; /* path NULL: vectors are not asked for */
static int export_form = RALM_VECTORS_TSV;

/* What it does: the modes of options. */
enum { SCORES = 1, INFO = 2, EXPORT = 4 };

static const struct cli_option options[] = {
	{CLI_STRING, "model", 'm', "FILE", "the model that ralm-fit wrote",
	 .value = &model_path},
	{CLI_FLAG, "info", .help = "describe the model and exit",
	 .value = &info},
	{CLI_FLAG, "json", .help = "--info as one JSON object",
	 .value = &json, .needs = "info"},
	{CLI_FLAG, "verify", .help = "check every byte of the model first",
	 .value = &verify},
	{CLI_FLAG, "quiet", 'q', .help = "do not say how far it has come",
	 .value = &quiet},

	{CLI_HEADING, .help = "Scores:"},
	{CLI_FLAG, "raw", .help = "print cosines, not probabilities",
	 .value = &raw, .modes = SCORES},
	{CLI_FLAG, "with-target", .help = "print the target's id as last column",
	 .value = &with_target, .modes = SCORES},
	{CLI_COUNT, "explain", 0, "N",
	 "a last column: the N seeds that weigh most",
	 .value = &explain, .min = 1, .max = 1000, .modes = SCORES},
	{CLI_FLAG, "unbuffered", 'u',
	 .help = "answer each line before waiting for the next",
	 .value = &unbuffered, .modes = SCORES},
	{CLI_STRING, "bad-answer", 0, "TEXT",
	 "with -u, for a line without score (default: an empty line)",
	 .value = &bad_answer, .modes = SCORES, .needs = "unbuffered"},
	{CLI_CHOICE, "unknown", .help = "users that the model does not know",
	 .value = &unknown, .choices = "allow|blank|error", /* as the enum */
	 .modes = SCORES},
	{CLI_FLAG, "skip-bad", .help = "leave bad lines out and count them",
	 .value = &skip_bad, .modes = SCORES},

	{CLI_HEADING, .help = "Seed lists:"},
	{CLI_STRING, "seeds", 0, "FILE",
	 "lists that samples name by item; read again when replaced",
	 .value = &seeds_path, .modes = SCORES | EXPORT},
	SEEDS_OPTIONS(SCORES | EXPORT, SCORES),

	USERS_OPTIONS(SCORES | EXPORT),

	{CLI_HEADING, .help = "Vectors for other programs:"},
	{CLI_OUTPUT, "export", 0, "FILE",
	 "write users' vectors, with --seeds those of lists, and exit",
	 .value = &export_path},
	{CLI_CHOICE, "export-format", .help = "how vectors are written",
	 .value = &export_form, .choices = "tsv|word2vec|npy", /* as the enum */
	 .needs = "export"},
	{CLI_OUTPUT, "export-ids", 0, "FILE",
	 "write the ids to FILE, not beside the vectors",
	 .value = &export_ids, .needs = "export"},

	{CLI_HEADING, .help = "Machine:"},
	{CLI_SIZE, "cache", 0, "SIZE", "memory for users and lists seen before",
	 .value = &cache, .modes = SCORES},
	{CLI_COUNT, "threads", 'j', "N",
	 "score by N threads (default: every processor)",
	 .value = &threads, .min = 1, .max = 256, .modes = SCORES},
	{CLI_STRING, "device", 0, "cpu|gpu",
	 "what makes long lists ready; gpu:0,1: by number (default: cpu)",
	 .value = &device_name, .modes = SCORES},
};

static const struct cli_tool tool = {
	.name = "ralm-score",
	.operands = "-m MODEL [FILE]...",
	.purpose = "Scores samples: how much is the target like the seeds?",
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.see_also = "ralm-fit(1), ralm-auc(1), ralm-samples(5), ralm(7)",
};

/* ---- which options go together ------------------------------------------- */

/* operand: the first file, or NULL. */
static void check_options(const char *operand)
{
	const bool export = export_path != NULL;
	if (model_path == NULL)
		cli_usage(&tool, "--model is missing");
	if (export && info)
		cli_usage(&tool, "--export and --info exclude each other");
	cli_check_modes(&tool, SCORES | INFO | EXPORT,
			export ? EXPORT : info ? INFO : SCORES,
			export ? "--export" : "--info");
	cli_check_needs(&tool);
	if ((export || info) && operand != NULL)
		cli_usage(&tool, "'%s': %s reads no samples", operand,
			  export ? "--export" : "--info");
	if (export && seeds_path == NULL && cli_given(&tool, "seeds-num"))
		cli_usage(&tool, "--seeds-num: vectors of users have no seeds (--seeds)");
	if (unbuffered && threads > 1)
		cli_usage(&tool, "--threads has no meaning with --unbuffered");
	if (bad_answer != NULL && strchr(bad_answer, '\n') != NULL)
		cli_usage(&tool, "--bad-answer: a newline makes two lines of it");
	if (export && export_form == RALM_VECTORS_NPY &&
	    ralm_is_stdout(export_path) && isatty(STDOUT_FILENO))
		cli_usage(&tool, "an array is not written to a terminal");
}

/* ---- signals ------------------------------------------------------------- */

static volatile sig_atomic_t refresh;

static void ask_refresh(int number)
{
	(void)number;
	refresh = 1;
}

static void catch(int number, void (*handler)(int))
{
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

/* ---- scoring ------------------------------------------------------------- */

/* How far it has come. */
static struct progress progress;
static pthread_mutex_t saying = PTHREAD_MUTEX_INITIALIZER;

static void tell_progress(void *context, uint64_t samples, double share)
{
	(void)context;
	pthread_mutex_lock(&saying);
	progress_tell(&progress, samples, share);
	pthread_mutex_unlock(&saying);
}

/* From any thread, on a line of its own. */
static void say_failed(const struct ralm_error *err, const char *stays)
{
	char text[sizeof *err];
	ralm_error_format(text, sizeof text, err);
	pthread_mutex_lock(&saying);
	progress_clear(&progress);
	cli_warn(&tool, "%s (%s)", text, stays);
	pthread_mutex_unlock(&saying);
}

static void say_lists_failed(void *context, const struct ralm_error *err)
{
	(void)context;
	say_failed(err, "the old lists stay in use");
}

static void say_users_failed(void *context, const struct ralm_error *err)
{
	(void)context;
	say_failed(err, "what was known of users stays in use");
}

static double percent(uint64_t count, uint64_t all)
{
	return 100.0 * (double)count / (double)all;
}

static void say_of_samples(uint64_t count, const struct ralm_score_counts *all,
			   const char *what, const char *end)
{
	cli_warn_share(&tool, count, all->samples, "samples", "%s%s", what, end);
}

static void say_of_users(const struct ralm_score_counts *counts)
{
	const char *end = unknown == RALM_UNKNOWN_BLANK
				  ? ": their score is empty"
				  : ": scored by the bias alone";
	const uint64_t others = counts->samples - counts->by_bias;
	say_of_samples(counts->unknown_targets, counts,
		       "have a target that the model does not know", end);
	say_of_samples(counts->unknown_lists, counts,
		       "have an item without a seed list", end);
	say_of_samples(counts->no_seeds, counts,
		       "have no seed that the model knows", end);
	if (counts->by_bias > 0 && others > 0 && unknown != RALM_UNKNOWN_BLANK)
		cli_warn(&tool,
			 "a score by the bias alone is %.9g, above %.3g %% of "
			 "the others",
			 counts->bias_score, percent(counts->below_bias, others));
	if (counts->fewer_seeds > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64 " seeds in %" PRIu64
			 " of %" PRIu64 " samples (%.3g %%) are not known to "
			 "the model: scored without them",
			 counts->seeds_lost, counts->seeds_of_fewer,
			 counts->fewer_seeds, counts->samples,
			 percent(counts->fewer_seeds, counts->samples));
}

static void say_counts(const struct ralm_score_counts *counts)
{
	cli_warn_bad_lines(&tool, counts->bad_lines,
			   counts->samples + counts->bad_lines, "lines",
			   &counts->first_bad);
	say_of_samples(counts->new_targets, counts,
		       "have a target whom --users tells of", "");
	say_of_samples(counts->new_seeds, counts,
		       "have seeds whom --users tells of", "");
	say_of_users(counts);
	cli_warn_share(&tool, counts->cut_lists, counts->samples, "samples",
		       "have lists cut to %" PRIu64 " seeds (--seeds-num)",
		       counts->seeds_num);
	cli_warn_share(&tool, counts->clustered, counts->samples, "samples",
		       "have more than %" PRIu64 " seeds: compared by %" PRIu64
		       " centroids, found in %.3g s, that lose %.3g %% of "
		       "their variance (--clusters)",
		       seeds_clusters_above, seeds_clusters,
		       counts->cluster_seconds,
		       100 * counts->clusters_lost / (double)counts->clustered);
}

static struct ralm_scorer *open_scorer(uint64_t kept)
{
	struct ralm_error err;
	struct ralm_scorer *scorer = ralm_scorer_open(
		model_path, kept, verify ? RALM_MODEL_VERIFY : 0, &err);
	if (scorer == NULL)
		cli_fail(&tool, &err);
	ralm_scorer_cluster(scorer, seeds_clusters, seeds_clusters_above);
	users_read(&tool, scorer);
	return scorer;
}

static void score(const char *const *paths, size_t path_count)
{
	struct ralm_error err;
	struct ralm_score_counts counts;
	/* First of all: whoever replaces the lists may send SIGHUP at any time, and
	 * until it is caught it ends the program. */
	if (seeds_path != NULL || users_path != NULL)
		catch(SIGHUP, ask_refresh);
	struct ralm_scorer *scorer = open_scorer(cache);
	device_open(&tool, scorer, RALM_DEVICE_SAMPLES,
		    "long lists are made ready on", quiet);
	const struct ralm_score_options score_options = {
		.threads = (unsigned)threads,
		.raw = raw,
		.unbuffered = unbuffered,
		.with_target = with_target,
		.unknown = (enum ralm_unknown)unknown,
		.skip_bad = skip_bad,
		.bad_answer = bad_answer,
		.seeds_num = seeds_most(&tool),
		.explain = explain,
		.lists = seeds_path,
		.refresh = &refresh,
		.lists_failed = say_lists_failed,
		.users_failed = say_users_failed,
		.progress = progress_init(&progress, "samples", "input",
					  quiet || live_line_meets_stdout())
				    ? tell_progress
				    : NULL,
	};
	int result = ralm_score_files(&counts, scorer, paths, path_count,
				      STDOUT_FILENO, "stdout", &score_options,
				      &err);
	progress_clear(&progress);
	say_counts(&counts);
	if (result != 0)
		cli_fail(&tool, &err);
	ralm_scorer_free(scorer);
}

static void export(void)
{
	struct ralm_error err;
	struct ralm_export_counts counts;
	struct ralm_scorer *scorer = open_scorer(0);
	const struct ralm_export_options export_options = {
		.output = export_path,
		.form = (enum ralm_vector_form)export_form,
		.ids = export_ids,
		.lists = seeds_path,
		.seeds_num = seeds_most(&tool),
	};
	if (ralm_export(&counts, scorer, &export_options, &err) != 0)
		cli_fail(&tool, &err);
	users_say(&tool, counts.new_users);
	cli_warn_share(&tool, counts.lists_unknown, counts.lists, "lists",
		       "have no seed that the model knows: left out");
	cli_warn_share(&tool, counts.lists_cut, counts.lists, "lists",
		       "have more seeds than count (--seeds-num)");
	ralm_scorer_free(scorer);
}

static void check_files(const char *const *paths, int count)
{
	cli_file(RALM_FILE_READ, "--model", model_path);
	cli_file(RALM_FILE_READ, "--seeds", seeds_path);
	cli_file(RALM_FILE_READ, "--users", users_path);
	for (int i = 0; i < count; i++)
		cli_file(RALM_FILE_READ, "FILE", paths[i]);
	if (export_path == NULL) {
		if (count == 0 && !info)
			cli_file(RALM_FILE_READ, "stdin", "-");
		cli_file(RALM_FILE_WRITE, "stdout", "/dev/stdout");
	}
	cli_file(RALM_FILE_REPLACE, "--export", export_path);
	cli_file(RALM_FILE_REPLACE, "--export-ids", export_ids);
	cli_files_check(&tool);
}

int main(int argc, char **argv)
{
	cli_start(&tool);
	int first = cli_parse(&tool, argc, argv);
	check_options(first < argc ? argv[first] : NULL);
	check_files((const char *const *)argv + first, argc - first);
	if (info)
		show_model(&tool, model_path, verify, json);
	else if (export_path != NULL)
		export();
	else
		score((const char *const *)argv + first, (size_t)(argc - first));
	return cli_finish(&tool, 0);
}
