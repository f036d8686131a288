#include "jobs/evaluate/read_scores.h"

#include "formats/blank.h"
#include "formats/pieces.h"
#include "ground/memory.h"

#include <string.h>

enum { PIECE_BYTES = 512 << 10 };

struct reading {
	struct ralm_score_columns *columns;
	struct ralm_score_set *set;
	bool groups;     /* as in ralm_score_set_read */
	bool header_due; /* the next line may be the file's header */
	size_t file;     /* that of the last piece */
	struct ralm_left_out *left_out;
	struct ralm_evaluate_progress *progress;
};

/* The result of a piece. */
struct parsed {
	size_t begin;          /* of the text after a header */
	uint64_t lines_before; /* before it: the header, blank lines */
	bool begins_file;
	struct ralm_score_columns columns; /* as they were when it was read */
	struct ralm_score_batch batch;
	struct ralm_left_out left_out;
};

static void parsed_release(void *result)
{
	struct parsed *parsed = result;
	ralm_score_batch_release(&parsed->batch);
}

/* ---- parsing a piece --------------------------------------------------- */

/* The most lines with two fields that a piece can hold. */
static size_t most_lines(size_t length)
{
	return length / 4 + 1;
}

static void keep(struct parsed *parsed, const struct ralm_score_line *line)
{
	if (line->weight == 0)
		parsed->left_out.weightless++;
	else if (line->blank)
		parsed->left_out.blank++;
	else
		ralm_score_batch_put(&parsed->batch, line->label, line->group,
				     line->score, line->weight);
}

/* The first line of a file that is not blank, which may be a header that no option tells
 * of, or the end of the piece; NULL: the piece does not begin a file, or an option tells of
 * the header. */
static const char *maybe_header(const struct parsed *parsed,
				const struct ralm_piece *piece)
{
	const char *p = piece->text, *end = p + piece->length, *next;
	if (!parsed->begins_file || parsed->columns.format.header)
		return NULL;
	while (p < end &&
	       ralm_line_is_blank(p, ralm_piece_line(p, end, &next)))
		p = next;
	return p;
}

/* Parses a line that is not of the common form. */
static int parse_line(struct parsed *parsed, char *p, size_t length,
		      struct ralm_error *err)
{
	struct ralm_score_line line;
	if (ralm_line_is_blank(p, length))
		return 0;
	if (ralm_score_line_parse(&line, &parsed->columns, p, length, err) != 0)
		return -1;
	keep(parsed, &line);
	return 0;
}

static void parse_piece(void *context, void *result, struct ralm_piece *piece,
			unsigned thread)
{
	struct parsed *parsed = result;
	char *p = piece->text + parsed->begin, *end = piece->text + piece->length;
	const char *next;
	const char *first, *nul;
	int failed = 0;
	(void)context;
	(void)thread;
	if (piece->long_line)
		return;
	first = maybe_header(parsed, piece);
	nul = memchr(p, '\0', (size_t)(end - p));
	piece->lines = parsed->lines_before;
	if (ralm_score_batch_reserve(&parsed->batch, most_lines(piece->length),
				     &piece->err) != 0)
		return;
	for (; p < end && failed == 0; p += next - p) {
		struct ralm_score_line line;
		piece->lines++;
		next = ralm_score_line_scan(&line, &parsed->columns, p, end);
		if (next != NULL) {
			keep(parsed, &line);
			continue;
		}
		size_t length = ralm_piece_line(p, end, &next);
		parsed->columns.may_be_header = p == first;
		failed = nul != NULL && nul < next
				 ? ralm_error_set(&piece->err, RALM_ERROR_DATA,
						  "a NUL byte")
				 : parse_line(parsed, p, length, &piece->err);
	}
	if (failed)
		ralm_error_at(&piece->err, NULL, piece->lines, 0);
}

/* ---- in the order of the text ------------------------------------------ */

