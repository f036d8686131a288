/* What ralm-fit says when a run has ended. */
#ifndef RALM_FIT_SAY_H
#define RALM_FIT_SAY_H

#include "cli.h"

#include <ralm.h>

/* What was left out and who is in no sample, and unless quiet which epoch was the
 * best and who began with vectors made elsewhere. */
void fit_say_end(const struct cli_tool *tool,
		 const struct ralm_fit_summary *summary, bool quiet);

/* By the signal of that number; checkpoints: whether there is a folder of them. */
void fit_say_stopped(const struct cli_tool *tool,
		     const struct ralm_fit_summary *summary, int number,
		     bool checkpoints);

#endif
