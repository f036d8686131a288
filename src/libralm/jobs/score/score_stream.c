/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)): by
 * threads over pieces of the input, or line by line for a live client. */
#include "formats/input_size.h"
#include "formats/pieces.h"
#include "ground/memory.h"
#include "ground/processors.h"
#include "jobs/score/named_lists.h"
#include "jobs/score/score_lines.h"
#include "jobs/score/spelled_line.h"
#include "model/model.h"
#include "scoring/scorer.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of input that a thread takes at a time. */
enum { PIECE = 256 << 10 };

/* How long to stay awake for the next line of a live client, in microseconds: within
 * that time most clients ask again. */
enum { LINGER_US = 50 };

/* to += from; the first bad line of all stays first. */
static void add_counts(struct ralm_score_counts *to,
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
	to->clustered += from->clustered;
	to->clusters_lost += from->clusters_lost;
	to->by_bias += from->by_bias;
	to->below_bias += from->below_bias;
	to->unknown_lists += from->unknown_lists;
	to->new_targets += from->new_targets;
	to->new_seeds += from->new_seeds;
	to->bad_lines += from->bad_lines;
}

struct stream {
	const struct ralm_score_options *options; /* threads and seeds_num are settled */
	struct ralm_scorer *scorer;
	struct ralm_named_lists *named; /* NULL: none */
	struct ralm_reader reader;
	struct ralm_writer writer;
	struct ralm_score_counts *counts;
	struct ralm_score_lines *lines; /* of each thread */
	struct ralm_spelled_line spelled; /* the last one before the next piece */
	uint64_t done, size; /* bytes of input: scored so far, all (or 0) */
};

/* ---- files that may be replaced ------------------------------------------- */

/* Reads named lists and users again if necessary, and takes the lists. NULL: there are
 * no lists. */
static struct ralm_list_set *current_lists(const struct stream *stream)
{
	const struct ralm_score_options *o = stream->options;
	struct ralm_error err;
	const bool users = stream->scorer->newcomers != NULL;
	if (stream->named == NULL && !users)
		return NULL;
	bool force = o->refresh != NULL && *o->refresh;
	if (force)
		*o->refresh = 0;
	if (users && ralm_scorer_users_again(stream->scorer, force, &err) < 0 &&
	    o->users_failed != NULL)
		o->users_failed(o->context, &err);
	if (stream->named == NULL)
		return NULL;
	if (ralm_named_lists_refresh(stream->named, force, &err) < 0 &&
	    o->lists_failed != NULL)
		o->lists_failed(o->context, &err);
	return ralm_named_lists_take(stream->named);
}

/* ---- pieces -------------------------------------------------------------- */

/* The result of a piece. */
struct scored {
	struct ralm_list_set *set; /* its named lists, until it is scored */
	struct ralm_spelled_line before;
	struct ralm_score_counts counts;
	char *out;
	size_t length, capacity;
};

/* Gets what the piece needs from the text before it. */
static void begin_piece(void *context, void *result, struct ralm_piece *piece)
{
	struct stream *stream = context;
	struct scored *scored = result;
	scored->set = current_lists(stream);
	if (piece->long_line) /* its seeds are unknown */
		stream->spelled.length = scored->before.length = 0;
	else if (ralm_spelled_line_pass(&scored->before, &stream->spelled,
					piece->text, piece->length,
					&piece->err) == 0)
		piece->err.code = RALM_OK;
}

/* Lines are numbered within the piece. */
static int score_lines(struct ralm_score_lines *lines, struct ralm_piece *piece)
{
	const char *text = piece->text, *end = text + piece->length, *next;
	for (; text < end; text = next) {
		const size_t length = ralm_piece_line(text, end, &next);
		piece->lines++;
		if (ralm_score_lines_add(lines, text, length, piece->lines,
					 &piece->err) != 0)
			return -1;
	}
	return ralm_score_lines_flush(lines, &piece->err);
}

