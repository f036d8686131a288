/* The line on standard error that tells where training stands. */
#ifndef RALM_FIT_VIEW_H
#define RALM_FIT_VIEW_H

#include "live_line.h"

#include <ralm.h>

/* On a terminal over the line before, shortened to its width as it is now by
 * whole parts from the right; else whole, a line of its own. */
void fit_view_show(struct live_line *view, const struct ralm_fit_report *report);

#endif
