/* jobs/fit/validate: the AUC of the plain formula's scores, pair by pair, and of
 * what ralm_score_files writes; with lists that go on from batch to batch and
 * users whom the model does not know. */
#include "check.h"
#include "pool.h"
#include "uneven.h"

#include "libralm/jobs/fit/validate.h"

/* A validation scores pieces of 64 and windows of 2048 samples: one, two, three,
 * and not whole. */
enum { PIECE = 64, WINDOW = 2048, MOST = 3 * WINDOW + 41 };

static struct ralm_error err;
static struct uneven samples[MOST];
static const struct ralm_validation_file v_txt = {.path = "v.txt"};
static double score[MOST];

static double validate(const struct ralm_model *model, size_t count,
		       unsigned threads)
{
	double auc = -1;
	uneven_write("v.txt", samples, count);
	uneven_must(ralm_validate(&auc, model, pool(threads), &v_txt, NULL, &err),
		    &err);
	return auc;
}

static double plain(const struct ralm_model *model, size_t count)
{
	uneven_scores(score, NULL, model, samples, count,
		      (size_t)model->config.seeds_num);
	return uneven_auc(score, samples, count);
}

/* Labels that the scores nearly follow, so that one wrong score is seen: of
 * every pair the model orders all but a few right. */
static void label_by_score(const struct ralm_model *model)
{
	uneven_scores(score, NULL, model, samples, MOST,
		      (size_t)model->config.seeds_num);
	for (size_t i = 0; i < MOST; i++)
		samples[i].label = i < 2 ? (int)i
				   : i % 97 == 0
					   ? score[i] < 0.4
					   : score[i] > 0.4;
}

static void test_counts(size_t known, uint64_t seeds_num, const char *what)
{
	static const size_t counts[] = {
		2,	    3,		61,	    PIECE - 1,	PIECE + 1,
		WINDOW - 1, WINDOW,	WINDOW + 1, WINDOW + 2, 2 * WINDOW - 1,
		2 * WINDOW + 1, 3 * WINDOW, MOST};
	struct ralm_model model;
	double worst = 0, threads = 0;
	uneven_model(&model, known);
	model.config.seeds_num = seeds_num;
	label_by_score(&model);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		double got = validate(&model, counts[i], 1);
		worst = worse(worst, fabs(got - plain(&model, counts[i])));
		threads = worse(threads,
			       fabs(got - validate(&model, counts[i], 3)));
	}
	/* floats may order a pair of near equals otherwise */
	check(worst < 1e-5 && threads == 0,
	      "%s: AUC as by the plain formula, at every count (%.1e apart)",
	      what, worst);
	ralm_model_release(&model);
}

/* The first sample of each piece alone decides. */
static void test_first_of_piece(void)
{
	struct ralm_model model;
	double auc[2];
	uneven_model(&model, UNEVEN_USERS);
	for (size_t i = 0; i < MOST; i++)
		samples[i].label = 0;
	bool shared = false, window = false;
	for (size_t i = PIECE; i < MOST; i += PIECE) {
		samples[i].label = 1;
		shared |= samples[i].same;
		window |= samples[i].same && i % WINDOW == 0;
	}
	auc[0] = validate(&model, MOST, 2);
	auc[1] = plain(&model, MOST);
	check(shared && window && fabs(auc[0] - auc[1]) < 1e-5,
	      "a piece's first sample has its list (AUC %.6f, %.6f)", auc[0],
	      auc[1]);
	ralm_model_release(&model);
}

/* Bad lines among those of 7 samples, one of them instead of seeds that the next line
 * repeats; and a file that changes after it was checked. */
static void test_bad_lines(void)
{
	struct ralm_model model;
	struct ralm_validation_file file = v_txt;
	double auc;
	uneven_model(&model, UNEVEN_USERS);
	label_by_score(&model);
	const double want = validate(&model, 7, 1);
	FILE *lines = fopen("v.txt", "w");
	for (size_t i = 0; i < 7; i++) {
		if (i == 2)
			fputs("user_seeds:1 target_user:2 label:x\n"
			      "seeds:same target_user:3 label:0\n\n",
			      lines);
		uneven_print(lines, &samples[i]);
	}
	fclose(lines);
	check(ralm_validate_check(&file, &err) == -1 && err.line == 3,
	      "a bad line is an error");
	file.skip_bad = true;
	uneven_must(ralm_validate_check(&file, &err), &err);
	check(file.samples == 7 && file.bad_lines == 2 && file.first_bad.line == 3 &&
		      !strcmp(file.first_bad.file, "v.txt"),
	      "or left out and counted");
	uneven_must(ralm_validate(&auc, &model, pool(2), &file, NULL, &err), &err);
	check(auc == want, "the AUC is that of the good lines");
	lines = fopen("v.txt", "a");
	fputs("# no sample\n", lines);
	fclose(lines);
	check(ralm_validate(&auc, &model, pool(2), &file, NULL, &err) == -1 &&
		      strstr(err.message, "'v.txt' has other lines than") != NULL,
	      "other lines than were checked are an error");
	ralm_model_release(&model);
}

static void test_one_class(void)
{
	struct ralm_model model;
	uneven_model(&model, UNEVEN_USERS);
	for (size_t i = 0; i < 5; i++)
		samples[i].label = 1;
	check(isnan(validate(&model, 5, 1)), "one class has no AUC");
	double auc;
	uneven_write("v.txt", samples, 0);
	check(ralm_validate(&auc, &model, NULL, &v_txt, NULL, &err) == -1 &&
		      strstr(err.message, "no samples") != NULL,
	      "an empty file is an error");
	FILE *file = fopen("v.txt", "w");
	for (size_t i = 0; i < 3; i++)
		uneven_print(file, &samples[i]);
	fputs("user_seeds:1 target_user:2\n", file);
	fclose(file);
	check(ralm_validate(&auc, &model, NULL, &v_txt, NULL, &err) == -1 &&
		      err.line == 4 && !strcmp(err.file, "v.txt"),
	      "a line without a label is an error with its place");
	ralm_model_release(&model);
}

int main(void)
{
	uneven_folder();
	uneven_make(samples, MOST, 3);
	test_counts(UNEVEN_USERS, 0, "all known");
	test_counts(UNEVEN_USERS, 3, "lists of three at the most");
	test_counts(UNEVEN_USERS / 2, 0, "half of the users known");
	test_counts(7, 0, "seven known");
	test_first_of_piece();
	test_bad_lines();
	test_one_class();
	uneven_folder_remove();
	return check_done();
}
