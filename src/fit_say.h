/* What ralm-fit says when a run has ended. */
#ifndef RALM_FIT_SAY_H
#define RALM_FIT_SAY_H

#include "cli.h"

#include <ralm.h>

/* Bad lines that were left out; also where the run failed. */
void fit_say_bad(const struct cli_tool *tool, const struct ralm_fit_summary *summary);

/* What was left out and which users of --init-vectors are in no sample; unless quiet,
 * also which epoch was the best and how many users began with such a vector. */
void fit_say_end(const struct cli_tool *tool,
		 const struct ralm_fit_summary *summary, bool quiet);

/* number: of the signal that stopped the run; checkpoints: whether it has a folder of
 * checkpoints. */
void fit_say_stopped(const struct cli_tool *tool,
		     const struct ralm_fit_summary *summary, int number,
		     bool checkpoints);

#endif
