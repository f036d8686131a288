#include "score_stream.h"

#include "score_lines.h"
#include "score_turns.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of input that a thread takes at a time. */
enum { PIECE = 256 << 10 };

/* How long to stay awake for the next line of a live client, in microseconds:
 * as long as it takes most of them to ask again. An idle process sleeps. */
enum { LINGER = 50 };

/* What the threads share. Pieces are read under one lock, one after the other,
 * and written in the same order; what lies between is done side by side. */
struct stream {
	const struct ralm_score_options *options;
	struct ralm_scorer *scorer;
	pthread_mutex_t reading;
	struct ralm_reader *reader;
	uint64_t pieces; /* read */
	bool ended;      /* no more is read */
	struct ralm_score_turns turns;
};

/* A thread's piece of the input. */
struct piece {
	char *text;
	size_t length, capacity;
	struct ralm_score_made made; /* its result that of reading at first */
};

/* ---- named lists --------------------------------------------------------- */

/* The named lists for what comes next, read again when they must be. NULL:
 * there are none. */
static struct ralm_list_set *current_lists(const struct ralm_score_options *o)
{
	struct ralm_error err;
	if (o->lists == NULL)
		return NULL;
	bool force = o->refresh != NULL && *o->refresh;
	if (force)
		*o->refresh = 0;
	if (ralm_named_lists_refresh(o->lists, force, &err) < 0 &&
	    o->lists_failed != NULL)
		o->lists_failed(o->context, &err);
	return ralm_named_lists_take(o->lists);
}

/* ---- threads ------------------------------------------------------------- */

/* The next piece, with its number and the lists that hold for it. False: there
 * are no more. A failure to read is a piece too: it comes in its turn. */
static bool read_piece(struct stream *stream, struct piece *piece,
		       struct ralm_score_lines *lines)
{
	struct ralm_score_made *made = &piece->made;
	pthread_mutex_lock(&stream->reading);
	bool more = !stream->ended;
	if (more) {
		piece->length = 0;
		made->result = ralm_reader_next_piece(
			stream->reader, &piece->text, &piece->capacity, PIECE,
			&piece->length, &made->err);
		stream->ended = made->result != 1;
		more = made->result != 0;
	}
	if (more) {
		made->number = stream->pieces++;
		made->name = stream->reader->name;
		made->file = stream->reader->path_next;
		ralm_score_lines_start(lines, current_lists(stream->options));
	}
	pthread_mutex_unlock(&stream->reading);
	return more;
}

/* Scores a piece; lines are numbered within it. */
static void score_piece(struct piece *piece, struct ralm_score_lines *lines)
{
	struct ralm_score_made *made = &piece->made;
	char *text = piece->text, *end = text + piece->length;
	made->lines = 0;
	if (made->result < 0)
		return;
	made->result = 0;
	while (text < end && made->result == 0) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		char *next = newline ? newline + 1 : end;
		size_t length = (size_t)((newline ? newline : end) - text);
		if (length > 0 && text[length - 1] == '\r')
			length--;
		made->lines++;
		made->result = ralm_score_lines_add(lines, text, length,
						    made->lines, &made->err);
		text = next;
	}
	if (made->result == 0)
		made->result = ralm_score_lines_flush(lines, &made->err);
}

/* Gives away what was made of a piece, for a buffer to make the next in. */
static bool put_piece(struct stream *stream, struct piece *piece,
		      struct ralm_score_lines *lines)
{
	struct ralm_score_made *made = &piece->made;
	made->counts = lines->counts;
	made->out = lines->out;
	made->out_length = lines->out_length;
	made->out_capacity = lines->out_capacity;
	const bool wanted = ralm_score_turns_put(&stream->turns, made);
	lines->out = made->out;
	lines->out_capacity = made->out_capacity;
	return wanted;
}

