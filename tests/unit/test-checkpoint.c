/* jobs/fit/checkpoint: what is saved comes back, and what cannot be gone on with is
 * refused by name. */
#include "check.h"

#include "libralm/jobs/fit/checkpoint.h"
#include "libralm/jobs/fit/checkpoint_folder.h"
#include "libralm/jobs/fit/checkpoint_lock.h"
#include "libralm/networks/paddlerec/paddlerec.h"
#include "libralm/rows/rows_local.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { D = 3, H = 2, USERS = 5000, STEPS = 7 }; /* two blocks of rows */

static const struct ralm_calibration no_calibration;

static struct ralm_error err;
static char folder[] = "/tmp/ralm-checkpoint-XXXXXX";
static char path[RALM_CHECKPOINT_PATH];
static const struct ralm_position place = {STEPS - 2, 3, 4, 5, 7, 6};

static void make_model(struct ralm_model *model, int optimizer)
{
	struct ralm_config config;
	ralm_config_init(&config);
	config.user_emb_size = D;
	config.transformed_size = H;
	config.user_count = USERS;
	config.optimizer = optimizer;
	if (ralm_model_init(model, &config, &err) != 0 ||
	    ralm_table_grow(&model->table, USERS, &err) != 0)
		abort();
	model->steps = STEPS;
	for (size_t i = 0; i < USERS; i++) {
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, &model->users, i, &err) != 0)
			abort();
	}
}

/* An optimizer and what it keeps beside rows. */
struct kept {
	struct ralm_optimizer optimizer;
	struct ralm_table table;
	struct ralm_rows_local rows;
};

static void make_kept(struct kept *kept, int kind, size_t d)
{
	struct ralm_config config;
	ralm_config_init(&config);
	config.optimizer = kind;
	if (ralm_optimizer_init(&kept->optimizer, &config,
				&ralm_paddlerec.specs, d, H, &err) != 0 ||
	    ralm_table_init(&kept->table, USERS, d, &err) != 0 ||
	    ralm_rows_local_init(
		    &kept->rows, &kept->table, USERS,
		    ralm_optimizer_row_rule((enum ralm_optimizer_kind)kind), 1,
		    0, NULL, &err) != 0)
		abort();
}

static void release_kept(struct kept *kept)
{
	ralm_optimizer_release(&kept->optimizer);
	ralm_rows_local_release(&kept->rows);
	ralm_table_release(&kept->table);
}

/* Numbers that differ everywhere. */
static void fill(struct kept *kept)
{
	struct ralm_optimizer *optimizer = &kept->optimizer;
	optimizer->step = STEPS;
	for (unsigned k = 0; k < optimizer->states; k++) {
		struct ralm_table *table = &kept->rows.state[k];
		for (size_t r = 0; r < USERS; r++)
			for (size_t i = 0; i < table->dim; i++)
				ralm_table_row(table, r)[i] =
					(ralm_real)(r * 8 + i + k);
		for (size_t i = 0; i < optimizer->state[k].size; i++)
			optimizer->state[k].block[i] = (ralm_real)i - (ralm_real)k;
	}
}

static bool same_state(const struct kept *a, const struct kept *b)
{
	bool same = a->optimizer.step == b->optimizer.step;
	for (unsigned k = 0; k < a->optimizer.states; k++) {
		const struct ralm_table *s = &a->rows.state[k];
		const struct ralm_table *t = &b->rows.state[k];
		for (size_t r = 0; r < USERS; r++)
			same = same && memcmp(ralm_table_row(s, r),
					      ralm_table_row(t, r),
					      s->dim * sizeof(ralm_real)) == 0;
		same = same && memcmp(a->optimizer.state[k].block,
				      b->optimizer.state[k].block,
				      a->optimizer.state[k].size *
					      sizeof(ralm_real)) == 0;
	}
	return same;
}

static int restore(struct kept *kept, const struct ralm_model *opened)
{
	return ralm_checkpoint_restore(&kept->optimizer, &kept->rows.rows,
				       opened, &err);
}

