#include "jobs/evaluate/read_scores.h"

#include "formats/blank.h"
#include "formats/lines.h"
#include "ground/memory.h"

#include <pthread.h>
#include <stdlib.h>

/* Each thread takes the next piece of the input under the lock, parses it
 * outside into its batch, and gives the batch to the set under the lock: after
 * each piece, or when it is large, so that groups come together. What is
 * measured does not depend on who was first, since all is sorted. The number of
 * a line is known only when all pieces before its own are counted, so pieces
 * note their lines, and the place of an error is found at the end. */

enum { PIECE_BYTES = 1 << 20 };

struct piece_lines {
	const char *name; /* of the file */
	uint64_t lines;
};

struct reading {
	pthread_mutex_t lock;
	struct ralm_reader reader;
	struct ralm_score_columns *columns;
	struct ralm_score_set *set;
	bool groups; /* as in ralm_score_set_read */
	bool header_due; /* of the file that is read */
	struct ralm_left_out left_out;
	size_t batch_most;
	struct piece_lines *pieces;
	size_t piece_count, piece_capacity;
	bool stopped;
	/* The first error: its piece, and its line within the piece. */
	struct ralm_error error;
	size_t error_piece;
};

struct piece {
	char *text;
	size_t capacity, length, number;
	size_t begin;         /* of what is behind a header */
	uint64_t lines_before; /* the header's, and blank ones */
	bool begins_file;
	struct ralm_score_columns columns; /* as they were when it was taken */
	uint64_t lines;
	struct ralm_score_batch batch;
	struct ralm_left_out left_out;
	struct ralm_error error; /* code RALM_OK: none */
};

static void piece_release(struct piece *piece)
{
	free(piece->text);
	ralm_score_batch_release(&piece->batch);
}

static void stop(struct reading *r, size_t piece, const struct ralm_error *err)
{
	if (!r->stopped || piece < r->error_piece) {
		r->error = *err;
		r->error_piece = piece;
	}
	r->stopped = true;
}

/* ---- parsing a piece --------------------------------------------------- */

/* The line at p without its end; *next is the one behind it. */
static size_t line_length(const char *p, const char *end, const char **next)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const char *stop_at = newline != NULL ? newline : end;
	*next = newline != NULL ? newline + 1 : end;
	if (stop_at > p && stop_at[-1] == '\r')
		stop_at--;
	return (size_t)(stop_at - p);
}

/* The most lines with two fields that a piece can hold. */
static size_t most_lines(size_t length)
{
	return length / 4 + 1;
}

static void keep(struct piece *piece, const struct ralm_score_line *line)
{
	if (line->weight == 0)
		piece->left_out.weightless++;
	else if (line->blank)
		piece->left_out.blank++;
	else
		ralm_score_batch_put(&piece->batch, line->label, line->group,
				     line->score, line->weight);
}

/* The first line that is not blank, of a file without header. */
static const char *maybe_header(const struct piece *piece)
{
	const char *p = piece->text, *end = p + piece->length, *next;
	if (!piece->begins_file || piece->columns.format.header)
		return NULL;
	while (p < end &&
	       ralm_line_is_blank(p, line_length(p, end, &next)))
		p = next;
	return p;
}

/* On failure piece->error has the line within the piece. */
static void parse_piece(struct piece *piece)
{
	const char *first = maybe_header(piece);
	char *p = piece->text + piece->begin, *end = piece->text + piece->length;
	const char *next;
	const char *nul = memchr(p, '\0', (size_t)(end - p));
	piece->error.code = RALM_OK;
	piece->lines = piece->lines_before;
	piece->left_out = (struct ralm_left_out){0};
	if (ralm_score_batch_reserve(&piece->batch, most_lines(piece->length),
				     &piece->error) != 0)
		return;
	for (; p < end; p += next - p) {
		struct ralm_score_line line;
		piece->lines++;
		next = ralm_score_line_scan(&line, &piece->columns, p, end);
		if (next != NULL) {
			keep(piece, &line);
			continue;
		}
		size_t length = line_length(p, end, &next);
		if (nul != NULL && nul < next) {
			ralm_error_set(&piece->error, RALM_ERROR_DATA,
				       "a NUL byte");
			ralm_error_at(&piece->error, NULL, piece->lines, 0);
			return;
		}
		if (ralm_line_is_blank(p, length))
			continue;
		piece->columns.may_be_header = p == first;
		if (ralm_score_line_parse(&line, &piece->columns, p, length,
					  &piece->error) != 0) {
			ralm_error_at(&piece->error, NULL, piece->lines, 0);
			return;
		}
		keep(piece, &line);
	}
}

/* ---- the loop of a thread ---------------------------------------------- */

/* A line that tells the columns: a header, or the very first one. */
static int learn_line(struct reading *r, struct piece *piece, char *line,
		      size_t length)
{
	const bool known = r->columns->count > 0 || r->columns->settled;
	if (memchr(line, '\0', length) != NULL)
		return r->header_due ? ralm_error_set(&piece->error,
						      RALM_ERROR_DATA,
						      "a NUL byte")
				     : 0; /* parsing tells */
	if ((r->header_due ? ralm_score_columns_settle
			   : ralm_score_columns_guess)(
		    r->columns, line, length, &piece->error) != 0)
		return -1;
	if (!known)
		ralm_score_set_init(r->set, r->groups && r->columns->grouped,
				    r->columns->weighted);
	return 0;
}

