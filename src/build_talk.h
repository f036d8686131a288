/* What ralm-build-data says on stderr: how far it has come, on a terminal, how much text
 * the training samples are going to be, and what it left out. */
#ifndef RALM_BUILD_TALK_H
#define RALM_BUILD_TALK_H

#include "progress.h"

#include <ralm.h>

struct build_view {
	const struct cli_tool *tool;
	struct progress progress;
	/* While samples are written, the terminal may show other text: standard
	 * output, or what the program at the other end of a pipe says. */
	bool shared;
	bool began, size_told;
	enum ralm_build_phase phase; /* valid once it began */
	char size[32];               /* of all training samples, about: "1.2 GB" */
};

void build_view_init(struct build_view *view, const struct cli_tool *tool);

/* The functions of struct ralm_build_options and ralm_sample_split_options;
 * context: the view. */
void build_view_progress(void *context, const struct ralm_build_progress *progress);

/* Takes the line off the terminal. */
void build_view_end(struct build_view *view);

/* Notes on the lines of the log, and how many were left out; also after a failure. */
void build_say_lines(const struct cli_tool *tool,
		     const struct ralm_build_report *report);

/* The same, and which items, clicks and negatives were left out of the samples. */
void build_say_left_out(const struct cli_tool *tool,
			const struct ralm_build_options *build,
			const struct ralm_build_report *report);

#endif
