#include "evaluate_read.h"

#include "../formats/lines.h"
#include "../ground/memory.h"

#include <stdlib.h>

/* Each thread takes the next piece of the input under the lock, parses it
 * outside, and appends its records under the lock. The set does not depend on
 * who was first, since it is sorted. The number of a line is known only when
 * all pieces before its own are counted, so pieces note their lines, and the
 * place of an error is found at the end. */

enum { PIECE_BYTES = 1 << 20 };

struct piece_lines {
	const char *name; /* of the file */
	uint64_t lines;
};

struct reading {
	struct ralm_reader reader;
	struct ralm_score_columns *columns;
	struct ralm_score_set *set;
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
	struct ralm_score_columns columns; /* as they were when it was taken */
	uint64_t lines;
	uint64_t *records[2];
	size_t count[2], record_capacity[2];
	struct ralm_error error; /* code RALM_OK: none */
};

static void piece_release(struct piece *piece)
{
	free(piece->text);
	free(piece->records[0]);
	free(piece->records[1]);
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

static void keep(struct piece *piece, size_t words,
		 const struct ralm_score_line *line)
{
	size_t place = piece->count[line->label]++ * words;
	ralm_score_record(piece->records[line->label] + place,
			  piece->columns.grouped, piece->columns.weighted,
			  line->group, line->score, line->weight);
}

/* On failure piece->error has the line within the piece. */
static void parse_piece(struct piece *piece)
{
	size_t words = 1u + piece->columns.grouped + piece->columns.weighted;
	const char *p = piece->text, *end = p + piece->length, *next;
	const char *nul = memchr(p, '\0', piece->length);
	piece->error.code = RALM_OK;
	piece->lines = piece->count[0] = piece->count[1] = 0;
	for (int c = 0; c < 2; c++)
		if (ralm_array_reserve(&piece->records[c],
				       &piece->record_capacity[c],
				       most_lines(piece->length) * words,
				       sizeof(uint64_t), &piece->error) != 0)
			return;
	for (; p < end; p = next) {
		struct ralm_score_line line;
		piece->lines++;
		next = ralm_score_line_scan(&line, &piece->columns, p, end);
		if (next != NULL) {
			keep(piece, words, &line);
			continue;
		}
		size_t length = line_length(p, end, &next);
		if (nul != NULL && nul < next) {
			ralm_error_set(&piece->error, RALM_ERROR_DATA,
				       "a NUL byte");
			ralm_error_at(&piece->error, NULL, piece->lines, 0);
			return;
		}
		if (ralm_score_line_is_blank(p, length))
			continue;
		if (ralm_score_line_parse(&line, &piece->columns, p, length,
					  &piece->error) != 0) {
			ralm_error_at(&piece->error, NULL, piece->lines, 0);
			return;
		}
		keep(piece, words, &line);
	}
}

/* ---- the loop of a thread ---------------------------------------------- */

/* The columns of the first line that is not blank, once. */
static void learn_columns(struct reading *r, struct piece *piece)
{
	const char *p = piece->text, *end = p + piece->length, *next;
	uint64_t number = 0;
	for (; r->columns->count == 0 && p < end; p = next) {
		size_t length = line_length(p, end, &next);
		number++;
		if (ralm_score_line_is_blank(p, length))
			continue;
		if (memchr(p, '\0', length) != NULL)
			break; /* parsing tells */
		if (ralm_score_columns_guess(r->columns, p, length,
					     &piece->error) != 0) {
			ralm_error_at(&piece->error, NULL, number, 0);
			stop(r, piece->number, &piece->error);
			return;
		}
		r->set->grouped = r->columns->grouped;
		r->set->weighted = r->columns->weighted;
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
	if (got == 1 && ralm_array_reserve(&r->pieces, &r->piece_capacity,
					   r->piece_count + 1,
					   sizeof *r->pieces, &err) != 0)
		got = -1;
	if (got == 0)
		return 0;
	if (got < 0) {
		stop(r, r->piece_count, &err);
		return 0;
	}
	piece->number = r->piece_count++;
	r->pieces[piece->number] = (struct piece_lines){r->reader.name, 0};
	if (r->columns->count == 0)
		learn_columns(r, piece);
	piece->columns = *r->columns;
	return !r->stopped;
}

static void give_piece(struct reading *r, struct piece *piece)
{
	r->pieces[piece->number].lines = piece->lines;
	for (int c = 0; c < 2 && piece->error.code == RALM_OK; c++)
		if (ralm_score_set_append(r->set, c, piece->records[c],
					  piece->count[c], &piece->error) != 0)
			break;
	if (piece->error.code != RALM_OK)
		stop(r, piece->number, &piece->error);
}

static void read_pieces(struct reading *r)
{
	struct piece piece;
	memset(&piece, 0, sizeof piece);
	for (;;) {
		int got;
#pragma omp critical(ralm_score_set_read)
		got = take_piece(r, &piece);
		if (got != 1)
			break;
		parse_piece(&piece);
#pragma omp critical(ralm_score_set_read)
		give_piece(r, &piece);
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
			struct ralm_score_columns *columns,
			const char *const *paths, size_t path_count,
			struct ralm_error *err)
{
	struct reading r;
	memset(&r, 0, sizeof r);
	r.columns = columns;
	r.set = set;
	if (ralm_reader_open(&r.reader, paths, path_count, err) != 0)
		return -1;
	ralm_score_set_init(set, columns->grouped, columns->weighted);
#pragma omp parallel
	read_pieces(&r);
	int result = 0;
	if (r.stopped) {
		place_error(&r);
		*err = r.error;
		result = -1;
		ralm_score_set_release(set);
	}
	free(r.pieces);
	ralm_reader_release(&r.reader);
	return result;
}

/* ---- two files side by side -------------------------------------------- */

void ralm_score_pairs_release(struct ralm_score_pairs *pairs)
{
	free(pairs->score[0]);
	free(pairs->score[1]);
	free(pairs->label);
	free(pairs->weight);
	memset(pairs, 0, sizeof *pairs);
}

/* The next line that is not blank. 1, 0 at the end, or -1. */
static int next_line(struct ralm_reader *reader, struct ralm_score_line *line,
		     struct ralm_score_columns *columns, struct ralm_error *err)
{
	char *text;
	size_t length;
	int got;
	do {
		got = ralm_reader_next(reader, &text, &length, err);
		if (got != 1)
			return got;
	} while (ralm_score_line_is_blank(text, length));
	if (memchr(text, '\0', length) != NULL)
		return ralm_reader_error(reader, err, "a NUL byte");
	if ((columns->count == 0 &&
	     ralm_score_columns_guess(columns, text, length, err) != 0) ||
	    ralm_score_line_parse(line, columns, text, length, err) != 0)
		return ralm_error_at(err, reader->name, reader->line, 0);
	return 1;
}

struct pair_capacity {
	size_t score[2], label, weight;
};

static int append_pair(struct ralm_score_pairs *pairs,
		       struct pair_capacity *capacity, bool weighted,
		       const struct ralm_score_line *a,
		       const struct ralm_score_line *b, struct ralm_error *err)
{
	size_t i = pairs->count;
	if (ralm_array_reserve(&pairs->score[0], &capacity->score[0], i + 1,
			       sizeof(double), err) != 0 ||
	    ralm_array_reserve(&pairs->score[1], &capacity->score[1], i + 1,
			       sizeof(double), err) != 0 ||
	    ralm_array_reserve(&pairs->label, &capacity->label, i + 1, 1,
			       err) != 0 ||
	    (weighted &&
	     ralm_array_reserve(&pairs->weight, &capacity->weight, i + 1,
				sizeof(double), err) != 0))
		return -1;
	pairs->score[0][i] = a->score;
	pairs->score[1][i] = b->score;
	pairs->label[i] = (uint8_t)a->label;
	if (weighted)
		pairs->weight[i] = a->weight;
	pairs->count++;
	return 0;
}

/* What differs between two lines that should be of the same sample. */
static const char *difference(const struct ralm_score_line *a,
			      const struct ralm_score_line *b)
{
	if (a->label != b->label)
		return "label";
	if (a->group != b->group)
		return "group";
	return a->weight != b->weight ? "weight" : NULL;
}

static int read_pairs(struct ralm_score_pairs *pairs,
		      struct ralm_score_set *set,
		      struct ralm_score_columns *columns,
		      struct ralm_reader *reader, struct ralm_reader *other,
		      struct ralm_error *err)
{
	struct pair_capacity capacity = {{0, 0}, 0, 0};
	struct ralm_score_columns other_columns = *columns;
	struct ralm_score_line a, b;
	for (;;) {
		int got = next_line(reader, &a, columns, err);
		if (got < 0)
			return -1;
		int other_got = next_line(other, &b, &other_columns, err);
		if (other_got < 0)
			return -1;
		if (got != other_got)
			return ralm_reader_error(
				got ? reader : other, err,
				"the other file ends before this line");
		if (got == 0)
			return 0;
		const char *what = difference(&a, &b);
		if (what != NULL)
			return ralm_reader_error(
				other, err,
				"not the sample of %s:%llu: the %s differs",
				reader->name, (unsigned long long)reader->line,
				what);
		if (pairs->count == 0) {
			set->grouped = columns->grouped;
			set->weighted = columns->weighted;
		}
		uint64_t record[3];
		ralm_score_record(record, set->grouped, set->weighted, a.group,
				  a.score, a.weight);
		if (ralm_score_set_append(set, a.label, record, 1, err) != 0 ||
		    append_pair(pairs, &capacity, set->weighted, &a, &b, err) != 0)
			return -1;
	}
}

int ralm_score_pairs_read(struct ralm_score_pairs *pairs,
			  struct ralm_score_set *set,
			  struct ralm_score_columns *columns,
			  const char *const *paths, size_t path_count,
			  const char *other, struct ralm_error *err)
{
	struct ralm_reader reader, other_reader;
	const char *const others[] = {other};
	memset(pairs, 0, sizeof *pairs);
	if (ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	if (ralm_reader_open(&other_reader, others, 1, err) != 0) {
		ralm_reader_release(&reader);
		return -1;
	}
	ralm_score_set_init(set, columns->grouped, columns->weighted);
	int result = read_pairs(pairs, set, columns, &reader, &other_reader, err);
	if (result != 0) {
		ralm_score_pairs_release(pairs);
		ralm_score_set_release(set);
	}
	ralm_reader_release(&reader);
	ralm_reader_release(&other_reader);
	return result;
}
