/* The files that a tool reads and writes (used_files.h). */
#include "cli.h"

static struct ralm_used_files files;

void cli_file(enum ralm_file_use use, const char *what, const char *path)
{
	ralm_use_file(&files, use, what, path);
}

void cli_files_check(const struct cli_tool *tool)
{
	struct ralm_error err;
	if (ralm_used_files_settle(&files, &err) == 0)
		return;
	if (err.code == RALM_ERROR_CONFIG)
		cli_usage(tool, "%s", err.message);
	cli_fail(tool, &err);
}
