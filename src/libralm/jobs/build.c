#include "build.h"

#include "../formats/lines.h"
#include "../ground/atomic_file.h"
#include "../ground/memory.h"
#include "build_lines.h"
#include "build_plan.h"
#include "build_popularity.h"
#include "build_streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything that lives while samples are written. */
struct build {
	const struct ralm_build_options *options;
	struct ralm_click_log log; /* its ids; the clicks go into the table */
	struct ralm_click_table table;
	struct ralm_split split;
	struct ralm_seed_sampler seeds;
	struct ralm_negative_sampler negatives;
};

/* ---- the click log, and what is drawn from it --------------------------- */

static int check_options(const struct ralm_build_options *options,
			 struct ralm_error *err)
{
	if (options->repeat_seeds && options->seed_order == RALM_SEEDS_RECENT)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--repeat-seeds: the latest users are not drawn, so none repeats (--seed-order)");
	return 0;
}

static int get_log(struct ralm_build_report *report, struct build *build,
		   struct ralm_error *err)
{
	const struct ralm_build_options *o = build->options;
	if (o->synthetic)
		return ralm_synthetic_log(&build->log, &o->planted, o->rng_seed,
					  err);
	if (ralm_click_log_read(&build->log, o->paths, o->path_count,
				&o->format, err) != 0)
		return -1;
	report->below_min_rating = build->log.below_min_rating;
	report->bad_lines = build->log.bad_lines;
	report->first_bad = build->log.first_bad;
	if (build->log.count == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the click log holds no click");
	return 0;
}

static int prepare(struct build *build, struct ralm_error *err)
{
	const struct ralm_build_options *o = build->options;
	const struct ralm_split_options split = {
		.by = (enum ralm_split_by)o->split_by,
		.test = o->test != NULL,
		.ratio = o->test_ratio,
		.test_min_users = o->test_min_users,
		.min_seeds = o->min_seeds,
		.rng_seed = o->rng_seed,
	};
	const struct ralm_seed_options seeds = {
		.seeds_num = o->seeds_num,
		.min_seeds = o->min_seeds,
		.order = (enum ralm_seed_order)o->seed_order,
		.repeat = o->repeat_seeds,
	};
	bool recent = o->seed_order == RALM_SEEDS_RECENT;
	if (recent && !build->log.has_times)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--seed-order=recent: the click log has no times");
	if (ralm_click_table_init(&build->table, &build->log, err) != 0 ||
	    ralm_split_init(&build->split, &build->table, &split, err) != 0)
		return -1;
	bool timed = recent || build->split.by == RALM_SPLIT_TIME;
	if (ralm_seed_sampler_init(&build->seeds, &build->table, &build->split,
				   &seeds, err) != 0)
		return -1;
	if (ralm_negative_sampler_init(
		    &build->negatives, &build->table, &build->split,
		    (enum ralm_negative_sampling)o->negative_sampling, timed,
		    err) != 0)
		return -1;
	ralm_click_table_seal(&build->table);
	return 0;
}

/* A log that is too small is too small at its end. */
static void tell_end(const struct build *build, struct ralm_error *err)
{
	if (err->code == RALM_ERROR_DATA && err->file[0] == '\0' &&
	    build->log.last_file != NULL)
		ralm_error_at(err, build->log.last_file, build->log.last_line, 0);
}

static void describe(struct ralm_build_report *report,
		     const struct build *build)
{
	report->users = build->table.user_count;
	report->items = build->table.item_count;
	report->clicks = build->table.click_count;
	report->repeats = build->table.repeats;
	report->items_training = build->split.items_training;
	report->items_held_out = build->split.items_held_out;
	report->items_left_out = build->split.items_left_out;
	report->users_held_out = build->split.users_held_out;
	report->clicks_held_out = build->split.clicks_hidden;
}

static void release(struct build *build)
{
	ralm_negative_sampler_release(&build->negatives);
	ralm_seed_sampler_release(&build->seeds);
	ralm_split_release(&build->split);
	ralm_click_table_release(&build->table);
	ralm_click_log_release(&build->log);
}

/* ---- a group of clicks becomes a run of sample lines --------------------- */

static int write_group(struct ralm_sample_lines *lines,
		       struct ralm_build_counts *counts,
		       struct ralm_popularity *popularity, struct build *build,
		       const struct ralm_build_group *group,
		       struct ralm_rng *rng, bool test, struct ralm_error *err)
{
	bool recent = build->options->seed_order == RALM_SEEDS_RECENT;
	uint32_t item = group->item;
	const uint32_t *clickers =
		build->table.item_user + build->table.item_begin[item];
	uint32_t now = ralm_split_now(&build->split, &build->table, recent,
				      item, group->targets[0], test);
	if (!ralm_seed_sampler_draw(&build->seeds, rng, item, now,
				    group->targets, group->count, test)) {
		counts->no_seeds += group->count;
		return 0;
	}
	if (ralm_sample_lines_list(lines, build->seeds.seeds,
				   build->seeds.count, err) != 0)
		return -1;
	counts->lists++;
	for (size_t i = 0; i < group->count; i++) {
		uint32_t user = clickers[group->targets[i]];
		ralm_sample_lines_put(lines, user, 1, item);
		ralm_popularity_add(popularity, user, 1);
		counts->positives++;
		now = ralm_split_now(&build->split, &build->table, recent, item,
				     group->targets[i], test);
		for (uint64_t k = 0; k < build->options->negatives; k++) {
			if (!ralm_negative_sampler_draw(&user, &build->negatives,
							rng, item, now, test)) {
				counts->no_negative++;
				continue;
			}
			ralm_sample_lines_put(lines, user, 0, item);
			ralm_popularity_add(popularity, user, 0);
			counts->negatives++;
		}
	}
	return 0;
}

/* ---- test ----------------------------------------------------------------- */

/* The hidden clicks of an item, or test_per_item of them. */
static size_t choose_clicks(uint32_t *chosen, const struct build *build,
			    uint32_t item, struct ralm_rng *rng)
{
	size_t begin = build->table.item_begin[item];
	size_t n = build->table.item_begin[item + 1] - begin, count = 0;
	for (size_t i = 0; i < n; i++)
		if (build->split.use[begin + i] == RALM_CLICK_HIDDEN)
			chosen[count++] = (uint32_t)i;
	size_t most = build->options->test_per_item;
	if (count <= most)
		return count;
	for (size_t i = 0; i < most; i++) {
		size_t j = i + ralm_rng_below(rng, count - i);
		uint32_t swap = chosen[i];
		chosen[i] = chosen[j];
		chosen[j] = swap;
	}
	return most;
}

static int write_test(struct ralm_build_report *report, struct build *build,
		      int fd, struct ralm_error *err)
{
	struct ralm_rng rng;
	struct ralm_writer writer;
	struct ralm_sample_lines lines;
	struct ralm_popularity popularity;
	int result = -1;
	if (ralm_writer_open(&writer, fd, build->options->test, err) != 0)
		return -1;
	ralm_sample_lines_init(&lines, &writer, &build->log.users,
			       &build->log.items);
	uint32_t *chosen = ralm_aligned_new(build->seeds.shuffled_count,
					    sizeof *chosen, err);
	if (ralm_popularity_init(&popularity, build->negatives.activity,
				 build->table.user_count, err) != 0 ||
	    chosen == NULL)
		goto out;
	ralm_rng_init(&rng, build->options->rng_seed, RALM_STREAM_TEST);
	for (uint32_t item = 0; item < build->table.item_count; item++) {
		if (!build->split.tested[item])
			continue;
		size_t count = choose_clicks(chosen, build, item, &rng);
		for (size_t i = 0; i < count && writer.error == 0; i++) {
			const struct ralm_build_group one = {
				.item = item, .targets = chosen + i, .count = 1};
			if (write_group(&lines, &report->test, &popularity,
					build, &one, &rng, true, err) != 0)
				goto out;
		}
	}
	if (ralm_writer_flush(&writer, err) != 0)
		goto out;
	if (report->test.positives == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "no click that is held out makes a test sample");
		goto out;
	}
	report->test_activity_auc = ralm_popularity_auc(&popularity);
	result = 0;
out:
	free(chosen);
	ralm_popularity_release(&popularity);
	ralm_sample_lines_release(&lines);
	ralm_writer_release(&writer);
	return result;
}

