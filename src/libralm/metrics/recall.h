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

#endif
