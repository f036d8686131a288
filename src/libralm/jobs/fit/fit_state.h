/* What one training run holds; for fit*.c and init_vectors.c alone. */
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
#include "jobs/fit/validate.h"
#include "rows/rows_local.h"
#include "samples/shuffle.h"

/* What reports are made from; does not influence what is learned. */
struct ralm_fit_progress {
	/* Seconds of a steady clock, when the run began, its first step began, and
	 * the last report was made. */
	double begun, started, last_report;
	uint64_t samples_run;  /* in this run's steps */
	/* Of this epoch, with those passed over; epoch_batches 0: not known. */
	uint64_t samples, batch, epoch_batches;
	/* Sums of the loss, and the samples they are over: since the last due
	 * report, and of this epoch. */
	double loss, epoch_loss;
	uint64_t loss_samples, epoch_samples;
	struct ralm_bucket_auc auc;
	/* A due report that may be the last one of its epoch is held back until
	 * that and the validation's AUC are known, or a checkpoint is saved. */
	struct ralm_fit_report held;
	bool holds;      /* there is one */
	bool told_early; /* that was before its epoch ended, for a checkpoint */
};

/* A batch, and what it is cut into. */
struct ralm_fit_batch {
	struct ralm_batch batch;
	/* Over ranks: a part for each of them, and the samples of rank 0's. */
	struct ralm_parts parts;
	struct ralm_batch part;
	struct ralm_blocks blocks; /* of the batch, or of that part */
};

struct ralm_fit {
	struct ralm_model model;
	struct ralm_model origin; /* the model or checkpoint to begin with; or zero */
	char origin_path[RALM_CHECKPOINT_PATH];
	const struct ralm_config *config; /* the model's */
	const struct ralm_fit_options *options;
	struct ralm_fit_summary *summary;
	struct ralm_threads *threads;
	bool multiplies; /* between ralm_blas_begin and ralm_blas_end */

	struct ralm_feed feed;
	struct ralm_span all; /* the samples so far, for later epochs */
	struct ralm_shuffle shuffle;
	uint64_t epoch; /* from 0 */
	uint64_t turn;  /* shuffles so far */
	uint64_t input; /* digest of the samples read so far */
	size_t users;   /* in the windows so far */
	uint64_t begun;   /* the model's steps before this input */
	uint64_t run;     /* checkpoint.h, struct ralm_position */
	uint64_t skip;    /* steps still to pass over, done by a checkpoint */
	bool resumed;     /* the origin is that checkpoint */
	bool learns;      /* else users and vectors stay those of the origin */
	struct ralm_told_users told; /* the file of --users */
	char *note; /* the model's; NULL: none */
	size_t given; /* users with vectors made elsewhere: the first ones */
	struct ralm_position position; /* after the last step, a resumed run's
					* checkpoint included */

	struct ralm_fit_batch batches[2], *now, *next; /* those of now and next */
	struct ralm_network network;
	struct ralm_block_work work;
	struct ralm_devices *devices; /* that do `work` in its place, or NULL */
	struct ralm_optimizer optimizer;
	struct ralm_calibration calibration;
	struct ralm_rows_local rows_here;
	struct ralm_rows *rows; /* rows_here, rows_spread over ranks, or a device's */
	struct ralm_ranks *ranks; /* NULL, or a run over ranks */
	struct ralm_rows_ranks rows_spread;
	struct ralm_rank_work rank_work;
	struct ralm_parameters gradient;
	ralm_real *X, *dX;
	ralm_real *next_X; /* of fit->next, if it is gathered ahead */
	bool ahead;
	ralm_real *cosine; /* (B) */
	struct ralm_row_gradients *found; /* of each block */
	size_t X_room, next_X_room, dX_room, cosine_room, found_room;
	float *score;
	size_t score_room;

	struct ralm_fit_progress progress;
	struct ralm_fit_page page;
	struct ralm_checkpoint_lock lock;
	struct ralm_validation_file validation; /* path NULL: none */
	struct ralm_atomic_file output; /* path NULL: none */
	struct ralm_atomic_file best;   /* path NULL: output holds it */
	bool saved; /* these two hold a model, not committed yet */
	bool news; /* something was learned that no checkpoint has yet */
};

/* ---- fit.c --------------------------------------------------------------- */

