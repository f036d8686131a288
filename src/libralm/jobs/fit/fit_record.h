/* Points of a run, for the plots of its page. */
#ifndef RALM_JOBS_FIT_FIT_RECORD_H
#define RALM_JOBS_FIT_FIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a run stood. Sums are over this run so far, so that any two points tell what
 * happened in between. */
struct ralm_fit_point {
	uint64_t epoch, step;
	uint64_t samples; /* sum */
	double loss;      /* sum over the samples */
	double seconds;   /* since the run began to train */
	double auc;       /* of the epoch so far, in training; NaN: one class */
	double validation_auc; /* of the epoch; NaN: none asked, or none */
	double learning_rate;  /* of the next step */
};

/* A curve takes the same memory however long a run is: when it is full, every second
 * point is dropped, and from then on half as many of the offered points are kept. */
enum { RALM_FIT_POINTS = 512 }; /* even */
struct ralm_fit_curve {
	struct ralm_fit_point point[RALM_FIT_POINTS];
	size_t count;
	uint64_t every;   /* one of so many offered points is kept; 0: each */
	uint64_t offered; /* points since one was kept */
};

/* Offers a point. Returns true if it is to be kept, with ralm_fit_curve_keep; the last
 * point offered may be kept in any case. */
bool ralm_fit_curve_offer(struct ralm_fit_curve *curve);
void ralm_fit_curve_keep(struct ralm_fit_curve *curve,
			 const struct ralm_fit_point *point);

/* The mean loss, and samples a second, between the point before (or the beginning) and
 * point i; NaN: no sample is in between. begun: when the first step began, seconds. */
double ralm_fit_curve_loss(const struct ralm_fit_curve *curve, size_t i);
double ralm_fit_curve_rate(const struct ralm_fit_curve *curve, size_t i,
			   double begun);

#endif