static void end_reading(struct stream *stream)
{
	pthread_mutex_lock(&stream->reading);
	stream->ended = true;
	pthread_mutex_unlock(&stream->reading);
}

static void *run(void *argument)
{
	struct stream *stream = argument;
	struct piece piece = {.text = NULL};
	struct ralm_score_lines lines;
	struct ralm_error err;
	if (ralm_score_lines_init(&lines, stream->scorer, stream->options,
				  &err) != 0) {
		ralm_score_turns_fail(&stream->turns, &err);
	} else {
		while (read_piece(stream, &piece, &lines)) {
			score_piece(&piece, &lines);
			if (!put_piece(stream, &piece, &lines))
				end_reading(stream);
		}
		ralm_score_lines_release(&lines);
	}
	free(piece.text);
	return NULL;
}

static int score_pieces(struct ralm_score_counts *counts,
			struct ralm_scorer *scorer, struct ralm_reader *reader,
			struct ralm_writer *writer,
			const struct ralm_score_options *options,
			struct ralm_error *err)
{
	enum { THREADS_MOST = 256 };
	struct stream stream = {
		.options = options,
		.scorer = scorer,
		.reading = PTHREAD_MUTEX_INITIALIZER,
		.reader = reader,
	};
	pthread_t thread[THREADS_MOST];
	unsigned started = 0;
	if (ralm_score_turns_init(&stream.turns, options->threads, writer,
				  counts, err) != 0)
		return -1;
	/* This thread is one of them; where the system gives fewer, fewer. */
	while (started + 1 < options->threads && started < THREADS_MOST &&
	       pthread_create(&thread[started], NULL, run, &stream) == 0)
		started++;
	run(&stream);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	pthread_mutex_destroy(&stream.reading);
	return ralm_score_turns_release(&stream.turns);
}

/* ---- line by line -------------------------------------------------------- */

static int score_line_by_line(struct ralm_score_counts *counts,
			      struct ralm_score_lines *lines,
			      struct ralm_reader *reader,
			      struct ralm_writer *writer,
			      const struct ralm_score_options *options,
			      struct ralm_error *err)
{
	char *text;
	size_t length;
	int result;
	while ((result = ralm_reader_next(reader, &text, &length, err)) == 1) {
		ralm_score_lines_start(lines, current_lists(options));
		if (ralm_score_lines_add(lines, text, length, reader->line,
					 err) != 0 ||
		    ralm_score_lines_flush(lines, err) != 0)
			result = -1;
		if (lines->counts.bad_lines > 0)
			ralm_error_at(&lines->counts.first_bad, reader->name,
				      reader->line, 0);
		ralm_score_counts_add(counts, &lines->counts);
		ralm_writer_put(writer, lines->out, lines->out_length);
		if (result < 0) {
			if (err->line != 0)
				ralm_error_at(err, reader->name, err->line, 0);
			break;
		}
		if (ralm_reader_has_line(reader))
			continue;
		if (ralm_writer_flush(writer, err) != 0)
			return -1;
		ralm_reader_linger(reader, LINGER);
	}
	return result;
}

int ralm_score_stream(struct ralm_score_counts *counts,
		      struct ralm_scorer *scorer, struct ralm_reader *reader,
		      struct ralm_writer *writer,
		      const struct ralm_score_options *options,
		      struct ralm_error *err)
{
	struct ralm_error flush_err;
	int result = -1;
	memset(counts, 0, sizeof *counts);
	if (options->unbuffered) {
		struct ralm_score_lines lines;
		if (ralm_score_lines_init(&lines, scorer, options, err) != 0)
			return -1;
		result = score_line_by_line(counts, &lines, reader, writer,
					    options, err);
		ralm_score_lines_release(&lines);
	} else {
		result = score_pieces(counts, scorer, reader, writer, options,
				      err);
	}
	if (ralm_writer_flush(writer, &flush_err) != 0 && result == 0) {
		*err = flush_err;
		result = -1;
	}
	return result;
}