/* Learns the columns from a line: a header, or the very first line. */
static int learn_line(struct reading *r, char *line, size_t length,
		      struct ralm_error *err)
{
	const bool known = r->columns->count > 0 || r->columns->header_seen;
	struct ralm_threads *threads = r->set->threads;
	if (memchr(line, '\0', length) != NULL)
		return r->header_due ? ralm_error_set(err, RALM_ERROR_DATA,
						      "a NUL byte")
				     : 0; /* parsing will refuse it */
	if ((r->header_due ? ralm_score_columns_header
			   : ralm_score_columns_guess)(r->columns, line, length,
						       err) != 0)
		return -1;
	if (known)
		return 0;
	ralm_score_set_init(r->set, r->groups && r->columns->grouped,
			    r->columns->weighted);
	r->set->threads = threads;
	return 0;
}

/* Finds the first line that is not blank, if columns are to be learned from
 * it. */
static void learn_columns(struct reading *r, struct parsed *parsed,
			  struct ralm_piece *piece)
{
	char *p = piece->text, *end = p + piece->length;
	const char *next = p;
	uint64_t number = 0;
	size_t length = 0;
	do {
		p += next - p;
		if (p == end)
			return;
		length = ralm_piece_line(p, end, &next);
		number++;
	} while (ralm_line_is_blank(p, length));
	if (learn_line(r, p, length, &piece->err) != 0) {
		ralm_error_at(&piece->err, NULL, number, 0);
		return;
	}
	if (r->header_due) {
		parsed->begin = (size_t)(next - piece->text);
		parsed->lines_before = number;
	}
	r->header_due = false;
}

static void begin_piece(void *context, void *result, struct ralm_piece *piece)
{
	struct reading *r = context;
	struct parsed *parsed = result;
	if (piece->long_line)
		return;
	parsed->begin = 0;
	parsed->lines_before = 0;
	parsed->begins_file = piece->file != r->file;
	r->file = piece->file;
	r->header_due = r->columns->format.header &&
			(parsed->begins_file || r->header_due);
	if (r->header_due || r->columns->count == 0)
		learn_columns(r, parsed, piece);
	parsed->columns = *r->columns;
	parsed->batch.grouped = r->set->grouped;
	parsed->batch.weighted = r->set->weighted;
}

static int take_piece(void *context, void *result,
		      const struct ralm_piece *piece, struct ralm_error *err)
{
	struct reading *r = context;
	struct parsed *parsed = result;
	struct ralm_score_batch *batch = &parsed->batch;
	ralm_evaluate_progress_add(r->progress, piece->lines, piece->length);
	r->left_out->weightless += parsed->left_out.weightless;
	r->left_out->blank += parsed->left_out.blank;
	parsed->left_out = (struct ralm_left_out){0};
	return batch->count[0] + batch->count[1] == 0
		       ? 0
		       : ralm_score_set_take(r->set, batch, err);
}

int ralm_score_set_read(struct ralm_score_set *set,
			struct ralm_left_out *left_out,
			struct ralm_score_columns *columns, bool groups,
			const char *const *paths, size_t path_count,
			struct ralm_threads *threads,
			struct ralm_evaluate_progress *progress,
			struct ralm_error *err)
{
	struct ralm_reader reader;
	struct reading r = {.columns = columns, .set = set, .groups = groups,
			    .left_out = left_out, .progress = progress};
	const struct ralm_pieces_user user = {
		.context = &r,
		.result_size = sizeof(struct parsed),
		.begin = begin_piece,
		.work = parse_piece,
		.take = take_piece,
		.release = parsed_release,
	};
	*left_out = (struct ralm_left_out){0};
	if (ralm_reader_open(&reader, paths, path_count, err) != 0)
		return -1;
	ralm_score_set_init(set, groups && columns->grouped,
			    columns->weighted);
	set->threads = threads;
	int result = ralm_pieces_run(&reader, PIECE_BYTES, threads, &user, err);
	if (result != 0)
		ralm_score_set_release(set);
	ralm_reader_release(&reader);
	return result;
}
