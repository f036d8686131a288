/* The same samples scored twice: two files read in parallel. */
#ifndef RALM_JOBS_EVALUATE_SCORE_PAIRS_H
#define RALM_JOBS_EVALUATE_SCORE_PAIRS_H

#include "formats/score_text.h"
#include "metrics/score_set.h"
#include "jobs/evaluate/read_scores.h"

struct ralm_score_pairs {
	double *score[2];
	uint8_t *label;
	double *weight; /* NULL without weights */
	size_t count;
	bool by_line; /* in the sets each line is a group of its own */
};

/* What is wanted besides the pairs. */
struct ralm_pair_sets {
	struct ralm_score_set *of;    /* the files' scores */
	struct ralm_score_set *other; /* those of `other`; NULL: not wanted */
	bool groups;  /* as for ralm_score_set_read */
	bool by_line; /* where there are no groups, each line is to be one */
	struct ralm_evaluate_progress *progress; /* of the files */
};

/* Reads the files in parallel with `other`, whose lines must have the same
 * labels, groups and weights. Fills new sets, too; columns and lines left out are
 * as for ralm_score_set_read. */
int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  const struct ralm_pair_sets *sets,
			  struct ralm_left_out *left_out,
			  struct ralm_score_columns *columns,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_threads *threads,
			  struct ralm_error *err)
	RALM_MUST_CHECK;

void ralm_score_pairs_release(struct ralm_score_pairs *pairs);

#endif
