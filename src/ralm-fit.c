/* ralm-fit: samples in, a model out. Options, one library call, printing. */
#include "cli.h"
#include "fit_log.h"
#include "fit_view.h"

#include "libralm/settings/config.h"
#include "libralm/formats/file_list.h"
#include "libralm/formats/lines.h"
#include "libralm/jobs/fit/checkpoint_folder.h"
#include "libralm/jobs/fit/fit.h"
#include "libralm/networks/network.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ralm_config config;
static struct ralm_fit_options fit;
static const char *config_file, *log_file;
static const char *init_model, *checkpoint_dir, *network;
static bool print_config, quiet;

static const struct cli_option options[] = {
	{CLI_STRING, "output", 'o', "FILE", "the model to write", &fit.output, 0, 0, NULL},
	{CLI_STRING, "config", 'c', "FILE", "settings, as in ralm-config(5)", &config_file, 0, 0, NULL},
	{CLI_FLAG, "print-config", 0, NULL, "write the effective settings and exit", &print_config, 0, 0, NULL},

	{CLI_HEADING, NULL, 0, NULL, "Training:", NULL, 0, 0, NULL},
	{CLI_COUNT, "epochs", 'e', "N", "times to go over the samples", &config.epochs, 1, 1e9, NULL},
	{CLI_COUNT, "batch-size", 'b', "N", "samples in a step", &config.batch_size, 1, 1 << 24, NULL},
	{CLI_REAL, "learning-rate", 'l', "X", "rate of the first step", &config.learning_rate, 0, 1000, NULL},
	{CLI_REAL, "learning-rate-decay", 0, "X", "rate / (1 + X v) after v moves a user", &config.learning_rate_decay, 0, 1000, NULL},
	{CLI_CHOICE, "optimizer", 0, NULL, "how parameters move", &config.optimizer, 0, 0, RALM_OPTIMIZER_CHOICES},
	{CLI_REAL, "weight-decay", 0, "X", "pull towards zero, a step", &config.weight_decay, 0, 1000, NULL},
	{CLI_COUNT, "rng-seed", 0, "N", "the number all random numbers start from", &config.rng_seed, 0, 0, NULL},

	{CLI_HEADING, NULL, 0, NULL, "Network:", NULL, 0, 0, NULL},
	{CLI_STRING, "network", 0, "NAME", "the network: paddlerec", &network, 0, 0, NULL},
	{CLI_CHOICE, "loss", 0, NULL, "what is made small", &config.loss, 0, 0, RALM_LOSS_CHOICES},
	{CLI_REAL, "margin", 0, "X", "of the cosine loss", &config.margin, -1, 1, NULL},
	{CLI_CHOICE, "score-scale", 0, NULL, "scale and bias of the score", &config.score_scale, 0, 0, RALM_SCORE_SCALE_CHOICES},
	{CLI_COUNT, "embedding-size", 0, "N", "numbers in a user's vector", &config.user_emb_size, 1, 8192, NULL},
	{CLI_COUNT, "transformed-size", 0, "N", "numbers behind the transforms", &config.transformed_size, 1, 8192, NULL},
	{CLI_COUNT, "user-count", 0, "N", "most users that the model may hold", &config.user_count, 1, 2147483647, NULL},
	{CLI_COUNT, "seeds-num", 0, "N", "most seeds of a list that are used, 0: all", &config.seeds_num, 0, 2147483647, NULL},
	{CLI_REAL, "init-deviation", 0, "X", "of a new user's vector", &config.init_deviation, 0, 100, NULL},

	{CLI_HEADING, NULL, 0, NULL, "Machine and input:", NULL, 0, 0, NULL},
	{CLI_COUNT, "threads", 'j', "N", "threads that compute, 0: all processors", &config.threads, 0, 1024, NULL},
	{CLI_SIZE, "memory", 0, "SIZE", "samples kept in memory before they go to a file", &config.memory, 1 << 20, 1e18, NULL},
	{CLI_FLAG, "stream", 0, NULL, "one pass over an endless input", &config.stream, 0, 0, NULL},
	{CLI_COUNT, "save-every", 0, "N", "write the model every N steps", &config.save_every, 0, 0, NULL},
	{CLI_FLAG, "skip-bad", 0, NULL, "leave bad lines out and count them", &fit.skip_bad, 0, 0, NULL},

	{CLI_HEADING, NULL, 0, NULL, "Watching:", NULL, 0, 0, NULL},
	{CLI_STRING, "validate", 0, "FILE", "AUC on these samples after every epoch", &fit.validate, 0, 0, NULL},
	{CLI_COUNT, "patience", 0, "N", "end after N epochs without a better AUC", &config.patience, 0, 1e9, NULL},
	{CLI_STRING, "log", 0, "FILE", "a line of tab-separated values a report", &log_file, 0, 0, NULL},
	{CLI_COUNT, "print-interval", 0, "N", "batches between two reports", &config.print_interval, 1, 1e9, NULL},
	{CLI_FLAG, "quiet", 'q', NULL, "no progress", &quiet, 0, 0, NULL},

	{CLI_HEADING, NULL, 0, NULL, "Going on:", NULL, 0, 0, NULL},
	{CLI_STRING, "init-model", 0, "FILE", "start from a model or checkpoint", &init_model, 0, 0, NULL},
	{CLI_STRING, "checkpoint-dir", 0, "DIR", "folder of checkpoints", &checkpoint_dir, 0, 0, NULL},
	{CLI_COUNT, "checkpoint-every", 0, "N", "a checkpoint every N steps", &config.checkpoint_every, 0, 0, NULL},
	{CLI_FLAG, "resume", 0, NULL, "go on from the newest checkpoint", &fit.resume, 0, 0, NULL},
	{CLI_COUNT, "keep", 0, "N", "checkpoints to keep, 0: all", &config.keep, 0, 1e9, NULL},
};

