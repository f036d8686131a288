/* jobs/build: three sets of a log, whatever it is split by: training, validation
 * and test know nothing of what is held out for another. */
#include "build_log.h"
#include "check.h"

#include "libralm/formats/user_lines.h"
#include "libralm/ralm.h"

#include <fcntl.h>

static struct ralm_error err;

static struct ralm_build_options standard(int by)
{
	struct ralm_build_options options = split_options(by);
	options.valid = "valid.txt";
	return options;
}

static void build(struct ralm_build_report *report,
		  const struct ralm_build_options *options)
{
	int fd = open("train.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	uneven_must(ralm_build(report, options, fd, "train.txt", &err), &err);
	close(fd);
}

struct sets {
	struct samples train, valid, test;
};

static void read_sets(struct sets *sets)
{
	const bool cold[USERS] = {false};
	read_samples(&sets->train, "train.txt", cold);
	read_samples(&sets->valid, "valid.txt", cold);
	read_samples(&sets->test, "test.txt", cold);
}

/* Does the first set know a click of the second one? */
static bool knows(const struct samples *a, const struct samples *b)
{
	bool knows = false;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			knows |= a->known[u][i] && b->clicked[u][i];
	return knows;
}

/* How many negatives of the first set clicked their item, where the second set may say
 * who did: NULL, the log. */
static int negatives_that_clicked(const struct samples *a, const struct samples *b)
{
	int found = 0;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			found += a->negative[u][i] &&
				 (b != NULL ? b->known[u][i] : first_click[u][i] >= 0);
	return found;
}

/* A click that is hidden from a set is none there: its user may be a negative of the
 * item, as anybody else who did not click. The test alone knows all clicks. */
static void look_at_negatives(const struct sets *s, int by)
{
	const bool hides = by == RALM_SPLIT_TIME || by == RALM_SPLIT_SAMPLE;
	const int train = negatives_that_clicked(&s->train, NULL);
	const int valid = negatives_that_clicked(&s->valid, NULL);
	check(negatives_that_clicked(&s->train, &s->train) == 0 &&
		      negatives_that_clicked(&s->valid, &s->train) == 0 &&
		      negatives_that_clicked(&s->valid, &s->valid) == 0 &&
		      negatives_that_clicked(&s->test, NULL) == 0,
	      "no set has negatives who clicked the item as far as it knows");
	check((train > 0) == hides && (valid > 0) == hides,
	      "but those whose click is hidden from it (%d, %d)", train, valid);
}

static bool share_items(const struct samples *a, const struct samples *b)
{
	bool share = false;
	for (int i = 0; i < ITEMS; i++)
		share |= a->item[i] && b->item[i];
	return share;
}

/* Is a target of the one a target of the other; or anybody, with `any`? */
static bool share_users(const struct samples *a, const struct samples *b, bool any)
{
	bool share = false;
	for (int u = 0; u < USERS; u++) {
		share |= a->target[u] && b->target[u];
		share |= any && a->target[u] && b->seed[u];
	}
	return share;
}

static int first_of(const struct samples *set)
{
	int first = 1000;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			if (set->clicked[u][i] && first_click[u][i] < first)
				first = first_click[u][i];
	return first;
}

static int last_of(const struct samples *set)
{
	int last = -1;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			if (set->clicked[u][i] && first_click[u][i] > last)
				last = first_click[u][i];
	return last;
}

/* What each split is to keep apart, besides the clicks. */
static bool are_apart(const struct sets *s, int by, bool cold)
{
	switch (by) {
	case RALM_SPLIT_ITEM:
		return !share_items(&s->train, &s->valid) &&
		       !share_items(&s->train, &s->test) &&
		       !share_items(&s->valid, &s->test);
	case RALM_SPLIT_TIME:
		return last_of(&s->train) < first_of(&s->valid) &&
		       last_of(&s->valid) < first_of(&s->test);
	case RALM_SPLIT_USER:
		/* those held out are the targets, with any label */
		return !share_users(&s->valid, &s->test, cold) &&
		       !share_users(&s->test, &s->valid, cold) &&
		       (!cold || (!share_users(&s->valid, &s->train, true) &&
				  !share_users(&s->test, &s->train, true)));
	default:
		return true;
	}
}

static bool same_counts(const struct sets *s,
			const struct ralm_build_report *report)
{
	return s->train.clicks == report->train.positives &&
	       s->valid.clicks == report->validation.positives &&
	       s->test.clicks == report->test.positives &&
	       s->valid.seeds == report->validation.seeds;
}

static void test_sets(int by, int order, const char *users_file)
{
	static const char *const names[] = {"item", "time", "user", "sample"};
	struct ralm_build_options options = standard(by);
	struct ralm_build_report report;
	struct sets sets;
	options.seed_order = order;
	options.users_file = users_file;
	build(&report, &options);
	read_sets(&sets);
	const size_t clicks[] = {sets.valid.clicks, sets.test.clicks};
	check(!knows(&sets.train, &sets.valid) && !knows(&sets.train, &sets.test) &&
		      !knows(&sets.valid, &sets.test) &&
		      (by == RALM_SPLIT_TIME || !knows(&sets.test, &sets.valid)),
	      "by %s, %s%s: no set knows what another holds out", names[by],
	      order == RALM_SEEDS_RECENT ? "recent" : "random",
	      users_file != NULL ? ", users told of" : "");
	check(are_apart(&sets, by, users_file != NULL),
	      "items, users and times are apart");
	check(sets.train.clicks > 60 && clicks[0] > 20 && clicks[1] > 20 &&
		      clicks[0] < 3 * clicks[1] && clicks[1] < 3 * clicks[0] &&
		      report.validation_activity_auc > 0 && same_counts(&sets, &report),
	      "there are as many of both (%d, %d and %d)",
	      (int)sets.train.clicks, (int)clicks[0], (int)clicks[1]);
	look_at_negatives(&sets, by);
}

/* What is held out for the test does not depend on the validation. */
static void test_same_test(int by)
{
	struct ralm_build_options options = standard(by);
	struct ralm_build_report report;
	static struct sets with, without;
	build(&report, &options);
	const uint64_t held_out = report.clicks_held_out;
	read_sets(&with);
	options.valid = NULL;
	build(&report, &options);
	read_sets(&without);
	size_t more = 0, fewer = 0;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			more += with.test.clicked[u][i] &&
				!without.test.clicked[u][i];
			/* but for items that have too few seeds left */
			fewer += without.test.clicked[u][i] &&
				 !with.test.clicked[u][i];
		}
	check(report.clicks_held_out == held_out && more == 0 && fewer < 4 &&
		      report.clicks_validation == 0 &&
		      with.valid.clicks > 20,
	      "the test has the same clicks without a validation (%d)", (int)held_out);
}

