/* ralm-auc: the measures of scored, labelled lines. */
#include "cli.h"
#include "progress.h"

#include <ralm.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ralm_evaluate_options options;
static bool quiet, json, each;
static uint64_t threads;

/* All files are measured as one, or each on its own. */
enum { ONE = 1, EACH = 2 };

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
	{.kind = CLI_FLAG, .name = "each",
	 .help = "measure each FILE on its own: a table, a column a FILE",
	 .value = &each},
	{.kind = CLI_HEADING, .help = "Measures:"},
	{.kind = CLI_FLAG, .name = "ci",
	 .help = "add the 95 % interval of AUC (DeLong)",
	 .value = &options.interval},
	{.kind = CLI_COUNT, .name = "bootstrap", .argument = "N",
	 .help = "add 95 % intervals from N resamples of groups, or of lines",
	 .value = &options.bootstrap, .min = 2, .max = 1000000},
	{.kind = CLI_COUNT, .name = "rng-seed", .argument = "N",
	 .help = "the number the resamples start from",
	 .value = &options.rng_seed, .needs = "bootstrap"},
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
	{.kind = CLI_OUTPUT, .name = "roc", .argument = "FILE",
	 .help = "write the ROC curve as a table", .value = &options.roc, .modes = ONE},
	{.kind = CLI_OUTPUT, .name = "pr", .argument = "FILE",
	 .help = "write the precision-recall curve as a table", .value = &options.pr,
	 .modes = ONE},
	{.kind = CLI_OUTPUT, .name = "calibration", .argument = "FILE",
	 .help = "write calibration by decile as a table",
	 .value = &options.calibration, .modes = ONE},
	{.kind = CLI_OUTPUT, .name = "report", .argument = "FILE",
	 .help = "write a page of HTML with the curves and all measures",
	 .value = &options.report, .modes = ONE},
	{.kind = CLI_STRING, .name = "model", .letter = 'm', .argument = "FILE",
	 .help = "whose scores they are: its digest stands on the page",
	 .value = &options.model, .needs = "report"},
};

static const struct cli_tool tool = {
	.name = "ralm-auc",
	.operands = "[FILE]...",
	.purpose = "Measures how well scores tell label 1 from label 0: AUC and what "
		   "goes with it.\n"
		   "Lines are LABEL SCORE [GROUP], as ralm-score prints them.",
	.options = table,
	.option_count = sizeof table / sizeof *table,
	.see_also = "ralm-score(1), ralm(7)",
};

/* ---- which options go together ------------------------------------------- */

/* The files to write. With several FILEs each would hold the curve of one of them. */
static const struct {
	const char *option, *const *path;
} outputs[] = {{"--roc", &options.roc},
	       {"--pr", &options.pr},
	       {"--calibration", &options.calibration},
	       {"--report", &options.report}};
enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static void check_options(void)
{
	if (quiet && json)
		cli_usage(&tool, "--quiet and --json exclude each other");
	cli_check_modes(&tool, ONE | EACH, each ? EACH : ONE, "--each");
	cli_check_needs(&tool);
}

static void check_files(const char *const *paths, int count)
{
	for (int i = 0; i < count; i++)
		cli_file(RALM_FILE_READ, "FILE", paths[i]);
	if (count == 0)
		cli_file(RALM_FILE_READ, "stdin", "-");
	/* With --each it is read again for each FILE. */
	for (int i = 0; i < (each && count > 1 ? count : 1); i++)
		cli_file(RALM_FILE_READ, "--compare", options.compare);
	cli_file(RALM_FILE_READ, "--model", options.model);
	cli_file(RALM_FILE_WRITE, "stdout", "/dev/stdout");
	for (size_t i = 0; i < OUTPUTS; i++)
		cli_file(RALM_FILE_REPLACE, outputs[i].option, *outputs[i].path);
	cli_files_check(&tool);
}

/* ---- what is said of the input ------------------------------------------- */

/* file: the one that was measured by itself (--each), or NULL. */
static void warn(const struct ralm_evaluate_summary *summary, const char *file)
{
	uint64_t all = summary->lines[0] + summary->lines[1] +
		       summary->weightless + summary->blank;
	const char *colon = file != NULL ? ": " : "";
	file = file != NULL ? file : "";
	if (summary->weightless > 0)
		cli_warn(&tool,
			 "%s%s%" PRIu64 " of %" PRIu64
			 " lines have weight 0 and are left out",
			 file, colon, summary->weightless, all);
	if (summary->blank > 0)
		cli_warn(&tool,
			 "%s%s%" PRIu64 " of %" PRIu64
			 " lines have no score and are left out",
			 file, colon, summary->blank, all);
	if (summary->weights_vanish)
		cli_warn(&tool,
			 "%s%sweights of a label differ more than 1e180-fold: the "
			 "small ones may not count",
			 file, colon);
	for (int label = 0; label < 2; label++) {
		int written = label == 0 && options.format.signed_labels ? -1 : label;
		if (summary->lines[label] == 0)
			cli_warn(&tool,
				 "%s%sno line has label %d: AUC is undefined", file,
				 colon, written);
	}
}

