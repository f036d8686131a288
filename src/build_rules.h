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
	const char *name;
	bool by_default; /* no option and no file says so */
};

/* An option that was given and would do nothing, with this source, without
 * another option or without training samples, is a usage error. After cli_parse. */
void build_check_rules(const struct cli_tool *tool,
		       const struct build_source *source, bool training);

#endif
