/* jobs/build: the samples of a log, line by line, against the log: every click
 * once a pass with its negatives behind it, lists of users who clicked the item
 * and are no targets, and a test that training has not seen. */
#include "check.h"
#include "uneven.h"

#include "libralm/ralm.h"

#include <fcntl.h>

enum { USERS = 61, ITEMS = 17, CLICKS = 700, SEEDS_MOST = 64 };

static struct ralm_error err;
static int first_click[USERS][ITEMS]; /* time; -1: none */
static size_t clickers[ITEMS];

/* Users and items of any activity, clicks again, and equal times. */
static void make_log(const char *path)
{
	struct ralm_rng rng;
	FILE *file = fopen(path, "w");
	ralm_rng_init(&rng, 11, 3);
	memset(first_click, 0xff, sizeof first_click);
	for (int c = 0; c < CLICKS; c++) {
		double a = ralm_rng_uniform(&rng), b = ralm_rng_uniform(&rng);
		int user = (int)(USERS * a * sqrt(a));
		int item = (int)(ITEMS * b), time = (int)ralm_rng_below(&rng, 300);
		int *first = &first_click[user][item];
		clickers[item] += *first < 0;
		if (*first < 0 || time < *first)
			*first = time;
		fprintf(file, "%d\ti%d\t%d\n", user, item, time);
	}
	fclose(file);
}

/* ---- lines ------------------------------------------------------------------ */

struct line {
	int seeds[SEEDS_MOST];
	size_t n;
	int target, label, item;
	bool same; /* list and item as in the line before */
};

/* The lines of a file of samples; *count of them, the caller's to free. */
static struct line *read_lines(const char *path, size_t *count)
{
	static char text[1 << 16];
	FILE *file = fopen(path, "r");
	struct line *lines = NULL;
	*count = 0;
	while (fgets(text, sizeof text, file) != NULL) {
		struct line line = {.target = -1, .label = -1, .item = -1};
		for (char *slot = strtok(text, " \n"); slot != NULL;
		     slot = strtok(NULL, " \n")) {
			int user;
			if (sscanf(slot, "user_seeds:%d", &user) == 1 &&
			    line.n < SEEDS_MOST)
				line.seeds[line.n++] = user;
			else if (!strcmp(slot, "seeds:same") && *count > 0) {
				const struct line *before = &lines[*count - 1];
				memcpy(line.seeds, before->seeds,
				       (line.n = before->n) * sizeof *line.seeds);
				line.item = before->item;
			}
			else if (sscanf(slot, "target_user:%d", &line.target) != 1 &&
				 sscanf(slot, "label:%d", &line.label) != 1 &&
				 sscanf(slot, "item:i%d", &line.item) != 1)
				uneven_die(slot);
		}
		if (*count % 256 == 0)
			lines = realloc(lines, (*count + 256) * sizeof *lines);
		const struct line *last = *count ? &lines[*count - 1] : &line;
		line.same = *count > 0 && last->item == line.item &&
			    last->n == line.n &&
			    !memcmp(last->seeds, line.seeds,
				    line.n * sizeof *line.seeds);
		lines[(*count)++] = line;
	}
	fclose(file);
	return lines;
}

/* ---- what holds for any lines --------------------------------------------------- */

struct found {
	bool negatives, seeds, sizes, recent;
	int positives[USERS][ITEMS]; /* lines with label 1 */
	size_t lists, clicks, others;
};

static bool is_seed(const struct line *line, int user)
{
	bool found = false;
	for (size_t s = 0; s < line->n; s++)
		found |= line->seeds[s] == user;
	return found;
}

/* How many clicked the item before a time. */
static size_t earlier(int item, int time)
{
	size_t n = 0;
	for (int u = 0; u < USERS; u++)
		n += first_click[u][item] >= 0 && first_click[u][item] < time;
	return n;
}

/* A list: users of the item, each once; `recent` the last of them. */
static void look_at_list(struct found *found, const struct line *line,
			 const struct ralm_build_options *o)
{
	const bool recent = o->seed_order == RALM_SEEDS_RECENT;
	const int time = first_click[line->target][line->item];
	found->lists++;
	found->sizes &= line->n >= 1 && line->n <= o->seeds_num;
	for (size_t s = 0; s < line->n; s++) {
		int at = first_click[line->seeds[s]][line->item];
		found->seeds &= at >= 0;
		for (size_t k = 0; k < s && !o->repeat_seeds; k++)
			found->seeds &= line->seeds[k] != line->seeds[s];
		if (!recent)
			continue;
		found->recent &= at < time;
		if (s > 0)
			found->recent &= at <= first_click[line->seeds[s - 1]]
							  [line->item];
	}
	/* all that came before, or those after whom fewer than seeds_num came */
	if (recent && o->test == NULL) {
		size_t before = earlier(line->item, time);
		int last = first_click[line->seeds[line->n - 1]][line->item];
		found->recent &= line->n == (before < o->seeds_num ? before
								   : o->seeds_num) &&
				 before - earlier(line->item, last) >= line->n;
	}
	if (o->repeat_seeds)
		found->sizes &= line->n == o->seeds_num;
}

