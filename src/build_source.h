/* Where ralm-build-data has samples from. */
#ifndef RALM_BUILD_SOURCE_H
#define RALM_BUILD_SOURCE_H

#include "cli.h"

/* Bits, for the modes of options. */
enum build_source_kind {
	PLANTED = 1,
	CLICKS = 2,
	SAMPLES = 4,
	PADDLEREC = 8,
	LOGS = PLANTED | CLICKS,
	SOURCES = LOGS | SAMPLES | PADDLEREC,
};

struct build_source {
	enum build_source_kind kind;
	const char *name; /* for messages: "NAME reads no file" */
	bool by_default;  /* no option and no operand names it */
};

/* By the options --clicks, --planted, --samples and --paddlerec, of which more than one
 * is a usage error, or how many operands there are; by default the click log on standard
 * input, or the planted one where nothing can come there. After cli_parse. */
struct build_source build_source_choose(const struct cli_tool *tool, size_t operands);

#endif
