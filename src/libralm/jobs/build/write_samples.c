#include "jobs/build/write_samples.h"

#include "ground/memory.h"
#include "jobs/build/popularity.h"
#include "jobs/build/rng_streams.h"
#include "jobs/build/sample_lines.h"
#include "jobs/build/training_order.h"

#include <inttypes.h>
#include <stdlib.h>

/* The samples of one set on their way to a file. */
struct output {
	struct ralm_build_work *work;
	struct ralm_build_counts *counts;
	struct ralm_popularity *popularity; /* counts the samples; NULL: does not */
	struct ralm_sample_lines lines;
	struct ralm_rng rng;
	enum ralm_build_set set;
	uint64_t negatives; /* to draw for each click */
	uint32_t *drawn;    /* (drawn_count) the negatives of a click */
	size_t drawn_count;
};

static int output_init(struct output *out, struct ralm_writer *writer,
		       struct ralm_error *err)
{
	const struct ralm_build_work *work = out->work;
	const struct ralm_build_options *options = work->options;
	const enum ralm_lists lists = options->lists;
	ralm_sample_lines_init(&out->lines, writer,
			       lists == RALM_LISTS_ONCE ||
				       (lists == RALM_LISTS_USUAL &&
					out->set == RALM_SET_TRAINING),
			       &work->log.users, &work->log.items);
	out->negatives = out->set == RALM_SET_TRAINING
				 ? options->negatives
				 : options->test_negatives;
	out->drawn = ralm_aligned_new(out->negatives, sizeof *out->drawn, err);
	return out->drawn == NULL ? -1 : 0;
}

static void output_release(struct output *out)
{
	ralm_sample_lines_release(&out->lines);
	free(out->drawn);
}

/* ---- a group of clicks becomes a run of sample lines --------------------- */

static void draw_negatives(struct output *out, uint32_t item, uint32_t now)
{
	const struct ralm_build_work *work = out->work;
	out->drawn_count = 0;
	for (uint64_t k = 0; k < out->negatives; k++) {
		uint32_t user;
		if (!ralm_negative_sampler_draw(&user, &work->negatives,
						&out->rng, item, now,
						out->set)) {
			out->counts->no_negative++;
			continue;
		}
		ralm_ids_prefetch(&work->log.users, user);
		out->drawn[out->drawn_count++] = user;
	}
}

static void put_sample(struct output *out, uint32_t user, int label)
{
	ralm_sample_lines_put(&out->lines, user, label);
	ralm_popularity_add(out->popularity, user, label);
	if (label)
		out->counts->positives++;
	else
		out->counts->negatives++;
}

static void count_seeds(struct output *out)
{
	const struct ralm_seed_sampler *seeds = &out->work->seeds;
	const struct ralm_split *split = &out->work->split;
	out->counts->lists++;
	out->counts->seeds += seeds->count;
	for (size_t i = 0; split->cold && i < seeds->count; i++)
		out->counts->cold_seeds +=
			split->held_out_user[seeds->seeds[i]] > 0;
}

static int write_group(struct output *out, const struct ralm_build_group *group,
		       struct ralm_error *err)
{
	struct ralm_build_work *work = out->work;
	const struct ralm_click_table *table = &work->table;
	bool recent = work->options->seed_order == RALM_SEEDS_RECENT;
	uint32_t item = group->item;
	const uint32_t *clickers = table->item_user + table->item_begin[item];
	uint32_t now = ralm_split_now(&work->split, table, recent, item,
				      group->targets[0], out->set);
	if (!ralm_seed_sampler_draw(&work->seeds, &out->rng, item, now,
				    group->targets, group->count, out->set)) {
		out->counts->no_seeds += group->count;
		return 0;
	}
	count_seeds(out);
	/* Ids of a large log are far apart in memory: prefetched here, they arrive
	 * while negatives are drawn. */
	ralm_sample_lines_prefetch(&out->lines, work->seeds.seeds,
				   work->seeds.count);
	for (size_t i = 0; i < group->count; i++) {
		uint32_t user = clickers[group->targets[i]];
		ralm_ids_prefetch(&work->log.users, user);
		if (i > 0)
			now = ralm_split_now(&work->split, table, recent, item,
					     group->targets[i], out->set);
		draw_negatives(out, item, now);
		if (i == 0 &&
		    ralm_sample_lines_list(&out->lines, work->seeds.seeds,
					   work->seeds.count, item, err) != 0)
			return -1;
		put_sample(out, user, 1);
		for (size_t k = 0; k < out->drawn_count; k++)
			put_sample(out, out->drawn[k], 0);
	}
	return 0;
}

/* ---- what is held out ---------------------------------------------------- */

/* The clicks of an item that are held out for the set, as places among its clicks;
 * where they are more than test_per_item, that many of them at random. Returns how
 * many. */
static size_t choose_clicks(uint32_t *chosen,
			    const struct ralm_build_work *work,
			    enum ralm_build_set set, uint32_t item,
			    struct ralm_rng *rng)
{
	size_t begin = work->table.item_begin[item];
	size_t n = work->table.item_begin[item + 1] - begin, count = 0;
	for (size_t i = 0; i < n; i++)
		if (work->split.use[begin + i] == ralm_click_use_of(set))
			chosen[count++] = (uint32_t)i;
	size_t most = work->options->test_per_item;
	if (count <= most)
		return count;
	ralm_rng_choose(chosen, most, count, rng);
	return most;
}

