/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)):
 * by threads over pieces of the input, or line by line for a live client. */
#ifndef RALM_JOBS_SCORE_SCORE_STREAM_H
#define RALM_JOBS_SCORE_SCORE_STREAM_H

#include "ralm.h"
#include "formats/lines.h"
#include "jobs/score/named_lists.h"
#include "scoring/scorer.h"

/* As ralm_score_files, with readers and lists (NULL: none) that were opened.
 * seeds_num of 0 are all seeds. Either way the writer is flushed. */
int ralm_score_stream(struct ralm_score_counts *counts,
		      struct ralm_scorer *scorer, struct ralm_reader *reader,
		      struct ralm_writer *writer,
		      struct ralm_named_lists *lists,
		      const struct ralm_score_options *options,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
