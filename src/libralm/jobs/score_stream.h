/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)):
 * by threads over pieces of the input, or line by line for a live client. */
#ifndef RALM_JOBS_SCORE_STREAM_H
#define RALM_JOBS_SCORE_STREAM_H

#include <signal.h>
#include <stdbool.h>

#include "../formats/lines.h"
#include "named_lists.h"
#include "score.h"

struct ralm_score_options {
	unsigned threads;
	bool raw;            /* cosines in place of scores */
	bool unbuffered;     /* answer each line before waiting for the next */
	bool unknown_errors; /* a user or list that is unknown is an error */
	bool skip_bad;       /* leave bad lines out and count them */
	struct ralm_named_lists *lists; /* NULL: none */
	/* Set by a signal: read the lists again. May be NULL. */
	volatile sig_atomic_t *refresh;
	/* Told that the lists could not be read again; the old ones stay. */
	void (*lists_failed)(void *context, const struct ralm_error *err);
	void *context;
};

struct ralm_score_counts {
	uint64_t samples;         /* scored */
	uint64_t unknown_targets; /* samples whose target the model lacks */
	uint64_t no_seeds;        /* whose list has no user that it knows */
	uint64_t fewer_seeds;     /* whose list lost some users */
	uint64_t unknown_lists;   /* whose item has no list */
	uint64_t bad_lines;       /* left out */
	struct ralm_error first_bad;
};

/* Scores all of reader into writer. The output is a function of input, model
 * and options, whatever threads. On failure what stands before the bad line is
 * written; either way the writer is flushed and counts are set. */
int ralm_score_stream(struct ralm_score_counts *counts,
		      struct ralm_scorer *scorer, struct ralm_reader *reader,
		      struct ralm_writer *writer,
		      const struct ralm_score_options *options,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
