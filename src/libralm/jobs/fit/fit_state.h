/* What one training run holds; internal to fit*.c. */
#ifndef RALM_JOBS_FIT_FIT_STATE_H
#define RALM_JOBS_FIT_FIT_STATE_H

#include "device/devices.h"
#include "ground/atomic_file.h"
#include "ground/threads.h"
#include "metrics/auc.h"
#include "networks/blocks.h"
#include "jobs/fit/calibration.h"
#include "jobs/fit/optimizer.h"
#include "jobs/fit/checkpoint.h"
#include "jobs/fit/checkpoint_lock.h"
#include "jobs/fit/feed.h"
#include "jobs/fit/fit_page.h"
#include "jobs/fit/rank_work.h"
#include "jobs/fit/told_users.h"
#include "rows/rows_local.h"
#include "samples/shuffle.h"

/* What progress is told from; has no say in what is learned. */
struct ralm_fit_progress {
	double begun;          /* seconds of a steady clock, this run */
	double started;        /* the same, of its first step */
	double last_report;
	uint64_t samples_run;  /* since started */
	/* Of this epoch, those passed over included; 0: not known. */
	uint64_t samples, batch, epoch_batches;
	/* Sums since the last due report and of this epoch, and over how many
	 * samples they are. */
	double loss, epoch_loss;
	uint64_t loss_samples, epoch_samples;
	struct ralm_bucket_auc auc;
	/* A due report that may be the last of its epoch waits until that is
	 * known, and what the validation says; or until a checkpoint is saved. */
	struct ralm_fit_report held;
	bool holds, told_early;
};

struct ralm_fit {
	struct ralm_model model;
	struct ralm_model origin; /* the file it began with, or zero */
	char origin_path[RALM_CHECKPOINT_PATH];
	const struct ralm_config *config; /* the model's */
	const struct ralm_fit_options *options;
	struct ralm_fit_summary *summary;
	struct ralm_threads *threads;
	bool multiplies; /* between ralm_blas_begin and ralm_blas_end */

	struct ralm_feed feed;
	struct ralm_span all; /* what later epochs go over, so far */
	struct ralm_shuffle shuffle;
	uint64_t epoch; /* from 0 */
	uint64_t turn;  /* shuffles so far */
	uint64_t input; /* digest of the samples read so far */
	size_t users;   /* that training has reached */
	uint64_t begun;   /* the model's steps before this run's first */
	uint64_t run;     /* of those that wrote checkpoints there */
	uint64_t skip;    /* steps ahead that a checkpoint has done already */
	bool resumed;     /* the origin is that checkpoint */
	bool learns;      /* else the origin's users and vectors stay as they are */
	struct ralm_told_users told; /* of whom --users tells */
	char *note; /* the model's; NULL: none */
	size_t given; /* users who began with vectors made elsewhere: the first */
	struct ralm_position position; /* behind the last step, done or ahead */

	struct ralm_batch batch, next; /* at hand; made beside its work */
	struct ralm_blocks blocks, next_blocks; /* what these are cut into */
	struct ralm_network network;
	struct ralm_block_work work;
	struct ralm_devices *devices; /* that do it in its place, or NULL */
	struct ralm_optimizer optimizer;
	struct ralm_calibration calibration;
	struct ralm_rows_local rows_here;
	struct ralm_rows *rows; /* these, or those over ranks */
	/* Over ranks, or NULL: then blocks are those of rank 0's part. */
	struct ralm_ranks *ranks;
	struct ralm_rows_ranks rows_spread;
	struct ralm_rank_work rank_work;
	struct ralm_parts parts, next_parts;
	struct ralm_batch part, next_part; /* rank 0's */
	struct ralm_parameters gradient;
	ralm_real *X, *dX;
	ralm_real *cosine; /* (B) */
	struct ralm_row_gradients *found; /* of each block */
	size_t X_room, dX_room, cosine_room, found_room;
	float *score;
	size_t score_room;

	struct ralm_fit_progress progress;
	struct ralm_fit_page page;
	struct ralm_checkpoint_lock lock;
	uint64_t validation; /* digest of the samples to validate by */
	struct ralm_atomic_file output; /* path NULL: none */
	struct ralm_atomic_file best;   /* path NULL: output holds it */
	bool saved; /* these hold a model, not committed yet */
	bool news; /* something that no checkpoint has yet */
};

