/* What tells one version of a file from another: who reads a file again when it
 * was replaced or written to. */
#ifndef RALM_GROUND_FILE_VERSION_H
#define RALM_GROUND_FILE_VERSION_H

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

struct ralm_file_version {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	bool regular; /* else a pipe, or not there */
};

struct ralm_file_version ralm_file_version_of(const char *path);

/* Is it the same file? */
static inline bool ralm_same_file(const struct ralm_file_version *a,
				  const struct ralm_file_version *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* And was it not written to? */
static inline bool ralm_same_version(const struct ralm_file_version *a,
				     const struct ralm_file_version *b)
{
	return ralm_same_file(a, b) && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

/* Is a file that is read again when it changes to be read now: with `force`, or
 * because it is no longer the version *last? Then *last is the one of now, which
 * is not tried again. While it is being replaced there may be none, and a pipe is
 * read once: both are no. */
bool ralm_file_changed(struct ralm_file_version *last, const char *path,
		       bool force);

#endif
