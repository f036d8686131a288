/* metrics/resampling and bootstrap: the measures of a resample are those of a set in
 * which every sample stands as often as it was drawn, each draw of a group being a
 * group of its own. */
#include "check.h"
#include "scored.h"

#include "libralm/metrics/bootstrap.h"

enum { TOPS = 3, TIMES = 4 };

static struct ralm_error err;
static struct samples s;

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* The groups in the order of units: that of their scattered numbers. */
static size_t find_groups(uint64_t groups[MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < s.count; i++)
		groups[i] = ralm_mix64(s.group[i]);
	qsort(groups, s.count, sizeof *groups, compare);
	for (size_t i = 0; i < s.count; i++)
		if (count == 0 || groups[i] != groups[count - 1])
			groups[count++] = groups[i];
	return count;
}

static void put(struct ralm_score_set *set, struct ralm_score_batch *batch,
		int label, uint64_t group, double score, double weight)
{
	if (ralm_score_batch_reserve(batch, 1, &err) != 0)
		abort();
	ralm_score_batch_put(batch, label, group, score, weight);
	if (ralm_score_set_take(set, batch, &err) != 0)
		abort();
}

/* The samples, each as often as its group was drawn. */
static void repeat_groups(struct ralm_score_set *set, const uint64_t *groups,
			  size_t units, const uint8_t *drawn)
{
	struct ralm_score_batch batch = {.grouped = true, .weighted = s.weighted};
	ralm_score_set_init(set, true, s.weighted);
	for (size_t i = 0; i < s.count; i++) {
		size_t unit = 0;
		while (groups[unit] != ralm_mix64(s.group[i]))
			unit++;
		for (unsigned copy = 0; copy < drawn[unit]; copy++)
			put(set, &batch, s.label[i], unit * 256 + copy,
			    s.score[i], s.weight[i]);
	}
	ralm_score_batch_release(&batch);
	(void)units;
}

/* Of a sorted set without groups, whose samples are its units. */
static void repeat_lines(struct ralm_score_set *set,
			 const struct ralm_score_set *sorted,
			 const uint8_t *drawn)
{
	struct ralm_score_batch batch = {.weighted = s.weighted};
	ralm_score_set_init(set, false, s.weighted);
	const size_t words = 1u + s.weighted;
	for (int c = 0; c < 2; c++)
		for (size_t i = 0; i < sorted->count[c]; i++) {
			const uint64_t *record = sorted->records[c] + i * words;
			double weight = 1;
			if (s.weighted)
				memcpy(&weight, record + 1, sizeof weight);
			const size_t unit = i + (c ? sorted->count[0] : 0);
			for (unsigned copy = 0; copy < drawn[unit]; copy++)
				put(set, &batch, c, 0, ralm_key_real(*record),
				    weight);
		}
	ralm_score_batch_release(&batch);
}

static bool same_measures(const struct ralm_measures *a,
			  const struct ralm_measures *b, bool probabilities)
{
	return near(a->auc, b->auc) && near(a->ks, b->ks) &&
	       near(a->average_precision, b->average_precision) &&
	       /* a resample without a score that is none has them */
	       (probabilities != b->probabilities ||
		(near(a->log_loss, b->log_loss) && near(a->brier, b->brier) &&
		 near(a->calibration, b->calibration)));
}

static bool same_groups(const struct ralm_group_measures *a,
			const struct ralm_group_measures *b,
			const struct ralm_top_measures *tops,
			const struct ralm_top_measures *want)
{
	bool same = near(a->auc_weighted, b->auc_weighted) &&
		    near(a->auc_plain, b->auc_plain);
	for (int t = 0; t < TOPS; t++)
		same = same && near(tops[t].precision, want[t].precision) &&
		       near(tops[t].recall, want[t].recall) &&
		       near(tops[t].ndcg, want[t].ndcg);
	return same;
}

