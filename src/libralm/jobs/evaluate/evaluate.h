/* The evaluation of scores: files of labels and scores in, measures out. */
#ifndef RALM_JOBS_EVALUATE_EVALUATE_H
#define RALM_JOBS_EVALUATE_EVALUATE_H

#include "ralm.h"
#include "formats/lines.h"
#include "formats/score_text.h"
#include "metrics/bootstrap.h"
#include "metrics/score_bins.h"
#include "metrics/curves.h"
#include "metrics/delong.h"
#include "metrics/group_measures.h"
#include "metrics/measures.h"
#include "jobs/evaluate/measure_list.h"
#include "jobs/evaluate/read_scores.h"

struct ralm_evaluation {
	bool grouped, weighted, interval_known, paddle_known, curves_known,
		compared, auc_only, weights_vanish;
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
	struct ralm_bootstrap bootstrap; /* resamples 0: there was none */
	/* Of the other scores, where the report or the bootstrap needs it; owned.
	 * Its own bootstrap, other and list are empty. */
	struct ralm_evaluation *other;
	struct ralm_measure_list list; /* all measures by name; owned */
};

/* As ralm_evaluate, without writing files. On success out is to be released. */
int ralm_evaluation_compute(struct ralm_evaluation *out,
			    const char *const *paths, size_t path_count,
			    const struct ralm_evaluate_options *options,
			    struct ralm_error *err) RALM_MUST_CHECK;

void ralm_evaluation_release(struct ralm_evaluation *evaluation);

#endif
