/* jobs/fit/feed: windows of any size hold the samples of the input, each with its
 * list, and the users have their rows in order of first sight; where they are to,
 * windows hold whole choices. */
#include "check.h"
#include "uneven.h"

#include "libralm/jobs/fit/feed.h"
#include "libralm/rows/rows_local.h"

enum { COUNT = 613 };

static struct ralm_error err;
static struct uneven samples[COUNT];
static bool whole_choices, keep_all;

/* What came out of the windows of one feed. */
struct fed {
	size_t count, windows;
	bool right, full; /* samples and lists; windows but for the last */
	bool once;        /* a list that goes on is kept once */
	bool kept;        /* windows lie behind each other, or alone */
	uint64_t skipped, cut, digest;
	struct ralm_lone lone;
};

static bool same_list(const struct ralm_model *model,
		      const struct ralm_run *run, const struct uneven *sample,
		      size_t seeds_num)
{
	size_t n = seeds_num && sample->n > seeds_num ? seeds_num : sample->n;
	bool same = run->seed_count == n;
	for (size_t i = 0; same && i < n; i++)
		same = model->users.keys[run->seeds[i]] == sample->seeds[i];
	return same;
}

/* Is a window full that ends before sample `end`, and no sooner than it was? */
static bool ends_well(size_t begin, size_t end, size_t size)
{
	if (!whole_choices)
		return end - begin == size;
	size_t least = begin + size;
	while (least < COUNT && !uneven_begins(samples, least))
		least++;
	return end == least;
}

static void look_at(struct fed *fed, const struct ralm_window *window,
		    const struct ralm_feed *feed)
{
	const struct ralm_model *model = feed->model;
	const struct ralm_span *span = &window->span;
	const struct ralm_sample_store *store = span->store;
	const size_t before = fed->count;
	fed->kept &= span->begin.samples == (feed->keep_all ? before : 0);
	for (size_t r = span->begin.runs; r < span->end.runs; r++) {
		struct ralm_run run = ralm_sample_store_run(store, r);
		for (size_t i = 0; i < run.sample_count; i++) {
			const struct uneven *s = &samples[fed->count++];
			uint32_t row = ralm_sample_target(run.samples[i]);
			fed->right &= fed->count <= COUNT &&
				      row < window->users &&
				      model->users.keys[row] == s->target &&
				      ralm_sample_label(run.samples[i]) ==
					      s->label &&
				      same_list(model, &run, s,
						feed->seeds_num);
		}
		for (size_t i = 0; i < run.seed_count; i++)
			fed->right &= run.seeds[i] < window->users;
	}
	fed->full &= window->last ||
		     ends_well(before, fed->count, feed->window_samples);
	fed->once &= span->end.lists - span->begin.lists ==
		     uneven_lists(samples + before, fed->count - before);
	fed->windows++;
	fed->skipped = window->skipped;
	fed->cut = window->cut;
	fed->digest = window->digest;
	fed->lone = window->lone;
}

static void make_rows(struct ralm_rows_local *rows, struct ralm_model *model)
{
	uneven_must(ralm_rows_local_init(rows, &model->table, 0,
					 RALM_RULE_SGD, model->config.rng_seed,
					 model->config.init_deviation, NULL, &err),
		    &err);
}

static struct fed feed_all(struct ralm_model *model, const char *path,
			   size_t window_samples, size_t seeds_num)
{
	struct fed fed = {.right = true, .full = true, .once = true, .kept = true};
	struct ralm_config config;
	struct ralm_reader reader;
	struct ralm_window *window;
	bool last = false;
	uneven_config(&config);
	uneven_must(ralm_model_init(model, &config, &err), &err);
	uneven_must(ralm_reader_open(&reader, &path, 1, &err), &err);
	struct ralm_rows_local rows;
	make_rows(&rows, model);
	struct ralm_feed feed = {.model = model,
				 .rows = &rows.rows,
				 .reader = &reader,
				 .window_samples = window_samples,
				 .seeds_num = seeds_num,
				 .whole_choices = whole_choices,
				 .keep_all = keep_all,
				 .memory = 3000,
				 .skip_bad = true};
	uneven_must(ralm_feed_start(&feed, &err), &err);
	while (!last) {
		if (ralm_feed_take(&window, &feed, &err) != 1)
			uneven_die(err.message);
		ralm_feed_lock(&feed); /* users stand still */
		look_at(&fed, window, &feed);
		ralm_feed_unlock(&feed);
		last = window->last;
		ralm_feed_give_back(&feed);
	}
	ralm_feed_stop(&feed);
	ralm_rows_local_release(&rows);
	ralm_reader_release(&reader);
	return fed;
}

