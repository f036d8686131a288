/* What threads make of the pieces of the input, put together in the order of the
 * pieces. A thread that is done before its turn leaves its text and goes on: it
 * waits only while another writes, and when it is far ahead. */
#ifndef RALM_JOBS_SCORE_TURNS_H
#define RALM_JOBS_SCORE_TURNS_H

#include <pthread.h>

#include "jobs/score/score_stream.h"

/* to += from; the first bad line stays the first. */
void ralm_score_counts_add(struct ralm_score_counts *to,
			   const struct ralm_score_counts *from);

struct ralm_score_made {
	uint64_t number; /* of the piece, from 0 */
	const char *name;
	size_t file;    /* the how-manieth of the files it is from */
	uint64_t lines; /* of input */
	/* -1: err says what is wrong behind the text, its line and that of
	 * counts.first_bad within the piece. */
	int result;
	struct ralm_error err;
	struct ralm_score_counts counts;
	char *out; /* scores as text */
	size_t out_length, out_capacity;
};

struct ralm_score_turn {
	bool there;
	struct ralm_score_made made;
};

struct ralm_score_turns {
	pthread_mutex_t lock;
	pthread_cond_t turned;
	/* Piece n has place n % room, from when it is made until its turn. */
	struct ralm_score_turn *turn;
	size_t room;
	uint64_t next; /* the piece whose turn it is */
	size_t file;   /* that of the last piece, and lines of it so far */
	uint64_t lines;
	int result; /* -1: err is set; what comes later is not written */
	struct ralm_writer *writer;
	struct ralm_score_counts *counts;
	struct ralm_error *err;
};

/* For `threads` of them. Counts are added to counts; the first error in the order
 * of the pieces goes to err, or that of ralm_score_turns_fail. */
int ralm_score_turns_init(struct ralm_score_turns *turns, unsigned threads,
			  struct ralm_writer *writer,
			  struct ralm_score_counts *counts,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Writes what was made of a piece and what waited for it, or lets it wait: then
 * `out` is taken over, and made has none. Every piece that was read must come.
 * False: no more need be read. */
bool ralm_score_turns_put(struct ralm_score_turns *turns,
			  struct ralm_score_made *made);

/* The end of all, for a reason that belongs to no piece. */
void ralm_score_turns_fail(struct ralm_score_turns *turns,
			   const struct ralm_error *err);

/* -1: something failed. */
int ralm_score_turns_release(struct ralm_score_turns *turns);

#endif
