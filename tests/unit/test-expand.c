/* ralm_expand on a planted log, of which it is known who has which taste: seeds of
 * one taste bring those who have it, and the check tells them from seeds picked at
 * random. */
#include "check.h"
#include "uneven.h"

#include "libralm/jobs/build/planted_log.h"
#include "libralm/ralm.h"

#include <fcntl.h>

enum { USERS = 2011, TASTES = 7, SEEDS = 100, DRAWS = 40, ROOM = 16 * USERS };

static struct ralm_error err;
static uint32_t tastes[USERS][RALM_PLANTED_TASTES];

static bool has(size_t user, uint32_t taste)
{
	for (int i = 0; i < RALM_PLANTED_TASTES; i++)
		if (tastes[user][i] == taste)
			return true;
	return false;
}

static int file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		uneven_die(path);
	return fd;
}

static void build(void)
{
	struct ralm_build_options options;
	struct ralm_build_report report;
	struct ralm_click_log log;
	int fd = file("train.txt");
	ralm_build_options_init(&options);
	options.planted = true;
	options.plant.users = USERS;
	options.plant.items = 211;
	options.plant.tastes = TASTES;
	options.plant.clicks_per_user = 40;
	options.passes = 1;
	options.negatives = 4;
	uneven_must(ralm_build(&report, &options, fd, "train.txt", &err), &err);
	close(fd);
	ralm_click_log_init(&log);
	uneven_must(ralm_planted_log(&log, *tastes, &options.plant,
				     options.rng_seed, &err),
		    &err);
	ralm_click_log_release(&log);
}

static void fit(void)
{
	const char *const paths[] = {"train.txt"};
	const struct ralm_fit_options options = {.output = "model.bin"};
	struct ralm_fit_summary summary;
	struct ralm_config *config = ralm_config_new(&err);
	if (config == NULL)
		uneven_die(err.message);
	uneven_must(ralm_config_set(config, "network", "average", &err), &err);
	uneven_must(ralm_config_set(config, "embedding-size", "32", &err), &err);
	uneven_must(ralm_config_set(config, "batch-size", "256", &err), &err);
	uneven_must(ralm_fit(&summary, config, paths, 1, &options, &err), &err);
	ralm_config_free(config);
}

/* SEEDS of the users who have a taste; TASTES: of all users. Puts them into
 * seeds.txt, and there is a mark for each in is_seed. How many could have been. */
static size_t draw(bool *is_seed, uint32_t taste, struct ralm_rng *rng)
{
	uint32_t users[USERS];
	size_t count = 0;
	int fd = file("seeds.txt");
	for (uint32_t u = 0; u < USERS; u++)
		if (taste == TASTES || has(u, taste))
			users[count++] = u;
	ralm_rng_shuffle(users, count, sizeof *users, rng);
	memset(is_seed, 0, USERS);
	for (size_t i = 0; i < SEEDS && i < count; i++) {
		is_seed[users[i]] = true;
		dprintf(fd, "%u\n", users[i] + 1);
	}
	close(fd);
	return count;
}

/* What share of an audience has the taste; no one of it is a seed. */
static double precision(const char *path, uint32_t taste, const bool *is_seed,
			size_t size)
{
	unsigned user;
	float score;
	size_t lines = 0, right = 0;
	FILE *audience = fopen(path, "r");
	while (fscanf(audience, "%u\t%g\n", &user, &score) == 2) {
		if (user < 1 || user > USERS || is_seed[user - 1])
			uneven_die("who is in the audience?");
		right += has(user - 1, taste);
		lines++;
	}
	fclose(audience);
	return lines == size ? (double)right / (double)lines : 0;
}

static struct ralm_expand_counts
expand_by(struct ralm_scorer *scorer, const struct ralm_expand_options *options)
{
	const char *const paths[] = {"seeds.txt"};
	struct ralm_expand_counts counts;
	int fd = file("audience.tsv");
	uneven_must(ralm_expand(&counts, scorer, paths, options->like == NULL, fd,
				"audience.tsv", options, &err),
		    &err);
	close(fd);
	return counts;
}