/* As much is held out as is asked for. */
static void test_ratio(void)
{
	struct ralm_build_options options = standard(RALM_SPLIT_ITEM);
	struct ralm_build_report report;
	options.test_ratio = 0.4;
	options.valid_ratio = 0.15;
	build(&report, &options);
	const double enough = (double)report.items_held_out / 0.4;
	bool right = fabs((double)report.items_validation - 0.15 * enough) <= 1;
	options.split_by = RALM_SPLIT_USER;
	build(&report, &options);
	right &= report.users_held_out == 24 && report.users_validation == 9;
	options.split_by = RALM_SPLIT_SAMPLE;
	build(&report, &options);
	const double clicks = (double)report.clicks;
	right &= fabs((double)report.clicks_validation - 0.15 * clicks) <
		 0.05 * clicks;
	options.split_by = RALM_SPLIT_TIME;
	build(&report, &options);
	right &= fabs((double)report.clicks_validation - 0.15 * clicks) < 12;
	check(right, "as much is held out for the validation as was asked for");
	options.test_ratio = 0.86;
	check(ralm_build(&report, &options, STDOUT_FILENO, "stdout", &err) != 0 &&
		      err.code == RALM_ERROR_CONFIG &&
		      access("new.txt", F_OK) != 0,
	      "never more than all");
	options.split_by = RALM_SPLIT_ITEM;
	options.test_ratio = 0.99;
	options.valid_ratio = 0.01;
	check(ralm_build(&report, &options, STDOUT_FILENO, "stdout", &err) != 0 &&
		      err.code == RALM_ERROR_DATA &&
		      !strncmp(err.message, "nothing is left to hold", 23) &&
		      access("new.txt", F_OK) != 0,
	      "or it is said that nothing is left");
	options.test = NULL;
	check(ralm_build(&report, &options, STDOUT_FILENO, "stdout", &err) != 0 &&
		      err.code == RALM_ERROR_CONFIG,
	      "no validation without a test");
}

/* Cold seeds are of the own set, and no click that is held out is told. */
static void test_cold(double share)
{
	struct ralm_build_options options = standard(RALM_SPLIT_USER);
	struct ralm_build_report report;
	struct ralm_user_lines lines;
	struct ralm_user_line line;
	static const char *const path = "users.txt";
	static struct sets sets;
	bool told = false;
	options.users_file = path;
	options.cold_seeds = share;
	build(&report, &options);
	read_sets(&sets);
	uneven_must(ralm_user_lines_open(&lines, &path, 1, &err), &err);
	while (ralm_user_lines_next(&line, &lines, &err) == 1)
		for (size_t i = 0; i < line.count; i++) {
			const int user = atoi(line.user);
			const int item = atoi(line.values[i].text);
			told |= sets.valid.clicked[user][item] ||
				sets.test.clicked[user][item];
		}
	ralm_user_lines_release(&lines);
	check(!told && report.values_told > 100,
	      "no click is told that is held out");
	check(report.validation.cold_seeds > 0 && report.test.cold_seeds > 0 &&
		      report.train.cold_seeds == 0 &&
		      are_apart(&sets, RALM_SPLIT_USER, true),
	      "cold seeds of the validation are its own (%d and %d)",
	      (int)report.validation.cold_seeds, (int)report.test.cold_seeds);
}

