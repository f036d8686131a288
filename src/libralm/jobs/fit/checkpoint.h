/* Checkpoints: model files that hold the optimizer's state and the position in the
 * input as well (ralm-model(5)). Each save makes a new one, in a folder of their own. */
#ifndef RALM_JOBS_FIT_CHECKPOINT_H
#define RALM_JOBS_FIT_CHECKPOINT_H

#include "model/model_file.h"
#include "jobs/fit/calibration.h"
#include "jobs/fit/optimizer.h"

/* Room for the path of a checkpoint. */
enum { RALM_CHECKPOINT_PATH = RALM_CONFIG_PATH_MAX + 64 };

/* The name of a temporary file for the best model, where output keeps none. */
#define RALM_CHECKPOINT_BEST "step-best.bin"

/* The position of a run. A resumed run finds it by steps; the rest is to check that the
 * input up to there is the same as it was. */
struct ralm_position {
	uint64_t steps;    /* over this input; the model had more if it was
			    * begun with another model */
	uint64_t epoch;    /* of the last of these steps, from 1; 0: none yet */
	uint64_t shuffles; /* begun; with rng_seed, the state of all that is
			    * random */
	uint64_t input;    /* digest of the samples read */
	uint64_t users;    /* digest of the file of --users; 0: none */
	uint64_t run;      /* number among the runs that wrote to the folder, from
			    * 1; resuming keeps it. 0: not known */
};

/* The best epoch so far of a run that validates. */
struct ralm_best {
	uint64_t epoch; /* 0: no epoch has ended */
	double auc; /* NaN: the validation has one label only */
	uint64_t input; /* digest of the validation's samples; 0: not known */
	const void *model; /* the bytes of its file, or NULL */
	size_t size;
};

/* Writes FOLDER/step-STEPS.bin with the model's number of steps. Then removes older
 * checkpoints, so that `keep` are left (0: all are), and unfinished files of killed
 * runs. best: NULL for a run that does not validate. calibration: applied, or off. */
int ralm_checkpoint_save(const char *folder, const struct ralm_model *model,
			 size_t users, struct ralm_rows *rows,
			 const struct ralm_optimizer *optimizer,
			 const struct ralm_position *position,
			 const struct ralm_best *best,
			 const struct ralm_calibration *calibration,
			 uint64_t keep,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Opens the newest whole checkpoint of a folder (that of the last run with the most
 * steps) and sets path to its path. `passed`, unless NULL, is called for each newer one
 * that is damaged. Returns 1; 0: there is no checkpoint, or no folder; -1. */
int ralm_checkpoint_open(struct ralm_model *model,
			 char path[RALM_CHECKPOINT_PATH], const char *folder,
			 void (*passed)(void *context,
					const struct ralm_error *why),
			 void *context, struct ralm_error *err) RALM_MUST_CHECK;

/* The position that a checkpoint was written with. */
int ralm_checkpoint_position(struct ralm_position *position,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The best epoch so far of the checkpoint's run; best->model lies in the checkpoint.
 * Returns 1; 0: the run did not validate; -1. */
int ralm_checkpoint_best(struct ralm_best *best,
			 const struct ralm_model *checkpoint,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Copies the optimizer's state from an opened checkpoint: of the dense parameters, and of
 * the rows of its users, which must have been fetched. Returns 1; 0: the file has none,
 * or that of another kind of optimizer; -1: what it has is wrong. */
int ralm_checkpoint_restore(struct ralm_optimizer *optimizer,
			    struct ralm_rows *rows,
			    const struct ralm_model *checkpoint,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