/* Seeds of a list come before its target; vectors are those of the keys. */
static bool rows_in_order(const struct ralm_model *model, size_t seeds_num)
{
	uint64_t keys[COUNT * (UNEVEN_SEEDS + 1)];
	size_t count = 0, met = 0;
	for (size_t i = 0; i < COUNT; i++) {
		const struct uneven *s = &samples[i];
		for (size_t k = 0; k < s->n; k++)
			if (seeds_num == 0 || k < seeds_num)
				keys[count++] = s->seeds[k];
		keys[count++] = s->target;
	}
	bool right = true;
	for (size_t i = 0; i < count; i++) {
		ralm_real start[UNEVEN_D];
		uint32_t row = ralm_users_find(&model->users, keys[i]);
		right &= row <= met; /* known, or the next one */
		met += row == met;
		ralm_table_row_start(start, UNEVEN_D, model->config.rng_seed,
				     keys[i], model->config.init_deviation);
		right &= row < model->users.count &&
			 !memcmp(ralm_table_row(&model->table, row), start,
				 sizeof start);
	}
	return right && met == model->users.count;
}

static void test_windows(size_t seeds_num)
{
	static const size_t sizes[] = {1,  2,	3,	   4,	      5,
				       7,  64,	COUNT - 1, COUNT, COUNT + 1,
				       999};
	uint64_t digest = 0, longer = 0;
	for (size_t i = 0; i < COUNT; i++)
		longer += (i == 0 || !samples[i].same) && seeds_num > 0 &&
			  samples[i].n > seeds_num;
	bool ok = true, ended = true, rows = true, counts = true;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct ralm_model model;
		struct fed fed = feed_all(&model, "s.txt", sizes[i], seeds_num);
		ok &= fed.right && fed.once && fed.kept && fed.count == COUNT;
		ended &= fed.full &&
			 fed.windows <= COUNT / sizes[i] + 1 &&
			 fed.windows >= (COUNT - 1) / sizes[i] + 1;
		rows &= rows_in_order(&model, seeds_num);
		/* a list that goes on in the next window is no other */
		counts &= fed.skipped == 0 && fed.cut == longer;
		if (sizes[i] > COUNT) {
			counts &= fed.windows == 1;
			counts &= digest == 0 || digest == fed.digest;
			digest = fed.digest;
		}
		ralm_model_release(&model);
	}
	check(ok, "seeds_num %zu: every sample once, in order, with its list",
	      seeds_num);
	check(ended, "windows are full but for the last one");
	check(rows, "users have rows in order of first sight");
	check(counts && digest != 0, "%" PRIu64 " lists were cut", longer);
}

/* Of samples in a file the windows end where choices do, and what has one label
 * only is counted. */
static void test_choices(const char *path)
{
	struct ralm_lone lone = {.samples = COUNT};
	size_t longest = 0;
	for (size_t i = 0, end; i < COUNT; i = end) {
		size_t clicks = 0;
		end = uneven_choice_end(samples, i, COUNT);
		for (size_t s = i; s < end; s++)
			clicks += samples[s].label != 0;
		lone.negatives += clicks == 0 ? end - i : 0;
		lone.clicks += end - i == 1 && clicks == 1;
		longest = end - i > longest ? end - i : longest;
	}
	bool ok = true, counts = true, straddled = false;
	whole_choices = true;
	for (size_t size = 1; size < 2 * COUNT; size = size * 3 / 2 + 1) {
		struct ralm_model model;
		struct fed fed = feed_all(&model, path, size, 0);
		ok &= fed.right && fed.once && fed.full && fed.count == COUNT &&
		      rows_in_order(&model, 0);
		counts &= !memcmp(&fed.lone, &lone, sizeof lone);
		straddled |= size < COUNT && !uneven_begins(samples, size);
		ralm_model_release(&model);
	}
	whole_choices = false;
	check(ok && straddled, "windows of whole choices of 1 to %zu samples",
	      longest);
	check(counts && lone.clicks > 0 && lone.negatives > 0,
	      "%d clicks and %d negatives are alone", (int)lone.clicks,
	      (int)lone.negatives);
}