/* Training does not know of clicks that are held out: with these splits their users may
 * be negatives (test-build-sets). */
static bool hides(const struct ralm_build_options *o)
{
	return o->test != NULL && (o->split_by == RALM_SPLIT_TIME ||
				   o->split_by == RALM_SPLIT_SAMPLE);
}

static void look_at(struct found *found, const struct line *lines, size_t count,
		    const struct ralm_build_options *o, uint64_t refresh)
{
	const bool train = refresh < UINT64_MAX;
	size_t behind = 0, sharing = 0, first = 0;
	*found = (struct found){.negatives = true, .seeds = true, .sizes = true,
				.recent = true};
	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];
		const bool clicked = first_click[line->target][line->item] >= 0;
		if (!line->same) {
			look_at_list(found, line, o);
			found->negatives &= line->label == 1;
			sharing = 0;
			first = i;
		}
		found->negatives &= clicked == (line->label == 1) ||
				    (train && line->label == 0 && hides(o));
		if (line->label == 1) {
			found->positives[line->target][line->item]++;
			found->clicks++;
			behind = 0;
			/* lists of two groups may be equal by the last users */
			found->sizes &= ++sharing <= refresh ||
					o->seed_order == RALM_SEEDS_RECENT;
			found->seeds &= !is_seed(line, line->target) ||
					o->seed_order == RALM_SEEDS_RECENT;
			found->seeds &= !is_seed(&lines[first], line->target);
		} else {
			found->others++;
			found->negatives &= ++behind <= o->negatives;
		}
	}
}

/* ---- runs --------------------------------------------------------------------------- */

static void build(struct ralm_build_report *report,
		  const struct ralm_build_options *options)
{
	int fd = open("train.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	unlink("test.txt");
	uneven_must(ralm_build(report, options, fd, "train.txt", &err), &err);
	close(fd);
}

static struct ralm_build_options standard(void)
{
	static const char *const paths[] = {"log.txt"};
	struct ralm_build_options options;
	ralm_build_options_init(&options);
	options.paths = paths;
	options.path_count = 1;
	options.format.columns = "user,item,time";
	options.seeds_num = 5;
	options.min_seeds = 2;
	options.passes = 3;
	options.test_min_users = 9;
	return options;
}

static bool same_counts(const struct found *found,
			const struct ralm_build_counts *counts,
			uint64_t negatives)
{
	return found->clicks == counts->positives &&
	       found->others == counts->negatives &&
	       counts->positives * negatives ==
		       counts->negatives + counts->no_negative &&
	       found->lists <= counts->lists &&
	       found->lists + counts->lists / 4 >= counts->lists;
}

/* Everything trains: each click of an item with users enough, once a pass. */
static void test_training(uint64_t negatives, uint64_t refresh, int order,
			  bool repeat)
{
	struct ralm_build_options options = standard();
	struct ralm_build_report report;
	struct found found;
	size_t count, clicks = 0, none = 0;
	options.negatives = negatives;
	options.refresh = refresh;
	options.seed_order = order;
	options.repeat_seeds = repeat;
	build(&report, &options);
	struct line *lines = read_lines("train.txt", &count);
	look_at(&found, lines, count, &options, refresh);
	bool once = true;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			const bool clicked = first_click[u][i] >= 0;
			bool enough = clicked && clickers[i] > options.min_seeds;
			clicks += clicked;
			if (enough && order == RALM_SEEDS_RECENT &&
			    earlier(i, first_click[u][i]) < options.min_seeds) {
				none++;
				enough = false;
			}
			once &= found.positives[u][i] ==
				(enough ? (int)options.passes : 0);
		}
	const char *name = order == RALM_SEEDS_RECENT ? "recent"
			   : repeat		       ? "repeated"
						       : "random";
	check(once, "%s, %d negatives, %d a list: every click once a pass", name,
	      (int)negatives, (int)refresh);
	check(found.negatives, "its negatives stand behind it and clicked nothing");
	check(found.seeds && found.sizes && found.recent,
	      "lists are of users of the item who are no targets");
	check(same_counts(&found, &report.train, negatives) &&
		      report.clicks == clicks &&
		      report.repeats == CLICKS - clicks &&
		      report.train.no_seeds == none,
	      "what is counted is there (%d clicks, %d negatives)",
	      (int)found.clicks, (int)found.others);
	free(lines);
}

