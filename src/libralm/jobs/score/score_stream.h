/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)):
 * by threads over pieces of the input, or line by line for a live client. */
#ifndef RALM_JOBS_SCORE_STREAM_H
#define RALM_JOBS_SCORE_STREAM_H

#include <signal.h>
#include <stdbool.h>

#include "formats/lines.h"
#include "jobs/score/named_lists.h"
#include "scoring/scorer.h"

struct ralm_score_options {
	unsigned threads;
	bool raw;            /* cosines in place of scores */
	bool unbuffered;     /* answer each line before waiting for the next */
	bool with_target;    /* the target's id is the last column */
	bool unknown_errors; /* a user or list that is unknown is an error */
	/* Where the score would be that of the bias alone, there is none. */
	bool unknown_blank;
	bool skip_bad; /* leave bad lines out and count them */
	/* What answers a line that has no score line, in an unbuffered stream;
	 * NULL: an empty line. */
	const char *bad_answer;
	uint64_t seeds_num; /* the first seeds of a list that count; 0: all */
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
	uint64_t seeds_of_none;   /* all seeds of those samples */
	uint64_t fewer_seeds;     /* whose list lost some users */
	uint64_t seeds_of_fewer;  /* all seeds of those samples */
	uint64_t seeds_lost;      /* those that the model lacks */
	uint64_t cut_lists;       /* whose list is longer than seeds_num */
	uint64_t unknown_lists;   /* whose item has no list */
	/* Samples of which nothing can be compared, for one of these reasons;
	 * others whose score is below what is printed for those. */
	uint64_t by_bias, below_bias;
	double bias_score; /* what is printed for them, without unknown_blank */
	uint64_t bad_lines; /* left out */
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
