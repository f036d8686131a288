/* ralm-auc: the measures of scored, labelled lines. */
#include "cli.h"

#include <ralm.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct ralm_evaluate_options options;
static bool quiet, json;
static uint64_t threads;

static const struct cli_option table[] = {
	{.kind = CLI_HEADING, .help = "Input:"},
	{.kind = CLI_STRING, .name = "columns", .argument = "LIST",
	 .help = "what the columns are: label, score, group, weight, _",
	 .value = &options.format.columns},
	{.kind = CLI_STRING, .name = "delimiter", .argument = "TEXT",
	 .help = "what parts the columns, or blanks; tabs or blanks if not given",
	 .value = &options.format.delimiter},
	{.kind = CLI_FLAG, .name = "header",
	 .help = "the first line of each FILE names the columns",
	 .value = &options.format.header},
	{.kind = CLI_FLAG, .name = "signed-labels",
	 .help = "labels are -1 and 1, not 0 and 1",
	 .value = &options.format.signed_labels},
	{.kind = CLI_FLAG, .name = "skip-blank",
	 .help = "leave out lines whose score is empty, and count them",
	 .value = &options.format.skip_blank},
	{.kind = CLI_HEADING, .help = "Measures:"},
	{.kind = CLI_FLAG, .name = "ci",
	 .help = "add the 95 % interval of AUC (DeLong)",
	 .value = &options.interval},
	{.kind = CLI_STRING, .name = "at", .argument = "K,...",
	 .help = "add precision, recall and nDCG of the top K of each group",
	 .value = &options.at},
	{.kind = CLI_FLAG, .name = "paddle",
	 .help = "add AUC as PaddlePaddle computes it, by 4096 thresholds",
	 .value = &options.paddle},
	{.kind = CLI_STRING, .name = "compare", .argument = "FILE",
	 .help = "test the difference to FILE's scores of the same lines",
	 .value = &options.compare},
	{.kind = CLI_COUNT, .name = "threads", .letter = 'j', .argument = "N",
	 .help = "parse, sort and measure by N threads (default: every processor)",
	 .value = &threads, .min = 1, .max = 256},
	{.kind = CLI_HEADING, .help = "Output:"},
	{.kind = CLI_FLAG, .name = "quiet", .letter = 'q',
	 .help = "print the number of AUC alone", .value = &quiet},
	{.kind = CLI_FLAG, .name = "json", .help = "print a JSON object",
	 .value = &json},
	{.kind = CLI_STRING, .name = "roc", .argument = "FILE",
	 .help = "write the ROC curve as a table", .value = &options.roc},
	{.kind = CLI_STRING, .name = "pr", .argument = "FILE",
	 .help = "write the precision-recall curve as a table", .value = &options.pr},
	{.kind = CLI_STRING, .name = "calibration", .argument = "FILE",
	 .help = "write calibration by decile as a table",
	 .value = &options.calibration},
	{.kind = CLI_STRING, .name = "report", .argument = "FILE",
	 .help = "write a page of HTML with the curves and all measures",
	 .value = &options.report},
};

static const struct cli_tool tool = {
	.name = "ralm-auc",
	.operands = "[FILE]...",
	.purpose = "Measures how well scores tell label 1 from label 0: AUC and what goes with it.\n"
		   "Lines are LABEL SCORE [GROUP], as ralm-score prints them.",
	.options = table,
	.option_count = sizeof table / sizeof *table,
	.see_also = "ralm-score(1), ralm(7)",
};

/* ---- main -------------------------------------------------------------- */

static void check_options(char **paths, int count)
{
	if (quiet && json)
		cli_usage(&tool, "--quiet and --json exclude each other");
	if (options.compare == NULL || strcmp(options.compare, "-") != 0)
		return;
	for (int i = 0; i < count; i++)
		if (strcmp(paths[i], "-") == 0)
			cli_usage(&tool, "stdin can be read once only");
	if (count == 0)
		cli_usage(&tool, "stdin can be read once only");
}

static void check_files(const char *const *paths, int count)
{
	for (int i = 0; i < count; i++)
		cli_file(&tool, CLI_READ, "FILE", paths[i]);
	if (count == 0)
		cli_file(&tool, CLI_READ, "stdin", "-");
	cli_file(&tool, CLI_READ, "--compare", options.compare);
	cli_file(&tool, CLI_WRITE, "stdout", "/dev/stdout");
	cli_file(&tool, CLI_REPLACE, "--roc", options.roc);
	cli_file(&tool, CLI_REPLACE, "--pr", options.pr);
	cli_file(&tool, CLI_REPLACE, "--calibration", options.calibration);
	cli_file(&tool, CLI_REPLACE, "--report", options.report);
	cli_files_check(&tool);
}

static void warn(const struct ralm_evaluate_summary *summary)
{
	uint64_t all = summary->lines[0] + summary->lines[1] +
		       summary->weightless + summary->blank;
	if (summary->weightless > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64
			 " lines have weight 0 and are left out",
			 summary->weightless, all);
	if (summary->blank > 0)
		cli_warn(&tool,
			 "%" PRIu64 " of %" PRIu64
			 " lines have no score and are left out",
			 summary->blank, all);
	for (int label = 0; label < 2; label++) {
		int written = label == 0 && options.format.signed_labels ? -1 : label;
		if (summary->lines[label] == 0)
			cli_warn(&tool, "no line has label %d: AUC is undefined",
				 written);
	}
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	struct ralm_evaluate_summary summary;
	cli_start(&tool);
	options.command = cli_command(&tool, argc, argv);
	int first = cli_parse(&tool, argc, argv);
	char **paths = argv + first;
	int count = argc - first;
	check_options(paths, count);
	options.title = count == 1 && strcmp(paths[0], "-") != 0 ? paths[0] : NULL;
	check_files((const char *const *)paths, count);
	/* The number alone needs one walk, the rest needs a few. */
	options.auc_only = quiet && options.report == NULL;
	options.curves = json;
	options.threads = (unsigned)threads;
	struct ralm_evaluation *evaluation =
		ralm_evaluate(&summary, (const char *const *)paths,
			      (size_t)count, &options, &err);
	if (evaluation == NULL)
		cli_fail(&tool, &err);
	warn(&summary);
	if (ralm_evaluation_write(STDOUT_FILENO, "stdout", evaluation,
				  quiet  ? RALM_EVALUATION_AUC
				  : json ? RALM_EVALUATION_JSON
					 : RALM_EVALUATION_TEXT,
				  &err) != 0)
		cli_fail(&tool, &err);
	ralm_evaluation_free(evaluation);
	return cli_finish(&tool, 0);
}
