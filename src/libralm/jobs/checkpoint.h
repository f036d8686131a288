/* Checkpoints: model files with the optimizer's state, one a save, in a folder
 * of their own (ralm-model(5)). */
#ifndef RALM_JOBS_CHECKPOINT_H
#define RALM_JOBS_CHECKPOINT_H

#include "../model/model_file.h"
#include "../model/optimizer.h"

/* Room for the path of a checkpoint. */
enum { RALM_CHECKPOINT_PATH = RALM_CONFIG_PATH_MAX + 64 };

/* Writes FOLDER/step-STEPS.bin (STEPS are the model's; position is the steps of
 * this run over its input, fewer where it began with a model), making the folder where there is none, then
 * removes all but the newest `keep` (0: none). */
int ralm_checkpoint_save(const char *folder, const struct ralm_model *model,
			 size_t rows, const struct ralm_optimizer *optimizer,
			 uint64_t position, uint64_t keep, struct ralm_error *err) RALM_MUST_CHECK;

/* Opens the newest checkpoint of a folder that is whole, passing over those
 * that are not. Returns 1, 0 when there is none (or no folder), -1. */
int ralm_checkpoint_open(struct ralm_model *model, const char *folder,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* The position that a checkpoint was written with. */
int ralm_checkpoint_position(uint64_t *position,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Copies the optimizer's state out of an opened checkpoint. Returns 1, 0 when
 * the file holds none of this kind, -1 when what it holds is wrong. */
int ralm_checkpoint_restore(struct ralm_optimizer *optimizer,
			    const struct ralm_model *checkpoint,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