static enum ralm_seeds_verdict expand(struct ralm_scorer *scorer, size_t size)
{
	char text[24];
	snprintf(text, sizeof text, "%zu", size);
	const struct ralm_expand_options options = {.size = text, .check = true};
	return expand_by(scorer, &options).check.verdict;
}

/* seeds.txt has seeds of one taste. */
static void test_counts(struct ralm_scorer *scorer)
{
	const struct ralm_expand_options like = {.size = "5", .like = "7"};
	struct ralm_expand_options options = {.size = "10%", .check = true};
	struct ralm_expand_counts counts = expand_by(scorer, &like);
	check(counts.seeds.count == 1 && counts.seeds.unknown == 0 &&
		      counts.chosen == 5,
	      "like: one seed");
	counts = expand_by(scorer, &options);
	const double found = counts.check.found;
	options.no_audience = true;
	counts = expand_by(scorer, &options);
	check(found > 0 && counts.check.found == found && counts.chosen == 0,
	      "what an audience would find, without one: %g", found);
}

/* Options that contradict each other; nothing is read then, not even standard input. */
static void test_refused(struct ralm_scorer *scorer)
{
	static const struct {
		const char *what;
		struct ralm_expand_options options;
	} cases[] = {
		{"the best lists, and none", {.best = 3}},
		{"the best lists, and a user", {.best = 3, .like = "7"}},
		{"a user and lists", {.like = "7", .lists = "lists.txt"}},
		{"a check of lists", {.lists = "lists.txt", .check = true}},
		{"strict, with lists", {.lists = "lists.txt", .strict = true}},
		{"a curve of one user", {.like = "7", .curve = "curve.tsv"}},
		{"scores of no seeds",
		 {.like = "7", .seed_scores = "seed-scores.tsv"}},
		{"a page about no seeds", {.like = "7", .report = "page.html"}},
	};
	struct ralm_expand_counts counts;
	const int lists = file("lists.txt"), null = file("/dev/null");
	dprintf(lists, "item:a user_seeds:7\n");
	close(lists);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(&err, 0, sizeof err);
		check(ralm_expand(&counts, scorer, NULL, 0, null, "/dev/null",
				  &cases[i].options, &err) == -1 &&
			      err.code == RALM_ERROR_CONFIG,
		      "%s: %s", cases[i].what, err.message);
	}
	close(null);
}

int main(void)
{
	bool is_seed[USERS];
	struct ralm_rng rng;
	int good = 0, chance = 0;
	double least = 1;
	uneven_folder();
	build();
	fit();
	struct ralm_scorer *scorer = ralm_scorer_open("model.bin", 0, 0, &err);
	if (scorer == NULL)
		uneven_die(err.message);
	ralm_rng_init(&rng, 3, 14);
	for (int i = 0; i < DRAWS; i++) {
		const uint32_t taste = (uint32_t)(i % TASTES);
		const size_t size = draw(is_seed, taste, &rng) - SEEDS;
		good += expand(scorer, size) == RALM_SEEDS_GOOD;
		least = fmin(least,
			     precision("audience.tsv", taste, is_seed, size));
		draw(is_seed, TASTES, &rng);
		chance += expand(scorer, 50) == RALM_SEEDS_CHANCE;
	}
	draw(is_seed, 0, &rng);
	test_counts(scorer);
	test_refused(scorer);
	check(least >= 0.9,
	      "as many as have the taste: %.3f of them have it, at the least",
	      least);
	check(good == DRAWS, "seeds of one taste are good, %d times of %d", good,
	      DRAWS);
	check(20 * chance >= 19 * DRAWS,
	      "random seeds are no better than chance, %d times of %d", chance,
	      DRAWS);
	ralm_scorer_free(scorer);
	uneven_folder_remove();
	return check_done();
}
