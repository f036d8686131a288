/* ralm-fit: samples in, a model out. Options, one library call, printing. With
 * ranks_mpi.c it is ralm-fit-mpi, where rank 0 does so and the others serve it. */
#include "cli.h"
#include "device_list.h"
#include "fit_log.h"
#include "fit_rules.h"
#include "fit_say.h"
#include "ranks.h"

#include <ralm.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ralm_config *config;
static struct ralm_fit_options fit;
static const char *config_file, *log_file;
static bool print_config, quiet, list_devices;
/* Values of settings that are paths; "": not set. */
static char init_model[RALM_CONFIG_VALUE_MAX];
static char checkpoint_dir[RALM_CONFIG_VALUE_MAX];
static char data_path[RALM_CONFIG_VALUE_MAX];
static char users_path[RALM_CONFIG_VALUE_MAX];
static bool learns; /* not --epochs=0 */
static struct cli_list notes;

static const struct cli_option options[] = {
	{CLI_OUTPUT, "output", 'o', "FILE", "the model to write", .value = &fit.output},
	{CLI_STRING, "config", 'c', "FILE", "settings, as in ralm-config(5)",
	 .value = &config_file},
	{CLI_LIST, "note", 0, "TEXT", "a line that the model keeps; may repeat",
	 .value = &notes},
	{CLI_FLAG, "print-config", .help = "write the effective settings and exit",
	 .value = &print_config},

	{CLI_HEADING, .help = "Training:"},
	{CLI_SETTING, "epochs", .value = &config},
	{CLI_SETTING, "batch-size", .value = &config, .modes = LEARN},
	{CLI_SETTING, "block-size", .value = &config, .modes = LEARN},
	{CLI_SETTING, "learning-rate", .value = &config, .modes = LEARN},
	{CLI_SETTING, "learning-rate-decay", .value = &config, .modes = LEARN},
	{CLI_SETTING, "optimizer", .value = &config, .modes = LEARN},
	{CLI_SETTING, "weight-decay", .value = &config, .modes = LEARN},
	{CLI_SETTING, "rng-seed", .value = &config, .modes = LEARN},

	{CLI_HEADING, .help = "Network:"},
	{CLI_SETTING, "network", .value = &config},
	{CLI_SETTING, "alpha", .value = &config, .modes = LEARN | KDD19},
	{CLI_SETTING, "loss", .value = &config, .modes = LEARN},
	{CLI_SETTING, "negative-weight", .value = &config, .modes = LEARN | OTHER_LOSS},
	{CLI_SETTING, "margin", .value = &config, .modes = LEARN | COSINE_LOSS},
	{CLI_SETTING, "score-scale", .value = &config, .modes = LEARN},
	{CLI_SETTING, "score-scale-limit", .value = &config,
	 .modes = LEARN | OTHER_LOSS | LEARNED_SCALE},
	{CLI_SETTING, "embedding-size", .value = &config},
	{CLI_SETTING, "transformed-size", .value = &config},
	{CLI_SETTING, "user-count", .value = &config},
	{CLI_SETTING, "user-ids", .value = &config},
	{CLI_SETTING, "seeds-num", .value = &config, .modes = LEARN},
	{CLI_SETTING, "init-deviation", .value = &config, .modes = LEARN},
	{CLI_STRING, "init-vectors", 0, "FILE",
	 "vectors made elsewhere that users begin with", .value = &fit.init_vectors},

	{CLI_HEADING, .help = "Users who come later:"},
	{CLI_SETTING, "users", .value = &config},
	{CLI_SETTING, "min-value-count", .value = &config, .needs = "users"},
	{CLI_SETTING, "bins", .value = &config, .needs = "users"},

	{CLI_HEADING, .help = "Machine and input:"},
	{CLI_SETTING, "threads", .value = &config},
	{CLI_SETTING, "device", .value = &config},
	{CLI_SETTING, "table-on", .value = &config},
	{CLI_FLAG, "list-devices",
	 .help = "list the devices that --device takes and exit", .value = &list_devices},
	{CLI_SETTING, "memory", .value = &config, .modes = EPOCHS},
	{CLI_SETTING, "stream", .value = &config, .modes = LEARN},
	{CLI_SETTING, "save-every", .value = &config, .modes = LEARN},
	{CLI_FLAG, "skip-bad", .help = "leave bad lines out and count them",
	 .value = &fit.skip_bad, .modes = LEARN},

	{CLI_HEADING, .help = "Watching:"},
	{CLI_STRING, "validate", 0, "FILE", "AUC on these samples after every epoch",
	 .value = &fit.validate},
	{CLI_SETTING, "patience", .value = &config},
	{CLI_OUTPUT, "log", 0, "FILE", "a line of tab-separated values a report",
	 .value = &log_file, .modes = LEARN},
	{CLI_OUTPUT, "report", 0, "FILE", "a page of HTML of how the run went",
	 .value = &fit.page},
	{CLI_SETTING, "print-interval", .value = &config, .modes = LEARN},
	{CLI_FLAG, "quiet", 'q', .help = "no progress", .value = &quiet},

	{CLI_HEADING, .help = "Going on:"},
	{CLI_SETTING, "init-model", .value = &config},
	{CLI_SETTING, "checkpoint-dir", .value = &config},
	{CLI_SETTING, "checkpoint-every", .value = &config,
	 .modes = LEARN, .needs = "checkpoint-dir"},
	{CLI_FLAG, "resume", .help = "go on from the newest checkpoint",
	 .value = &fit.resume, .needs = "checkpoint-dir"},
	{CLI_SETTING, "keep", .value = &config,
	 .modes = LEARN, .needs = "checkpoint-dir"},
};

