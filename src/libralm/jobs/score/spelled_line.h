/* The last line before a piece of text that spells its seeds: seeds:same at the
 * start of the piece refers to it. Pieces are worked on in parallel, so it is
 * looked up when they are read. */
#ifndef RALM_JOBS_SCORE_SPELLED_LINE_H
#define RALM_JOBS_SCORE_SPELLED_LINE_H

#include "ground/error.h"

struct ralm_spelled_line {
	char *text;
	size_t length, capacity; /* length 0: there is none */
};

/* Sets before: the line for a piece of whole lines (text, length); its length
 * is 0 where the piece begins with seeds of its own. last: before the call the
 * line before this piece, after it the one before the next piece. */
int ralm_spelled_line_pass(struct ralm_spelled_line *before,
			   struct ralm_spelled_line *last, const char *text,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_spelled_line_release(struct ralm_spelled_line *line);

#endif