static void save(const struct ralm_model *model,
		 struct kept *kept,
		 const struct ralm_position *position,
		 const struct ralm_best *best)
{
	if (ralm_checkpoint_save(folder, model, USERS, &kept->rows.rows,
				 &kept->optimizer, position,
				 best, &no_calibration, 1, &err) != 0)
		abort();
}

static void open_newest(struct ralm_model *opened)
{
	if (ralm_checkpoint_open(opened, path, folder, NULL, NULL, &err) != 1)
		abort();
}

static void test_round_trip(int kind)
{
	struct ralm_model model, opened;
	struct kept kept, other;
	struct ralm_position position;
	struct ralm_best best;
	make_model(&model, kind);
	make_kept(&kept, kind, D);
	make_kept(&other, kind, D);
	fill(&kept);
	save(&model, &kept, &place, NULL);
	open_newest(&opened);
	check(strstr(path, "/step-000000000007.bin") != NULL &&
		      ralm_checkpoint_position(&position, &opened, &err) == 0 &&
		      memcmp(&position, &place, sizeof place) == 0,
	      "optimizer %d: the place comes back", kind);
	check(restore(&other, &opened) == 1 &&
		      same_state(&kept, &other),
	      "and its state");
	check(ralm_checkpoint_best(&best, &opened, &err) == 0,
	      "without a best epoch there is none");
	ralm_model_release(&opened);

	save(&model, &kept, &place,
	     &(struct ralm_best){2, 0.1 + 0.2, 77, "bytes", 5});
	open_newest(&opened);
	check(ralm_checkpoint_best(&best, &opened, &err) == 1 &&
		      best.epoch == 2 && best.auc == 0.1 + 0.2 &&
		      best.input == 77 &&
		      best.size == 5 && !memcmp(best.model, "bytes", 5),
	      "the best epoch, to the last bit of its AUC");
	ralm_model_release(&opened);
	save(&model, &kept, &place,
	     &(struct ralm_best){.epoch = 1, .auc = NAN});
	open_newest(&opened);
	check(ralm_checkpoint_best(&best, &opened, &err) == 1 &&
		      best.epoch == 1 && isnan(best.auc) && best.model == NULL,
	      "and one that has no AUC, nor a model");
	ralm_model_release(&opened);
	release_kept(&other);
	release_kept(&kept);
	ralm_model_release(&model);
}

static bool refused(struct kept *kept,
		    const struct ralm_model *opened, const char *message)
{
	if (restore(kept, opened) == -1 &&
	    err.code == RALM_ERROR_DATA && !strcmp(err.message, message))
		return true;
	printf("# wanted %s\n# got    %s\n", message, err.message);
	return false;
}

static void test_refused(void)
{
	struct ralm_model model, opened;
	struct kept kept, other;
	struct ralm_position position;
	make_model(&model, RALM_ADAM);
	make_kept(&kept, RALM_ADAM, D);
	fill(&kept);

	ralm_table_row(&kept.rows.state[1], USERS - 1)[D - 1] = NAN;
	save(&model, &kept, &place, NULL);
	open_newest(&opened);
	make_kept(&other, RALM_ADAM, D);
	check(refused(&other, &opened,
		      "optimizer.rows.1: not all numbers are finite"),
	      "a state with a NaN");
	release_kept(&other);
	make_kept(&other, RALM_SGD, D);
	check(restore(&other, &opened) == 0,
	      "the state of another optimizer is left alone");
	release_kept(&other);
	ralm_model_release(&opened);

	fill(&kept);
	kept.optimizer.state[0].block[1] = -INFINITY;
	save(&model, &kept, &place, NULL);
	open_newest(&opened);
	make_kept(&other, RALM_ADAM, D);
	check(refused(&other, &opened,
		      "optimizer.dense.0: not all numbers are finite"),
	      "one with an infinity");
	release_kept(&other);
	make_kept(&other, RALM_ADAM, D + 1);
	check(refused(&other, &opened,
		      "optimizer.rows.0: not of the size that this model needs"),
	      "one of another size");
	release_kept(&other);
	ralm_model_release(&opened);

	save(&model, &kept, &(struct ralm_position){STEPS + 1, 1, 1, 1, 1, 1},
	     NULL);
	open_newest(&opened);
	check(ralm_checkpoint_position(&position, &opened, &err) == -1,
	      "a place behind the model's last step");
	ralm_model_release(&opened);
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	open_newest(&opened);
	check(ralm_checkpoint_position(&position, &opened, &err) == -1 &&
		      !strcmp(err.message, "position: the checkpoint does not "
					   "tell how far its run was"),
	      "a model among the checkpoints");
	ralm_model_release(&opened);
	release_kept(&kept);
	ralm_model_release(&model);
}

