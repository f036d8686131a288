/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)):
 * by threads over pieces of the input, or line by line for a live client. */
#ifndef RALM_JOBS_SCORE_SCORE_STREAM_H
#define RALM_JOBS_SCORE_SCORE_STREAM_H

#include "ralm.h"
#include "formats/lines.h"
#include "jobs/score/named_lists.h"
#include "scoring/scorer.h"

/* As ralm_score_files, with a reader, a writer and lists (NULL: none) that are open
 * already. options->seeds_num 0 here means all seeds. The writer is flushed in any case.
 * size: bytes of the input; 0: not known. */
int ralm_score_stream(struct ralm_score_counts *counts,
		      struct ralm_scorer *scorer, struct ralm_reader *reader,
		      struct ralm_writer *writer,
		      struct ralm_named_lists *lists, uint64_t size,
		      const struct ralm_score_options *options,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
