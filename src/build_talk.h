/* What ralm-build-data says on stderr of what it left out. */
#ifndef RALM_BUILD_TALK_H
#define RALM_BUILD_TALK_H

#include "cli.h"

#include <ralm.h>

/* Notes on the lines of the log, and how many were left out; also after a failure. */
void build_say_lines(const struct cli_tool *tool,
		     const struct ralm_build_report *report);

/* The same, and which items, clicks and negatives were left out of the samples. */
void build_say_left_out(const struct cli_tool *tool,
			const struct ralm_build_options *build,
			const struct ralm_build_report *report);

#endif
