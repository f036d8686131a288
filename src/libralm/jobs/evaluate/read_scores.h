/* Reads lines of labels and scores into a set, by threads. */
#ifndef RALM_JOBS_EVALUATE_READ_SCORES_H
#define RALM_JOBS_EVALUATE_READ_SCORES_H

#include "formats/score_text.h"
#include "metrics/score_set.h"
#include "jobs/evaluate/evaluate_progress.h"

/* Counts of lines that no measure uses. */
struct ralm_left_out {
	uint64_t weightless; /* weight 0 */
	uint64_t blank;      /* no score */
};

/* Reads all lines of the files into a new set, without groups if `groups` is
 * false, whatever the columns. columns->count 0: the columns are learned from
 * the first line; a header gives them in each file. Counts the lines left out.
 * The error names the first bad line, whatever the threads. On success the set
 * is to be released. */
int ralm_score_set_read(struct ralm_score_set *set,
			struct ralm_left_out *left_out,
			struct ralm_score_columns *columns, bool groups,
			const char *const *paths, size_t path_count,
			struct ralm_threads *threads,
			struct ralm_evaluate_progress *progress,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
