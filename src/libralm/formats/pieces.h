/* Text in pieces of whole lines: read one after the other, worked on side by side,
 * their results taken in the order of the text.
 *
 *	thread 0   read 1  work 1 . . . .  take 1, 2    read 4  work 4 . .
 *	thread 1           read 2  work 2  read 3  work 3 . . . .  take 3
 *
 * A thread reads a piece and works on it while it lies in its caches; its result
 * waits where it comes before its turn, and whoever has the piece whose turn it
 * is takes those that waited, too. Few may wait, so memory is bounded.
 *
 * Nobody waits long for input while a piece is on its way: a bad line is told, and
 * what stands before it is taken, though the producer of the rest has stalled. */
#ifndef RALM_FORMATS_PIECES_H
#define RALM_FORMATS_PIECES_H

#include "formats/lines.h"
#include "ground/threads.h"

struct ralm_piece {
	char *text; /* whole lines of one file; not there any more when taken */
	size_t length;
	const char *name; /* of the file */
	size_t file;      /* its number, from 1 */
	bool long_line;   /* it is one that is too long, without its text */
	bool worked;      /* work was called for it */
	uint64_t lines;        /* in it: work says */
	uint64_t lines_before; /* in its file: known when it is taken */
	/* Code RALM_OK: none. The end of all, in its turn, behind what was taken
	 * of the piece; a line without a file is one within the piece. */
	struct ralm_error err;
};

/* What take says of what comes behind. */
enum { RALM_PIECES_GO_ON, RALM_PIECES_STOP };

/* What is done with pieces; `result` is what a piece becomes, zeroed at first and
 * used again for others, for its buffers. */
struct ralm_pieces_user {
	void *context;
	size_t result_size;
	/* After reading, in order; NULL: nothing. May set piece->err. */
	void (*begin)(void *context, void *result, struct ralm_piece *piece);
	/* Side by side, for each piece without an error or with a long line, whose
	 * error it may take away. `thread`: as for ralm_threads_each. */
	void (*work)(void *context, void *result, struct ralm_piece *piece,
		     unsigned thread);
	/* In order, what was worked on; one of the above, or -1 and err. */
	int (*take)(void *context, void *result, const struct ralm_piece *piece,
		    struct ralm_error *err);
	void (*release)(void *result); /* its buffers */
};

/* All of the reader's text, in pieces of about `want` bytes. The first error in the
 * order of the text ends it. threads may be NULL. */
int ralm_pieces_run(struct ralm_reader *reader, size_t want,
		    struct ralm_threads *threads,
		    const struct ralm_pieces_user *user,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* Gives an error within a piece that is taken its file and line. */
void ralm_piece_place(struct ralm_error *err, const struct ralm_piece *piece);

#endif
