/* The line to which seeds:same at the start of a piece of text refers: the last line
 * before the piece that spells its seeds. It is looked up when pieces are read, since
 * they are worked on in parallel. */
#ifndef RALM_JOBS_SCORE_SPELLED_LINE_H
#define RALM_JOBS_SCORE_SPELLED_LINE_H

#include "ground/error.h"

struct ralm_spelled_line {
	char *text;
	size_t length, capacity; /* length 0: there is none */
};

/* Sets *before to that line for a piece of whole lines (text, length), or its length to 0
 * if the piece begins with seeds of its own. *last: on call the last line before this
 * piece that spells its seeds; on return that before the next piece. */
int ralm_spelled_line_pass(struct ralm_spelled_line *before,
			   struct ralm_spelled_line *last, const char *text,
			   size_t length, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_spelled_line_release(struct ralm_spelled_line *line);

#endif
