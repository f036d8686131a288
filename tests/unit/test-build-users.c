/* jobs/build: what is told of users is what training may know, whatever is held
 * out; and users who are cold are in no training sample. */
#include "build_log.h"
#include "check.h"

#include "libralm/formats/user_lines.h"
#include "libralm/ralm.h"

#include <fcntl.h>
#include <string.h>

static struct ralm_error err;

/* told[user][item] by read:item, all of them clicks and each there once; the
 * number of values and of users. */
static bool read_told(bool told[USERS][ITEMS], uint64_t *values, uint64_t *users)
{
	static const char *const path = "users.txt";
	struct ralm_user_lines lines;
	struct ralm_user_line line;
	bool right = true, known[USERS] = {false};
	memset(told, 0, USERS * sizeof *told);
	*values = *users = 0;
	uneven_must(ralm_user_lines_open(&lines, &path, 1, &err), &err);
	while (ralm_user_lines_next(&line, &lines, &err) == 1) {
		const int user = atoi(line.user);
		right &= !known[user] && line.count > 0;
		known[user] = true;
		++*users;
		for (size_t i = 0; i < line.count; i++) {
			const int item = atoi(line.values[i].text);
			right &= !memcmp(line.values[i].slot, "read:", 5) &&
				 first_click[user][item] >= 0 &&
				 !told[user][item];
			told[user][item] = true;
			++*values;
		}
	}
	ralm_user_lines_release(&lines);
	return right;
}

static struct ralm_build_options standard(int by)
{
	struct ralm_build_options options = split_options(by);
	options.users_file = "users.txt";
	return options;
}

static void build(struct ralm_build_report *report,
		  const struct ralm_build_options *options)
{
	int fd = open("train.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	uneven_must(ralm_build(report, options, fd, "train.txt", &err), &err);
	close(fd);
}

/* Everything that is not held out is told, and nothing else. */
static void test_told(int by, int order, const char *name)
{
	struct ralm_build_options options = standard(by);
	struct ralm_build_report report;
	struct samples train, test;
	bool told[USERS][ITEMS], apart = true, all = true;
	const bool cold[USERS] = {false};
	uint64_t values, users;
	int latest = -1, first_tested = 1000;
	options.seed_order = order;
	build(&report, &options);
	const bool right = read_told(told, &values, &users);
	read_samples(&train, "train.txt", cold);
	read_samples(&test, "test.txt", cold);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			const int time = first_click[u][i];
			apart &= !(told[u][i] && test.clicked[u][i]);
			all &= told[u][i] || !train.clicked[u][i];
			if (by == RALM_SPLIT_ITEM)
				apart &= !(told[u][i] && test.item[i]);
			if (told[u][i] && time > latest)
				latest = time;
			if (test.clicked[u][i] && time < first_tested)
				first_tested = time;
		}
	if (by == RALM_SPLIT_TIME)
		apart &= latest < first_tested;
	check(right && apart && report.test.positives > 20,
	      "by %s: nothing that is tested is told", name);
	check(all && values + report.clicks_held_out == report.clicks &&
		      values == report.values_told && users == report.users_told,
	      "all else is, each click once (%d of %d)", (int)values,
	      (int)report.clicks);
}

/* Users held out are told of, and no training sample has them. */
static void test_cold(int order, double share)
{
	struct ralm_build_options options = standard(RALM_SPLIT_USER);
	struct ralm_build_report report;
	struct samples train, test;
	bool told[USERS][ITEMS], cold[USERS] = {false}, right = true;
	uint64_t values, users;
	options.seed_order = order;
	options.cold_seeds = share;
	build(&report, &options);
	read_samples(&test, "test.txt", cold);
	for (int u = 0; u < USERS; u++)
		cold[u] = test.target[u];
	read_samples(&train, "train.txt", cold);
	read_samples(&test, "test.txt", cold);
	right &= read_told(told, &values, &users);
	for (int u = 0; u < USERS; u++) {
		size_t of_user = 0;
		for (int i = 0; i < ITEMS; i++)
			of_user += told[u][i];
		right &= of_user > 0 || !test.target[u];
		right &= !(test.target[u] && (train.target[u] || train.seed[u]));
	}
	check(right && report.users_held_out > 10 && report.test.positives > 20,
	      "%s: cold users are told of, and in no training sample",
	      order == RALM_SEEDS_RECENT ? "recent" : "random");
	const double cold_share = (double)test.cold_seeds / (double)test.seeds;
	check(share == 0   ? test.cold_seeds == 0
	      : share == 1 ? test.cold_seeds == test.seeds
			   : fabs(cold_share - share) < 0.1,
	      "%.2f of the test's seeds are cold (%.3f)", share, cold_share);
	check(test.seeds == report.test.seeds && train.seeds == report.train.seeds &&
		      test.cold_seeds <= report.test.cold_seeds &&
		      (share > 0) == (report.test.cold_seeds > 0) &&
		      report.train.cold_seeds == 0,
	      "what is counted is there (%d, %d)", (int)report.test.seeds,
	      (int)report.test.cold_seeds);
}

int main(void)
{
	uneven_folder();
	make_log("log.txt", 12);
	for (int order = RALM_SEEDS_RANDOM; order <= RALM_SEEDS_RECENT; order++) {
		test_told(RALM_SPLIT_ITEM, order, "item");
		test_told(RALM_SPLIT_TIME, order, "time");
		test_told(RALM_SPLIT_USER, order, "user");
		test_told(RALM_SPLIT_SAMPLE, order, "sample");
	}
	test_cold(RALM_SEEDS_RANDOM, 0);
	test_cold(RALM_SEEDS_RANDOM, 0.25);
	test_cold(RALM_SEEDS_RANDOM, 1);
	test_cold(RALM_SEEDS_RECENT, 0);
	uneven_folder_remove();
	return check_done();
}
