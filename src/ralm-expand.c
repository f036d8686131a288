/* ralm-expand: seeds in, the users who are most like them out. */
#include "cli.h"
#include "progress.h"
#include "scoring_options.h"

#include <ralm.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *model_path;
static bool verify, quiet;
static int unknown;
static uint64_t threads;
static struct cli_list exclude;
static struct ralm_expand_options expansion;

static const struct cli_option options[] = {
	{CLI_STRING, "model", 'm', "FILE", "the model that ralm-fit wrote",
	 .value = &model_path},
	{CLI_OUTPUT, "output", 'o', "FILE",
	 "write the audience there; with lists, %s is the item",
	 .value = &expansion.output},
	{CLI_FLAG, "raw", .help = "print cosines, not probabilities",
	 .value = &expansion.raw},
	{CLI_FLAG, "quiet", 'q', .help = "do not say how alike the seeds are",
	 .value = &quiet},
	{CLI_FLAG, "verify", .help = "check every byte of the model first",
	 .value = &verify},

	{CLI_HEADING, .help = "Seeds:"},
	{CLI_STRING, "column", 0, "NAME",
	 "take the ids from the column of this name in the header",
	 .value = &expansion.column},
	{CLI_STRING, "delimiter", 0, "TEXT",
	 "what stands between columns (default: a tab)",
	 .value = &expansion.delimiter},
	{CLI_STRING, "lists", 0, "FILE",
	 "an audience for each seed list of the file",
	 .value = &expansion.lists},
	{CLI_FLAG, "check", .help = "find out whether the seeds are any good",
	 .value = &expansion.check},
	{CLI_FLAG, "strict", .help = "end with 1, and no audience, where they are not",
	 .value = &expansion.strict},
	{CLI_OUTPUT, "seed-scores", 0, "FILE",
	 "how well each seed fits the others, the worst first",
	 .value = &expansion.seed_scores},
	{CLI_STRING, "like", 0, "USER", "the seed is this one user",
	 .value = &expansion.like},
	SEEDS_OPTIONS(0, 0),
	{CLI_CHOICE, "unknown", .help = "ids that the model does not know",
	 .value = &unknown, .choices = "allow|error"},

	{CLI_HEADING, .help = "Audience:"},
	{CLI_STRING, "size", 'n', "SIZE",
	 "how many users, or P% of the candidates",
	 .value = &expansion.size},
	{CLI_STRING, "from", 0, "SIZE", "pass over so many of the best",
	 .value = &expansion.from},
	{CLI_STRING, "min-score", 0, "X", "pass over scores below",
	 .value = &expansion.min_score},
	{CLI_STRING, "candidates", 0, "FILE",
	 "who may be chosen (default: every user of the model)",
	 .value = &expansion.candidates},
	{CLI_STRING, "candidates-column", 0, "NAME",
	 "these are in the column of this name",
	 .value = &expansion.candidates_column, .needs = "candidates"},
	{CLI_LIST, "exclude", 0, "FILE", "who may not; may repeat",
	 .value = &exclude},
	{CLI_STRING, "exclude-column", 0, "NAME",
	 "these are in the column of this name",
	 .value = &expansion.exclude_column, .needs = "exclude"},
	{CLI_FLAG, "include-seeds", .help = "seeds may be chosen, too",
	 .value = &expansion.include_seeds},

	{CLI_HEADING, .help = "Sizes to choose from:"},
	{CLI_OUTPUT, "curve", 0, "FILE",
	 "what audiences of several sizes are worth",
	 .value = &expansion.curve},
	{CLI_STRING, "sizes", 0, "LIST",
	 "these sizes, with commas between (default: 0.1% to 50%)",
	 .value = &expansion.sizes},
	{CLI_OUTPUT, "report", 0, "FILE", "a page of HTML of all that",
	 .value = &expansion.report},

	{CLI_HEADING, .help = "Lists for users:"},
	{CLI_COUNT, "best", 0, "N",
	 "the N best of the lists for each user of the files",
	 .value = &expansion.best, .min = 1, .max = 2147483647},

	USERS_OPTIONS(0),

	{CLI_HEADING, .help = "Machine:"},
	{CLI_COUNT, "threads", 'j', "N",
	 "work by N threads (default: every processor)",
	 .value = &threads, .min = 1, .max = 256},
	{CLI_STRING, "device", 0, "cpu|gpu",
	 "what compares; gpu:0,1: devices by number (default: cpu)",
	 .value = &device_name},
};