/* Opens a checkpoint with that tensor as its calibration and takes it: 1, 0, -1. */
static int restore_calibration(struct ralm_calibration *calibration,
			       struct ralm_parameters *parameters,
			       const struct ralm_model *model,
			       const struct ralm_tensor_source *source)
{
	const struct ralm_model_extra extra = {.tensors = source,
					       .tensor_count = source != NULL};
	struct ralm_model opened;
	if (ralm_model_save(path, NULL, model, USERS, &extra, &err) != 0 ||
	    ralm_model_open(&opened, path, 0, &err) != 0)
		abort();
	int result = ralm_calibration_restore(calibration, parameters, &opened,
					      &err);
	ralm_model_release(&opened);
	unlink(path);
	return result;
}

/* The counts of a calibration in a file are checked as everything there. */
static void test_calibration(void)
{
	enum { NUMBERS = sizeof(struct ralm_calibration_state) / sizeof(double) };
	static const struct {
		const char *what, *message;
		size_t place;
		double number;
	} bad[] = {
		{"a NaN", "not all numbers are finite", 0, NAN},
		{"an infinite bias", "not all numbers are finite", NUMBERS - 1,
		 -INFINITY},
		{"a scale that is no float", "not all numbers are finite",
		 NUMBERS - 2, 1e40},
		{"a weight below 0", "a weight is below 0", NUMBERS / 2, -0.5},
		{"fewer than no samples", "a weight is below 0", NUMBERS - 3, -1},
	};
	static double numbers[NUMBERS + 1];
	static struct ralm_calibration calibration, before;
	struct ralm_model model;
	struct ralm_tensor_source source, changed;
	const void *piece;
	make_model(&model, RALM_SGD);
	before = (struct ralm_calibration){.on = true, .state.samples = 3};
	calibration = before;
	ralm_calibration_source(&source, &piece, &calibration);
	piece = numbers;
	for (size_t i = 0; i < NUMBERS; i++)
		numbers[i] = 0.25 * (double)i;
	numbers[NUMBERS - 1] = -2;
	const double scale = (double)*model.parameters.scale;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const double good = numbers[bad[i].place];
		numbers[bad[i].place] = bad[i].number;
		check(restore_calibration(&calibration, &model.parameters,
					  &model, &source) == -1 &&
			      err.code == RALM_ERROR_DATA &&
			      strstr(err.message, bad[i].message) != NULL,
		      "a calibration with %s", bad[i].what);
		numbers[bad[i].place] = good;
	}
	for (int i = -1; i <= 1; i += 2) {
		changed = source;
		changed.shape[0] = (uint64_t)(NUMBERS + i);
		check(restore_calibration(&calibration, &model.parameters,
					  &model, &changed) == -1 &&
			      strstr(err.message, "not of the size") != NULL,
		      "one of %d numbers more", i);
	}
	changed = source;
	changed.dtype = RALM_F32;
	check(restore_calibration(&calibration, &model.parameters, &model,
				  &changed) == -1,
	      "one of another type");
	check(restore_calibration(&calibration, &model.parameters, &model,
				  NULL) == 0 &&
		      memcmp(&calibration, &before, sizeof before) == 0 &&
		      (double)*model.parameters.scale == scale,
	      "nothing is taken of any of them, nor where there is none");
	check(restore_calibration(&calibration, &model.parameters, &model,
				  &source) == 1 &&
		      memcmp(&calibration.state, numbers,
			     sizeof calibration.state) == 0 &&
		      (double)*model.parameters.bias == -2,
	      "a good one is taken whole");
	ralm_model_release(&model);
}

