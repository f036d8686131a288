/* What ralm-build-data says on stderr of what it left out. */
#ifndef RALM_BUILD_TALK_H
#define RALM_BUILD_TALK_H

#include "cli.h"

#include <ralm.h>

void build_say_bad_lines(const struct cli_tool *tool, uint64_t count,
			 const struct ralm_error *first);

/* What is known of the lines of a log, also where it could not be used. */
void build_say_lines(const struct cli_tool *tool,
		     const struct ralm_build_report *report);
/* And what was left out of it. */
void build_say_left_out(const struct cli_tool *tool,
			const struct ralm_build_options *build,
			const struct ralm_build_report *report);

#endif