/* Looks for the first line that is not blank, if it tells something. */
static void learn_columns(struct reading *r, struct piece *piece)
{
	char *p = piece->text, *end = p + piece->length;
	const char *next;
	uint64_t number = 0;
	while ((r->header_due || r->columns->count == 0) && p < end) {
		size_t length = line_length(p, end, &next);
		number++;
		if (ralm_line_is_blank(p, length)) {
			p += next - p;
			continue;
		}
		if (learn_line(r, piece, p, length) != 0) {
			ralm_error_at(&piece->error, NULL, number, 0);
			stop(r, piece->number, &piece->error);
			return;
		}
		if (r->header_due) {
			piece->begin = (size_t)(next - piece->text);
			piece->lines_before = number;
		}
		r->header_due = false;
		return;
	}
}

/* 1: the thread has a piece. */
static int take_piece(struct reading *r, struct piece *piece)
{
	struct ralm_error err;
	if (r->stopped)
		return 0;
	int got = ralm_reader_next_piece(&r->reader, &piece->text,
					 &piece->capacity, PIECE_BYTES,
					 &piece->length, &err);
	if (got != 0 && ralm_array_reserve(&r->pieces, &r->piece_capacity,
					   r->piece_count + 1,
					   sizeof *r->pieces, &err) != 0)
		got = -1;
	if (got == 0)
		return 0;
	piece->number = r->piece_count++;
	if (piece->number < r->piece_capacity)
		r->pieces[piece->number] =
			(struct piece_lines){r->reader.name, 0};
	if (got < 0) {
		stop(r, piece->number, &err);
		return 0;
	}
	piece->begin = 0;
	piece->lines_before = 0;
	piece->begins_file =
		piece->number == 0 ||
		r->pieces[piece->number - 1].name != r->reader.name;
	r->header_due = r->columns->format.header &&
			(piece->begins_file || r->header_due);
	if (r->header_due || r->columns->count == 0)
		learn_columns(r, piece);
	piece->columns = *r->columns;
	piece->batch.grouped = r->set->grouped;
	piece->batch.weighted = r->set->weighted;
	return !r->stopped;
}

static void give_batch(struct reading *r, struct piece *piece)
{
	if (piece->error.code == RALM_OK &&
	    ralm_score_set_take(r->set, &piece->batch, &piece->error) != 0)
		stop(r, piece->number, &piece->error);
}

static void end_piece(struct reading *r, struct piece *piece)
{
	r->pieces[piece->number].lines = piece->lines;
	r->left_out.weightless += piece->left_out.weightless;
	r->left_out.blank += piece->left_out.blank;
	if (piece->error.code != RALM_OK)
		stop(r, piece->number, &piece->error);
	else if (!r->set->grouped)
		give_batch(r, piece);
}

static bool is_large(const struct reading *r, const struct ralm_score_batch *b)
{
	return b->count[0] + b->count[1] >= r->batch_most;
}

static void read_pieces(void *context, size_t i, unsigned thread)
{
	struct reading *r = context;
	struct piece piece;
	(void)i;
	(void)thread;
	memset(&piece, 0, sizeof piece);
	for (int got = 1; got == 1;) {
		pthread_mutex_lock(&r->lock);
		got = take_piece(r, &piece);
		pthread_mutex_unlock(&r->lock);
		if (got == 1) {
			parse_piece(&piece);
			pthread_mutex_lock(&r->lock);
			end_piece(r, &piece);
			pthread_mutex_unlock(&r->lock);
		}
		if (got == 1 && !is_large(r, &piece.batch))
			continue;
		ralm_score_batch_sort(&piece.batch, NULL);
		pthread_mutex_lock(&r->lock);
		give_batch(r, &piece);
		pthread_mutex_unlock(&r->lock);
	}
	piece_release(&piece);
}

/* Turns a line within a piece into a line of its file. */
static void place_error(struct reading *r)
{
	if (r->error.line == 0)
		return;
	const char *name = r->pieces[r->error_piece].name;
	uint64_t line = r->error.line;
	for (size_t i = r->error_piece; i-- > 0 && r->pieces[i].name == name;)
		line += r->pieces[i].lines;
	ralm_error_at(&r->error, name, line, 0);
}

int ralm_score_set_read(struct ralm_score_set *set,
			struct ralm_left_out *left_out,
			struct ralm_score_columns *columns, bool groups,
			const char *const *paths, size_t path_count,
			struct ralm_threads *threads, struct ralm_error *err)
{
	struct reading r;
	memset(&r, 0, sizeof r);
	r.columns = columns;
	r.set = set;
	r.groups = groups;
	r.batch_most = RALM_SCORE_BATCH / ralm_threads_count(threads);
	if (ralm_reader_open(&r.reader, paths, path_count, err) != 0)
		return -1;
	ralm_score_set_init(set, groups && columns->grouped,
			    columns->weighted);
	set->threads = threads;
	pthread_mutex_init(&r.lock, NULL);
	ralm_threads_each(threads, ralm_threads_count(threads), read_pieces,
			  &r);
	pthread_mutex_destroy(&r.lock);
	set->threads = threads;
	int result = 0;
	*left_out = r.left_out;
	if (r.stopped) {
		place_error(&r);
		if (err != NULL)
			*err = r.error;
		result = -1;
		ralm_score_set_release(set);
	}
	free(r.pieces);
	ralm_reader_release(&r.reader);
	return result;
}
