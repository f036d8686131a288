/* The evaluation of scores: files of labels and scores in, measures out. */
#ifndef RALM_JOBS_EVALUATE_H
#define RALM_JOBS_EVALUATE_H

#include "formats/lines.h"
#include "formats/score_text.h"
#include "metrics/score_bins.h"
#include "metrics/curves.h"
#include "metrics/delong.h"
#include "metrics/group_measures.h"
#include "metrics/measures.h"
#include "jobs/evaluate/read_scores.h"

/* The most K there may be, and the largest one. */
enum { RALM_AT_COUNT = 64, RALM_AT_MAX = 10000000 };

struct ralm_evaluate_options {
	struct ralm_score_format format; /* but probabilities: see paddle */
	bool auc_only;         /* nothing but AUC (and what is asked below) */
	bool interval;         /* DeLong's 95 % interval */
	bool paddle;           /* Paddle's bucketed AUC; scores in [0, 1] only */
	bool curves;           /* roc, pr, deciles, histogram */
	double curve_spacing;  /* see metrics_curves.h */
	const char *at;        /* the K of the top measures, "10,50"; or NULL */
	const char *compare;   /* other scores of the same lines; NULL: none */
	unsigned threads;      /* that parse, sort and measure; 0: one */
};

struct ralm_evaluation {
	bool grouped, weighted, interval_known, paddle_known, curves_known,
		compared, auc_only;
	struct ralm_left_out left_out;
	struct ralm_measures measures;
	struct ralm_interval interval;
	double paddle_auc;
	struct ralm_group_measures groups;
	struct ralm_top_measures *tops; /* owned */
	size_t top_count;
	struct ralm_comparison comparison;
	struct ralm_curve roc, pr; /* owned */
	struct ralm_decile deciles[RALM_DECILES];
	struct ralm_histogram histogram;
};

/* Reads the files of `paths` ("-" or none: stdin), one after the other, once.
 * 8 bytes a line are held, 16 with weights, and for groups what metrics_set.h
 * says; to compare takes 33 bytes more, 41 with weights. The result does not
 * depend on the number of threads. No line at all is an error. On success out is
 * to be released. */
int ralm_evaluate(struct ralm_evaluation *out, const char *const *paths,
		  size_t path_count,
		  const struct ralm_evaluate_options *options,
		  struct ralm_error *err) RALM_MUST_CHECK;

void ralm_evaluation_release(struct ralm_evaluation *evaluation);

#endif