static void test_resamples(void)
{
	struct ralm_rng rng;
	bool lines = true, groups = true, units = true;
	ralm_rng_init(&rng, 31, 0);
	for (int round = 0; round < 200; round++) {
		static uint64_t ids[MOST];
		struct ralm_score_set set, repeated;
		struct ralm_resampling r;
		struct ralm_measures got, want;
		struct ralm_group_measures got_groups = {0}, want_groups = {0};
		struct ralm_top_measures tops[TOPS] = {{.k = 1}, {.k = 3}, {.k = 99}};
		struct ralm_top_measures want_tops[TOPS];
		uint8_t drawn[MOST];
		draw_samples(&s, &rng, round % 4);
		memcpy(want_tops, tops, sizeof tops);
		fill(&set, &s, false);
		if (s.grouped)
			ralm_score_set_sort_groups(&set);
		else
			ralm_score_set_sort(&set);
		const size_t count = s.grouped ? find_groups(ids) : s.count;
		if (ralm_resampling_init(&r, &set, true, tops, TOPS, &err) != 0)
			abort();
		units = units && r.units == count && r.count == s.count;
		for (size_t u = 0; u < count; u++)
			drawn[u] = (uint8_t)ralm_rng_below(&rng, TIMES);
		drawn[ralm_rng_below(&rng, count)] = 1;
		ralm_resampling_measure(&got, &got_groups, tops, TOPS, &r, drawn);
		if (s.grouped) {
			repeat_groups(&repeated, ids, count, drawn);
			if (ralm_group_measures_compute(&want_groups, want_tops,
							TOPS, &repeated,
							&err) != 0)
				abort();
			groups = groups && same_groups(&got_groups, &want_groups,
						       tops, want_tops);
		} else {
			repeat_lines(&repeated, &set, drawn);
		}
		ralm_score_set_sort(&repeated);
		const struct ralm_runs runs = ralm_score_set_runs(&repeated);
		ralm_measures_compute(&want, &runs);
		lines = lines && same_measures(&got, &want, r.probabilities);
		ralm_resampling_release(&r);
		ralm_score_set_release(&set);
		ralm_score_set_release(&repeated);
	}
	check(units, "groups, or samples, are units");
	check(lines, "a resample has the measures of samples that are repeated");
	check(groups, "and those of its groups");
}

/* ---- intervals ------------------------------------------------------------- */

/* label 1 in half of the groups, which are all there is to be told apart by. */
static void make_groups(struct ralm_score_set *set, double shift,
			struct ralm_threads *threads)
{
	struct ralm_score_batch batch = {.grouped = true};
	ralm_score_set_init(set, true, false);
	for (uint64_t i = 0; i < 700; i++)
		put(set, &batch, i % 7 % 3 == 1, i % 37,
		    ((double)(i * i % 101) + shift * (double)(i % 5)) / 200, 1);
	ralm_score_batch_release(&batch);
	set->threads = threads;
	ralm_score_set_sort_groups(set);
}

static struct ralm_bootstrap bootstrap(double shift, unsigned threads,
				       uint64_t rng_seed)
{
	struct ralm_score_set sets[2];
	struct ralm_resampling of[2];
	struct ralm_bootstrap out;
	const struct ralm_boot_options options = {.resamples = 301,
						  .rng_seed = rng_seed};
	for (int i = 0; i < 2; i++) {
		make_groups(&sets[i], i * shift, pool(threads));
		if (ralm_resampling_init(&of[i], &sets[i], true, NULL, 0, &err) != 0)
			abort();
	}
	if (ralm_bootstrap(&out, &of[0], &of[1], 0, &options, pool(threads),
			   &err) != 0)
		abort();
	for (int i = 0; i < 2; i++) {
		ralm_resampling_release(&of[i]);
		ralm_score_set_release(&sets[i]);
	}
	return out;
}

static void test_intervals(void)
{
	const struct ralm_bootstrap a = bootstrap(9, 1, 5), b = bootstrap(9, 3, 5);
	const struct ralm_bootstrap c = bootstrap(9, 3, 6), same = bootstrap(0, 2, 5);
	bool wide = true, none = true;
	check(memcmp(&a, &b, sizeof a) == 0, "the same for one thread and three");
	check(a.of[0].low != c.of[0].low, "rng_seed has a say");
	for (size_t m = 0; m < a.count; m++) {
		wide = wide && a.of[m].low < a.of[m].high &&
		       a.differences[m].low <= a.differences[m].high;
		none = none && same.differences[m].low == 0 &&
		       same.differences[m].high == 0;
	}
	check(a.count == RALM_BOOT_TOPS && a.units == 37 && wide,
	      "intervals of every measure");
	check(none, "scores do not differ from themselves in any resample");
}

int main(void)
{
	test_resamples();
	test_intervals();
	return check_done();
}
