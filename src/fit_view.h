/* The line on standard error that tells where training stands. */
#ifndef RALM_FIT_VIEW_H
#define RALM_FIT_VIEW_H

#include "live_line.h"

#include <ralm.h>

/* On a terminal, overwrites the line before, shortened to the terminal's
 * present width by whole parts from the right; elsewhere, a whole line. */
void fit_view_show(struct live_line *view, const struct ralm_fit_report *report);

#endif