/* No click of an item whose list could be longer has a shorter one. */
static void test_lengths(void)
{
	struct ralm_build_options options = standard();
	struct ralm_build_report report;
	size_t count, shorter = 0;
	bool right = true;
	options.seeds_num = 31;
	build(&report, &options);
	struct line *lines = read_lines("train.txt", &count);
	for (size_t i = 0; i < count; i++) {
		size_t others = clickers[lines[i].item] - 1;
		right &= lines[i].n == (others < 31 ? others : 31);
		shorter += others < 31;
	}
	check(right && shorter > 0 && shorter < count,
	      "a list has seeds_num users, or all but the target");
	free(lines);
}

static void test_split(int by, const char *name)
{
	struct ralm_build_options options = standard();
	struct ralm_build_report report;
	struct found train, test;
	size_t count[2], per_item[ITEMS] = {0};
	bool apart = true, most = true, earlier_times = true;
	int last = -1;
	options.negatives = 2;
	options.test_negatives = 3;
	options.refresh = 3;
	options.test = "test.txt";
	options.split_by = by;
	options.test_ratio = 0.3;
	options.test_per_item = 7;
	build(&report, &options);
	struct line *a = read_lines("train.txt", &count[0]);
	struct line *b = read_lines("test.txt", &count[1]);
	look_at(&train, a, count[0], &options, options.refresh);
	options.negatives = options.test_negatives;
	look_at(&test, b, count[1], &options, UINT64_MAX);
	bool item_trains[ITEMS] = {false}, target_trains[USERS] = {false};
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			if (train.positives[u][i] == 0)
				continue;
			item_trains[i] = target_trains[u] = true;
			last = first_click[u][i] > last ? first_click[u][i]
							: last;
		}
	for (size_t i = 0; i < count[1]; i++) {
		const struct line *line = &b[i];
		per_item[line->item] += line->label == 1;
		apart &= line->label == 0 ||
			 train.positives[line->target][line->item] == 0;
		if (by == RALM_SPLIT_ITEM)
			apart &= !item_trains[line->item];
		if (by == RALM_SPLIT_USER)
			apart &= !target_trains[line->target];
		if (by == RALM_SPLIT_TIME && line->label == 1)
			earlier_times &= first_click[line->target][line->item] >
					 last;
	}
	size_t full = 0;
	for (int i = 0; i < ITEMS; i++) {
		most &= per_item[i] <= options.test_per_item;
		full += per_item[i] == options.test_per_item;
	}
	check(apart && earlier_times && test.clicks > 20 && train.clicks > 20,
	      "split by %s: the test has nothing of training", name);
	check(train.negatives && test.negatives && train.seeds && test.seeds &&
		      train.sizes && test.sizes,
	      "lists and negatives of both");
	check(most && (full > 0 || by == RALM_SPLIT_USER),
	      "no more than %d clicks of an item", (int)options.test_per_item);
	check(same_counts(&train, &report.train, 2) &&
		      same_counts(&test, &report.test, 3),
	      "what is counted is there (%d and %d clicks)", (int)train.clicks,
	      (int)test.clicks);
	free(a);
	free(b);
}

/* The share that is held out is the share that was asked for. */
static void test_ratio(void)
{
	struct ralm_build_options options = standard();
	struct ralm_build_report report;
	size_t enough = 0, clicks = 0;
	options.test = "test.txt";
	options.test_ratio = 0.4;
	for (int i = 0; i < ITEMS; i++) {
		enough += clickers[i] >= options.test_min_users;
		clicks += clickers[i];
	}
	build(&report, &options);
	bool items = report.items_held_out == (size_t)(0.4 * (double)enough + 0.5);
	options.split_by = RALM_SPLIT_USER;
	build(&report, &options);
	bool users = report.users_held_out == (size_t)(0.4 * (double)report.users + 0.5);
	options.split_by = RALM_SPLIT_TIME;
	build(&report, &options);
	/* clicks of the first hidden moment are hidden together */
	size_t least = (size_t)(0.4 * (double)clicks + 0.5);
	check(items && users && report.clicks_held_out >= least &&
		      report.clicks_held_out < least + 12,
	      "as much is held out as was asked for");
}

int main(void)
{
	uneven_folder();
	make_log("log.txt");
	test_training(1, 1, RALM_SEEDS_RANDOM, false);
	test_training(2, 3, RALM_SEEDS_RANDOM, false);
	test_training(3, 1000, RALM_SEEDS_RANDOM, false);
	test_training(2, 1, RALM_SEEDS_RANDOM, true);
	test_training(2, 1, RALM_SEEDS_RECENT, false);
	test_training(3, 5, RALM_SEEDS_RECENT, false);
	test_lengths();
	test_split(RALM_SPLIT_ITEM, "item");
	test_split(RALM_SPLIT_TIME, "time");
	test_split(RALM_SPLIT_USER, "user");
	test_split(RALM_SPLIT_SAMPLE, "sample");
	test_ratio();
	uneven_folder_remove();
	return check_done();
}