enum { FEW_UNITS = 30 }; /* of a bootstrap; ralm-auc(1) */

/* What was asked for and the lines cannot tell. Measures that were not asked for are
 * NaN. */
static void warn_undecided(const struct ralm_evaluation *evaluation,
			   const char *file)
{
	const char *colon = file != NULL ? ": " : "";
	const double units = ralm_evaluation_measure(evaluation, "bootstrap_units");
	const bool groups = !isnan(ralm_evaluation_measure(evaluation, "groups"));
	file = file != NULL ? file : "";
	if (units < 2)
		cli_warn(&tool,
			 "%s%s--bootstrap has one %s to draw from: no interval",
			 file, colon, groups ? "group" : "line");
	else if (units < FEW_UNITS)
		cli_warn(&tool,
			 "%s%s--bootstrap has %.0f %s to draw from: with fewer than "
			 "%d the intervals are too narrow",
			 file, colon, units, groups ? "groups" : "lines", FEW_UNITS);
	if (ralm_evaluation_measure(evaluation, "positives") > 1 &&
	    ralm_evaluation_measure(evaluation, "negatives") > 1 &&
	    !isnan(ralm_evaluation_measure(evaluation, "difference")) &&
	    isnan(ralm_evaluation_measure(evaluation, "difference_error")))
		cli_warn(&tool,
			 "%s%sz and p of the difference are undefined: the lines of "
			 "each label all differ alike",
			 file, colon);
}

static enum ralm_evaluation_form form(void)
{
	return quiet  ? RALM_EVALUATION_AUC
	       : json ? RALM_EVALUATION_JSON
		      : RALM_EVALUATION_TEXT;
}

/* ---- how far it has come ------------------------------------------------- */

static struct progress reading, resampling;

static void tell_progress(void *context, enum ralm_evaluate_phase phase,
			  uint64_t count, double share)
{
	(void)context;
	if (phase == RALM_EVALUATE_READS) {
		progress_tell(&reading, count, share);
	} else {
		progress_clear(&reading);
		progress_tell(&resampling, count, share);
	}
}

/* Anew for each of several files. */
static void begin_progress(void)
{
	progress_init(&resampling, NULL, "resamples", quiet);
	if (progress_init(&reading, "lines", "input", quiet))
		options.progress = tell_progress;
}

static void end_progress(void)
{
	progress_clear(&reading);
	progress_clear(&resampling);
}

/* ---- measuring ----------------------------------------------------------- */

static struct ralm_evaluation *measure(const char *const *paths, size_t count,
				       const char *name)
{
	struct ralm_error err;
	struct ralm_evaluate_summary summary = {0};
	begin_progress();
	struct ralm_evaluation *evaluation =
		ralm_evaluate(&summary, paths, count, &options, &err);
	end_progress();
	if (evaluation == NULL)
		cli_fail(&tool, &err);
	warn(&summary, name);
	warn_undecided(evaluation, name);
	return evaluation;
}

static void measure_all(const char *const *paths, size_t count)
{
	struct ralm_error err;
	struct ralm_evaluation *evaluation = measure(paths, count, NULL);
	if (ralm_evaluation_write(STDOUT_FILENO, "stdout", evaluation, form(),
				  &err) != 0)
		cli_fail(&tool, &err);
	ralm_evaluation_free(evaluation);
}

static void measure_each(const char *const *paths, size_t count)
{
	static const char *const only[] = {"-"};
	struct ralm_error err;
	if (count == 0) {
		paths = only;
		count = 1;
	}
	struct ralm_evaluation **evaluations =
		cli_allocate(&tool, count, sizeof *evaluations);
	const char **names = cli_allocate(&tool, count, sizeof *names);
	for (size_t i = 0; i < count; i++) {
		names[i] = ralm_is_stdin(paths[i]) ? "stdin" : paths[i];
		evaluations[i] = measure(&paths[i], 1, names[i]);
	}
	if (ralm_evaluations_write(
		    STDOUT_FILENO, "stdout",
		    (const struct ralm_evaluation *const *)evaluations, names,
		    count, form(), &err) != 0)
		cli_fail(&tool, &err);
	for (size_t i = 0; i < count; i++)
		ralm_evaluation_free(evaluations[i]);
	free(evaluations);
	free(names);
}

int main(int argc, char **argv)
{
	cli_start(&tool);
	options.command = cli_command(&tool, argc, argv);
	options.rng_seed = 1;
	const int first = cli_parse(&tool, argc, argv);
	const char *const *paths = (const char *const *)argv + first;
	const int count = argc - first;
	check_options();
	options.title = count == 1 && strcmp(paths[0], "-") != 0 ? paths[0] : NULL;
	check_files(paths, count);
	options.auc_only = quiet && options.report == NULL;
	options.curves = json;
	options.threads = (unsigned)threads;
	(each ? measure_each : measure_all)(paths, (size_t)count);
	return cli_finish(&tool, 0);
}
