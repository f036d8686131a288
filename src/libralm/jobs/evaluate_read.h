/* How the lines to be judged come in: by threads into a set, or pairwise. */
#ifndef RALM_JOBS_EVALUATE_READ_H
#define RALM_JOBS_EVALUATE_READ_H

#include "../formats/scores.h"
#include "../model/metrics_runs.h"

/* Reads all lines of the files into a new set. columns->count 0: the first
 * line tells the columns, and columns are filled. The error names the first
 * bad line, whatever the threads. On success the set is to be released. */
int ralm_score_set_read(struct ralm_score_set *set,
			struct ralm_score_columns *columns,
			const char *const *paths, size_t path_count,
			struct ralm_error *err) RALM_MUST_CHECK;

/* The same lines scored twice. */
struct ralm_score_pairs {
	double *score[2];
	uint8_t *label;
	double *weight; /* NULL without weights */
	size_t count;
};

/* Reads the files side by side with `other`, whose lines must have the same
 * labels, groups and weights. Fills the set from the files, too. */
int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  struct ralm_score_set *set,
			  struct ralm_score_columns *columns,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_error *err)
	RALM_MUST_CHECK;

void ralm_score_pairs_release(struct ralm_score_pairs *pairs);

#endif
