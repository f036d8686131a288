/* The folder of checkpoints: their names, order by age, and removal. */
#ifndef RALM_JOBS_FIT_CHECKPOINT_FOLDER_H
#define RALM_JOBS_FIT_CHECKPOINT_FOLDER_H

#include "jobs/fit/checkpoint.h"

/* The metadata key of ralm_position's run, and the largest run. */
#define RALM_CHECKPOINT_RUN "position.run"
#define RALM_CHECKPOINT_RUNS (UINT64_C(1) << 62)

struct ralm_checkpoint_name {
	uint64_t run, steps;
};

/* FOLDER/step-STEPS.bin, STEPS in twelve digits. */
void ralm_checkpoint_path(char path[RALM_CHECKPOINT_PATH], const char *folder,
			  uint64_t steps);

/* Whether a file's name there is a checkpoint's, or that of one that is being written, or
 * the lock's. */
bool ralm_checkpoint_has_name(const char *name);

/* The checkpoints of a folder (none if there is no folder), newest first: by run, then by
 * steps. Dates of files do not count, since they may be wrong. One whose run is not known
 * counts as of the last run. *names is to be freed. */
int ralm_checkpoint_list(struct ralm_checkpoint_name **names, size_t *count,
			 const char *folder, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The number of a new run there: one more than those of all checkpoints. */
int ralm_checkpoint_next_run(uint64_t *run, const char *folder,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Removes checkpoints so that `keep` are left: that of `steps` and the newest others
 * (keep 0: all are left). Removes temporary files of killed runs as well, so no other run
 * may be writing there. What cannot be removed stays. */
int ralm_checkpoint_tidy(const char *folder, uint64_t steps, uint64_t keep,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
