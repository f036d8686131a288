#include "scoring_options.h"

#include <inttypes.h>
#include <string.h>

/* ---- seeds --------------------------------------------------------------- */

uint64_t seeds_option_num;
uint64_t seeds_clusters = RALM_CLUSTERS, seeds_clusters_above = RALM_CLUSTERS_ABOVE;

uint64_t seeds_most(const struct cli_tool *tool)
{
	if (!cli_given(tool, "seeds-num"))
		return 0;
	return seeds_option_num == 0 ? RALM_ALL_SEEDS : seeds_option_num;
}

/* ---- users --------------------------------------------------------------- */

const char *users_path;
int users_known = RALM_USERS_MODEL;

void users_read(const struct cli_tool *tool, struct ralm_scorer *scorer)
{
	struct ralm_error err;
	if (users_path != NULL && strcmp(users_path, "-") == 0)
		cli_usage(tool, "--users: a file, not standard input");
	if (users_path != NULL &&
	    ralm_scorer_users(scorer, users_path,
			      (enum ralm_users_known)users_known, &err) != 0)
		cli_fail(tool, &err);
}

void users_say(const struct cli_tool *tool, uint64_t count)
{
	if (count > 0)
		cli_warn(tool,
			 "%" PRIu64 " users whom the model does not know have a "
			 "vector by --users",
			 count);
}

/* ---- the device ---------------------------------------------------------- */

const char *device_name;

void device_open(const struct cli_tool *tool, struct ralm_scorer *scorer,
		 enum ralm_device_use use, const char *what, bool quiet)
{
	const struct ralm_device *first, *one;
	struct ralm_error err;
	if (device_name == NULL)
		return;
	if (ralm_scorer_device(scorer, device_name, use, &err) != 0)
		cli_fail(tool, &err);
	first = ralm_scorer_device_at(scorer, 0);
	for (size_t i = 0; (one = ralm_scorer_device_at(scorer, i)) != NULL;
	     i++) {
		if (!quiet)
			cli_warn(tool, "%s '%s' (%s)", what, one->name,
				 one->platform);
		if (strcmp(one->name, first->name) != 0)
			cli_warn(tool,
				 "'%s' is not '%s': which of them does what may "
				 "be seen in the last digits",
				 one->name, first->name);
	}
}
