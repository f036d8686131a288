/* jobs/expand: the best of many, by cosine and then by id, however they come; sizes;
 * seeds among others; and files of ids. */
#include "check.h"

#include "libralm/formats/id_lines.h"
#include "libralm/ground/rng.h"
#include "libralm/jobs/expand/audience.h"
#include "libralm/jobs/expand/candidates.h"
#include "libralm/jobs/expand/size_curve.h"
#include "libralm/metrics/recall.h"
#include "libralm/metrics/score_set.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USERS = 777 };

static struct ralm_error err;

/* Users 0 to USERS - 1, whose ids are their numbers. */
static void make_candidates(struct ralm_candidates *c,
			    struct ralm_user_names *names,
			    struct ralm_model *model)
{
	static const struct ralm_expand_options options;
	struct ralm_expand_counts counts;
	struct ralm_config config;
	ralm_config_init(&config);
	config.user_count = USERS;
	if (ralm_model_init(model, &config, &err) != 0)
		abort();
	for (uint64_t key = 0; key < USERS; key++) {
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, &model->users, key, &err) != 0)
			abort();
	}
	memset(&counts, 0, sizeof counts);
	if (ralm_user_names_init(names, model, &err) != 0 ||
	    ralm_candidates_init(c, &counts, names, &options, &err) != 0)
		abort();
	check(c->count == USERS && counts.eligible == USERS,
	      "all users are candidates");
}

struct other {
	float cosine;
	char id[12];
	uint32_t row;
};