static const struct cli_tool tool = {
	.name = "ralm-fit",
	.operands = "-o MODEL [FILE]...",
	.purpose = "Train a look-alike model on samples, from standard input by default.",
	.options = options,
	.option_count = sizeof options / sizeof *options,
	.see_also = "ralm-build-data(1), ralm-score(1), ralm-samples(5), ralm-config(5), ralm(7)",
};

/* ---- progress ------------------------------------------------------------ */

static struct fit_view view;
static struct fit_log table;

static void report(void *context, const struct ralm_fit_report *r)
{
	(void)context;
	if (!quiet)
		fit_view_show(&view, r);
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

static void set_path(char path[RALM_CONFIG_PATH_MAX], const char *value,
		     const char *option)
{
	if (value == NULL)
		return;
	if (strlen(value) >= RALM_CONFIG_PATH_MAX)
		cli_usage(&tool, "--%s: the path is too long", option);
	strcpy(path, value);
}

/* Built-in default < file < command line. Returns the first operand. */
static int settle(int argc, char **argv)
{
	struct ralm_error err;
	char ignored[RALM_CONFIG_IGNORED_MAX];
	int first = cli_parse(&tool, argc, argv);
	if (config_file != NULL) {
		ralm_config_init(&config);
		if (ralm_config_read(&config, ignored, config_file, &err) != 0)
			cli_fail(&tool, &err);
		if (ignored[0] && !quiet)
			cli_warn(&tool, "%s: ignored: %s", config_file, ignored);
		/* getopt has moved the operands last: the same again. */
		first = cli_parse(&tool, argc, argv);
	}
	if (network != NULL &&
	    ralm_config_set(&config, "network", network, &err) != 0)
		cli_fail(&tool, &err);
	set_path(config.init_model_path, init_model, "init-model");
	set_path(config.save_checkpoint_path, checkpoint_dir, "checkpoint-dir");
	if (checkpoint_dir != NULL && config.checkpoint_every == 0 &&
	    config.save_checkpoint_interval == 0)
		config.save_checkpoint_interval = 1;
	if (config.stream)
		config.epochs = 1;
	if (ralm_config_check(&config, &err) != 0 ||
	    ralm_network_kind(config.network, &err) == NULL)
		cli_fail(&tool, &err);
	return first;
}

/* Where standard output was closed, cli_start has put something that only
 * reads; opened anew by its path it would take a model and lose it. */
static void check_stdout(void)
{
	struct ralm_error err;
	if (isatty(STDOUT_FILENO))
		cli_usage(&tool, "a model is not written to a terminal");
	if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		errno = EBADF;
		ralm_error_system(&err, "cannot write '%s'", fit.output);
		cli_fail(&tool, &err);
	}
}

static void check_options(void)
{
	struct stat st;
	if (fit.output == NULL)
		cli_usage(&tool, "no --output: where does the model go?");
	if (!strcmp(fit.output, "-"))
		fit.output = "/dev/stdout";
	if (log_file != NULL && !strcmp(log_file, "-"))
		log_file = "/dev/stdout";
	if (!strcmp(fit.output, "/dev/stdout"))
		check_stdout();
	if (fit.resume && config.save_checkpoint_path[0] == '\0')
		cli_usage(&tool, "--resume needs --checkpoint-dir");
	if (config.patience > 0 && fit.validate == NULL)
		cli_usage(&tool, "--patience needs --validate");
	if (fit.validate != NULL && config.stream)
		cli_usage(&tool, "--validate needs epochs, which --stream lacks");
	if (fit.validate != NULL &&
	    (!strcmp(fit.validate, "-") ||
	     (stat(fit.validate, &st) == 0 && !S_ISREG(st.st_mode))))
		cli_usage(&tool, "--validate: '%s' is not a file that can be "
				 "read again", fit.validate);
	if (config.init_model_path[0] != '\0' &&
	    (cli_given(&tool, "embedding-size") ||
	     cli_given(&tool, "transformed-size")))
		cli_usage(&tool, "--init-model brings the sizes of its vectors");
}

/* ---- input --------------------------------------------------------------- */

