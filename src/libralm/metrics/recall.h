/* How much of label 1 is among so many of the best, and how sure a share is. */
#ifndef RALM_METRICS_RECALL_H
#define RALM_METRICS_RECALL_H

#include "metrics/delong.h"

/* Sets found (count) to how many samples of label 1 are among the best size[i] of all;
 * sizes (count) are ascending. A sample of label 0 stands for `each` of them. Of samples
 * with equal scores as large a part is taken as fits. */
void ralm_recall_at(double *found, const double *size, size_t count,
		    const struct ralm_runs *runs, double each);

/* The share found / n with its 95 % interval (Wilson, JASA 1927), which is wide
 * where n is small and never leaves [0, 1]. found may have a fraction; n > 0. */
struct ralm_interval ralm_share_interval(double found, double n);

/* The same where n seeds were held out part by part, each compared with those of the
 * other parts. Two of different parts meet twice then, each in the list that the other
 * is compared with, and where they have in common what chance brings, this correlates
 * their cosines by 1 / the length of a list. Whether a cosine is above a threshold that
 * a share p is above is a step; of normal numbers, two such steps have φ(z)² times the
 * covariance, φ(z) being the density there. Over all pairs the variance of the share is
 * p (1 - p) / n times 1 + φ(z)² / (p (1 - p)): 1.64 at p = 0.5, 1.34 at 0.1, 1.07 at
 * 0.01. */
struct ralm_interval ralm_held_out_interval(double found, double n);

#endif
