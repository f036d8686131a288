#include "metrics/curves.h"

#include "ground/memory.h"

#include <math.h>
#include <stdlib.h>

void ralm_curve_release(struct ralm_curve *curve)
{
	free(curve->points);
	memset(curve, 0, sizeof *curve);
}

static int put(struct ralm_curve *curve, const struct ralm_curve_point *points,
	       size_t count, struct ralm_error *err)
{
	if (RALM_RESERVE(curve->points, curve->capacity, curve->count + count,
			 err) != 0)
		return -1;
	if (count > 0)
		memcpy(curve->points + curve->count, points,
		       count * sizeof *points);
	curve->count += count;
	return 0;
}

/* ---- thinning ---------------------------------------------------------- */

/* A curve that grows point by point. It keeps its first and last point, and
 * each point whose successor is too far from the last one kept. */
struct thinner {
	struct ralm_curve curve;
	struct ralm_curve_point last;
	bool waiting; /* last is not in the curve yet */
};

static inline int thin(struct thinner *t, struct ralm_curve_point point,
		       double spacing, struct ralm_error *err)
{
	if (t->curve.count == 0)
		return put(&t->curve, &point, 1, err);
	if (t->waiting) {
		const struct ralm_curve_point *kept =
			&t->curve.points[t->curve.count - 1];
		if (fabs(point.x - kept->x) + fabs(point.y - kept->y) >
			    spacing &&
		    put(&t->curve, &t->last, 1, err) != 0)
			return -1;
	}
	t->last = point;
	t->waiting = true;
	return 0;
}

static int thin_end(struct thinner *t, struct ralm_error *err)
{
	return t->waiting ? put(&t->curve, &t->last, 1, err) : 0;
}

/* ---- curves ------------------------------------------------------------ */

/* What a part of the walk adds to the curves. */
struct piece {
	struct thinner roc, pr;
	struct ralm_error err;
};

static int trace(struct piece *piece, const struct ralm_part *part,
		 const double total[2], double spacing)
{
	struct ralm_error *err = &piece->err;
	double fp = part->above[0], tp = part->above[1];
	struct ralm_steps steps = part->steps;
	const double ratio = steps.runs->ratio;
	struct ralm_step step;
	while (ralm_steps_next(&steps, &step)) {
		fp += step.weight[0];
		tp += step.weight[1];
		if (!(fp + tp > 0))
			continue; /* nothing with a weight is chosen yet */
		/* Sums that were rounded differently may exceed 1. */
		double fpr = fmin(fp / total[0], 1);
		double tpr = fmin(tp / total[1], 1);
		struct ralm_curve_point roc = {step.score, fpr, tpr};
		struct ralm_curve_point pr = {step.score, tpr, tp / (tp + ratio * fp)};
		if (thin(&piece->roc, roc, spacing, err) != 0 ||
		    thin(&piece->pr, pr, spacing, err) != 0)
			return -1;
	}
	return thin_end(&piece->roc, err) != 0 ? -1 : thin_end(&piece->pr, err);
}

struct traces {
	struct piece pieces[RALM_PARTS_MAX];
	double spacing;
};

static void trace_part(void *context, size_t p, const struct ralm_part *part,
		       const double total[2])
{
	struct traces *traces = context;
	/* A failure is in the piece's err. */
	if (total[0] > 0 && total[1] > 0)
		(void)trace(&traces->pieces[p], part, total, traces->spacing);
}

int ralm_curves_compute(struct ralm_curve *roc, struct ralm_curve *pr,
			const struct ralm_runs *runs, double spacing,
			struct ralm_error *err)
{
	static const struct ralm_curve_point start = {(double)INFINITY, 0, 0};
	struct traces traces = {.spacing = spacing};
	double total[2];
	memset(roc, 0, sizeof *roc);
	memset(pr, 0, sizeof *pr);
	const size_t parts = ralm_runs_walk(total, runs, trace_part, &traces);
	if (!(total[0] > 0 && total[1] > 0))
		return 0;
	int result = put(roc, &start, 1, err);
	for (size_t p = 0; p < parts; p++) {
		struct piece *piece = &traces.pieces[p];
		struct ralm_curve *from_roc = &piece->roc.curve;
		struct ralm_curve *from_pr = &piece->pr.curve;
		if (result == 0)
			result = ralm_error_first(err, &piece->err, 1);
		if (result == 0 &&
		    (put(roc, from_roc->points, from_roc->count, err) != 0 ||
		     put(pr, from_pr->points, from_pr->count, err) != 0))
			result = -1;
		ralm_curve_release(from_roc);
		ralm_curve_release(from_pr);
	}
	if (result != 0) {
		ralm_curve_release(roc);
		ralm_curve_release(pr);
	}
	return result;
}