static const struct cli_tool tool = {
	.name = ranks_tool_name,
	.operands = "-o MODEL [FILE]...",
	.purpose = "Train a look-alike model on samples, from standard input by default.",
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.see_also = "ralm-build-data(1), ralm-score(1), ralm-samples(5), ralm-config(5), "
		    "ralm(7)",
};

/* ---- progress ------------------------------------------------------------ */

static struct live_line view;
static struct fit_log table;

static void report(void *context, const struct ralm_fit_report *r)
{
	(void)context;
	if (!quiet)
		fit_say_report(&view, r);
	if (table.file != NULL && r->due)
		fit_log_add(&table, r);
}

static void notice(void *context, bool warning, const char *text)
{
	(void)context;
	if (warning || !quiet)
		cli_warn(&tool, "%s", text);
}

/* ---- settings ------------------------------------------------------------ */

/* The value of a setting, until the next one is asked for. */
static const char *get(const char *name)
{
	static char value[RALM_CONFIG_VALUE_MAX];
	struct ralm_error err;
	if (ralm_config_get(value, config, name, &err) != 0)
		cli_fail(&tool, &err);
	return value;
}

static bool is(const char *name, const char *value)
{
	return strcmp(get(name), value) == 0;
}

static void set(const char *name, const char *value)
{
	struct ralm_error err;
	if (ralm_config_set(config, name, value, &err) != 0)
		cli_fail(&tool, &err);
}

static void set_defaults(void)
{
	struct ralm_error err;
	ralm_config_free(config);
	config = ralm_config_new(&err);
	if (config == NULL)
		cli_fail(&tool, &err);
}

