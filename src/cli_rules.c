#include "cli_rules.h"

void cli_check_rules(const struct cli_tool *tool, const struct cli_rule *rules,
		     size_t count, int now, const char *called)
{
	for (size_t i = 0; i < count; i++) {
		if (!cli_given(tool, rules[i].name))
			continue;
		if ((rules[i].modes & now) == 0)
			cli_usage(tool, "--%s has no meaning with %s",
				  rules[i].name, called);
		if (rules[i].needs != NULL &&
		    !cli_given_or_set(tool, rules[i].needs))
			cli_usage(tool, "--%s needs --%s", rules[i].name,
				  rules[i].needs);
	}
}
