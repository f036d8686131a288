/* The files that a program or a call reads and writes: none that is read is written, no
 * two that are written are one, by whatever links, folders or descriptors they are
 * named, and standard input is read once. */
#ifndef RALM_GROUND_USED_FILES_H
#define RALM_GROUND_USED_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "ground/error.h"
#include "ground/file_version.h"

/* A file that is read as a whole before anything is written may be replaced. */
enum ralm_file_use {
	RALM_FILE_READ,       /* "-" is standard input */
	RALM_FILE_READ_FIRST, /* as a whole, before anything is written */
	RALM_FILE_WRITE,      /* in place; "/dev/stdout" is standard output */
	RALM_FILE_REPLACE,    /* by a temporary file that is renamed to it at the end;
			       * "/dev/stdout" is written in place */
};

/* Zeroed at first, and to be released. Its texts are the caller's. */
struct ralm_used_files {
	struct ralm_used_file *files;
	size_t count, capacity;
	bool incomplete; /* memory ran out: ralm_used_files_check tells */
};

/* Notes a file. what: what the user calls it ("--test", "FILE"). path NULL or "": no
 * file. */
void ralm_use_file(struct ralm_used_files *used, enum ralm_file_use use,
		   const char *what, const char *path);

/* The same of files that are read one after the other; count 0: standard input. */
void ralm_use_inputs(struct ralm_used_files *used, const char *const *paths,
		     size_t count);

/* The same of a descriptor that is written to; what messages call it. */
void ralm_use_descriptor(struct ralm_used_files *used, int fd, const char *name);

/* The same of a file that was opened to be read, when it was this version. */
void ralm_use_version(struct ralm_used_files *used, const char *what,
		      const struct ralm_file_version *version);

/* RALM_ERROR_CONFIG where two of the files are one and must not be, or are both standard
 * input. To be called before any of them is opened for writing. */
int ralm_used_files_check(const struct ralm_used_files *used,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* The same, and releases them. */
int ralm_used_files_settle(struct ralm_used_files *used,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Whether the file that is at path, or would be, is one that is read. */
bool ralm_used_files_read(const struct ralm_used_files *used, const char *path);

void ralm_used_files_release(struct ralm_used_files *used);

/* Does the path stand for standard input? */
bool ralm_is_stdin(const char *path);

#endif
