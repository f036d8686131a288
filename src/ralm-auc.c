/* ralm-auc: the measures of scored, labelled lines. */
#include "cli.h"
#include "libralm/ground/atomic_file.h"
#include "libralm/jobs/evaluate/evaluate.h"
#include "libralm/jobs/evaluate/print_measures.h"
#include "libralm/jobs/evaluate/html_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct ralm_evaluate_options options = {.curve_spacing = 1e-3};
static bool quiet, json;
static uint64_t threads;
static const char *roc, *pr, *calibration, *report;

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
	 .help = "write the ROC curve as a table", .value = &roc},
	{.kind = CLI_STRING, .name = "pr", .argument = "FILE",
	 .help = "write the precision-recall curve as a table", .value = &pr},
	{.kind = CLI_STRING, .name = "calibration", .argument = "FILE",
	 .help = "write calibration by decile as a table",
	 .value = &calibration},
	{.kind = CLI_STRING, .name = "report", .argument = "FILE",
	 .help = "write a page of HTML with the curves and all measures",
	 .value = &report},
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

/* ---- files beside standard output -------------------------------------- */

static const char *report_title;

static int put_roc(struct ralm_writer *writer, const struct ralm_evaluation *e,
		   struct ralm_error *err)
{
	(void)err;
	ralm_evaluation_put_roc(writer, e);
	return 0;
}

static int put_pr(struct ralm_writer *writer, const struct ralm_evaluation *e,
		  struct ralm_error *err)
{
	(void)err;
	ralm_evaluation_put_pr(writer, e);
	return 0;
}

static int put_calibration(struct ralm_writer *writer,
			   const struct ralm_evaluation *e,
			   struct ralm_error *err)
{
	(void)err;
	ralm_evaluation_put_calibration(writer, e);
	return 0;
}

static int put_report(struct ralm_writer *writer,
		      const struct ralm_evaluation *e, struct ralm_error *err)
{
	return ralm_evaluation_put_report(writer, e, report_title, err);
}

static struct output {
	const char *name;
	const char *const *path; /* points to NULL: not asked for */
	int (*put)(struct ralm_writer *writer, const struct ralm_evaluation *e,
		   struct ralm_error *err);
	struct ralm_atomic_file file;
} outputs[] = {
	{"--roc", &roc, put_roc, {.fd = -1}},
	{"--pr", &pr, put_pr, {.fd = -1}},
	{"--calibration", &calibration, put_calibration, {.fd = -1}},
	{"--report", &report, put_report, {.fd = -1}},
};
enum { OUTPUTS = sizeof outputs / sizeof *outputs };

/* Before the work, so that a place that cannot be written is told at once. */
static void open_outputs(void)
{
	struct ralm_error err;
	for (int i = 0; i < OUTPUTS; i++)
		if (*outputs[i].path != NULL) {
			options.curves = true;
			if (ralm_atomic_open(&outputs[i].file, *outputs[i].path,
					     &err) != 0)
				cli_fail(&tool, &err);
		}
}

static void write_output(struct output *output, const struct ralm_evaluation *e)
{
	struct ralm_error err;
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, output->file.fd, *output->path, &err) != 0 ||
	    output->put(&writer, e, &err) != 0 ||
	    ralm_writer_flush(&writer, &err) != 0 ||
	    ralm_atomic_commit(&output->file, &err) != 0)
		cli_fail(&tool, &err);
	ralm_writer_release(&writer);
}

static void write_measures(const struct ralm_evaluation *e)
{
	struct ralm_error err;
	struct ralm_writer writer;
	int failed = ralm_writer_open(&writer, STDOUT_FILENO, "stdout", &err);
	if (failed)
		cli_fail(&tool, &err);
	if (quiet)
		ralm_evaluation_put_auc(&writer, e);
	else if (json)
		failed = ralm_evaluation_put_json(&writer, e, &err);
	else
		failed = ralm_evaluation_put_text(&writer, e, &err);
	if (failed || ralm_writer_flush(&writer, &err) != 0)
		cli_fail(&tool, &err);
	ralm_writer_release(&writer);
}

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
	for (int i = 0; i < OUTPUTS; i++)
		cli_file(&tool, CLI_REPLACE, outputs[i].name, *outputs[i].path);
	cli_files_check(&tool);
}

static void warn_left_out(const struct ralm_evaluation *e)
{
	uint64_t all = e->measures.count[0] + e->measures.count[1] +
		       e->left_out.weightless + e->left_out.blank;
	if (e->left_out.weightless > 0)
		cli_warn(&tool, "%llu of %llu lines have weight 0 and are left out",
			 (unsigned long long)e->left_out.weightless,
			 (unsigned long long)all);
	if (e->left_out.blank > 0)
		cli_warn(&tool, "%llu of %llu lines have no score and are left out",
			 (unsigned long long)e->left_out.blank,
			 (unsigned long long)all);
}

static void warn(const struct ralm_evaluation *e)
{
	const struct ralm_measures *m = &e->measures;
	warn_left_out(e);
	for (int label = 0; label < 2; label++) {
		int written = label == 0 && options.format.signed_labels ? -1 : label;
		if (m->count[label] == 0)
			cli_warn(&tool, "no line has label %d: AUC is undefined",
				 written);
	}
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	struct ralm_evaluation evaluation;
	cli_start(&tool);
	int first = cli_parse(&tool, argc, argv);
	char **paths = argv + first;
	int count = argc - first;
	check_options(paths, count);
	report_title = count == 1 && strcmp(paths[0], "-") != 0 ? paths[0] : NULL;
	check_files((const char *const *)paths, count);
	open_outputs();
	/* The number alone needs one walk, the rest needs a few. */
	options.auc_only = quiet && report == NULL;
	options.curves = options.curves || json;
	options.threads = threads ? (unsigned)threads : cli_processors();
	if (ralm_evaluate(&evaluation, (const char *const *)paths, (size_t)count,
			  &options, &err) != 0)
		cli_fail(&tool, &err);
	warn(&evaluation);
	write_measures(&evaluation);
	for (int i = 0; i < OUTPUTS; i++)
		if (*outputs[i].path != NULL)
			write_output(&outputs[i], &evaluation);
	ralm_evaluation_release(&evaluation);
	return cli_finish(&tool, 0);
}
