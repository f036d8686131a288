/* Which options of a tool go together: one that was given and would do nothing is
 * a usage error. */
#ifndef RALM_CLI_RULES_H
#define RALM_CLI_RULES_H

#include "cli.h"

struct cli_rule {
	const char *name;
	int modes;         /* bits: in which of the tool's it does something */
	const char *needs; /* another option, or NULL */
};

/* now: bits, what the tool is asked for; called: how messages name that, such as
 * "--info". After cli_parse. */
void cli_check_rules(const struct cli_tool *tool, const struct cli_rule *rules,
		     size_t count, int now, const char *called);

#endif
