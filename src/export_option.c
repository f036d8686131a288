#include "export_option.h"

#include "users_option.h"

#include <string.h>
#include <unistd.h>

const char *export_path, *export_ids;
int export_form = RALM_VECTORS_TSV;

void export_check(const struct cli_tool *tool)
{
	if (export_path != NULL && export_form == RALM_VECTORS_NPY &&
	    cli_is_stdout(export_path) && isatty(STDOUT_FILENO))
		cli_usage(tool, "an array is not written to a terminal");
}

void export_files(const struct cli_tool *tool)
{
	cli_file(tool, CLI_REPLACE, "--export", export_path);
	cli_file(tool, CLI_REPLACE, "--export-ids", export_ids);
}

void export_vectors(const struct cli_tool *tool, struct ralm_scorer *scorer,
		    const char *lists, uint64_t seeds_num)
{
	struct ralm_error err;
	struct ralm_export_counts counts;
	const struct ralm_export_options options = {
		.output = export_path,
		.form = (enum ralm_vector_form)export_form,
		.ids = export_ids,
		.lists = lists,
		.seeds_num = seeds_num,
	};
	if (ralm_export(&counts, scorer, &options, &err) != 0)
		cli_fail(tool, &err);
	users_say(tool, counts.new_users);
	cli_warn_share(tool, counts.lists_unknown, counts.lists, "lists",
		       "have no seed that the model knows: left out");
	cli_warn_share(tool, counts.lists_cut, counts.lists, "lists",
		       "have more seeds than count (--seeds-num)");
}