static int best_first(const void *a, const void *b)
{
	const struct other *x = a, *y = b;
	if (x->cosine != y->cosine)
		return x->cosine > y->cosine ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Against sorting them all; `kinds` different cosines make ties. */
static bool same_as_sorted(const struct ralm_user_names *names, size_t most,
			   unsigned kinds, bool reverse)
{
	struct ralm_audience audience;
	static struct other all[USERS];
	uint32_t row[USERS];
	float cosine[USERS];
	struct ralm_rng rng;
	ralm_rng_init(&rng, most, kinds);
	for (size_t i = 0; i < USERS; i++) {
		row[i] = (uint32_t)(i * 500 % USERS);
		cosine[i] = (float)((double)ralm_rng_below(&rng, kinds) * 2 /
					    (double)kinds -
				    1);
		all[i] = (struct other){reverse ? -cosine[i] : cosine[i], "",
					row[i]};
		snprintf(all[i].id, sizeof all[i].id, "%u", row[i]);
	}
	qsort(all, USERS, sizeof *all, best_first);
	ralm_audience_init(&audience, names, most, reverse);
	bool ok = true;
	for (size_t i = 0; ok && i < USERS; i += 100)
		ok = ralm_audience_add(&audience, row + i, cosine + i,
				       USERS - i < 100 ? USERS - i : 100,
				       &err) == 0;
	ralm_audience_sort(&audience, NULL);
	ok = ok && audience.count == (most < USERS ? most : USERS);
	for (size_t i = 0; ok && i < audience.count; i++) {
		const float got = ralm_audience_cosine(&audience, i);
		ok = ralm_audience_row(&audience, i) == all[i].row &&
		     (reverse ? -got : got) == all[i].cosine;
	}
	ralm_audience_release(&audience);
	return ok;
}

static void test_audience(void)
{
	static const size_t most[] = {1, 2, 3, 64, 100, 776, 777, 5000};
	static const unsigned kinds[] = {1, 2, 7, 100000};
	struct ralm_candidates c;
	struct ralm_user_names names;
	struct ralm_model model;
	make_candidates(&c, &names, &model);
	bool ok = true;
	for (size_t m = 0; m < sizeof most / sizeof *most; m++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (int reverse = 0; reverse < 2; reverse++)
				ok &= same_as_sorted(&names, most[m], kinds[k],
						     reverse);
	check(ok, "the best, with and without ties, are those that sorting finds");
	ralm_candidates_release(&c);
	ralm_user_names_release(&names);
	ralm_model_release(&model);
}

/* The ids of a file, one behind the other with points between, or what is wrong. */
static const char *ids_of(const char *text, size_t length, const char *column,
			  const char *delimiter)
{
	static char got[600];
	char path[] = "/tmp/ralm-idlines-XXXXXX";
	const char *paths[] = {path}, *id;
	struct ralm_id_lines lines;
	size_t id_length, used = 0;
	int fd = mkstemp(path), result = -1;
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		abort();
	close(fd);
	if (ralm_id_lines_open(&lines, paths, 1, column, delimiter, &err) == 0) {
		while ((result = ralm_id_lines_next(&id, &id_length, &lines,
						    &err)) == 1)
			used += (size_t)snprintf(got + used, sizeof got - used,
						 "%.*s.", (int)id_length, id);
		ralm_id_lines_release(&lines);
	}
	unlink(path);
	if (result < 0)
		snprintf(got, sizeof got, "%d: %s", (int)err.line, err.message);
	return got;
}

#define IDS(text, column, delimiter, want) \
	(strcmp(ids_of(text, sizeof(text) - 1, column, delimiter), want) == 0)

static void test_id_lines(void)
{
	check(IDS("a\r\n\n \t\n  b \nc\tx y\n\td\n", NULL, NULL, "a.b.c.d."),
	      "ids one a line");
	check(IDS("a\nb c\n", NULL, NULL, "2: id with white space") &&
		      IDS("a\n\n", NULL, NULL, "a.") &&
		      IDS("\n", NULL, NULL, "0: no ids") &&
		      IDS("a\0b", NULL, NULL, "1: id with a NUL byte"),
	      "and what is none");
	check(IDS("x,id\n1,a\n\n2,\" b \"\n3, c\n", "id", ",", "a.b.c.") &&
		      IDS("id\ta\nb\tc d\n", "id", NULL, "b."),
	      "a column");
	check(IDS("\n \nx,id\n1,a\n", "id", ",", "a."), "blank lines before the header");
	check(IDS("id\ta\nb\"cd\t1\n\"e\"\t2\n", "id", NULL, "b\"cd.\"e\".") &&
		      IDS("x,i\"dd\n1,b\"cd\n", "i\"dd", ",", "b\"cd."),
	      "quotes in what is not quoted are text");
	check(IDS("x,id\n1\n", "id", ",", "2: 1 fields, the column is number 2") &&
		      IDS("x,y\n", "id", ",",
			  "1: the header has no column 'id' (--column)"),
	      "a table that is wrong");
}

/* ---- sizes ---------------------------------------------------------------- */

static bool sizes_are(const char *text, size_t eligible, const char *want,
		      size_t above)
{
	static struct ralm_size_curve curve;
	struct ralm_expand_options options = {.curve = "x", .sizes = text};
	struct ralm_expand_size size;
	char got[200] = "";
	size_t used = 0;
	if (ralm_expand_size_parse(&size, &options, &err) != 0)
		return strcmp(err.message, want) == 0;
	const size_t over = ralm_size_curve_init(&curve, &size, eligible);
	for (size_t i = 0; i < curve.count; i++)
		used += (size_t)snprintf(got + used, sizeof got - used, "%zu.",
					 curve.point[i].size);
	return strcmp(got, want) == 0 && over == above;
}

static void test_sizes(void)
{
	check(sizes_are("7%,3,100,3%", 100, "3.7.100.", 0) &&
		      sizes_are("100%,101,5000,1", 100, "1.100.", 2) &&
		      sizes_are("1e-12%", 100, "1.", 0) &&
		      sizes_are(NULL, 1000, "1.2.5.10.20.50.100.200.500.", 0),
	      "sizes of a curve: ascending, each once, no more than there are");
	check(sizes_are("1,,2", 9,
			"--sizes: expected a whole number from 1, or a share up to 100%, got ''",
			0) &&
		      sizes_are("1,2%,0", 9,
				"--sizes: expected a whole number from 1, or a share up to 100%, got '0'",
				0),
	      "and what is none");
}

/* ---- seeds among others --------------------------------------------------- */

/* Those of label 1 among the first `size` where each of label 0 is `each` long. */
static double found_slowly(const double *score, const bool *one, size_t n,
			   double size, double each)
{
	double found = 0;
	for (size_t i = 0; i < n; i++) {
		double above = 0, equal = 0;
		for (size_t k = 0; k < n; k++) {
			const double length = one[k] ? 1 : each;
			above += score[k] > score[i] ? length : 0;
			equal += score[k] == score[i] ? length : 0;
		}
		if (one[i])
			found += fmin(fmax((size - above) / equal, 0), 1);
	}
	return found;
}

static void test_recall(void)
{
	enum { N = 131, SIZES = 9 };
	static const double size[SIZES] = {0, 0.5, 1, 2.25, 7, 40, 200, 301, 1e4};
	double score[N], found[SIZES], off = 0;
	bool one[N];
	struct ralm_score_set set;
	struct ralm_score_batch batch = {.grouped = false};
	struct ralm_rng rng;
	ralm_rng_init(&rng, 5, 7);
	ralm_score_set_init(&set, false, false);
	if (ralm_score_batch_reserve(&batch, N, &err) != 0)
		abort();
	for (size_t i = 0; i < N; i++) {
		one[i] = ralm_rng_below(&rng, 5) == 0;
		score[i] = (double)ralm_rng_below(&rng, 40) / 8 + one[i];
		ralm_score_batch_put(&batch, one[i], 0, score[i], 1);
	}
	if (ralm_score_set_take(&set, &batch, &err) != 0)
		abort();
	ralm_score_set_sort(&set);
	const struct ralm_runs runs = ralm_score_set_runs(&set);
	ralm_recall_at(found, size, SIZES, &runs, 2.75);
	for (size_t i = 0; i < SIZES; i++)
		off = worse(off, fabs(found[i] - found_slowly(score, one, N,
							      size[i], 2.75)));
	check(off < 1e-9 && found[0] == 0 &&
		      found[SIZES - 1] == (double)set.count[1],
	      "label 1 among the best: as counted one by one");
	ralm_score_batch_release(&batch);
	ralm_score_set_release(&set);

	/* Wilson's for 15 of 148 (Newcombe 1998, table I). */
	const struct ralm_interval few = ralm_share_interval(15, 148);
	const struct ralm_interval none = ralm_share_interval(0, 20);
	check(fabs(few.low - 0.0624) < 5e-5 && fabs(few.high - 0.1605) < 5e-5 &&
		      none.low == 0 && fabs(none.high - 0.1611) < 5e-5,
	      "the interval of a share");
	/* Worked out with another program: of 15 / 1.34485 of 148 / 1.34485. */
	const struct ralm_interval met = ralm_held_out_interval(15, 148);
	const struct ralm_interval half = ralm_held_out_interval(74, 148);
	const struct ralm_interval all = ralm_held_out_interval(20, 20);
	check(fabs(met.low - 0.0577638) < 1e-7 && fabs(met.high - 0.1718311) < 1e-7 &&
		      fabs(half.low - 0.3990684) < 1e-7 &&
		      fabs(half.value - 0.5) < 1e-12 && all.high == 1 &&
		      fabs(all.low - (1 - none.high)) < 1e-12,
	      "and of seeds that meet twice");
}

int main(void)
{
	test_audience();
	test_sizes();
	test_recall();
	test_id_lines();
	return check_done();
}
