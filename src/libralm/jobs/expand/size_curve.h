/* What audiences of several sizes are like: a curve of the seeds that are found
 * against how many users are taken. */
#ifndef RALM_JOBS_EXPAND_SIZE_CURVE_H
#define RALM_JOBS_EXPAND_SIZE_CURVE_H

#include "formats/lines.h"
#include "jobs/expand/audience.h"
#include "jobs/expand/expand_size.h"
#include "metrics/delong.h"

struct ralm_size_point {
	size_t size;
	double share;	       /* of those who may be chosen */
	double threshold, mean; /* the score of the last one, of all on the average */
	struct ralm_interval found; /* share of the held-out seeds; NaN: too few */
};

struct ralm_size_curve {
	struct ralm_size_point point[RALM_SIZES_MOST]; /* ascending */
	size_t count;
};

struct ralm_hold_out;
struct ralm_found;
struct ralm_scorer;

/* Sets the sizes, each once, where `eligible` users may be chosen. Returns how many of
 * the sizes that were asked for are above that. */
size_t ralm_size_curve_init(struct ralm_size_curve *curve,
			    const struct ralm_expand_size *size, size_t eligible);

/* The rest: from the audience, which is in order and holds the largest size, and
 * from the seeds that were held out, but for passed_over (or NULL), which is not
 * of the curve. raw: cosines in place of scores. */
void ralm_size_curve_fill(struct ralm_size_curve *curve,
			  const struct ralm_audience *audience,
			  const struct ralm_hold_out *held,
			  const struct ralm_found *passed_over,
			  const struct ralm_scorer *scorer, bool raw);

/* The share of the seeds that is found over that which chance would find. */
struct ralm_interval ralm_size_lift(const struct ralm_size_point *point);

/* As a table: a line of names, then a line a size. */
void ralm_size_curve_put(struct ralm_writer *writer,
			 const struct ralm_size_curve *curve);

#endif
