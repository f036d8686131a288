/* A file that appears whole or not at all: it is written to a temporary file
 * beside its place, synced, and renamed. A killed run leaves the old file, and
 * perhaps a temporary named .NAME.XXXXXX (a long NAME is cut). */
#ifndef RALM_GROUND_ATOMIC_FILE_H
#define RALM_GROUND_ATOMIC_FILE_H

#include <stdbool.h>

#include "ground/error.h"

struct ralm_atomic_file {
	int fd; /* open for writing, a temporary also for reading; -1: closed */
	char *path, *temporary;
	int slot; /* in the table of temporaries; -1: none */
	bool once; /* a pipe or standard output: nothing can be taken back */
};

/* Is it "/dev/stdout", which is whatever standard output is? */
bool ralm_is_stdout(const char *path);

/* Creates the temporary, so that a folder that does not exist or may not be
 * written to is an error before the work and not after it. As with a plain
 * open(2), a symbolic link is followed; the mode (and, for root, the owner) of
 * an old file is kept, a new one has what the umask leaves; an old file that
 * may not be written to is an error. A path that is no regular file (a pipe,
 * /dev/full) is opened as it is, and /dev/stdout is whatever standard output
 * is. */
int ralm_atomic_open(struct ralm_atomic_file *file, const char *path,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Forgets what was written so far, to write again from the start. Not for a
 * file with `once`. */
int ralm_atomic_rewind(struct ralm_atomic_file *file, struct ralm_error *err)
	RALM_MUST_CHECK;

/* fsync, close, rename, fsync of the folder. On failure the temporary is gone
 * and the old file stands. Either way the file is closed. A folder that cannot
 * be synced is no failure: the new file is whole and in its place, and only a
 * power cut could still undo that (ralm_folder_unsynced tells). */
int ralm_atomic_commit(struct ralm_atomic_file *file, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Closes and removes the temporary; the old file stands. Does nothing after a
 * commit or on a zeroed struct. */
void ralm_atomic_abort(struct ralm_atomic_file *file);

#endif
