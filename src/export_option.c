#include "export_option.h"

#include "users_option.h"

#include <string.h>
#include <unistd.h>

const char *export_path, *export_ids;
int export_form = RALM_VECTORS_TSV;

static bool is_stdout(const char *path)
{
	return strcmp(path, "/dev/stdout") == 0;
}

/* "-" is standard output. */
static const char *output(const struct cli_tool *tool, const char *path)
{
	if (path != NULL && strcmp(path, "-") == 0)
		path = "/dev/stdout";
	if (path != NULL && is_stdout(path))
		cli_need_stdout(tool, path);
	return path;
}

void export_check(const struct cli_tool *tool)
{
	if (export_path == NULL && export_ids != NULL)
		cli_usage(tool, "--export-ids needs --export");
	if (export_path == NULL && cli_given(tool, "export-format"))
		cli_usage(tool, "--export-format needs --export");
	static const char *const of_samples[] = {
		"raw", "with-target", "explain", "unbuffered", "skip-bad"};
	for (size_t i = 0; i < sizeof of_samples / sizeof *of_samples; i++)
		if (export_path != NULL && cli_given(tool, of_samples[i]))
			cli_usage(tool, "--%s has no meaning with --export",
				  of_samples[i]);
	export_path = output(tool, export_path);
	export_ids = output(tool, export_ids);
	if (export_path != NULL && export_form == RALM_VECTORS_NPY &&
	    is_stdout(export_path) && isatty(STDOUT_FILENO))
		cli_usage(tool, "an array is not written to a terminal");
}

void export_files(const struct cli_tool *tool)
{
	const char *const names[] = {"--export", "--export-ids"};
	const char *const paths[] = {export_path, export_ids};
	for (size_t i = 0; i < 2; i++)
		if (paths[i] != NULL)
			cli_file(tool,
				 is_stdout(paths[i]) ? CLI_WRITE : CLI_REPLACE,
				 names[i], paths[i]);
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