static const struct cli_tool tool = {
	.name = "ralm-expand",
	.operands = "-m MODEL -n SIZE [FILE]...",
	.purpose = "Finds the users who are most like the seeds, whose ids it reads one "
		   "a line.",
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.see_also = "ralm-fit(1), ralm-score(1), ralm-samples(5), ralm(7)",
};

/* ---- what is said of the input ------------------------------------------- */

static void say_ids(const char *what, const struct ralm_expand_ids *ids)
{
	cli_warn_share(&tool, ids->unknown, ids->count, what,
		       "are not known to the model");
	cli_warn_share(&tool, ids->repeated, ids->count, what,
		       "are there more than once");
}

static void say_lists(const struct ralm_expand_counts *counts)
{
	if (expansion.lists != NULL)
		cli_warn_share(&tool, counts->lists_unknown, counts->lists,
			       "lists",
			       "have no seed that the model knows: no audience");
	if (counts->lists_cut > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64 " lists cut to %" PRIu64
			 " seeds (--seeds-num)",
			 counts->lists_cut, counts->lists, counts->seeds_num);
	if (counts->clustered > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64 " lists have more than "
			 "%" PRIu64 " seeds: compared by %" PRIu64
			 " centroids, found in %.3g s, that lose %.3g %% of "
			 "their variance (--clusters)",
			 counts->clustered, counts->lists, seeds_clusters_above,
			 seeds_clusters, counts->cluster_seconds,
			 100 * counts->clusters_lost / (double)counts->clustered);
	if (counts->lists_all > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64 " lists: fewer candidates "
			 "than --size, all are given",
			 counts->lists_all, counts->lists);
	if (counts->sizes_above > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of --sizes: fewer candidates, all are taken",
			 counts->sizes_above);
	if (counts->none_above > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64 " lists: no candidate has a "
			 "score of --min-score",
			 counts->none_above, counts->lists);
}

static void say_check(const struct ralm_expand_check *check)
{
	static const char *const verdicts[] = {
		[RALM_SEEDS_GOOD] = "good",
		[RALM_SEEDS_WEAK] = "weak",
		[RALM_SEEDS_CHANCE] = "no better than chance",
		[RALM_SEEDS_FEW] = "too few to tell",
	};
	if (!quiet && !isnan(check->alike) && !isnan(check->others_alike))
		cli_warn(&tool,
			 "%" PRIu64 " known seeds: two of them are alike by "
			 "%.2f, two other users by %.2f",
			 check->seeds, check->alike, check->others_alike);
	if (check->verdict == RALM_SEEDS_UNCHECKED)
		return;
	if (!isnan(check->auc))
		cli_warn(&tool,
			 "seeds: %s: AUC %.3f, 95 %% from %.3f to %.3f, beside "
			 "%" PRIu64 " other users",
			 verdicts[check->verdict], check->auc, check->low,
			 check->high, check->others);
	else
		cli_warn(&tool, "seeds: %s", verdicts[check->verdict]);
	if (!isnan(check->found))
		cli_warn(&tool,
			 "%.3g %% of the seeds held out are found at this "
			 "size, 95 %% from %.3g to %.3g",
			 100 * check->found, 100 * check->found_low,
			 100 * check->found_high);
}

static void say_counts(const struct ralm_expand_counts *counts)
{
	users_say(&tool, counts->new_users);
	say_ids("seeds", &counts->seeds);
	say_ids("users", &counts->users);
	say_ids("candidates", &counts->candidates);
	say_ids("exclusions", &counts->exclude);
	cli_warn_share(&tool, counts->exclude_empty, exclude.count,
		       "files of --exclude", "have no ids");
	say_lists(counts);
	if (counts->check.seeds > 0)
		say_check(&counts->check);
}

/* ---- how far it has come -------------------------------------------------- */

static struct progress progress;

static void tell_progress(void *context, double done)
{
	(void)context;
	progress_tell(&progress, 0, done);
}

/* ---- start --------------------------------------------------------------- */

static void expand(const char *const *paths, size_t path_count)
{
	struct ralm_error err;
	struct ralm_expand_counts counts;
	struct ralm_scorer *scorer = ralm_scorer_open(
		model_path, 0, verify ? RALM_MODEL_VERIFY : 0, &err);
	if (scorer == NULL)
		cli_fail(&tool, &err);
	ralm_scorer_cluster(scorer, seeds_clusters, seeds_clusters_above);
	device_open(&tool, scorer, RALM_DEVICE_AUDIENCES, "comparing on", quiet);
	users_read(&tool, scorer);
	expansion.threads = (unsigned)threads;
	expansion.unknown_error = unknown != 0;
	if (path_count == 1 && strcmp(paths[0], "-") != 0)
		expansion.title = paths[0];
	expansion.exclude = exclude.at;
	expansion.exclude_count = exclude.count;
	expansion.seeds_num = seeds_most(&tool);
	if (progress_init(&progress, NULL,
			  expansion.best > 0 ? "users" : "candidates", quiet))
		expansion.progress = tell_progress;
	int result = ralm_expand(&counts, scorer, paths, path_count,
				 STDOUT_FILENO, "stdout", &expansion, &err);
	progress_clear(&progress);
	say_counts(&counts);
	if (result != 0)
		cli_fail(&tool, &err);
	ralm_scorer_free(scorer);
}

