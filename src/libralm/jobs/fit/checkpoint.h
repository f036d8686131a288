/* Checkpoints: model files with the optimizer's state and the place in the
 * input, one a save, in a folder of their own (ralm-model(5)). */
#ifndef RALM_JOBS_FIT_CHECKPOINT_H
#define RALM_JOBS_FIT_CHECKPOINT_H

#include "model/model_file.h"
#include "jobs/fit/calibration.h"
#include "jobs/fit/optimizer.h"

/* Room for the path of a checkpoint. */
enum { RALM_CHECKPOINT_PATH = RALM_CONFIG_PATH_MAX + 64 };

/* The temporary name of a best model that no output keeps. */
#define RALM_CHECKPOINT_BEST "step-best.bin"

/* The position of a run. Resuming finds it by steps; the rest is to check that
 * the input there is the one that the checkpoint's run had. */
struct ralm_position {
	uint64_t steps;    /* over this input: fewer than the model's where the
			    * run began with a model */
	uint64_t epoch;    /* of the last of them, from 1; 0: no step yet */
	uint64_t shuffles; /* begun: with rng_seed, the state of all that is
			    * random */
	uint64_t input;    /* digest of the samples read */
	uint64_t users;    /* digest of what --users tells; 0: nothing */
	uint64_t run;      /* of those that wrote to the folder, from 1; a run
			    * that is resumed is the same one. 0: not told */
};

/* The best epoch so far of a run that validates; 0: none has ended. */
struct ralm_best {
	uint64_t epoch;
	double auc; /* NaN where there is one label only */
	uint64_t input; /* digest of what it was judged by; 0: not told */
	const void *model; /* the bytes of its file, or NULL */
	size_t size;
};

/* Writes FOLDER/step-STEPS.bin, STEPS being the model's, then removes all but
 * this one and the newest besides, `keep` together (0: nothing goes), and what
 * a killed run left there unfinished. best: NULL for a run that does not
 * validate. calibration: applied, or off. */
int ralm_checkpoint_save(const char *folder, const struct ralm_model *model,
			 size_t users, struct ralm_rows *rows,
			 const struct ralm_optimizer *optimizer,
			 const struct ralm_position *position,
			 const struct ralm_best *best,
			 const struct ralm_calibration *calibration,
			 uint64_t keep,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Opens the newest whole checkpoint of a folder: of the last run, the one with
 * the most steps; path: its name. `passed`, if not NULL, is called for each
 * newer one that is not whole. Returns 1, 0 when there is none (or no folder),
 * -1. */
int ralm_checkpoint_open(struct ralm_model *model,
			 char path[RALM_CHECKPOINT_PATH], const char *folder,
			 void (*passed)(void *context,
					const struct ralm_error *why),
			 void *context, struct ralm_error *err) RALM_MUST_CHECK;

/* The position that a checkpoint was written with. */
int ralm_checkpoint_position(struct ralm_position *position,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The best epoch so far of the checkpoint's run; the model is in the
 * checkpoint. Returns 1, 0 when the run did not validate, -1. */
int ralm_checkpoint_best(struct ralm_best *best,
			 const struct ralm_model *checkpoint,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Copies the optimizer's state out of an opened checkpoint, that of the rows of
 * its users, which were fetched, among it. Returns 1, 0 when
 * the file holds none of this kind, -1 when what it holds is wrong. */
int ralm_checkpoint_restore(struct ralm_optimizer *optimizer,
			    struct ralm_rows *rows,
			    const struct ralm_model *checkpoint,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
