/* The folder of checkpoints: their names, which was written last, what goes. */
#ifndef RALM_JOBS_CHECKPOINT_FOLDER_H
#define RALM_JOBS_CHECKPOINT_FOLDER_H

#include <time.h>

#include "checkpoint.h"

struct ralm_checkpoint_name {
	uint64_t steps;
	struct timespec written;
};

/* FOLDER/step-STEPS.bin, STEPS in twelve digits. */
void ralm_checkpoint_path(char path[RALM_CHECKPOINT_PATH], const char *folder,
			  uint64_t steps);

/* The checkpoints of a folder (none where there is no folder), that written
 * last first, since a folder may hold those of an earlier run, which came
 * further. free *names. */
int ralm_checkpoint_list(struct ralm_checkpoint_name **names, size_t *count,
			 const char *folder, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Removes all checkpoints but the `keep` written last (0: none), and the
 * temporaries of runs that were killed: no other run is to write there. What
 * cannot be removed stays. */
int ralm_checkpoint_tidy(const char *folder, uint64_t keep,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
