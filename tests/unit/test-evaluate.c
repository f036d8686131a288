/* jobs/evaluate: the measures of files of more than one piece, whose groups go on
 * from piece to piece and from file to file, are those of counting by hand. */
#include "check.h"
#include "uneven.h"

#include "libralm/jobs/evaluate/evaluate.h"

#include <math.h>

/* Scores are whole numbers of thousandths: many are equal. */
enum { COUNT = 200003, VALUES = 1001 };

struct scored {
	unsigned value; /* thousandths */
	int label;
	unsigned group, weight;
};

static struct ralm_error err;
static struct scored lines[COUNT];

static void make_lines(void)
{
	static const size_t sizes[] = {1, 5, 2, 70, 3, 1, 2, 5, 613};
	struct ralm_rng rng;
	unsigned group = 0;
	size_t left = 0;
	ralm_rng_init(&rng, 8, 8);
	for (size_t i = 0; i < COUNT; i++) {
		if (left == 0)
			left = sizes[group++ % (sizeof sizes / sizeof *sizes)];
		left--;
		lines[i].group = group;
		lines[i].label = ralm_rng_below(&rng, 3) == 0;
		lines[i].value = (unsigned)(lines[i].label * 150 +
					    (int)ralm_rng_below(&rng, 851));
		lines[i].weight = 1 + (unsigned)ralm_rng_below(&rng, 5);
	}
}

/* Lines [from, end), the last one without its newline where that is asked. */
static void write_lines(const char *path, size_t from, size_t end, int fields,
			bool newline)
{
	FILE *file = fopen(path, "w");
	for (size_t i = from; i < end; i++) {
		fprintf(file, "%d\t%.3f", lines[i].label, lines[i].value / 1e3);
		if (fields > 2)
			fprintf(file, "\titem%u", lines[i].group);
		if (fields > 3)
			fprintf(file, "\t%u", lines[i].weight);
		if (i + 1 < end || newline)
			fputs(i % 7 == 0 ? "\r\n" : "\n", file);
		if (i % 1000 == 999)
			fputs("\n", file);
	}
	fclose(file);
}

/* ---- by counting ------------------------------------------------------------ */

static double auc_of(size_t from, size_t end, bool weighted)
{
	static double at[2][VALUES];
	double below = 0, wins = 0, sum[2] = {0};
	memset(at, 0, sizeof at);
	for (size_t i = from; i < end; i++)
		at[lines[i].label][lines[i].value] +=
			weighted ? lines[i].weight : 1;
	for (size_t v = 0; v < VALUES; v++) {
		wins += at[1][v] * (below + at[0][v] / 2);
		below += at[0][v];
		sum[0] += at[0][v];
		sum[1] += at[1][v];
	}
	return wins / (sum[0] * sum[1]);
}

static double log_loss(bool weighted)
{
	double sum = 0, weights = 0;
	for (size_t i = 0; i < COUNT; i++) {
		double weight = weighted ? lines[i].weight : 1;
		double p = lines[i].value / 1e3;
		p = lines[i].label ? p : 1 - p;
		sum -= weight * log(p < 0x1p-52 ? 0x1p-52 : p);
		weights += weight;
	}
	return sum / weights;
}

static void group_aucs(struct ralm_group_measures *out)
{
	double plain = 0, weighted = 0, samples = 0, groups = 0;
	memset(out, 0, sizeof *out);
	for (size_t i = 0, end; i < COUNT; i = end) {
		for (end = i; end < COUNT && lines[end].group == lines[i].group;)
			end++;
		double auc = auc_of(i, end, false);
		out->groups++;
		if (isnan(auc)) {
			out->one_class++;
			continue;
		}
		plain += auc;
		weighted += auc * (double)(end - i);
		samples += (double)(end - i);
		groups++;
	}
	out->auc_plain = plain / groups;
	out->auc_weighted = weighted / samples;
}

/* ---- against it ----------------------------------------------------------------- */

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-10;
}

/* The lines in three files, cut where nothing is even. */
static void test_files(int fields)
{
	static const char *const paths[] = {"a.txt", "b.txt", "c.txt"};
	const struct ralm_evaluate_options options = {
		.format.columns = fields > 3 ? "label,score,group,weight" : NULL,
		.interval = true};
	struct ralm_evaluation e;
	struct ralm_group_measures groups;
	uint64_t count[2] = {0};
	const bool weighted = fields > 3;
	write_lines(paths[0], 0, 90001, fields, true);
	write_lines(paths[1], 90001, 90008, fields, false);
	write_lines(paths[2], 90008, COUNT, fields, false);
	uneven_must(ralm_evaluation_compute(&e, paths, 3, &options, &err), &err);
	for (size_t i = 0; i < COUNT; i++)
		count[lines[i].label]++;
	check(e.measures.count[0] == count[0] && e.measures.count[1] == count[1],
	      "%d columns: every line counts once", fields);
	check(near(e.measures.auc, auc_of(0, COUNT, weighted)) &&
		      near(e.measures.log_loss, log_loss(weighted)),
	      "AUC and mean log loss (%.6f, %.6f)", e.measures.auc,
	      e.measures.log_loss);
	check(e.interval.low < e.measures.auc && e.interval.high > e.measures.auc &&
		      near(e.interval.value, e.measures.auc),
	      "its interval");
	group_aucs(&groups);
	/* weights have a say in groups, too, which is tested with them */
	if (fields == 3)
		check(e.groups.groups == groups.groups &&
			      e.groups.one_class == groups.one_class &&
			      near(e.groups.auc_plain, groups.auc_plain) &&
			      near(e.groups.auc_weighted, groups.auc_weighted),
		      "the AUC of groups (%.6f, %.6f)", e.groups.auc_plain,
		      e.groups.auc_weighted);
	ralm_evaluation_release(&e);
}

/* The place of an error far behind the first piece. */
static void test_error(void)
{
	static const char *const paths[] = {"a.txt", "bad.txt"};
	const struct ralm_evaluate_options options = {.auc_only = true};
	struct ralm_evaluation e;
	write_lines("a.txt", 0, 7, 2, false);
	FILE *file = fopen("bad.txt", "w");
	for (size_t i = 0; i < COUNT; i++)
		fputs(i == 180000 ? "1\tx\n" : "0\t0.5\n", file);
	fclose(file);
	const int result = ralm_evaluation_compute(&e, paths, 2, &options, &err);
	check(result == -1 && err.line == 180001 && !strcmp(err.file, "bad.txt"),
	      "a bad line has its file and number (%s:%d)", err.file,
	      (int)err.line);
}

static void test_probabilities(void)
{
	static const char *const path = "above.txt";
	struct ralm_evaluate_options options = {.auc_only = true};
	struct ralm_evaluation e;
	FILE *file = fopen(path, "w");
	fputs("1\t1.5\n0\t0.5\n", file);
	fclose(file);
	uneven_must(ralm_evaluation_compute(&e, &path, 1, &options, &err), &err);
	ralm_evaluation_release(&e);
	options.format.probabilities = true;
	check(ralm_evaluation_compute(&e, &path, 1, &options, &err) == -1 &&
		      err.line == 1,
	      "format.probabilities: a score above 1 is an error");
}

int main(void)
{
	uneven_folder();
	make_lines();
	test_files(2);
	test_files(3);
	test_files(4);
	test_error();
	test_probabilities();
	uneven_folder_remove();
	return check_done();
}
