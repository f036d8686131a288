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
};

/* Reads the files in parallel with `other`, whose lines must have the same
 * labels, groups and weights. Also fills a new set from the files; groups,
 * columns and lines left out are as for ralm_score_set_read. */
int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  struct ralm_score_set *set,
			  struct ralm_left_out *left_out,
			  struct ralm_score_columns *columns, bool groups,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_threads *threads,
			  struct ralm_error *err)
	RALM_MUST_CHECK;

void ralm_score_pairs_release(struct ralm_score_pairs *pairs);

#endif