static void count_passed(void *context, const struct ralm_error *why)
{
	if (strstr(why->file, "step-") != NULL)
		++*(int *)context;
}

static void save_as(const struct ralm_model *model,
		    struct kept *kept, uint64_t steps,
		    uint64_t run, uint64_t keep)
{
	struct ralm_model at = *model;
	struct ralm_position position = place;
	at.steps = steps;
	position.run = run;
	if (ralm_checkpoint_save(folder, &at, USERS, &kept->rows.rows,
				 &kept->optimizer, &position, NULL,
				 &no_calibration, keep, &err) != 0)
		abort();
}

static void set_date(uint64_t steps, long seconds)
{
	const struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
	ralm_checkpoint_path(path, folder, steps);
	if (utimensat(0, path, times, 0) != 0)
		abort();
}

static bool newest_is(uint64_t steps)
{
	struct ralm_model opened;
	open_newest(&opened);
	bool is = opened.steps == steps;
	ralm_model_release(&opened);
	return is;
}

static bool stands(uint64_t steps)
{
	ralm_checkpoint_path(path, folder, steps);
	return access(path, F_OK) == 0;
}

static void remove_all(void)
{
	for (uint64_t steps = 0; steps < 1000; steps++) {
		ralm_checkpoint_path(path, folder, steps);
		unlink(path);
	}
}

/* The run first, then the steps; never the date. */
static void test_newest(const struct ralm_model *model,
			struct kept *kept)
{
	struct ralm_model opened;
	char old[RALM_CHECKPOINT_PATH], none[64];
	uint64_t run = 0;
	int passed = 0;
	check(ralm_checkpoint_next_run(&run, folder, &err) == 0 && run == 1,
	      "the first run");
	save_as(model, kept, 900, 1, 0);
	save_as(model, kept, 30, 1, 0);
	set_date(900, 1000);
	check(newest_is(900), "within a run it is the one of most steps");
	save_as(model, kept, STEPS, 2, 0);
	set_date(30, 2000000000);
	check(newest_is(STEPS), "a later run's is newer, whatever the dates");
	check(ralm_checkpoint_next_run(&run, folder, &err) == 0 && run == 3,
	      "and the next run is one later");
	ralm_checkpoint_path(old, folder, 900);
	ralm_checkpoint_path(path, folder, STEPS);
	check(truncate(path, 3000) == 0 &&
		      ralm_checkpoint_open(&opened, path, folder, count_passed,
					   &passed, &err) == 1 &&
		      opened.steps == 900 && !strcmp(path, old),
	      "one that is not whole is passed over");
	ralm_model_release(&opened);
	check(truncate(old, 3000) == 0 && newest_is(30), "and another one");
	passed = 0;
	ralm_checkpoint_path(path, folder, 30);
	check(truncate(path, 3000) == 0 &&
		      ralm_checkpoint_open(&opened, path, folder, count_passed,
					   &passed, &err) == -1 &&
		      passed == 2 && strstr(err.file, "/step-") != NULL &&
		      strstr(err.message, "truncated: ") != NULL,
	      "where none is whole, all are told, and it is no new start");
	snprintf(none, sizeof none, "%s/none", folder);
	check(ralm_checkpoint_open(&opened, path, none, NULL, NULL, &err) == 0,
	      "no folder, no checkpoint");
	remove_all();
}