static int write_clicks(struct output *out, uint32_t *chosen,
			struct ralm_error *err)
{
	const struct ralm_build_work *work = out->work;
	const struct ralm_writer *writer = out->lines.writer;
	ralm_rng_init(&out->rng, work->options->rng_seed,
		      out->set == RALM_SET_TEST ? RALM_STREAM_TEST
						: RALM_STREAM_VALIDATION);
	for (uint32_t item = 0; item < work->table.item_count; item++) {
		if (!work->split.tested[item])
			continue;
		size_t count = choose_clicks(chosen, work, out->set, item,
					     &out->rng);
		for (size_t i = 0; i < count && writer->error == 0; i++) {
			const struct ralm_build_group one = {
				.item = item, .targets = chosen + i, .count = 1};
			if (write_group(out, &one, err) != 0)
				return -1;
		}
	}
	return 0;
}

int ralm_build_put_held_out(struct ralm_build_report *report,
			    struct ralm_writer *writer,
			    struct ralm_build_work *work,
			    enum ralm_build_set set, struct ralm_error *err)
{
	const bool test = set == RALM_SET_TEST;
	struct ralm_popularity popularity;
	struct output out = {.work = work, .set = set,
			     .counts = test ? &report->test
					    : &report->validation,
			     .popularity = &popularity};
	uint32_t *chosen =
		ralm_aligned_new(ralm_click_table_longest(&work->table),
				 sizeof *chosen, err);
	int result = ralm_popularity_init(&popularity, work->negatives.activity,
					  work->table.user_count, err);
	if (chosen == NULL || output_init(&out, writer, err) != 0)
		result = -1;
	if (result == 0)
		result = write_clicks(&out, chosen, err);
	if (result == 0 && out.counts->positives == 0)
		result = ralm_error_set(
			err, RALM_ERROR_DATA,
			"no click that is held out makes a %s sample",
			test ? "test" : "validation");
	if (result == 0)
		*(test ? &report->test_activity_auc
		       : &report->validation_activity_auc) =
			ralm_popularity_auc(&popularity);
	free(chosen);
	output_release(&out);
	ralm_popularity_release(&popularity);
	return result;
}

/* ---- training -------------------------------------------------------------- */

/* Groups that are prefetched together: those of a large log are far apart in
 * memory. */
enum { TOGETHER = 16 };

static int write_groups(struct output *out, const struct ralm_build_plan *plan,
			size_t first, struct ralm_error *err)
{
	const struct ralm_click_table *table = &out->work->table;
	struct ralm_build_group group[TOGETHER];
	size_t n = ralm_build_plan_groups(plan) - first;
	if (n > TOGETHER)
		n = TOGETHER;
	for (size_t i = 0; i < n; i++) {
		group[i] = ralm_build_plan_group(plan, first + i);
		__builtin_prefetch(group[i].targets);
		__builtin_prefetch(&table->item_begin[group[i].item]);
	}
	for (size_t i = 0; i < n; i++) {
		size_t click = table->item_begin[group[i].item] +
			       group[i].targets[0];
		__builtin_prefetch(&table->item_user[click]);
		if (plan->in_time_order) { /* seeds are just before it */
			__builtin_prefetch(&table->item_moment[click]);
			__builtin_prefetch(&out->work->split.use[click]);
		}
	}
	for (size_t i = 0; i < n && out->lines.writer->error == 0; i++)
		if (write_group(out, &group[i], err) != 0)
			return -1;
	return 0;
}

static void tell_written(const struct output *out, double groups, double all)
{
	const struct ralm_build_options *o = out->work->options;
	const struct ralm_writer *writer = out->lines.writer;
	const struct ralm_build_progress progress = {
		.phase = RALM_BUILD_WRITES,
		.done = groups / all,
		.lines = out->counts->positives + out->counts->negatives,
		.bytes = writer->written + writer->used};
	if (o->progress != NULL)
		o->progress(o->context, &progress);
}

static int write_passes(struct output *out, struct ralm_build_plan *plan,
			struct ralm_error *err)
{
	const struct ralm_build_options *o = out->work->options;
	const struct ralm_writer *writer = out->lines.writer;
	size_t groups = ralm_build_plan_groups(plan);
	for (uint64_t pass = 0; pass < o->passes && writer->error == 0;
	     pass++) {
		ralm_rng_init(&out->rng, o->rng_seed,
			      RALM_STREAM_TRAIN + pass);
		ralm_build_plan_shuffle(plan, &out->rng);
		for (size_t i = 0; i < groups && writer->error == 0; i += TOGETHER) {
			if (write_groups(out, plan, i, err) != 0)
				return -1;
			const size_t end = i + TOGETHER < groups ? i + TOGETHER
							     : groups;
			tell_written(out,
				     (double)pass * (double)groups + (double)end,
				     (double)o->passes * (double)groups);
		}
	}
	return 0;
}

int ralm_build_write_training(struct ralm_build_report *report,
			      struct ralm_build_work *work,
			      struct ralm_writer *writer,
			      struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	struct output out = {.work = work, .counts = &report->train};
	struct ralm_build_plan plan;
	if (ralm_build_plan_init(&plan, &work->table, &work->split,
				 o, err) != 0)
		return -1;
	report->train.no_seeds = plan.no_seeds;
	int result = output_init(&out, writer, err);
	if (result == 0)
		result = write_passes(&out, &plan, err);
	if (result == 0 && report->train.positives == 0)
		result = ralm_error_set(
			err, RALM_ERROR_DATA,
			"no click has %" PRIu64
			" earlier users of its item (--min-seeds)",
			o->min_seeds);
	if (result == 0)
		result = ralm_writer_flush(writer, err);
	output_release(&out);
	ralm_build_plan_release(&plan);
	return result;
}
