/* Curves to be drawn: thinned, but each point that is kept is exactly one of
 * the full curve. */
#ifndef RALM_METRICS_CURVES_H
#define RALM_METRICS_CURVES_H

#include "metrics/score_runs.h"

struct ralm_curve_point {
	double score; /* the threshold: samples with it or above are chosen */
	double x, y;
};

struct ralm_curve {
	struct ralm_curve_point *points; /* owned */
	size_t count, capacity;
};

void ralm_curve_release(struct ralm_curve *curve);

/* The ROC curve: x is the false positive rate, y the true positive rate, from
 * (0, 0) at +infinity to (1, 1). The precision-recall curve: x is recall, y is
 * precision, from the highest score down. Between two kept points a full curve
 * moves by at most `spacing` (|dx| + |dy|) or in a single step. With one class
 * there are no points. Both curves are zeroed or released before; on failure
 * they are empty. */
int ralm_curves_compute(struct ralm_curve *roc, struct ralm_curve *pr,
			const struct ralm_runs *runs, double spacing,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