/* Scores a piece with the thread's worker, into the piece's own buffer. */
static void score_piece(void *context, void *result, struct ralm_piece *piece,
			unsigned thread)
{
	const struct stream *stream = context;
	struct scored *scored = result;
	const struct ralm_spelled_line *before = &scored->before;
	struct ralm_score_lines *lines = &stream->lines[thread];
	char *own = lines->out;
	size_t capacity = lines->out_capacity;
	lines->out = scored->out;
	lines->out_capacity = scored->capacity;
	ralm_score_lines_start(lines, scored->set);
	ralm_sample_parser_behind(&lines->parser,
				  before->length > 0 ? before->text : NULL,
				  before->length);
	scored->set = NULL;
	piece->lines = piece->long_line;
	if ((piece->long_line
		     ? ralm_score_lines_add_bad(lines, 1, &piece->err)
		     : score_lines(lines, piece)) == 0)
		piece->err.code = RALM_OK;
	ralm_score_lines_end(lines);
	scored->counts = lines->counts;
	scored->out = lines->out;
	scored->length = lines->out_length;
	scored->capacity = lines->out_capacity;
	lines->out = own;
	lines->out_capacity = capacity;
}

static void tell_progress(const struct stream *stream)
{
	const struct ralm_score_options *options = stream->options;
	if (options->progress != NULL)
		options->progress(options->context, stream->counts->samples,
				  ralm_input_share(stream->done, stream->size));
}

static int write_piece(void *context, void *result,
		       const struct ralm_piece *piece, struct ralm_error *err)
{
	struct stream *stream = context;
	struct scored *scored = result;
	(void)err;
	ralm_writer_put(&stream->writer, scored->out, scored->length);
	if (scored->counts.bad_lines > 0)
		ralm_piece_place(&scored->counts.first_bad, piece);
	add_counts(stream->counts, &scored->counts);
	scored->length = 0;
	memset(&scored->counts, 0, sizeof scored->counts);
	stream->done += piece->length;
	tell_progress(stream);
	return stream->writer.error != 0 ? RALM_PIECES_STOP
					 : RALM_PIECES_GO_ON;
}

static void scored_release(void *result)
{
	struct scored *scored = result;
	ralm_list_set_give_back(scored->set);
	ralm_spelled_line_release(&scored->before);
	free(scored->out);
}

static int score_pieces(struct stream *stream, struct ralm_threads *threads,
			struct ralm_error *err)
{
	const struct ralm_pieces_user user = {
		.context = stream,
		.result_size = sizeof(struct scored),
		.begin = begin_piece,
		.work = score_piece,
		.take = write_piece,
		.release = scored_release,
	};
	const unsigned count = ralm_threads_count(threads);
	int result = 0;
	stream->lines = ralm_aligned_new(count, sizeof *stream->lines, err);
	if (stream->lines == NULL)
		return -1;
	for (unsigned i = 0; i < count && result == 0; i++)
		result = ralm_score_lines_init(&stream->lines[i], stream->scorer,
					       stream->named != NULL,
					       stream->options, err);
	if (result == 0)
		result = ralm_pieces_run(&stream->reader, PIECE, threads, &user,
					 err);
	for (unsigned i = 0; i < count; i++)
		ralm_score_lines_release(&stream->lines[i]);
	free(stream->lines);
	return result;
}

static int score_by_threads(struct stream *stream, struct ralm_error *err)
{
	struct ralm_threads *threads =
		ralm_threads_new(stream->options->threads, err);
	if (threads == NULL)
		return -1;
	int result = score_pieces(stream, threads, err);
	ralm_threads_free(threads);
	return result;
}

/* ---- line by line -------------------------------------------------------- */

/* Writes the line that answers one line: its score, or otherwise that text. */
static void answer(struct ralm_writer *writer,
		   const struct ralm_score_lines *lines, const char *otherwise)
{
	if (lines->out_length > 0) {
		ralm_writer_put(writer, lines->out, lines->out_length);
		return;
	}
	if (otherwise != NULL)
		ralm_writer_put_text(writer, otherwise);
	ralm_writer_put_char(writer, '\n');
}

static int answer_lines(struct stream *stream, struct ralm_score_lines *lines,
			struct ralm_error *err)
{
	struct ralm_reader *reader = &stream->reader;
	char *text;
	size_t length;
	int result;
	while ((result = ralm_reader_next(reader, &text, &length, err)) == 1 ||
	       reader->long_line) {
		ralm_score_lines_start(lines, current_lists(stream));
		if (result != 1) /* its seeds are unknown */
			ralm_sample_parser_lost(&lines->parser);
		result = result == 1
				 ? ralm_score_lines_add(lines, text, length,
							reader->line, err)
				 : ralm_score_lines_add_bad(lines, reader->line,
							    err);
		if (result == 0)
			result = ralm_score_lines_flush(lines, err);
		ralm_score_lines_end(lines);
		if (lines->counts.bad_lines > 0)
			ralm_error_at(&lines->counts.first_bad, reader->name,
				      reader->line, 0);
		add_counts(stream->counts, &lines->counts);
		if (result < 0) {
			if (err->line != 0)
				ralm_error_at(err, reader->name, err->line, 0);
			break;
		}
		answer(&stream->writer, lines, stream->options->bad_answer);
		if (ralm_reader_has_line(reader))
			continue;
		if (ralm_writer_flush(&stream->writer, err) != 0)
			return -1;
		ralm_reader_linger(reader, LINGER_US);
	}
	return result;
}