/* fit.c: as ralm_fit, with a reader of the samples that was opened, and a number
 * of threads. */
int ralm_fit_run(struct ralm_fit_summary *summary,
		 const struct ralm_config *config, struct ralm_reader *reader,
		 const struct ralm_fit_options *options, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fit.c: a notice for the user of the run (options->notice), as by printf. */
void ralm_fit_say(const struct ralm_fit *fit, bool warning, const char *format,
		  ...) RALM_PRINTF(3, 4);

/* fit.c: true when a signal asks to stop. */
bool ralm_fit_stopped(const struct ralm_fit *fit);

/* fit_start.c: passes over `steps` of the steps in fit->skip, which are that
 * many samples. Where none is left, the place is checked to be the one that the
 * checkpoint tells of. */
int ralm_fit_pass(struct ralm_fit *fit, uint64_t steps, uint64_t samples,
		  struct ralm_error *err) RALM_MUST_CHECK;
/* Where the run is after `steps` steps, the last one just done. */
struct ralm_position ralm_fit_position(const struct ralm_fit *fit,
				       uint64_t steps);
/* What to say of a checkpoint of another input. Returns -1. */
int ralm_fit_other_input(const struct ralm_fit *fit, struct ralm_error *err);

/* fit_step.c: one batch, forward to update; makes fit->next on the way. */
int ralm_fit_step(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Makes fit->next. Returns 1; 0 when the shuffle is at its end; -1. */
int ralm_fit_next(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fit_ranks.c, of rank 0. Start: tells the others, where the rows are then, with
 * the origin's users among them. */
int ralm_fit_ranks_start(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_fit_ranks_release(struct ralm_fit *fit);
/* The parts of fit->next and the blocks of the own one; and they are at hand. */
int ralm_fit_ranks_next(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_fit_ranks_take_next(struct ralm_fit *fit);
/* Work on the batch at hand, up to the scattered gradients of rows. */
int ralm_fit_ranks_work(double *loss, struct ralm_fit *fit,
			const struct ralm_beside *beside,
			struct ralm_error *err) RALM_MUST_CHECK;

/* fit_devices.c: opens those that the setting names, if it names any. */
int ralm_fit_devices_start(struct ralm_fit *fit, const char *which,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* fit_progress.c */
void ralm_fit_passed(struct ralm_fit *fit, uint64_t steps, uint64_t samples);
void ralm_fit_epoch_begins(struct ralm_fit *fit);
int ralm_fit_track(struct ralm_fit *fit, double loss, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Tells the report that waits, if one does: before what a resumed run goes on
 * from, for that run does not tell of the step. */
void ralm_fit_tell_held(struct ralm_fit *fit);
/* Since the run began to train. */
double ralm_fit_seconds(const struct ralm_fit *fit);
void ralm_fit_epoch_ends(struct ralm_fit *fit, double validation_auc);

/* fit_start.c: tells where there are fewer threads than wanted. */
void ralm_fit_say_threads(const struct ralm_fit *fit,
			  const struct ralm_config *wanted);

/* fit_start.c: the model to begin with, new or from a file. */
int ralm_fit_start_model(struct ralm_fit *fit, const struct ralm_config *config,
			 struct ralm_error *err) RALM_MUST_CHECK;
/* The optimizer's state out of that file, where it has it. */
int ralm_fit_start_optimizer(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* init_vectors.c: rows of users who begin with vectors made elsewhere. */
int ralm_fit_start_vectors(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fit_note.c: gives the model its note. While the origin is there. */
int ralm_fit_keep_note(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fit_save.c: when something is saved, and what. Before the model is there. */
int ralm_fit_save_open(struct ralm_fit *fit, const struct ralm_config *config,
		       struct ralm_error *err) RALM_MUST_CHECK;
/* What the checkpoint that is resumed knew of its best epoch, which is to fit
 * what this run validates by. */
int ralm_fit_restore_best(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
int ralm_fit_save_step(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
int ralm_fit_save_epoch(struct ralm_fit *fit, bool best,
			struct ralm_error *err) RALM_MUST_CHECK;
int ralm_fit_save_end(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
