/* Samples from a click log: what ralm-build-data does. */
#include "ralm.h"

#include "formats/output_files.h"
#include "ground/used_files.h"
#include "jobs/build/check_numbers.h"
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
			"--repeat-seeds: the latest users are not drawn, so none repeats "
			"(--seed-order)");
	if (options->passes == 0 && options->test == NULL &&
	    options->users_file == NULL && options->seeds_file == NULL)
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--passes=0 writes nothing without --test, --users-file or "
			"--seeds-file");
	if (options->valid != NULL && options->test == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--valid needs --test");
	if (options->cold_seeds > 0 &&
	    (options->split_by != RALM_SPLIT_USER || options->users_file == NULL))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--cold-seeds: no user is cold without --split-by=user and "
			"--users-file");
	if (options->user_table.path != NULL &&
	    (options->user_table.columns == NULL || options->users_file == NULL))
		return ralm_error_set(
			err, RALM_ERROR_CONFIG,
			"--user-table needs --user-columns and --users-file");
	return ralm_build_check_numbers(options, err);
}

static int check_times(const struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	if (work->log.has_times)
		return 0;
	if (o->seed_order == RALM_SEEDS_RECENT)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--seed-order=recent: the click log has no times "
				      "(--columns)");
	if (o->seeds_latest > 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--seeds-latest: the click log has no times "
				      "(--columns)");
	return 0;
}

static int prepare_samples(struct ralm_build_work *work, struct ralm_error *err)
{
	const struct ralm_build_options *o = work->options;
	const bool timed = o->seed_order == RALM_SEEDS_RECENT ||
			   work->split.by == RALM_SPLIT_TIME;
	if (ralm_seed_sampler_init(&work->seeds, &work->table, &work->split,
				   o, err) != 0)
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
	ralm_build_note_busiest(report, work);
	if (ralm_split_init(&work->split, &work->table, o, err) != 0)
		return -1;
	if ((o->passes > 0 || o->test != NULL) && prepare_samples(work, err) != 0)
		return -1;
	ralm_click_table_seal(&work->table);
	return 0;
}

/* Where the data as a whole will not do (no item has enough users), the error gets the
 * end of the log as its place. */
static void place_at_end(const struct ralm_build_work *work, struct ralm_error *err)
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

/* The files that are written, each as a whole, before the first training sample. */
enum { USERS, SEEDS, TEST, VALID };

struct build {
	struct ralm_build_report *report;
	struct ralm_build_work work;
	struct ralm_output_files files;
	struct ralm_user_table table; /* --user-table, read into the users' file */
	bool has_table;
};

static int check_files(const struct ralm_build_options *o, int fd,
		       const char *name, struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	if (!o->planted)
		ralm_use_inputs(&used, o->paths, o->path_count);
	ralm_use_file(&used, RALM_FILE_READ, "--user-table", o->user_table.path);
	if (o->passes > 0)
		ralm_use_descriptor(&used, fd, name);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--test", o->test);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--valid", o->valid);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--users-file", o->users_file);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--seeds-file", o->seeds_file);
	return ralm_used_files_settle(&used, err);
}

/* Opens all files before the work. */
static int open_files(struct build *b, struct ralm_error *err)
{
	const struct ralm_build_options *o = b->work.options;
	b->files = (struct ralm_output_files){
		.path = {[USERS] = o->users_file,
			 [SEEDS] = o->seeds_file,
			 [TEST] = o->test,
			 [VALID] = o->valid},
	};
	if (o->user_table.path != NULL) {
		if (ralm_user_table_open(&b->table, &o->user_table,
					 o->format.missing, err) != 0)
			return -1;
		b->has_table = true;
	}
	return ralm_output_files_open(&b->files, err);
}

static int put_file(struct ralm_writer *writer, int file, void *context,
		    struct ralm_error *err)
{
	struct build *b = context;
	switch (file) {
	case USERS:
		return ralm_build_put_users(b->report, writer, &b->work,
					    b->has_table ? &b->table : NULL,
					    err);
	case SEEDS:
		return ralm_build_put_seeds(b->report, writer, &b->work, err);
	default:
		return ralm_build_put_held_out(
			b->report, writer, &b->work,
			file == TEST ? RALM_SET_TEST : RALM_SET_VALIDATION, err);
	}
}

int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err)
{
	struct build b = {.report = report, .work.options = options};
	struct ralm_writer writer = {.buffer = NULL};
	int result = -1;
	struct ralm_error own;
	err = ralm_error_or(err, &own);
	memset(report, 0, sizeof *report);
	report->test_activity_auc = report->validation_activity_auc = NAN;
	ralm_click_log_init(&b.work.log);
	if (check_options(options, err) != 0 ||
	    check_files(options, fd, name, err) != 0 ||
	    (options->passes > 0 &&
	     ralm_writer_open(&writer, fd, name, err) != 0))
		return -1;
	if (open_files(&b, err) != 0 ||
	    ralm_build_get_log(report, &b.work, err) != 0 ||
	    prepare(report, &b.work, err) != 0)
		goto out;
	describe(report, &b.work);
	if (ralm_output_files_write(&b.files, put_file, &b, err) != 0)
		goto out;
	result = options->passes > 0
			 ? ralm_build_write_training(report, &b.work, &writer, err)
			 : 0;
out:
	if (result != 0)
		place_at_end(&b.work, err);
	if (b.has_table)
		ralm_user_table_release(&b.table);
	ralm_output_files_close(&b.files);
	ralm_writer_release(&writer);
	release(&b.work);
	return result;
}
