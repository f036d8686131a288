/* A file that appears whole or not at all: written to a temporary beside its
 * place, synced, then renamed over it. A killed run leaves the old file. */
#ifndef RALM_GROUND_ATOMIC_FILE_H
#define RALM_GROUND_ATOMIC_FILE_H

#include "error.h"

struct ralm_atomic_file {
	int fd; /* open for writing; -1: not open */
	char *path, *temporary;
	int slot; /* place in the table of temporaries, -1: none */
};

/* Creates the temporary, so that a folder that does not exist or may not be
 * written to is told before the work and not after it. A path that names
 * something other than a regular file (/dev/stdout, a pipe, /dev/full) is
 * opened as it is. */
int ralm_atomic_open(struct ralm_atomic_file *file, const char *path,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* fsync, close, rename, fsync of the folder. On failure the temporary is gone
 * and the old file stands. Either way the file is closed. */
int ralm_atomic_commit(struct ralm_atomic_file *file, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Closes and removes the temporary; the old file stands. Does nothing after a
 * commit or on a zeroed struct whose fd is -1. */
void ralm_atomic_abort(struct ralm_atomic_file *file);

/* Removes every temporary of the process. Async-signal-safe: what a handler
 * of SIGINT and SIGTERM calls before it lets the signal kill. */
void ralm_atomic_unlink_all(void);

#endif