static int score_line_by_line(struct stream *stream, struct ralm_error *err)
{
	struct ralm_score_lines lines;
	if (ralm_score_lines_init(&lines, stream->scorer, stream->named != NULL,
				  stream->options, err) != 0)
		return -1;
	int result = answer_lines(stream, &lines, err);
	ralm_score_lines_release(&lines);
	return result;
}

/* ---- from files to a descriptor ------------------------------------------ */

/* Scores what the reader has. The scores are written also where it fails. */
static int score_all(struct stream *stream, struct ralm_error *err)
{
	struct ralm_error flush_err;
	int result = (stream->options->unbuffered ? score_line_by_line
						  : score_by_threads)(stream, err);
	if (ralm_writer_flush(&stream->writer, &flush_err) != 0 && result == 0) {
		*err = flush_err;
		result = -1;
	}
	return result;
}

static int check_options(const struct ralm_score_options *options,
			 const struct ralm_model *model, struct ralm_error *err)
{
	if (options->bad_answer != NULL && strchr(options->bad_answer, '\n') != NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--bad-answer: a newline makes two lines of it");
	if (options->explain > 0 && ralm_model_check_ids(model, err) != 0)
		return -1;
	return ralm_check_enumerator("unknown", options->unknown, RALM_UNKNOWN_ERROR,
				err);
}

static int check_files(const struct ralm_scorer *scorer, const char *const *paths,
		       size_t path_count, int fd, const char *name,
		       const char *lists, struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	ralm_scorer_use_files(&used, scorer);
	ralm_use_file(&used, RALM_FILE_READ, "--seeds", lists);
	ralm_use_inputs(&used, paths, path_count);
	ralm_use_descriptor(&used, fd, name);
	return ralm_used_files_settle(&used, err);
}

static int open_lists(struct stream *stream, struct ralm_error *err)
{
	const struct ralm_model *model = stream->scorer->model;
	const char *path = stream->options->lists;
	if (path == NULL)
		return 0;
	stream->named = ralm_named_lists_new(path, model->hash_seed, err);
	return stream->named != NULL ? 0 : -1;
}

int ralm_score_files(struct ralm_score_counts *counts,
		     struct ralm_scorer *scorer, const char *const *paths,
		     size_t path_count, int fd, const char *name,
		     const struct ralm_score_options *options,
		     struct ralm_error *err)
{
	const uint64_t before = atomic_load(&scorer->cluster_time);
	struct ralm_score_options settled = *options;
	struct stream stream = {
		.options = &settled, .scorer = scorer, .counts = counts};
	struct ralm_error own;
	int result = -1;
	err = ralm_error_or(err, &own);
	settled.threads = ralm_threads_wanted(options->threads);
	settled.seeds_num = ralm_scorer_seeds_num(scorer, options->seeds_num);
	memset(counts, 0, sizeof *counts);
	counts->seeds_num = settled.seeds_num;
	counts->bias_score = ralm_score_of_bias(scorer, options->raw);
	if (check_options(options, scorer->model, err) != 0 ||
	    check_files(scorer, paths, path_count, fd, name, options->lists,
			err) != 0 ||
	    open_lists(&stream, err) != 0)
		return -1;
	if (ralm_writer_open(&stream.writer, fd, name, err) == 0) {
		if (options->progress != NULL)
			stream.size = ralm_input_size(paths, path_count);
		if (ralm_reader_open(&stream.reader, paths, path_count, err) ==
		    0) {
			result = score_all(&stream, err);
			ralm_reader_release(&stream.reader);
		}
		ralm_writer_release(&stream.writer);
	}
	counts->cluster_seconds =
		(double)(atomic_load(&scorer->cluster_time) - before) * 1e-9;
	ralm_spelled_line_release(&stream.spelled);
	ralm_named_lists_free(stream.named);
	return result;
}
