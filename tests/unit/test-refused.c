/* What calls of the interface refuse before they work: enumerators that there are
 * not, and a text that would make two lines of one. */
#include "check.h"
#include "uneven.h"

#include "libralm/ralm.h"
#include "libralm/scoring/scorer.h"

#include <fcntl.h>

/* No enum of the interface has so many. */
enum { NONE = 99 };

static struct ralm_error err;
static struct ralm_model model;
static struct ralm_scorer *scorer;
static const char *const samples[] = {"s.txt"};
static int out;

static bool refused(int result)
{
	const bool good = result == -1 && err.code == RALM_ERROR_CONFIG;
	memset(&err, 0, sizeof err);
	return good;
}

static void make_files(void)
{
	static struct uneven s[613];
	uneven_folder();
	uneven_make(s, 613, 9);
	uneven_write("s.txt", s, 613);
	uneven_model(&model, 20);
	scorer = ralm_scorer_new(&model, 0, &err);
	out = open("out", O_WRONLY | O_CREAT, 0600);
	if (scorer == NULL || out < 0)
		uneven_die("set up");
}

/* ---- enumerators --------------------------------------------------------- */

static int build(const struct ralm_build_options *options)
{
	struct ralm_build_report report;
	return ralm_build(&report, options, out, "out", &err);
}

static struct ralm_build_options planted(void)
{
	struct ralm_build_options options;
	ralm_build_options_init(&options);
	options.planted = true;
	options.plant = (struct ralm_planted_options){
		.users = 100, .items = 40, .tastes = 3, .clicks_per_user = 20};
	options.test_min_users = 4;
	options.passes = 1;
	options.test = "test";
	return options;
}

static void test_building(void)
{
	struct ralm_build_options o = planted();
	check(build(&o) == 0, "a planted log: %s", err.message);
	o.seed_order = (enum ralm_seed_order)NONE;
	check(refused(build(&o)), "no such seed_order");
	o = planted();
	o.negative_sampling = (enum ralm_negative_sampling)NONE;
	check(refused(build(&o)), "no such negative_sampling");
	o = planted();
	o.lists = (enum ralm_lists)NONE;
	check(refused(build(&o)), "no such lists");
	o = planted();
	o.split_by = (enum ralm_split_by)NONE;
	check(refused(build(&o)), "no such split_by");
	o = planted();
	const struct ralm_build_report report = {.users = 1};
	check(refused(ralm_build_write_stats(out, "out", &report, &o,
					     (enum ralm_stats_form)NONE, &err)),
	      "no such form of statistics");
	struct ralm_sample_split_report split;
	const struct ralm_sample_split_options by_none = {
		.paths = samples,
		.path_count = 1,
		.by = (enum ralm_sample_split)NONE,
		.test_ratio = 0.5,
		.test = "test"};
	check(refused(ralm_split_samples(&split, &by_none, out, "out", &err)),
	      "no such way to split samples");
}

static void test_scoring(void)
{
	struct ralm_score_counts counts;
	struct ralm_export_counts exported;
	struct ralm_score_options o = {.unknown = (enum ralm_unknown)NONE};
	check(refused(ralm_score_files(&counts, scorer, samples, 1, out, "out", &o,
				       &err)),
	      "no such unknown");
	o = (struct ralm_score_options){.unbuffered = true,
					.bad_answer = "two\nlines"};
	check(refused(ralm_score_files(&counts, scorer, samples, 1, out, "out", &o,
				       &err)),
	      "an answer of two lines");
	const struct ralm_export_options to = {
		.output = "vectors", .form = (enum ralm_vector_form)NONE};
	check(refused(ralm_export(&exported, scorer, &to, &err)),
	      "no such form of vectors");
	check(refused(ralm_scorer_users(scorer, "s.txt",
					(enum ralm_users_known)NONE, &err)),
	      "no such known");
	check(refused(ralm_scorer_device(scorer, "cpu",
					 (enum ralm_device_use)NONE, &err)),
	      "no such use of a device");
}

static void test_evaluation(void)
{
	const struct ralm_evaluate_options options = {.auc_only = true};
	const char *const scores[] = {"scores"}, *const titles[] = {"scores"};
	FILE *file = fopen("scores", "w");
	if (file == NULL || fputs("0\t0.1\n1\t0.7\n", file) < 0 || fclose(file) != 0)
		uneven_die("scores");
	struct ralm_evaluation *e = ralm_evaluate(NULL, scores, 1, &options, &err);
	if (e == NULL)
		uneven_die(err.message);
	const struct ralm_evaluation *const all[] = {e};
	const enum ralm_evaluation_form form = (enum ralm_evaluation_form)NONE;
	check(refused(ralm_evaluation_write(out, "out", e, form, &err)),
	      "no such form of an evaluation");
	check(refused(ralm_evaluations_write(out, "out", all, titles, 1, form,
					     &err)),
	      "nor of several");
	ralm_evaluation_free(e);
}

int main(void)
{
	make_files();
	test_building();
	test_scoring();
	test_evaluation();
	close(out);
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
	uneven_folder_remove();
	return check_done();
}
