/* Which options of ralm-fit go together. */
#ifndef RALM_FIT_RULES_H
#define RALM_FIT_RULES_H

#include "cli.h"

/* Exits with a usage error where an option was given that does nothing with the
 * settings of config or without another option that it needs. learns: not
 * --epochs=0. After cli_parse. */
void fit_check_rules(const struct cli_tool *tool, const struct ralm_config *config,
		     bool learns);

#endif
