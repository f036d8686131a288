/* What ralm-build-data says while it works: how far it has come, on a terminal, and
 * how much text the training samples are going to be. */
#ifndef RALM_BUILD_VIEW_H
#define RALM_BUILD_VIEW_H

#include "progress.h"

struct build_view {
	const struct cli_tool *tool;
	struct progress progress;
	/* Another program, or standard output, writes to the terminal while samples
	 * are written. */
	bool shared;
	bool began, size_told;
	enum ralm_build_phase phase; /* the last one told of */
	char size[32];               /* of all training samples, about */
};

void build_view_init(struct build_view *view, const struct cli_tool *tool);

/* The functions of struct ralm_build_options and ralm_sample_split_options;
 * context: the view. */
void build_view_progress(void *context, const struct ralm_build_progress *progress);

/* Takes the line away. */
void build_view_end(struct build_view *view);

#endif