/* ---- training -------------------------------------------------------------- */

/* Groups written one after the other, asked for together: in a large log each
 * of them lies anywhere. */
enum { RUN = 16 };

static int write_run(struct ralm_build_report *report, struct build *build,
		     struct ralm_sample_lines *lines,
		     const struct ralm_build_plan *plan, size_t first,
		     struct ralm_rng *rng, struct ralm_error *err)
{
	const struct ralm_click_table *table = &build->table;
	struct ralm_build_group run[RUN];
	size_t n = ralm_build_plan_groups(plan) - first;
	if (n > RUN)
		n = RUN;
	for (size_t i = 0; i < n; i++) {
		run[i] = ralm_build_plan_group(plan, first + i);
		__builtin_prefetch(run[i].targets);
		__builtin_prefetch(&table->item_begin[run[i].item]);
	}
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(table->item_user +
				   table->item_begin[run[i].item] +
				   run[i].targets[0]);
	for (size_t i = 0; i < n && lines->writer->error == 0; i++)
		if (write_group(lines, &report->train, NULL, build, &run[i],
				rng, false, err) != 0)
			return -1;
	return 0;
}

static int write_training(struct ralm_build_report *report, struct build *build,
			  struct ralm_writer *writer, struct ralm_error *err)
{
	const struct ralm_build_options *o = build->options;
	struct ralm_build_plan plan;
	struct ralm_sample_lines lines;
	int result = 0;
	if (ralm_build_plan_init(&plan, &build->table, &build->split,
				 &build->seeds.options, o->refresh, err) != 0)
		return -1;
	ralm_sample_lines_init(&lines, writer, &build->log.users,
			       &build->log.items);
	size_t groups = ralm_build_plan_groups(&plan);
	for (uint64_t pass = 0;
	     result == 0 && writer->error == 0 && pass < o->passes; pass++) {
		struct ralm_rng rng;
		ralm_rng_init(&rng, o->rng_seed, RALM_STREAM_TRAIN + pass);
		ralm_build_plan_shuffle(&plan, &rng);
		for (size_t i = 0;
		     result == 0 && writer->error == 0 && i < groups; i += RUN)
			result = write_run(report, build, &lines, &plan, i, &rng,
					   err);
	}
	report->train.no_seeds = plan.no_seeds;
	if (result == 0 && report->train.positives == 0)
		result = ralm_error_set(
			err, RALM_ERROR_DATA,
			"no click has %llu earlier users of its item (--min-seeds)",
			(unsigned long long)o->min_seeds);
	if (result == 0)
		result = ralm_writer_flush(writer, err);
	ralm_sample_lines_release(&lines);
	ralm_build_plan_release(&plan);
	return result;
}

int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err)
{
	struct build build = {.options = options};
	struct ralm_writer writer;
	struct ralm_atomic_file test = {.fd = -1, .slot = -1};
	int result = -1;
	memset(report, 0, sizeof *report);
	report->test_activity_auc = NAN;
	ralm_click_log_init(&build.log);
	/* Places to write to are tried before the work and not after it. */
	if (check_options(options, err) != 0 ||
	    ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	if (options->test != NULL &&
	    ralm_atomic_open(&test, options->test, err) != 0)
		goto out;
	if (get_log(report, &build, err) != 0 || prepare(&build, err) != 0)
		goto out;
	describe(report, &build);
	if (options->test != NULL &&
	    (write_test(report, &build, test.fd, err) != 0 ||
	     ralm_atomic_commit(&test, err) != 0))
		goto out;
	result = write_training(report, &build, &writer, err);
out:
	if (result != 0)
		tell_end(&build, err);
	ralm_atomic_abort(&test);
	ralm_writer_release(&writer);
	release(&build);
	return result;
}
