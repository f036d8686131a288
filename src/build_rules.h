/* Where samples come from, and which options of ralm-build-data go together. */
#ifndef RALM_BUILD_RULES_H
#define RALM_BUILD_RULES_H

#include "cli.h"

enum build_source_kind {
	BUILD_PLANTED = 1,
	BUILD_CLICKS = 2,
	BUILD_SAMPLES = 4,
	BUILD_PADDLEREC = 8,
};

struct build_source {
	enum build_source_kind kind;
	const char *name; /* for messages: "NAME reads no file" */
	bool by_default;  /* no option and no operand names it */
};

/* Exits with a usage error where an option was given that does nothing with this
 * source, without another option that it needs, or without training samples. After
 * cli_parse. */
void build_check_rules(const struct cli_tool *tool,
		       const struct build_source *source, bool training);

#endif
