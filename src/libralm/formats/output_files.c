#include "formats/output_files.h"

int ralm_output_files_open(struct ralm_output_files *files,
			   struct ralm_error *err)
{
	for (int i = 0; i < RALM_OUTPUT_FILES_MAX; i++)
		if (files->path[i] != NULL &&
		    ralm_atomic_open(&files->file[i], files->path[i], err) != 0)
			return -1;
	return 0;
}

int ralm_output_files_write(struct ralm_output_files *files,
			    int (*put)(struct ralm_writer *writer, int file,
				       void *context, struct ralm_error *err),
			    void *context, struct ralm_error *err)
{
	for (int i = 0; i < RALM_OUTPUT_FILES_MAX; i++) {
		struct ralm_writer writer;
		if (files->path[i] == NULL)
			continue;
		if (ralm_writer_open(&writer, files->file[i].fd, files->path[i],
				     err) != 0)
			return -1;
		const int result = put(&writer, i, context, err);
		if (ralm_writer_close(&writer, result, err) != 0 ||
		    ralm_atomic_commit(&files->file[i], err) != 0)
			return -1;
	}
	return 0;
}

void ralm_output_files_close(struct ralm_output_files *files)
{
	for (int i = 0; i < RALM_OUTPUT_FILES_MAX; i++)
		ralm_atomic_abort(&files->file[i]);
}