static void test_keep(const struct ralm_model *model,
		      struct kept *kept)
{
	for (uint64_t steps = 10; steps <= 50; steps += 10)
		save_as(model, kept, steps, 1, 0);
	save_as(model, kept, 15, 1, 3);
	check(stands(15) && stands(50) && stands(40) && !stands(30) &&
		      !stands(20) && !stands(10),
	      "the one just written stays, though others have more steps");
	save_as(model, kept, 20, 2, 2);
	check(stands(20) && stands(50) && !stands(15) && !stands(40),
	      "and the newest besides");
	save_as(model, kept, 5, 1, 1);
	check(stands(5) && !stands(20) && !stands(50), "alone where one stays");
	remove_all();
}

static void test_lock(void)
{
	struct ralm_checkpoint_lock lock, other;
	char want[128];
	snprintf(want, sizeof want, "is in use by process %ld on ",
		 (long)getpid());
	check(ralm_checkpoint_lock(&lock, folder, &err) == 1, "a lock");
	check(ralm_checkpoint_lock(&other, folder, &err) == -1 &&
		      err.code == RALM_ERROR_SYSTEM &&
		      strstr(err.message, want) != NULL,
	      "a second one is refused, and told whose the first is");
	ralm_checkpoint_unlock(&lock);
	check(ralm_checkpoint_lock(&other, folder, &err) == 1,
	      "given back it can be taken");
	ralm_checkpoint_unlock(&other);
	ralm_checkpoint_unlock(&other);
}

/* The only checkpoint with another byte: 0 when it is refused. */
static bool survives(FILE *f, long at, int byte, int good)
{
	struct ralm_model opened;
	if (fseek(f, at, SEEK_SET) != 0 || fputc(byte, f) == EOF ||
	    fflush(f) != 0)
		abort();
	int got = ralm_checkpoint_open(&opened, path, folder, NULL, NULL, &err);
	if (got == 1)
		ralm_model_release(&opened);
	if (fseek(f, at, SEEK_SET) != 0 || fputc(good, f) == EOF ||
	    fflush(f) != 0)
		abort();
	return got != -1 || err.code != RALM_ERROR_DATA;
}

/* A bit and a digit in each place of the header, where the place of the run,
 * the optimizer's steps and the best epoch stand. */
static void test_damage(void)
{
	struct ralm_model model, opened;
	struct kept kept;
	int survived = 0, c;
	make_model(&model, RALM_ADAM);
	make_kept(&kept, RALM_ADAM, D);
	fill(&kept);
	save(&model, &kept, &place,
	     &(struct ralm_best){2, 0.75, 7, "bytes", 5});
	open_newest(&opened);
	const long end = (const char *)opened.file.data -
			 (const char *)opened.mapping;
	ralm_model_release(&opened);
	FILE *f = fopen(path, "r+b");
	if (f == NULL)
		abort();
	for (long i = 0; i < end; i++) {
		if (fseek(f, i, SEEK_SET) != 0 || (c = fgetc(f)) == EOF)
			abort();
		survived += survives(f, i, c ^ 1 << i % 8, c);
		if (c >= '0' && c <= '9')
			survived += survives(f, i, c == '9' ? '0' : c + 1, c);
	}
	fclose(f);
	check(survived == 0 && end > 1000,
	      "a bit and a digit changed in each of %ld places of the header",
	      end);
	open_newest(&opened);
	ralm_model_release(&opened);
	unlink(path);
	release_kept(&kept);
	ralm_model_release(&model);
}

int main(void)
{
	if (mkdtemp(folder) == NULL)
		abort();
	for (int kind = RALM_SGD; kind <= RALM_ADAM; kind++)
		test_round_trip(kind);
	test_refused();
	test_calibration();
	remove_all();
	struct ralm_model model;
	struct kept kept;
	make_model(&model, RALM_SGD);
	make_kept(&kept, RALM_SGD, D);
	test_newest(&model, &kept);
	test_keep(&model, &kept);
	test_lock();
	release_kept(&kept);
	ralm_model_release(&model);
	test_damage();
	check(rmdir(folder) == 0, "nothing is left behind");
	return check_done();
}
