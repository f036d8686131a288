#include "jobs/score/score_stream.h"

#include "jobs/score/score_lines.h"
#include "jobs/score/turns.h"

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
	struct ralm_named_lists *lists; /* NULL: none */
	struct ralm_scorer *scorer;
	pthread_mutex_t reading;
	struct ralm_reader *reader;
	uint64_t pieces;    /* read */
	_Atomic bool ended; /* no more is read */
	struct ralm_score_turns turns;
	/* Threads that read may be cut off: see run_threads. */
	bool may_cut;
	pthread_mutex_t ending;
	pthread_cond_t end;
};

/* A thread's piece of the input, and what it scores it with. */
struct piece {
	struct stream *stream;
	struct ralm_score_lines lines;
	char *text;
	size_t length, capacity;
	bool long_line;		     /* it is one, and nothing else */
	struct ralm_score_made made; /* its result that of reading at first */
};

/* ---- named lists --------------------------------------------------------- */

/* The named lists for what comes next, read again when they must be. NULL:
 * there are none. */
static struct ralm_list_set *current_lists(struct ralm_named_lists *lists,
					   const struct ralm_score_options *o)
{
	struct ralm_error err;
	if (lists == NULL)
		return NULL;
	bool force = o->refresh != NULL && *o->refresh;
	if (force)
		*o->refresh = 0;
	if (ralm_named_lists_refresh(lists, force, &err) < 0 &&
	    o->lists_failed != NULL)
		o->lists_failed(o->context, &err);
	return ralm_named_lists_take(lists);
}

/* A thread that is cut off leaves marks of the address sanitizer on its stack,
 * which the sanitizer then takes for an overflow of its own. */
#define NO_UNWIND_CHECK __attribute__((no_sanitize_address))

/* ---- threads ------------------------------------------------------------- */

static void unlock(void *mutex)
{
	pthread_mutex_unlock(mutex);
}

/* The one place where a thread waits for the producer, and may be cut off. */
static int read_text(struct stream *stream, struct piece *piece)
{
	if (stream->may_cut)
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	int got = ralm_reader_next_piece(stream->reader, &piece->text,
					 &piece->capacity, PIECE,
					 &piece->length, &piece->made.err);
	if (stream->may_cut)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return got;
}

/* The next piece, with its number and the lists that hold for it. False: there
 * are no more. A failure to read is a piece too: it comes in its turn. */
NO_UNWIND_CHECK
static bool read_piece(struct stream *stream, struct piece *piece)
{
	struct ralm_score_made *made = &piece->made;
	bool more = false;
	pthread_mutex_lock(&stream->reading);
	pthread_cleanup_push(unlock, &stream->reading);
	piece->length = 0;
	made->result = stream->ended ? 0 : read_text(stream, piece);
	more = made->result != 0;
	piece->long_line = made->result < 0 && stream->reader->long_line;
	if (made->result != 1 && !piece->long_line)
		stream->ended = true;
	if (more) {
		made->number = stream->pieces++;
		made->name = stream->reader->name;
		made->file = stream->reader->path_next;
		ralm_score_lines_start(&piece->lines,
				       current_lists(stream->lists,
						     stream->options));
	}
	pthread_cleanup_pop(1);
	return more;
}

/* Scores a piece; lines are numbered within it. */
static void score_piece(struct piece *piece)
{
	struct ralm_score_made *made = &piece->made;
	struct ralm_score_lines *lines = &piece->lines;
	char *text = piece->text, *end = text + piece->length;
	made->lines = piece->long_line;
	if (piece->long_line)
		made->result = ralm_score_lines_add_bad(lines, 1, &made->err);
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
static bool put_piece(struct stream *stream, struct piece *piece)
{
	struct ralm_score_made *made = &piece->made;
	struct ralm_score_lines *lines = &piece->lines;
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
	stream->ended = true;
	pthread_mutex_lock(&stream->ending);
	pthread_cond_signal(&stream->end);
	pthread_mutex_unlock(&stream->ending);
}

static void piece_release(void *argument)
{
	struct piece *piece = argument;
	ralm_score_lines_release(&piece->lines);
	free(piece->text);
}

NO_UNWIND_CHECK
static void run(struct stream *stream)
{
	struct piece piece = {.stream = stream};
	struct ralm_error err;
	pthread_cleanup_push(piece_release, &piece);
	if (ralm_score_lines_init(&piece.lines, stream->scorer,
				  stream->lists != NULL, stream->options,
				  &err) != 0)
		ralm_score_turns_fail(&stream->turns, &err);
	else
		while (read_piece(stream, &piece)) {
			score_piece(&piece);
			if (!put_piece(stream, &piece))
				end_reading(stream);
		}
	pthread_cleanup_pop(1);
	end_reading(stream);
}

static void *run_thread(void *stream)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	run(stream);
	return NULL;
}

