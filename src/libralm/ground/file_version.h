/* What tells one version of a file from another, for readers that read a file again when
 * it was replaced or written to. */
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
	bool regular;
	bool once; /* a pipe or a device, which is read once; neither: a folder, or
		    * there is no such file */
};

/* The version that stands at a path now. */
struct ralm_file_version ralm_file_version_of(const char *path);

/* Whether two versions are of one file. */
static inline bool ralm_same_file(const struct ralm_file_version *a,
				  const struct ralm_file_version *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* Whether they are the same: one file, not written to in between. */
static inline bool ralm_same_version(const struct ralm_file_version *a,
				     const struct ralm_file_version *b)
{
	return ralm_same_file(a, b) && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

/* Whether to read a file again: it is no longer the version *last, or `force` is set.
 * Then *last becomes the version of now, so that one that cannot be read is tried once.
 * False for a pipe, which is read once, and, without force, where there is no file, as
 * there may be none while it is replaced. */
bool ralm_file_changed(struct ralm_file_version *last, const char *path,
		       bool force);

#endif
