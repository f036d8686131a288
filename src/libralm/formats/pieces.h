/* Text in pieces of whole lines: read one after the other, worked on in parallel,
 * their results taken in the order of the text.
 *
 *	thread 0   read 1  work 1 . . . .  take 1, 2    read 4  work 4 . .
 *	thread 1           read 2  work 2  read 3  work 3 . . . .  take 3
 *
 * A thread reads a piece and works on it while it lies in the thread's caches. A
 * result that is ready before its turn waits; the thread that finishes the piece
 * whose turn it is takes the waiting ones, too. Few may wait, so memory is bounded.
 *
 * No thread waits long for input while a piece is in work: a bad line is reported,
 * and what precedes it is taken, although the producer of the rest has stalled. */
#ifndef RALM_FORMATS_PIECES_H
#define RALM_FORMATS_PIECES_H

#include <string.h>

#include "formats/lines.h"
#include "ground/threads.h"

struct ralm_piece {
	char *text; /* whole lines of one file; not valid in `take` */
	size_t length;
	const char *name; /* of the file */
	size_t file;      /* its number, from 1 */
	bool long_line;   /* the piece is a line that is too long, without text */
	bool worked;      /* `work` was called */
	uint64_t lines;        /* in the piece: set by `work` */
	uint64_t lines_before; /* in its file: set before `take` */
	/* Code RALM_OK: none. An error ends everything, in its turn: after `take` of
	 * the piece. A line without a file is that within the piece. */
	struct ralm_error err;
};

/* What `take` returns: whether to go on. */
enum { RALM_PIECES_GO_ON, RALM_PIECES_STOP };

/* What is done with pieces. `result` is what a piece becomes: zeroed at first,
 * and reused for other pieces, so that its buffers are, too. */
struct ralm_pieces_user {
	void *context;
	size_t result_size;
	/* Called after reading, in order; NULL: nothing. May set piece->err. */
	void (*begin)(void *context, void *result, struct ralm_piece *piece);
	/* Called in parallel, for each piece without an error or with a long
	 * line, whose error it may clear. `thread`: as for
	 * ralm_threads_each. */
	void (*work)(void *context, void *result, struct ralm_piece *piece,
		     unsigned thread);
	/* Called in order, for each piece that was worked on; returns one of
	 * the values above, or -1 with err. */
	int (*take)(void *context, void *result, const struct ralm_piece *piece,
		    struct ralm_error *err);
	void (*release)(void *result); /* frees its buffers */
};

/* Works on all of the reader's text, in pieces of about `want` bytes. The first
 * error in the order of the text ends it. threads may be NULL. */
int ralm_pieces_run(struct ralm_reader *reader, size_t want,
		    struct ralm_threads *threads,
		    const struct ralm_pieces_user *user,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The length of the line at p without its end; *next is where the line after it
 * begins, at most `end`. */
static inline size_t ralm_piece_line(const char *p, const char *end,
				     const char **next)
{
	const char *newline = ralm_find_newline(p, (size_t)(end - p));
	const char *stop = newline != NULL ? newline : end;
	*next = newline != NULL ? newline + 1 : end;
	return (size_t)(stop - p) - (stop > p && stop[-1] == '\r');
}

/* Sets file and line of an error within a piece that is being taken. */
void ralm_piece_place(struct ralm_error *err, const struct ralm_piece *piece);

#endif
