/* Samples from a click log: what ralm-build-data does. */
#include "ralm.h"

#include "formats/lines.h"
#include "ground/atomic_file.h"
#include "jobs/build/click_source.h"
#include "jobs/build/seeds_file.h"
#include "jobs/build/users_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ralm_build_options_init(struct ralm_build_options *options)
{
	*options = (struct ralm_build_options){
		.plant = {.users = 2000,
			  .items = 1000,
			  .tastes = 32,
			  .clicks_per_user = 40,
			  .noise = 0.1},
		.seeds_num = 20,
		.min_seeds = 4,
		.seed_order = RALM_SEEDS_RANDOM,
		.refresh = 1,
		.negatives = 8,
		.test_negatives = 1,
		.negative_sampling = RALM_NEGATIVES_ACTIVITY,
		.passes = 8,
		.split_by = RALM_SPLIT_ITEM,
		.test_ratio = 0.2,
		.test_per_item = 100,
		.test_min_users = 20,
		.rng_seed = 1,
	};
}

static int check_options(const struct ralm_build_options *options,
			 struct ralm_error *err)
{
	if (options->repeat_seeds && options->seed_order == RALM_SEEDS_RECENT)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--repeat-seeds: the latest users are not drawn, so none repeats (--seed-order)");
	if (options->passes == 0 && options->test == NULL &&
	    options->users_file == NULL && options->seeds_file == NULL)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--passes=0 writes nothing without --test, --users-file or --seeds-file");
	if (options->valid != NULL && options->test == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--valid needs --test");
	if (options->cold_seeds > 0 &&
	    (options->split_by != RALM_SPLIT_USER || options->users_file == NULL))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--cold-seeds: no user is cold without --split-by=user and --users-file");
	if (options->user_table.path != NULL &&
	    (options->user_table.columns == NULL || options->users_file == NULL))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--user-table needs --user-columns and --users-file");
	return 0;
}

static int check_times(const struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	if (work->log.has_times)
		return 0;
	if (o->seed_order == RALM_SEEDS_RECENT)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--seed-order=recent: the click log has no times (--columns)");
	if (o->seeds_latest > 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--seeds-latest: the click log has no times (--columns)");
	return 0;
}

static int split(struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	const struct ralm_split_options options = {
		.by = o->split_by,
		.training = o->passes > 0,
		.test = o->test != NULL,
		.validation = o->valid != NULL,
		.cold = o->users_file != NULL,
		.ratio = {0, o->test_ratio,
			  o->valid_ratio > 0 ? o->valid_ratio
					     : o->test_ratio},
		.test_min_users = o->test_min_users,
		.min_seeds = o->min_seeds,
		.rng_seed = o->rng_seed,
	};
	return ralm_split_init(&work->split, &work->table, &options, err);
}

static int prepare_samples(struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	const struct ralm_seed_options seeds = {
		.seeds_num = o->seeds_num,
		.min_seeds = o->min_seeds,
		.order = o->seed_order,
		.repeat = o->repeat_seeds,
		.cold = o->cold_seeds,
	};
	const bool timed = o->seed_order == RALM_SEEDS_RECENT ||
			   work->split.by == RALM_SPLIT_TIME;
	if (ralm_seed_sampler_init(&work->seeds, &work->table, &work->split,
				   &seeds, err) != 0)
		return -1;
	return ralm_negative_sampler_init(&work->negatives, &work->table,
					  &work->split, o->negative_sampling,
					  timed, err);
}

static int prepare(struct ralm_build_report *report,
		   struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	if (check_times(work, err) != 0 ||
	    ralm_click_table_init(&work->table, &work->log, err) != 0)
		return -1;
	ralm_build_note_crowd(report, work);
	if (split(work, err) != 0)
		return -1;
	if ((o->passes > 0 || o->test != NULL) && prepare_samples(work, err) != 0)
		return -1;
	ralm_click_table_seal(&work->table);
	return 0;
}

/* If the log was too small, the error is at its end. */
static void tell_end(const struct ralm_build_work *work, struct ralm_error *err)
{
	if (err->code == RALM_ERROR_DATA && err->file[0] == '\0' &&
	    work->log.last_file != NULL)
		ralm_error_at(err, work->log.last_file, work->log.last_line, 0);
}

static void describe(struct ralm_build_report *report,
		     const struct ralm_build_work *work)
{
	const struct ralm_held_out *test = &work->split.held_out[RALM_SET_TEST];
	const struct ralm_held_out *validation =
		&work->split.held_out[RALM_SET_VALIDATION];
	report->users = work->table.user_count;
	report->items = work->table.item_count;
	report->clicks = work->table.click_count;
	report->repeats = work->table.repeats;
	report->items_training = work->split.items_training;
	report->items_left_out = work->split.items_left_out;
	report->items_held_out = test->items;
	report->users_held_out = test->users;
	report->clicks_held_out = test->clicks;
	report->items_validation = validation->items;
	report->users_validation = validation->users;
	report->clicks_validation = validation->clicks;
}

static void release(struct ralm_build_work *work)
{
	ralm_negative_sampler_release(&work->negatives);
	ralm_seed_sampler_release(&work->seeds);
	ralm_split_release(&work->split);
	ralm_click_table_release(&work->table);
	ralm_click_log_release(&work->log);
	free(work->tastes);
}

/* The files beside the training samples: whole before the first of these. And
 * the table that goes into the one. */
enum { USERS, SEEDS, TEST, VALID, FILES };

struct files {
	struct ralm_atomic_file at[FILES];
	struct ralm_user_table table;
	bool has_table;
};

static const char *path_of(const struct ralm_build_options *o, int file)
{
	const char *const paths[FILES] = {o->users_file, o->seeds_file, o->test,
					  o->valid};
	return paths[file];
}

/* Files are opened before the work, so that a place that cannot be written is
 * told at once. */
static int open_files(struct files *files,
		      const struct ralm_build_options *options,
		      struct ralm_error *err)
{
	if (options->user_table.path != NULL) {
		if (ralm_user_table_open(&files->table, &options->user_table,
					 options->format.missing, err) != 0)
			return -1;
		files->has_table = true;
	}
	for (int f = 0; f < FILES; f++)
		if (path_of(options, f) != NULL &&
		    ralm_atomic_open(&files->at[f], path_of(options, f), err) != 0)
			return -1;
	return 0;
}

static int write_file(struct files *files, int file,
		      struct ralm_build_report *report,
		      struct ralm_build_work *work, struct ralm_error *err)
{
	const int fd = files->at[file].fd;
	switch (file) {
	case USERS:
		return ralm_build_write_users(
			report, work, files->has_table ? &files->table : NULL,
			fd, err);
	case SEEDS:
		return ralm_build_write_seeds(report, work, fd, err);
	default:
		return ralm_build_write_held_out(
			report, work,
			file == TEST ? RALM_SET_TEST : RALM_SET_VALIDATION, fd,
			path_of(work->options, file), err);
	}
}

static int write_files(struct files *files, struct ralm_build_report *report,
		       struct ralm_build_work *work, struct ralm_error *err)
{
	for (int f = 0; f < FILES; f++)
		if (path_of(work->options, f) != NULL &&
		    (write_file(files, f, report, work, err) != 0 ||
		     ralm_atomic_commit(&files->at[f], err) != 0))
			return -1;
	return 0;
}

int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err)
{
	struct ralm_build_work work = {.options = options};
	struct ralm_writer writer;
	struct files files = {.has_table = false};
	int result = -1;
	struct ralm_error own;
	err = ralm_error_or(err, &own);
	memset(report, 0, sizeof *report);
	report->test_activity_auc = report->validation_activity_auc = NAN;
	for (int f = 0; f < FILES; f++)
		files.at[f].fd = files.at[f].slot = -1;
	ralm_click_log_init(&work.log);
	if (check_options(options, err) != 0 ||
	    ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	if (open_files(&files, options, err) != 0 ||
	    ralm_build_get_log(report, &work, err) != 0 ||
	    prepare(report, &work, err) != 0)
		goto out;
	describe(report, &work);
	if (write_files(&files, report, &work, err) != 0)
		goto out;
	result = options->passes > 0
			 ? ralm_build_write_training(report, &work, &writer, err)
			 : ralm_writer_flush(&writer, err);
out:
	if (result != 0)
		tell_end(&work, err);
	if (files.has_table)
		ralm_user_table_release(&files.table);
	for (int f = 0; f < FILES; f++)
		ralm_atomic_abort(&files.at[f]);
	ralm_writer_release(&writer);
	release(&work);
	return result;
}
