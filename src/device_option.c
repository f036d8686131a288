#include "device_option.h"

#include <string.h>

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
