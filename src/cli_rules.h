/* Which options of a tool go together: an option that was given and would do nothing
 * is a usage error. */
#ifndef RALM_CLI_RULES_H
#define RALM_CLI_RULES_H

#include "cli.h"

struct cli_rule {
	const char *name;  /* of an option */
	int modes;         /* bits: the modes of the tool in which it does something */
	const char *needs; /* another option without which it does nothing, or NULL;
			    * a setting may also be set by a file, a path */
};

/* now: bits, the modes that the tool works in; called: how messages name these, such
 * as "--info". After cli_parse. */
void cli_check_rules(const struct cli_tool *tool, const struct cli_rule *rules,
		     size_t count, int now, const char *called);

#endif
