#include "jobs/score/turns.h"

#include <stdlib.h>
#include <string.h>

/* Pieces of each thread that may wait for their turn. While one thread waits for
 * the system to clear pages for its rows, another scores several pieces. */
enum { WAITING = 8 };

int ralm_score_turns_init(struct ralm_score_turns *turns, unsigned threads,
			  struct ralm_writer *writer,
			  struct ralm_score_counts *counts,
			  struct ralm_error *err)
{
	*turns = (struct ralm_score_turns){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.turned = PTHREAD_COND_INITIALIZER,
		.room = WAITING * (size_t)(threads > 0 ? threads : 1),
		.writer = writer,
		.counts = counts,
		.err = err,
	};
	turns->turn = calloc(turns->room, sizeof *turns->turn);
	return turns->turn != NULL
		       ? 0
		       : ralm_error_memory(err, turns->room * sizeof *turns->turn);
}

int ralm_score_turns_release(struct ralm_score_turns *turns)
{
	for (size_t i = 0; i < turns->room; i++)
		free(turns->turn[i].made.out);
	free(turns->turn);
	pthread_mutex_destroy(&turns->lock);
	pthread_cond_destroy(&turns->turned);
	return turns->result;
}

/* Puts the place in the input to an error whose line is one of the piece. */
static void place(struct ralm_error *err, const char *name,
		  uint64_t lines_before)
{
	if (err->line != 0 && err->file[0] == '\0')
		ralm_error_at(err, name, err->line + lines_before, 0);
}

void ralm_score_counts_add(struct ralm_score_counts *to,
			   const struct ralm_score_counts *from)
{
	if (to->bad_lines == 0 && from->bad_lines > 0)
		to->first_bad = from->first_bad;
	to->samples += from->samples;
	to->unknown_targets += from->unknown_targets;
	to->no_seeds += from->no_seeds;
	to->seeds_of_none += from->seeds_of_none;
	to->fewer_seeds += from->fewer_seeds;
	to->seeds_of_fewer += from->seeds_of_fewer;
	to->seeds_lost += from->seeds_lost;
	to->cut_lists += from->cut_lists;
	to->by_bias += from->by_bias;
	to->below_bias += from->below_bias;
	to->unknown_lists += from->unknown_lists;
	to->bad_lines += from->bad_lines;
}

static void take_turn(struct ralm_score_turns *turns,
		      struct ralm_score_made *made)
{
	if (made->file != turns->file) {
		turns->file = made->file;
		turns->lines = 0;
	}
	if (turns->result == 0) {
		ralm_writer_put(turns->writer, made->out, made->out_length);
		if (made->counts.bad_lines > 0)
			place(&made->counts.first_bad, made->name,
			      turns->lines);
		ralm_score_counts_add(turns->counts, &made->counts);
		if (made->result != 0) {
			place(&made->err, made->name, turns->lines);
			if (turns->err != NULL)
				*turns->err = made->err;
			turns->result = -1;
		}
	}
	turns->lines += made->lines;
	turns->next++;
}

static void take_waiting(struct ralm_score_turns *turns)
{
	struct ralm_score_turn *turn;
	while ((turn = &turns->turn[turns->next % turns->room])->there) {
		take_turn(turns, &turn->made);
		free(turn->made.out);
		turn->made.out = NULL;
		turn->there = false;
	}
}

bool ralm_score_turns_put(struct ralm_score_turns *turns,
			  struct ralm_score_made *made)
{
	pthread_mutex_lock(&turns->lock);
	while (made->number >= turns->next + turns->room)
		pthread_cond_wait(&turns->turned, &turns->lock);
	if (made->number != turns->next) {
		turns->turn[made->number % turns->room] =
			(struct ralm_score_turn){true, *made};
		made->out = NULL;
		made->out_capacity = 0;
	} else {
		take_turn(turns, made);
		take_waiting(turns);
		pthread_cond_broadcast(&turns->turned);
	}
	const bool wanted = made->result == 0 && turns->result == 0 &&
			    turns->writer->error == 0;
	pthread_mutex_unlock(&turns->lock);
	return wanted;
}

void ralm_score_turns_fail(struct ralm_score_turns *turns,
			   const struct ralm_error *err)
{
	pthread_mutex_lock(&turns->lock);
	if (turns->result == 0 && turns->err != NULL && err != NULL)
		*turns->err = *err;
	turns->result = -1;
	pthread_mutex_unlock(&turns->lock);
}
