#include "score_stream.h"

#include "score_lines.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of input that a thread takes at a time. */
enum { PIECE = 256 << 10 };

/* How long to stay awake for the next line of a live client, in microseconds:
 * as long as it takes most of them to ask again. An idle process sleeps. */
enum { LINGER = 50 };

/* What the threads share. Pieces are read under one lock, in turn, and written
 * in the same turn; what lies between is done side by side. */
struct stream {
	const struct ralm_score_options *options;
	struct ralm_scorer *scorer;
	pthread_mutex_t reading;
	struct ralm_reader *reader;
	uint64_t pieces; /* read */
	bool ended;      /* no more is read */
	pthread_mutex_t writing;
	pthread_cond_t turned;
	struct ralm_writer *writer;
	uint64_t turn; /* the piece that is written next */
	size_t file;   /* its number, and lines of it before this piece */
	uint64_t lines;
	int result; /* -1: err is set; what comes later is not written */
	struct ralm_score_counts *counts;
	struct ralm_error *err;
};

/* A thread's piece of the input. */
struct piece {
	uint64_t number;
	char *text;
	size_t length, capacity;
	const char *name;
	size_t file; /* the how-manieth of the files */
	uint64_t lines;
	int result; /* of reading, then of scoring */
	struct ralm_error err;
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

static void add_counts(struct ralm_score_counts *to,
		       const struct ralm_score_counts *from)
{
	if (to->bad_lines == 0 && from->bad_lines > 0)
		to->first_bad = from->first_bad;
	to->samples += from->samples;
	to->unknown_targets += from->unknown_targets;
	to->no_seeds += from->no_seeds;
	to->fewer_seeds += from->fewer_seeds;
	to->unknown_lists += from->unknown_lists;
	to->bad_lines += from->bad_lines;
}

/* ---- threads ------------------------------------------------------------- */

/* The next piece, with its turn and the lists that hold for it. False: there
 * are no more. A failure to read is a piece too: it comes in its turn. */
static bool read_piece(struct stream *stream, struct piece *piece,
		       struct ralm_score_lines *lines)
{
	pthread_mutex_lock(&stream->reading);
	bool more = !stream->ended;
	if (more) {
		piece->length = 0;
		piece->result = ralm_reader_next_piece(
			stream->reader, &piece->text, &piece->capacity, PIECE,
			&piece->length, &piece->err);
		stream->ended = piece->result != 1;
		more = piece->result != 0;
	}
	if (more) {
		piece->number = stream->pieces++;
		piece->name = stream->reader->name;
		piece->file = stream->reader->path_next;
		ralm_score_lines_start(lines, current_lists(stream->options));
	}
	pthread_mutex_unlock(&stream->reading);
	return more;
}

/* Scores a piece; lines are numbered within it. */
static void score_piece(struct piece *piece, struct ralm_score_lines *lines)
{
	char *text = piece->text, *end = text + piece->length;
	piece->lines = 0;
	if (piece->result < 0)
		return;
	piece->result = 0;
	while (text < end && piece->result == 0) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		char *next = newline ? newline + 1 : end;
		size_t length = (size_t)((newline ? newline : end) - text);
		if (length > 0 && text[length - 1] == '\r')
			length--;
		piece->lines++;
		piece->result = ralm_score_lines_add(
			lines, text, length, piece->lines, &piece->err);
		text = next;
	}
	if (piece->result == 0)
		piece->result = ralm_score_lines_flush(lines, &piece->err);
}

/* Puts the place in the input to an error whose line is one of the piece. */
static void place(struct ralm_error *err, const struct piece *piece,
		  uint64_t lines_before)
{
	if (err->line != 0 && err->file[0] == '\0')
		ralm_error_at(err, piece->name, err->line + lines_before, 0);
}

/* In turn: the piece's scores are written, its counts and error told. */
static void write_piece(struct stream *stream, struct piece *piece,
			struct ralm_score_lines *lines)
{
	pthread_mutex_lock(&stream->writing);
	while (stream->turn != piece->number)
		pthread_cond_wait(&stream->turned, &stream->writing);
	if (piece->file != stream->file) {
		stream->file = piece->file;
		stream->lines = 0;
	}
	bool failed = stream->result != 0;
	if (!failed) {
		ralm_writer_put(stream->writer, lines->out, lines->out_length);
		if (lines->counts.bad_lines > 0)
			place(&lines->counts.first_bad, piece, stream->lines);
		add_counts(stream->counts, &lines->counts);
		if (piece->result != 0) {
			place(&piece->err, piece, stream->lines);
			*stream->err = piece->err;
			stream->result = -1;
		}
	}
	stream->lines += piece->lines;
	stream->turn++;
	failed = stream->result != 0 || stream->writer->error != 0;
	pthread_cond_broadcast(&stream->turned);
	pthread_mutex_unlock(&stream->writing);
	if (failed) {
		pthread_mutex_lock(&stream->reading);
		stream->ended = true;
		pthread_mutex_unlock(&stream->reading);
	}
}

static void *run(void *argument)
{
	struct stream *stream = argument;
	struct piece piece = {.text = NULL};
	struct ralm_score_lines lines;
	struct ralm_error err;
	if (ralm_score_lines_init(&lines, stream->scorer, stream->options,
				  &err) != 0) {
		pthread_mutex_lock(&stream->writing);
		if (stream->result == 0)
			*stream->err = err;
		stream->result = -1;
		pthread_mutex_unlock(&stream->writing);
	} else {
		while (read_piece(stream, &piece, &lines)) {
			score_piece(&piece, &lines);
			write_piece(stream, &piece, &lines);
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
		.writing = PTHREAD_MUTEX_INITIALIZER,
		.turned = PTHREAD_COND_INITIALIZER,
		.writer = writer,
		.counts = counts,
		.err = err,
	};
	pthread_t thread[THREADS_MOST];
	unsigned started = 0;
	/* This thread is one of them; where the system gives fewer, fewer. */
	while (started + 1 < options->threads && started < THREADS_MOST &&
	       pthread_create(&thread[started], NULL, run, &stream) == 0)
		started++;
	run(&stream);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	pthread_mutex_destroy(&stream.reading);
	pthread_mutex_destroy(&stream.writing);
	pthread_cond_destroy(&stream.turned);
	return stream.result;
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
		add_counts(counts, &lines->counts);
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