/* Built-in default < file < command line. Returns the first operand. */
static int settle(int argc, char **argv)
{
	struct ralm_error err;
	char ignored[RALM_CONFIG_IGNORED_MAX];
	set_defaults();
	int first = cli_parse(&tool, argc, argv);
	if (config_file != NULL) {
		set_defaults();
		if (ralm_config_read(config, ignored, config_file, &err) != 0)
			cli_fail(&tool, &err);
		if (ignored[0] && !quiet)
			cli_warn(&tool, "%s: ignored: %s", config_file, ignored);
		/* Again, over what the file says. */
		first = cli_parse(&tool, argc, argv);
	}
	if (cli_given(&tool, "checkpoint-dir") && is("checkpoint_every", "0") &&
	    is("save_checkpoint_interval", "0"))
		set("save_checkpoint_interval", "1");
	learns = !is("epochs", "0");
	if (is("stream", "true") && learns) {
		if (cli_given(&tool, "epochs") && !is("epochs", "1"))
			cli_usage(&tool, "--epochs: --stream has one");
		set("epochs", "1");
	}
	if (ralm_fit_check(config, &err) != 0)
		cli_fail(&tool, &err);
	strcpy(init_model, get("init_model_path"));
	strcpy(checkpoint_dir, get("save_checkpoint_path"));
	strcpy(data_path, get("data_path"));
	strcpy(users_path, get("users_path"));
	return first;
}

static void check_options(void)
{
	struct stat st;
	if (fit.output == NULL)
		cli_usage(&tool, "no --output: where does the model go?");
	if (ralm_is_stdout(fit.output) && isatty(STDOUT_FILENO))
		cli_usage(&tool, "a model is not written to a terminal");
	fit_check_rules(&tool, config, learns);
	if (!is("patience", "0") && fit.validate == NULL)
		cli_usage(&tool, "--patience needs --validate");
	if (!learns && (init_model[0] == '\0' || fit.resume))
		cli_usage(&tool, "--epochs=0 learns nothing: it needs "
				 "--init-model, without --resume");
	if (!learns && (fit.validate != NULL || fit.page != NULL ||
			checkpoint_dir[0] != '\0'))
		cli_usage(&tool, "--epochs=0 learns nothing: not with "
				 "--validate, --report or --checkpoint-dir");
	if (fit.validate != NULL && is("stream", "true"))
		cli_usage(&tool, "--validate needs epochs, which --stream lacks");
	if (fit.validate != NULL &&
	    (!strcmp(fit.validate, "-") ||
	     (stat(fit.validate, &st) == 0 && !S_ISREG(st.st_mode))))
		cli_usage(&tool, "--validate: '%s' is not a file that can be "
				 "read again", fit.validate);
}

/* ---- input --------------------------------------------------------------- */

/* Not every MPI passes all of standard input on to rank 0. */
static void check_input(const char *const *paths, size_t count)
{
	bool samples = count == 0 && learns;
	for (size_t i = 0; i < count; i++)
		samples = samples || ralm_is_stdin(paths[i]);
	if (samples && fit.ranks != NULL && ranks_lose_stdin(fit.ranks))
		cli_usage(&tool, "MPICH's mpirun loses standard input behind 64 "
				 "kB; name a file or a named pipe");
}

/* Training replaces files of these names, and removes old ones. */
static void check_names(const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (paths[i] != NULL && ralm_fit_reserves(config, paths[i]))
			cli_usage(&tool,
				  "'%s' has a name that training gives its own "
				  "files there",
				  paths[i]);
}

/* --init-model is read as a whole before anything is written: --output may replace
 * it. */
static void check_files(const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cli_file(RALM_FILE_READ, "FILE", paths[i]);
	if (count == 0 && learns)
		cli_file(RALM_FILE_READ, "stdin", "-");
	cli_file(RALM_FILE_READ, "--users", users_path);
	cli_file(RALM_FILE_READ, "--init-vectors", fit.init_vectors);
	cli_file(RALM_FILE_READ, "--config", config_file);
	cli_file(RALM_FILE_READ, "--validate", fit.validate);
	cli_file(RALM_FILE_READ_FIRST, "--init-model", init_model);
	cli_file(RALM_FILE_REPLACE, "--output", fit.output);
	cli_file(RALM_FILE_WRITE, "--log", log_file);
	cli_file(RALM_FILE_REPLACE, "--report", fit.page);
	cli_files_check(&tool);
	check_names(paths, count);
	const char *const others[] = {users_path,   fit.init_vectors, config_file,
				      fit.validate, fit.output,	      log_file,
				      fit.page};
	check_names(others, sizeof others / sizeof *others);
}

