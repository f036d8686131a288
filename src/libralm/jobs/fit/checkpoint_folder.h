/* The folder of checkpoints: names, order of age, removal. */
#ifndef RALM_JOBS_FIT_CHECKPOINT_FOLDER_H
#define RALM_JOBS_FIT_CHECKPOINT_FOLDER_H

#include "jobs/fit/checkpoint.h"

/* The metadata that holds position.run, and the highest there is. */
#define RALM_CHECKPOINT_RUN "position.run"
#define RALM_CHECKPOINT_RUNS (UINT64_C(1) << 62)

struct ralm_checkpoint_name {
	uint64_t run, steps;
};

/* FOLDER/step-STEPS.bin, STEPS in twelve digits. */
void ralm_checkpoint_path(char path[RALM_CHECKPOINT_PATH], const char *folder,
			  uint64_t steps);

/* The checkpoints of a folder (none where there is no folder), the newest
 * first: that of the last run with the most steps. Dates have no say, they may
 * lie. One that does not tell its run counts as of the last. free *names. */
int ralm_checkpoint_list(struct ralm_checkpoint_name **names, size_t *count,
			 const char *folder, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The number of a run that begins there: one more than any that wrote. */
int ralm_checkpoint_next_run(uint64_t *run, const char *folder,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Removes all checkpoints but the newest `keep` (0: none goes) and that of
 * `steps`, which counts as one of them; and the temporaries of runs that were
 * killed: no other run is to write there. What cannot be removed stays. */
int ralm_checkpoint_tidy(const char *folder, uint64_t steps, uint64_t keep,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
