/* The line on standard error that tells where training stands. */
#ifndef RALM_FIT_VIEW_H
#define RALM_FIT_VIEW_H

#include <ralm.h>

struct fit_view {
	bool live; /* standard error is a terminal that can begin a line anew */
	bool open; /* a line is there that may be written anew */
};

void fit_view_init(struct fit_view *view);

/* On a terminal over the line before, shortened to its width as it is now by
 * whole parts from the right; else whole, a line of its own. */
void fit_view_show(struct fit_view *view, const struct ralm_fit_report *report);

/* Ends the line: what is written next begins one. */
void fit_view_leave(struct fit_view *view);

#endif
