/* The files that one path stands for: itself, or, of a folder, the files in it
 * by name, as PaddleRec's data_path has it. */
#ifndef RALM_FORMATS_FILE_LIST_H
#define RALM_FORMATS_FILE_LIST_H

#include "ground/error.h"

struct ralm_file_list {
	char **paths; /* as a reader takes them */
	size_t count, capacity;
};

/* Names that begin with a point are passed over, and so are folders in the
 * folder. A folder without a file is an error. */
int ralm_file_list_init(struct ralm_file_list *list, const char *path,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_file_list_release(struct ralm_file_list *list);

#endif
