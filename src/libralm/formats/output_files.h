/* Files that a program writes beside its main output, each whole or not at all. */
#ifndef RALM_FORMATS_OUTPUT_FILES_H
#define RALM_FORMATS_OUTPUT_FILES_H

#include "formats/lines.h"
#include "ground/atomic_file.h"

enum { RALM_OUTPUT_FILES_MAX = 4 };

struct ralm_output_files {
	const char *path[RALM_OUTPUT_FILES_MAX]; /* NULL: not asked for */
	struct ralm_atomic_file file[RALM_OUTPUT_FILES_MAX]; /* zeroed at first */
};

/* Opens the files whose path is set. To be called before the work, so that a place that
 * cannot be written is told at once. They are to be closed, also after a failure. */
int ralm_output_files_open(struct ralm_output_files *files,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Calls put(writer, i, context, err) for each file i that is open, one after the other,
 * and gives each its name once it is complete. */
int ralm_output_files_write(struct ralm_output_files *files,
			    int (*put)(struct ralm_writer *writer, int file,
				       void *context, struct ralm_error *err),
			    void *context, struct ralm_error *err) RALM_MUST_CHECK;

/* Removes the files that have not got their name. */
void ralm_output_files_close(struct ralm_output_files *files);

#endif
