/* A lock, so that one run at a time writes to a folder of checkpoints. */
#ifndef RALM_JOBS_FIT_CHECKPOINT_LOCK_H
#define RALM_JOBS_FIT_CHECKPOINT_LOCK_H

#include "jobs/fit/checkpoint.h"

struct ralm_checkpoint_lock {
	int fd; /* -1: none is held */
	char path[RALM_CHECKPOINT_PATH];
};

#define RALM_CHECKPOINT_LOCK ".lock" /* its name */

/* Takes the lock of an existing folder: the file FOLDER/.lock, whose text says who holds
 * it. The lock ends with the process, however that ends; the file may stay. Returns 1; 0:
 * the file system has no locks; -1, also if another process holds the lock, which the
 * error names. */
int ralm_checkpoint_lock(struct ralm_checkpoint_lock *lock, const char *folder,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Releases the lock and removes the file. Does nothing if none is held. */
void ralm_checkpoint_unlock(struct ralm_checkpoint_lock *lock);

#endif
