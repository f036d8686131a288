/* Training on files of samples, and checking settings before. */
#include "ralm.h"

#include "formats/lines.h"
#include "ground/processors.h"
#include "ground/ranks.h"
#include "jobs/fit/fit_state.h"

#include <string.h>

int ralm_fit_check(const struct ralm_config *config, struct ralm_error *err)
{
	if (ralm_config_check(config, err) != 0)
		return -1;
	const struct ralm_network_kind *kind =
		ralm_network_kind(config->network, err);
	return kind == NULL || ralm_fit_check_table(config, err) != 0
		       ? -1
		       : ralm_devices_check(config->device, kind, err);
}

/* Options that would do nothing without another one. */
static int check_options(const struct ralm_config *config,
			 const struct ralm_fit_options *options,
			 struct ralm_error *err)
{
	if (options->resume && config->save_checkpoint_path[0] == '\0')
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume needs --checkpoint-dir");
	if (config->patience > 0 && options->validate == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--patience needs --validate");
	if (config->epochs == 0 &&
	    (options->validate != NULL || options->page != NULL ||
	     config->save_checkpoint_path[0] != '\0'))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--epochs=0 learns nothing: not with "
				      "--validate, --report or --checkpoint-dir");
	return 0;
}

int ralm_fit(struct ralm_fit_summary *summary, const struct ralm_config *config,
	     const char *const *paths, size_t path_count,
	     const struct ralm_fit_options *options, struct ralm_error *err)
{
	struct ralm_reader reader;
	struct ralm_config settled = *config;
	memset(summary, 0, sizeof *summary);
	const bool learns = config->epochs > 0;
	if (check_options(config, options, err) != 0)
		return -1;
	if (learns && ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	if (options->ranks != NULL)
		options->ranks->threads = settled.threads;
	settled.threads = ralm_threads_wanted(settled.threads);
	if (settled.stream && learns)
		settled.epochs = 1;
	int result = ralm_fit_run(summary, &settled, learns ? &reader : NULL,
				  options, err);
	summary->seeds_num = settled.seeds_num;
	if (learns)
		ralm_reader_release(&reader);
	return result;
}