/* The same number for the same samples only. */
static void test_digest(void)
{
	struct ralm_model model;
	struct uneven kept = samples[COUNT - 1];
	uint64_t digest[4];
	for (int i = 0; i < 4; i++) {
		samples[COUNT - 1] = kept;
		keep_all = i == 3;
		if (i == 1)
			samples[COUNT - 1].label ^= 1;
		if (i == 2)
			samples[COUNT - 1].target = samples[0].target;
		uneven_write("d.txt", samples, COUNT);
		digest[i] = feed_all(&model, "d.txt", 100, 0).digest;
		ralm_model_release(&model);
	}
	samples[COUNT - 1] = kept;
	keep_all = false;
	check(digest[0] == digest[3] && digest[0] != digest[1] &&
		      digest[0] != digest[2] && digest[1] != digest[2],
	      "the digest tells the last sample of the last window, and no more");
}

/* Bad and blank lines between samples that share a list. */
static void test_skipped(void)
{
	static const char *const bad[] = {"target_user:1 label:1", "nonsense",
					  "user_seeds:1 label:1",
					  "user_seeds:1 target_user:2 label:2"};
	FILE *file = fopen("bad.txt", "w");
	uint64_t put = 0;
	bool ok = true;
	for (size_t i = 0; i < COUNT; i++) {
		if (i % 3 == 1)
			fprintf(file, "%s\n", bad[put++ % 4]);
		if (i % 5 == 2)
			fputs(" \n\r\n", file);
		uneven_print(file, &samples[i]);
	}
	fprintf(file, "%s", bad[put++ % 4]);
	fclose(file);
	for (size_t size = 1; size < 2 * COUNT; size = size * 3 / 2 + 1) {
		struct ralm_model model;
		struct fed fed = feed_all(&model, "bad.txt", size, 0);
		/* behind a bad line a list is taken anew: once does not hold */
		ok &= fed.right && fed.count == COUNT && fed.skipped == put;
		ralm_model_release(&model);
	}
	check(ok, "%" PRIu64 " bad lines are left out and no sample with them",
	      put);
}

/* Without skip_bad the samples before the bad line are still handed over, and
 * the error has its place. */
static void test_error(void)
{
	const char *path = "error.txt";
	struct ralm_config config;
	struct ralm_reader reader;
	struct ralm_window *window;
	struct ralm_model model;
	FILE *file = fopen(path, "w");
	for (size_t i = 0; i < 7; i++)
		uneven_print(file, &samples[i]);
	fputs("user_seeds:1 target_user:2 label:2\n", file);
	fclose(file);
	uneven_config(&config);
	uneven_must(ralm_model_init(&model, &config, &err), &err);
	uneven_must(ralm_reader_open(&reader, &path, 1, &err), &err);
	struct ralm_rows_local rows;
	make_rows(&rows, &model);
	struct ralm_feed feed = {.model = &model,
				 .rows = &rows.rows,
				 .reader = &reader,
				 .window_samples = 3};
	uneven_must(ralm_feed_start(&feed, &err), &err);
	size_t count = 0;
	int got;
	while ((got = ralm_feed_take(&window, &feed, &err)) == 1) {
		count += window->span.end.samples - window->span.begin.samples;
		ralm_feed_give_back(&feed);
	}
	check(got == -1 && count == 6 && err.line == 8 &&
		      !strcmp(err.file, path),
	      "whole windows before a bad line, then its place");
	ralm_feed_stop(&feed);
	ralm_rows_local_release(&rows);
	ralm_reader_release(&reader);
	ralm_model_release(&model);
}

int main(void)
{
	uneven_folder();
	uneven_make(samples, COUNT, 1);
	uneven_write("s.txt", samples, COUNT);
	test_windows(0);
	test_windows(1);
	test_windows(3);
	test_windows(UNEVEN_SEEDS);
	keep_all = true;
	test_windows(2);
	keep_all = false;
	test_digest();
	test_skipped();
	test_error();
	test_choices("s.txt");
	uneven_sparse_clicks(samples, COUNT);
	uneven_write("s.txt", samples, COUNT);
	test_choices("s.txt");
	uneven_folder_remove();
	return check_done();
}