/* When the first thread finds an end, a bad line or that of the input, another
 * one may wait for a producer that is in no hurry: it is cut off. What was read
 * is scored all the same. This thread must be able to do so, and so it is none
 * of them, unless the system gives no other. */
static void run_threads(struct stream *stream)
{
	enum { THREADS_MOST = 256 };
	pthread_t thread[THREADS_MOST];
	const unsigned wanted = stream->options->threads;
	unsigned started = 0;
	stream->may_cut = wanted > 1;
	while (stream->may_cut && started < wanted && started < THREADS_MOST &&
	       pthread_create(&thread[started], NULL, run_thread, stream) == 0)
		started++;
	if (started == 0) {
		stream->may_cut = false;
		run(stream);
		return;
	}
	pthread_mutex_lock(&stream->ending);
	while (!stream->ended)
		pthread_cond_wait(&stream->end, &stream->ending);
	pthread_mutex_unlock(&stream->ending);
	for (unsigned i = 0; i < started; i++)
		pthread_cancel(thread[i]);
	while (started > 0)
		pthread_join(thread[--started], NULL);
}

static int score_pieces(struct ralm_score_counts *counts,
			struct ralm_scorer *scorer, struct ralm_reader *reader,
			struct ralm_writer *writer,
			struct ralm_named_lists *lists,
			const struct ralm_score_options *options,
			struct ralm_error *err)
{
	struct stream stream = {
		.options = options,
		.lists = lists,
		.scorer = scorer,
		.reading = PTHREAD_MUTEX_INITIALIZER,
		.reader = reader,
		.ending = PTHREAD_MUTEX_INITIALIZER,
		.end = PTHREAD_COND_INITIALIZER,
	};
	if (ralm_score_turns_init(&stream.turns, options->threads, writer,
				  counts, err) != 0)
		return -1;
	run_threads(&stream);
	pthread_mutex_destroy(&stream.reading);
	pthread_mutex_destroy(&stream.ending);
	pthread_cond_destroy(&stream.end);
	return ralm_score_turns_release(&stream.turns);
}

/* ---- line by line -------------------------------------------------------- */

/* One line out for a line in, whatever it was. */
static void answer(struct ralm_writer *writer,
		   const struct ralm_score_lines *lines, const char *otherwise)
{
	if (lines->out_length > 0) {
		ralm_writer_put(writer, lines->out, lines->out_length);
		return;
	}
	if (otherwise != NULL)
		ralm_writer_put(writer, otherwise, strlen(otherwise));
	ralm_writer_put_char(writer, '\n');
}

static int score_line_by_line(struct ralm_score_counts *counts,
			      struct ralm_score_lines *lines,
			      struct ralm_reader *reader,
			      struct ralm_writer *writer,
			      struct ralm_named_lists *named,
			      const struct ralm_score_options *options,
			      struct ralm_error *err)
{
	char *text;
	size_t length;
	int result;
	while ((result = ralm_reader_next(reader, &text, &length, err)) == 1 ||
	       reader->long_line) {
		ralm_score_lines_start(lines, current_lists(named, options));
		result = result == 1
				 ? ralm_score_lines_add(lines, text, length,
							reader->line, err)
				 : ralm_score_lines_add_bad(lines, reader->line,
							    err);
		if (result == 0)
			result = ralm_score_lines_flush(lines, err);
		if (lines->counts.bad_lines > 0)
			ralm_error_at(&lines->counts.first_bad, reader->name,
				      reader->line, 0);
		ralm_score_counts_add(counts, &lines->counts);
		if (result >= 0)
			answer(writer, lines, options->bad_answer);
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
		      struct ralm_named_lists *lists,
		      const struct ralm_score_options *options,
		      struct ralm_error *err)
{
	struct ralm_error flush_err, own;
	int result = -1;
	err = ralm_error_or(err, &own);
	memset(counts, 0, sizeof *counts);
	counts->bias_score = ralm_score_of_bias(ralm_scorer_model(scorer),
						options->raw);
	if (options->unbuffered) {
		struct ralm_score_lines own_lines;
		if (ralm_score_lines_init(&own_lines, scorer, lists != NULL,
					  options, err) != 0)
			return -1;
		result = score_line_by_line(counts, &own_lines, reader, writer,
					    lists, options, err);
		ralm_score_lines_release(&own_lines);
	} else {
		result = score_pieces(counts, scorer, reader, writer, lists,
				      options, err);
	}
	if (ralm_writer_flush(writer, &flush_err) != 0 && result == 0) {
		*err = flush_err;
		result = -1;
	}
	return result;
}
