/* What ralm-fit says of a run: where it stands, and what it was when it has ended. */
#ifndef RALM_FIT_SAY_H
#define RALM_FIT_SAY_H

#include "cli.h"
#include "live_line.h"

#include <ralm.h>

/* On a terminal, overwrites the line before, shortened to the terminal's
 * present width by whole parts from the right; elsewhere, a whole line. */
void fit_say_report(struct live_line *view, const struct ralm_fit_report *report);

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
