/* The library in a program with another locale: numbers go in and out with a
 * point, words are ASCII. Everything is written twice, in the C locale and in
 * one with a decimal comma, and the bytes are the same. The locale is made here;
 * where that cannot be the test is skipped. */
#include "check.h"
#include "uneven.h"

#include "libralm/formats/time_format.h"
#include "libralm/ground/c_locale.h"
#include "libralm/ground/numbers.h"
#include "libralm/jobs/evaluate/html_report.h"
#include "libralm/jobs/evaluate/print_measures.h"
#include "libralm/ralm.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { SAMPLES = 131 };

static struct ralm_error err;

/* ---- the locale ------------------------------------------------------------ */

static bool comma_locale(void)
{
	char number[16];
	if (system("localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 >/dev/null 2>&1") !=
		    0 ||
	    setenv("LOCPATH", ".", 1) != 0 ||
	    setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
		return false;
	snprintf(number, sizeof number, "%.1f", 0.5);
	return strcmp(number, "0,5") == 0;
}

/* ---- one thing after the other --------------------------------------------- */

static void test_numbers(void)
{
	char text[RALM_DOUBLE_TEXT + 1];
	double value = 0;
	static const char many[] = "0.1234567890123456789012345678901e-5";
	check(ralm_parse_double(&value, many, sizeof many - 1) &&
		      value == 0.1234567890123456789012345678901e-5 &&
		      ralm_parse_double(&value, "1.5", 3) && value == 1.5 &&
		      !ralm_parse_double(&value, "1,5", 3),
	      "in: a point, and no comma");
	text[ralm_format_real(text, 12345.678)] = '\0';
	bool same = strcmp(text, "12345.678") == 0;
	text[ralm_format_real(text, 1e-7 / 3)] = '\0';
	same = same && strcmp(text, "3.33333333e-08") == 0;
	ralm_format_double(text, 0.1 + 0.2);
	check(same && strcmp(text, "0.30000000000000004") == 0,
	      "out: a point, quickly and slowly");
	ralm_error_set(&err, RALM_ERROR_DATA, "a rate of %g", 0.25);
	check(strcmp(err.message, "a rate of 0.25") == 0, "in a message");
}

static void test_settings(void)
{
	static char text[RALM_CONFIG_TEXT_MAX], again[RALM_CONFIG_TEXT_MAX];
	char ignored[RALM_CONFIG_IGNORED_MAX];
	struct ralm_config config, copy;
	ralm_config_init(&config);
	config.learning_rate = 0.0123;
	config.weight_decay = 1e-7;
	size_t length = ralm_config_text(text, &config, false);
	ralm_config_init(&copy);
	bool ok = ralm_config_parse(&copy, ignored, text, length, "text",
				    &err) == 0;
	ralm_config_text(again, &copy, false);
	check(ok && strstr(text, "learning_rate: 0.0123\n") != NULL &&
		      copy.weight_decay == 1e-7 && strcmp(text, again) == 0,
	      "settings as YAML and back");
	config.margin = 1.5;
	check(ralm_config_check(&config, &err) != 0 &&
		      strstr(err.message, "got 1.5") != NULL,
	      "a setting out of range: %s", err.message);
}

static void test_words(void)
{
	double seconds = 0;
	check(ralm_is_word("time", "TiMe", 4) && !ralm_is_word("time", "tim", 3) &&
		      !ralm_is_word("tim", "time", 4) &&
		      !ralm_is_word("time", "t\311me", 4),
	      "a word in capitals or not");
	check(ralm_time_format_read(&seconds, "%d %b %Y %H:%M:%S.%f",
				    "03 Mar 2020 01:02:03.5", 22) &&
		      seconds == 1583197323.5 &&
		      !ralm_time_format_read(&seconds, "%d %B %Y",
					     "03 M\303\244rz 2020", 12),
	      "months are English");
}

/* ---- files ------------------------------------------------------------------- */

static void fit(const char *samples, const char *model, const char *folder)
{
	struct ralm_config config;
	struct ralm_fit_summary summary;
	struct ralm_fit_options options = {.output = model, .validate = samples};
	uneven_config(&config);
	config.learning_rate = 0.037;
	config.epochs = 2;
	config.batch_size = 17;
	config.save_checkpoint_interval = 1;
	snprintf(config.save_checkpoint_path,
		 sizeof config.save_checkpoint_path, "%s", folder);
	uneven_must(ralm_fit(&summary, &config, &samples, 1, &options, &err),
		    &err);
}

static void evaluate(const char *scores, const char *path)
{
	const struct ralm_evaluate_options options = {
		.interval = true, .curves = true, .title = "s"};
	struct ralm_evaluation e;
	struct ralm_writer writer;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	uneven_must(ralm_evaluation_compute(&e, &scores, 1, &options, &err), &err);
	uneven_must(ralm_writer_open(&writer, fd, path, &err), &err);
	ralm_evaluation_put_text(&writer, &e);
	ralm_evaluation_put_json(&writer, &e);
	ralm_evaluation_put_roc(&writer, &e);
	ralm_evaluation_put_report(&writer, &e, &options, "");
	uneven_must(ralm_writer_flush(&writer, &err), &err);
	ralm_writer_release(&writer);
	ralm_evaluation_release(&e);
	close(fd);
}

/* Labels and scores of all sizes. */
static void write_scores(const char *path)
{
	struct ralm_rng rng;
	FILE *file = fopen(path, "w");
	ralm_rng_init(&rng, 3, 3);
	for (int i = 0; i < 77; i++)
		fprintf(file, "%d\t0.%05u\titem%d\n", i % 3 == 1,
			(unsigned)ralm_rng_below(&rng, 100000), i % 5);
	fclose(file);
}

int main(void)
{
	static struct uneven samples[SAMPLES];
	uneven_folder();
	setenv("SOURCE_DATE_EPOCH", "0", 1); /* reports tell their time */
	uneven_make(samples, SAMPLES, 5);
	uneven_write("samples", samples, SAMPLES);
	write_scores("scores");
	fit("samples", "c.bin", "c.checkpoints");
	evaluate("scores", "c.report");
	if (!comma_locale()) {
		printf("1..0 # SKIP no locale with a comma can be made\n");
		uneven_folder_remove();
		return 0;
	}
	test_numbers();
	test_settings();
	test_words();
	fit("samples", "de.bin", "de.checkpoints");
	check(uneven_same_file("c.bin", "de.bin"), "a model: the same bytes");
	check(uneven_same_file("c.checkpoints/step-000000000016.bin",
			       "de.checkpoints/step-000000000016.bin"),
	      "a checkpoint: the same bytes");
	evaluate("scores", "de.report");
	check(uneven_same_file("c.report", "de.report"),
	      "measures, tables, JSON and report: the same bytes");
	check(strcmp(setlocale(LC_ALL, NULL), "de_DE.UTF-8") == 0,
	      "the program's locale is as it was");
	uneven_folder_remove();
	return check_done();
}