/* ---- numbers out of range ---------------------------------------------------- */

static bool refused(const struct ralm_build_options *options)
{
	struct ralm_build_report report;
	memset(&err, 0, sizeof err);
	return ralm_build(&report, options, STDOUT_FILENO, "stdout", &err) == -1 &&
	       err.code == RALM_ERROR_CONFIG && err.message[0] != '\0';
}

static void test_counts_refused(void)
{
	struct ralm_build_options options = standard(RALM_SPLIT_ITEM);
	uint64_t *const counts[] = {
		&options.plant.users,  &options.plant.items,
		&options.plant.tastes, &options.plant.clicks_per_user,
		&options.seeds_num,    &options.min_seeds,
		&options.refresh,      &options.test_per_item,
		&options.test_min_users};
	uint64_t *const more[] = {&options.plant.fields, &options.negatives,
				  &options.passes, &options.test_negatives};
	options.planted = true;
	options.plant.users = 100;
	options.plant.items = 30;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		const uint64_t before = *counts[i];
		*counts[i] = 0;
		check(refused(&options), "a count of 0: %s", err.message);
		*counts[i] = UINT64_MAX;
		check(refused(&options), "a count too large: %s", err.message);
		*counts[i] = before;
	}
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		const uint64_t before = *more[i];
		*more[i] = UINT64_MAX;
		check(refused(&options), "a count too large: %s", err.message);
		*more[i] = before;
	}
}

static void test_shares_refused(void)
{
	struct ralm_build_options options = standard(RALM_SPLIT_USER);
	double *const shares[] = {&options.plant.noise, &options.test_ratio,
				  &options.valid_ratio, &options.cold_seeds};
	static const double wrong[] = {NAN, -0.5, 2, INFINITY};
	options.planted = true;
	options.users_file = "users.txt";
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		const double before = *shares[i];
		for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++) {
			*shares[i] = wrong[j];
			check(refused(&options), "no share: %s", err.message);
		}
		*shares[i] = before;
	}
	options.test_ratio = 0;
	check(refused(&options), "no share: %s", err.message);
}

/* What is not planted, not written or not tested has no numbers that count. */
static void test_numbers_unused(void)
{
	struct ralm_build_options options = standard(RALM_SPLIT_ITEM);
	struct ralm_build_report report;
	memset(&options.plant, 0, sizeof options.plant);
	options.test = options.valid = NULL;
	options.test_ratio = options.valid_ratio = NAN;
	options.test_per_item = 0;
	options.passes = options.seeds_num = options.min_seeds = 0;
	options.seeds_file = "lists.txt";
	check(ralm_build(&report, &options, STDOUT_FILENO, "stdout", &err) == 0,
	      "numbers that do not count may be any");
}

/* Splitting samples takes the same ratios, and needs a test. */
static void test_split_refused(void)
{
	static const char *const paths[] = {"none.txt"};
	struct ralm_sample_split_options options = {.paths = paths, .path_count = 1};
	struct ralm_sample_split_report report;
	static const double wrong[] = {NAN, -0.5, 0, 2};
	bool right = true;
	options.test = "test.txt";
	for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++) {
		options.test_ratio = wrong[j];
		right &= ralm_split_samples(&report, &options, STDOUT_FILENO,
					    "stdout", &err) == -1 &&
			 err.code == RALM_ERROR_CONFIG;
	}
	check(right, "samples are split by a share alone");
	options.test_ratio = 0.2;
	options.test = NULL;
	check(ralm_split_samples(&report, &options, STDOUT_FILENO, "stdout",
				 &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "and need a test");
}

int main(void)
{
	uneven_folder();
	make_log("log.txt", 15);
	for (int by = RALM_SPLIT_ITEM; by <= RALM_SPLIT_SAMPLE; by++) {
		test_sets(by, RALM_SEEDS_RANDOM, NULL);
		test_sets(by, RALM_SEEDS_RECENT, NULL);
		test_sets(by, RALM_SEEDS_RANDOM, "users.txt");
		test_same_test(by);
	}
	test_ratio();
	test_cold(0.4);
	test_counts_refused();
	test_shares_refused();
	test_numbers_unused();
	test_split_refused();
	uneven_folder_remove();
	return check_done();
}
