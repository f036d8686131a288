/* Measures within groups (an item's samples, a user's samples): how well each
 * group is ordered, apart from all others. */
#ifndef RALM_METRICS_GROUP_MEASURES_H
#define RALM_METRICS_GROUP_MEASURES_H

#include "metrics/score_set.h"

/* The measures of the top K of a group with c samples of label 1. Where a tie
 * includes the K-th place, its samples count with the mean over all orders of
 * the tie, so that the order of lines never matters. Means are over the groups
 * with c > 0, each counting once; weights are not used. */
struct ralm_top_measures {
	size_t k;         /* in */
	double precision; /* |top K with label 1| / min(K, c): prec@K of RALM */
	double recall;    /* |top K with label 1| / c */
	double ndcg;      /* gain 1 for label 1, discount 1 / log2(place + 1) */
};

/* How many K are measured at a time, at most. */
enum { RALM_TOPS_MAX = 64 };

struct ralm_group_measures {
	uint64_t groups;
	uint64_t one_class;    /* groups left out of the AUCs */
	uint64_t no_positives; /* groups left out of the top measures */
	double auc_weighted;   /* GAUC: groups weigh as their samples do */
	double auc_plain;      /* each group counts once */
};

/* set: grouped; it is sorted by groups. tops: top_count structs with k > 0 set.
 * Means over no group are NaN. The same for any number of threads. Takes 8 bytes
 * for each place up to the largest k. */
int ralm_group_measures_compute(struct ralm_group_measures *out,
				struct ralm_top_measures *tops,
				size_t top_count,
				struct ralm_score_set *set,
				struct ralm_error *err) RALM_MUST_CHECK;

/* One group alone. */
struct ralm_group_value {
	double auc;    /* NaN: it has one class */
	double weight; /* times 2^exponent: its share in auc_weighted */
	int exponent;
	bool clicked;  /* it has label 1, and so top measures */
};

/* Of a group's samples, ordered by score; its top measures are added to tops. gains:
 * of tops with these k. */
struct ralm_group_value ralm_group_value(struct ralm_top_measures *tops,
					 size_t top_count,
					 const struct ralm_runs *runs,
					 const double *gains);

/* gains[k]: the discounted gain of k samples of label 1 in the first k places, up to
 * the largest k. NULL: out of memory; to be freed by free(). */
double *ralm_gains_new(const struct ralm_top_measures *tops, size_t top_count,
		       struct ralm_error *err) RALM_MUST_CHECK;

#endif