/* Notes the files that are read and written. */
static void check_files(const char *const *paths, int count)
{
	const char *output = expansion.output;
	const char *const files[][2] = {
		{"--curve", expansion.curve},
		{"--seed-scores", expansion.seed_scores},
		{"--report", expansion.report},
	};
	const bool stdin_is_seeds =
		count == 0 && expansion.like == NULL &&
		(expansion.lists == NULL || expansion.best > 0);
	cli_file(RALM_FILE_READ, "--model", model_path);
	cli_file(RALM_FILE_READ, "--lists", expansion.lists);
	cli_file(RALM_FILE_READ, "--users", users_path);
	cli_file(RALM_FILE_READ, "--candidates", expansion.candidates);
	for (int i = 0; i < count; i++)
		cli_file(RALM_FILE_READ, "FILE", paths[i]);
	for (size_t i = 0; i < exclude.count; i++)
		cli_file(RALM_FILE_READ, "--exclude", exclude.at[i]);
	if (stdin_is_seeds)
		cli_file(RALM_FILE_READ, "stdin", "-");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		cli_file(RALM_FILE_REPLACE, files[i][0], files[i][1]);
	if (output == NULL && !expansion.no_audience)
		cli_file(RALM_FILE_WRITE, "stdout", "/dev/stdout");
	else if (output != NULL && strstr(output, "%s") == NULL)
		cli_file(RALM_FILE_REPLACE, "--output", output);
	cli_files_check(&tool);
}

/* Whether an option tells of the seeds, for which no audience is needed. */
static bool asks_of_seeds(void)
{
	return expansion.curve != NULL || expansion.report != NULL ||
	       expansion.seed_scores != NULL || expansion.check || expansion.strict;
}

/* operand: the first file, or NULL. */
static void check_options(const char *operand)
{
	const bool best = expansion.best > 0, lists = expansion.lists != NULL;
	const bool size = expansion.size != NULL || expansion.from != NULL;
	const bool like = expansion.like != NULL;
	struct ralm_error err;
	if (ralm_expand_check(&expansion, &err) != 0)
		cli_usage(&tool, "%s", err.message);
	cli_check_needs(&tool);
	if (best && (size || expansion.candidates != NULL || exclude.count > 0))
		cli_usage(&tool, "--best chooses lists: not with --size, --from, "
				 "--candidates or --exclude");
	if (best && device_name != NULL && strcasecmp(device_name, "cpu") != 0)
		cli_usage(&tool, "--best compares on the cpu: not with --device");
	if (!best && expansion.size == NULL && expansion.min_score == NULL) {
		if (!asks_of_seeds() || expansion.from != NULL ||
		    expansion.output != NULL)
			cli_usage(&tool, "--size is missing");
		expansion.no_audience = true;
	}
	if (expansion.sizes != NULL && expansion.curve == NULL &&
	    expansion.report == NULL)
		cli_usage(&tool, "--sizes needs --curve or --report");
	if (operand != NULL && !best && (like || lists))
		cli_usage(&tool, "'%s': --%s has the seeds", operand,
			  like ? "like" : "lists");
	if (expansion.column != NULL && !best && (like || lists))
		cli_usage(&tool, "--column is for ids one a line");
	if (expansion.delimiter != NULL && expansion.column == NULL &&
	    expansion.candidates_column == NULL &&
	    expansion.exclude_column == NULL)
		cli_usage(&tool, "--delimiter needs a column");
}

int main(int argc, char **argv)
{
	cli_start(&tool);
	expansion.command = cli_command(&tool, argc, argv);
	int first = cli_parse(&tool, argc, argv);
	if (model_path == NULL)
		cli_usage(&tool, "--model is missing");
	check_options(first < argc ? argv[first] : NULL);
	check_files((const char *const *)argv + first, argc - first);
	expand((const char *const *)argv + first, (size_t)(argc - first));
	return cli_finish(&tool, 0);
}