/* The operands, else standard input; but where that is a terminal, the setting
 * data_path if it is set. */
static void choose_input(struct ralm_file_list *files, char **operands,
			 size_t count)
{
	struct ralm_error err;
	*files = (struct ralm_file_list){operands, count, 0};
	if (count > 0 && !learns)
		cli_usage(&tool, "'%s': --epochs=0 reads no samples",
			  operands[0]);
	if (count == 0 && learns && data_path[0] != '\0' && isatty(STDIN_FILENO) &&
	    ralm_file_list_init(files, data_path, &err) != 0)
		cli_fail(&tool, &err);
	check_input((const char *const *)files->paths, files->count);
	check_files((const char *const *)files->paths, files->count);
}

/* ---- signals ------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;
/* The handlers that cli_start set: they remove unfinished files and die. */
static void (*at_once[NSIG])(int);

/* The first signal ends training after the step at hand, a second one at once. */
static void stop(int number)
{
	stopped_by = number;
	signal(number, at_once[number]);
}

static void watch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		at_once[numbers[i]] = signal(numbers[i], SIG_DFL);
		signal(numbers[i], at_once[numbers[i]] == SIG_IGN ? SIG_IGN
								 : stop);
	}
}

/* Called when training begins, after all that may refuse to. Until then a signal ends
 * the program at once: there is no step to finish. */
static int begins(void *context, bool resumed, uint64_t step,
		  struct ralm_error *err)
{
	(void)context;
	if (log_file != NULL &&
	    fit_log_open(&table, log_file, resumed, step, err) != 0)
		return -1;
	watch_signals();
	return 0;
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	static struct ralm_file_list files; /* held to the end */
	struct ralm_fit_summary summary;
	cli_start(&tool);
	fit.ranks = ranks_start(&tool, &argc, &argv, &stopped_by);
	if (fit.ranks != NULL && ranks_follows(fit.ranks)) {
		watch_signals();
		return cli_finish(&tool, ranks_serve(fit.ranks));
	}
	fit.command = cli_command(&tool, argc, argv);
	int first = settle(argc, argv);
	if (list_devices)
		return cli_finish(&tool, device_list(&tool));
	if (print_config) {
		static char text[RALM_CONFIG_TEXT_MAX];
		ralm_config_text(text, config, false);
		cli_file(RALM_FILE_READ, "--config", config_file);
		cli_file(RALM_FILE_WRITE, "stdout", "/dev/stdout");
		cli_files_check(&tool);
		cli_put(text);
		return cli_finish(&tool, 0);
	}
	check_options();
	choose_input(&files, argv + first, (size_t)(argc - first));
	live_line_init(&view);
	fit.title = ralm_is_stdout(fit.output) ? NULL : fit.output;
	fit.notice = notice;
	fit.begins = begins;
	fit.stop = &stopped_by;
	fit.notes = notes.at;
	fit.note_count = notes.count;
	if (!quiet || log_file != NULL)
		fit.report = report;
	if (view.live && !quiet)
		fit.live_seconds = 0.2;
	int result = ralm_fit(&summary, config,
			      (const char *const *)files.paths, files.count,
			      &fit, &err);
	live_line_leave(&view);
	if (result != 0 || fit_log_close(&table, &err) != 0) {
		fit_say_bad(&tool, &summary);
		cli_fail(&tool, &err);
	}
	fit_say_end(&tool, &summary, quiet);
	if (summary.stopped)
		fit_say_stopped(&tool, &summary, (int)stopped_by,
				checkpoint_dir[0] != '\0');
	return cli_finish(&tool, summary.stopped ? 128 + (int)stopped_by : 0);
}
