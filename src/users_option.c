#include "users_option.h"

#include <inttypes.h>

const char *users_path;
int users_known = RALM_USERS_MODEL;

void users_read(const struct cli_tool *tool, struct ralm_scorer *scorer)
{
	struct ralm_error err;
	if (cli_given(tool, "users-known") && users_path == NULL)
		cli_usage(tool, "--users-known needs --users");
	if (users_path != NULL && cli_is_stdin(users_path))
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
