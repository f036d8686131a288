/* Vectors with ids, as text: lines of an id and D numbers, between blanks. A first
 * line of two whole numbers, without a tab, is word2vec's: how many vectors follow,
 * and D. What vector_writer.h writes as text reads back as the same floats. */
#ifndef RALM_FORMATS_VECTOR_LINES_H
#define RALM_FORMATS_VECTOR_LINES_H

#include "formats/lines.h"

struct ralm_vector_lines {
	struct ralm_reader reader;
	const char *path; /* not owned */
	size_t D;
	float *x;	/* (D) of the line at hand */
	uint64_t count; /* of vectors so far */
	bool begun;     /* a line that is not blank was read */
	bool has_announced; /* the first line tells how many vectors follow: */
	uint64_t announced;
};

/* "-" is standard input. Each vector must have D numbers. After a failure nothing is
 * to be released. */
int ralm_vector_lines_open(struct ralm_vector_lines *lines, const char *path,
			   size_t D, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_vector_lines_release(struct ralm_vector_lines *lines);

/* The next vector is lines->x; its id is valid until the next call. Returns 1, 0 at the
 * end, or -1 with file and line. No vector at all, and another number of them than the
 * first line tells, are errors. */
int ralm_vector_lines_next(const char **id, size_t *length,
			   struct ralm_vector_lines *lines,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* One line without its newline: the id, in the line, and x (D). 1, 0 for a blank
 * line, or -1 with a message and no place. */
int ralm_vector_parse(const char **id, size_t *id_length, float *x, size_t D,
		      const char *line, size_t length,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