/* Trains, all epochs, and saves what comes of it. */
int ralm_fit_epochs(struct ralm_fit *fit, struct ralm_error *err) RALM_MUST_CHECK;

/* Passes a notice to options->notice, as by printf. */
void ralm_fit_say(const struct ralm_fit *fit, bool warning, const char *format,
		  ...) RALM_PRINTF(3, 4);

/* Whether a signal asks to stop. */
bool ralm_fit_stopped(const struct ralm_fit *fit);

/* ---- fit_start.c --------------------------------------------------------- */

/* The model to begin with, new or from a file. */
int ralm_fit_start_model(struct ralm_fit *fit, const struct ralm_config *config,
			 struct ralm_error *err) RALM_MUST_CHECK;
/* The optimizer's state from that file, if it has it. */
int ralm_fit_start_optimizer(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Writes the origin's vectors to fit->rows, where these rows were fetched. */
void ralm_fit_hand_out(struct ralm_fit *fit);

/* Passes over `steps` of the steps in fit->skip, with so many samples. After the last
 * one, checks that the position is the checkpoint's. */
int ralm_fit_pass(struct ralm_fit *fit, uint64_t steps, uint64_t samples,
		  struct ralm_error *err) RALM_MUST_CHECK;
/* The position after `steps` steps, the last of which was just done. */
struct ralm_position ralm_fit_position(const struct ralm_fit *fit,
				       uint64_t steps);
/* Fills err: the checkpoint is of another input. Returns -1. */
int ralm_fit_other_input(const struct ralm_fit *fit, struct ralm_error *err);

/* init_vectors.c: rows of users who begin with vectors made elsewhere. */
int ralm_fit_start_vectors(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fit_note.c: gives the model its note, before the origin is released. */
int ralm_fit_keep_note(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* ---- fit_begin.c ---------------------------------------------------------- */

/* Whether users' vectors are trained elsewhere than in the model's table: on a device
 * or over ranks. */
bool ralm_fit_table_elsewhere(const struct ralm_fit *fit,
			      const struct ralm_config *wanted);

/* ---- fit_step.c ---------------------------------------------------------- */

/* One step on fit->now, from the network to the update; makes fit->next meanwhile. */
int ralm_fit_step(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Makes fit->next. Returns 1; 0: the shuffle is at its end; -1. */
int ralm_fit_next(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* ---- fit_ranks.c: rank 0 ------------------------------------------------- */

/* Starts the other ranks, and the rows over all ranks, with the origin's users. */
int ralm_fit_ranks_start(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_fit_ranks_release(struct ralm_fit *fit);
/* Cuts fit->next into parts, and rank 0's part into blocks. */
int ralm_fit_ranks_next(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
/* The step's work on fit->now, up to and with the scatter of rows' gradients. */
int ralm_fit_ranks_work(double *loss, struct ralm_fit *fit,
			const struct ralm_beside *beside,
			struct ralm_error *err) RALM_MUST_CHECK;

/* ---- fit_progress.c ------------------------------------------------------ */

void ralm_fit_epoch_begins(struct ralm_fit *fit);
/* So many steps, with so many samples, were passed over. */
void ralm_fit_passed(struct ralm_fit *fit, uint64_t steps, uint64_t samples);
/* A step was done; loss: the sum over its samples. */
int ralm_fit_track(struct ralm_fit *fit, double loss, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Makes the report that is held back, if there is one: before a checkpoint is saved,
 * since a run that is resumed from there does not report that step. */
void ralm_fit_tell_held(struct ralm_fit *fit);
void ralm_fit_epoch_ends(struct ralm_fit *fit, double validation_auc);
/* Since the run began to train. */
double ralm_fit_seconds(const struct ralm_fit *fit);

/* ---- fit_save.c ---------------------------------------------------------- */

/* Opens output files and folders, before there is a model. */
int ralm_fit_save_open(struct ralm_fit *fit, const struct ralm_config *config,
		       struct ralm_error *err) RALM_MUST_CHECK;
/* Takes over the best epoch from the checkpoint that is resumed, whose validation must
 * be this run's. */
int ralm_fit_restore_best(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Save what is due after a step, after an epoch (best: it is the best so far), and at
 * the end. */
int ralm_fit_save_step(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;
int ralm_fit_save_epoch(struct ralm_fit *fit, bool best,
			struct ralm_error *err) RALM_MUST_CHECK;
int ralm_fit_save_end(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