static bool is_stdin(const char *path)
{
	static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0",
					    "/proc/self/fd/0"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

/* Settings from standard input leave nothing there for samples. */
static void check_input(const char *const *paths, size_t count)
{
	bool samples = count == 0;
	if (config_file == NULL || !is_stdin(config_file))
		return;
	for (size_t i = 0; i < count; i++)
		samples = samples || is_stdin(paths[i]);
	if (samples)
		cli_usage(&tool, "--config=%s: standard input cannot be both "
				 "settings and samples; name the file of one",
			  config_file);
}

/* The model that a run starts from is read as a whole before, and may be
 * replaced by what is made of it. */
static void check_files(const char *const *paths, size_t count)
{
	bool to_stdout = strcmp(fit.output, "/dev/stdout") == 0;
	for (size_t i = 0; i < count; i++)
		cli_file(&tool, CLI_READ, "FILE", paths[i]);
	if (count == 0)
		cli_file(&tool, CLI_READ, "stdin", "-");
	cli_file(&tool, CLI_READ, "--config", config_file);
	cli_file(&tool, CLI_READ, "--validate", fit.validate);
	cli_file(&tool, CLI_READ_FIRST, "--init-model", config.init_model_path);
	cli_file(&tool, to_stdout ? CLI_WRITE : CLI_REPLACE, "--output",
		 fit.output);
	cli_file(&tool, CLI_WRITE, "--log", log_file);
	cli_files_check(&tool);
	const char *const written[] = {fit.output, log_file};
	for (size_t i = 0; i < sizeof written / sizeof *written; i++)
		if (written[i] != NULL &&
		    ralm_checkpoint_reserves(config.save_checkpoint_path,
					     written[i]))
			cli_usage(&tool, "'%s' has a name that checkpoints have there",
				  written[i]);
}

/* Operands, else standard input; a terminal there stands for nobody, and then
 * the configuration's data_path is read. */
static void open_input(struct ralm_reader *reader, const char *const *paths,
		       size_t count)
{
	static struct ralm_file_list files; /* outlives the reader */
	struct ralm_error err;
	if (count == 0 && config.data_path[0] && isatty(STDIN_FILENO)) {
		if (ralm_file_list_init(&files, config.data_path, &err) != 0)
			cli_fail(&tool, &err);
		paths = (const char *const *)files.paths;
		count = files.count;
	}
	check_input(paths, count);
	check_files(paths, count);
	if (ralm_reader_open(reader, paths, count, &err) != 0)
		cli_fail(&tool, &err);
}

/* ---- signals ------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;
/* What cli_start set: remove what is unfinished and die. */
static void (*at_once[NSIG])(int);

static void stop(int number)
{
	stopped_by = number;
	signal(number, at_once[number]); /* a second one does not wait */
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

/* When nothing stands in the way of training any more. Until then an older log
 * stands, and a signal ends the program at once: there is no step to finish. */
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

static void say_end(const struct ralm_fit_summary *summary)
{
	if (summary->skipped)
		cli_warn(&tool, "%" PRIu64 " bad lines left out",
			 summary->skipped);
	if (summary->cut)
		cli_warn(&tool, "%" PRIu64 " lists cut to %" PRIu64 " seeds",
			 summary->cut, config.seeds_num);
	if (summary->best_epoch && !quiet)
		cli_warn(&tool, "best epoch %" PRIu64 ", validation AUC %.4f",
			 summary->best_epoch, summary->best_auc);
	if (summary->stopped)
		cli_warn(&tool, "stopped by signal %d after step %" PRIu64
				"; %s%s",
			 (int)stopped_by, summary->steps,
			 config.save_checkpoint_path[0]
				 ? "a checkpoint was written, "
				 : "",
			 summary->models_saved > 0
				 ? "the model last saved stands"
				 : "no model was written");
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	struct ralm_reader reader;
	struct ralm_fit_summary summary;
	cli_start(&tool);
	ralm_config_init(&config);
	int first = settle(argc, argv);
	if (print_config) {
		static char text[RALM_CONFIG_TEXT_MAX];
		ralm_config_text(text, &config, false);
		cli_file(&tool, CLI_READ, "--config", config_file);
		cli_file(&tool, CLI_WRITE, "stdout", "/dev/stdout");
		cli_files_check(&tool);
		cli_put(text);
		return cli_finish(&tool, 0);
	}
	check_options();
	if (config.threads == 0)
		config.threads = cli_processors();
	open_input(&reader, (const char *const *)argv + first,
		   (size_t)(argc - first));
	fit_view_init(&view);
	fit.notice = notice;
	fit.begins = begins;
	fit.stop = &stopped_by;
	if (!quiet || log_file != NULL)
		fit.report = report;
	if (view.live && !quiet)
		fit.live_seconds = 0.2;
	int result = ralm_fit(&summary, &config, &reader, &fit, &err);
	fit_view_leave(&view);
	if (result != 0)
		cli_fail(&tool, &err);
	ralm_reader_release(&reader);
	if (fit_log_close(&table, &err) != 0)
		cli_fail(&tool, &err);
	say_end(&summary);
	return cli_finish(&tool, summary.stopped ? 128 + (int)stopped_by : 0);
}
