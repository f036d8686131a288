#include "jobs/fit/validate.h"

#include "formats/lines.h"
#include "formats/sample_text.h"
#include "ground/memory.h"
#include "metrics/auc.h"
#include "scoring/scorer.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Samples are read by one thread; a window of them is scored by all, piece by
 * piece. */
enum { PIECE = 64, WINDOW = 32 * PIECE };

/* Bytes of rows and lists that one validation keeps. */
static const uint64_t kept_bytes = 256 << 20;

struct validation {
	const struct ralm_model *model;
	/* If its vectors are on other ranks or a device: a model that has the users of
	 * the window alone, gathered here. */
	struct ralm_model of_window;
	uint32_t *row; /* (of_window.users.count) of the model */
	ralm_real *X;  /* (of_window.users.count,D) */
	size_t row_room, X_room;
	struct ralm_threads *threads;
	struct ralm_scorer *scorer;
	struct ralm_scoring_worker **workers; /* of each thread */
	float *score; /* (count) of every sample; the window's are not set yet */
	uint8_t *label;
	size_t count, score_room, label_room;
	/* The window: samples [count - waiting, count). */
	size_t waiting;
	struct ralm_score_request requests[WINDOW];
	size_t list[WINDOW]; /* where the list of each begins in keys */
	uint64_t *keys;
	size_t key_count, key_room;
	struct ralm_error err[WINDOW / PIECE]; /* of each piece */
};

static void score_piece(void *context, size_t p, unsigned thread)
{
	struct validation *v = context;
	struct ralm_score_request *request = v->requests + p * PIECE;
	const size_t *list = v->list + p * PIECE;
	const size_t left = v->waiting - p * PIECE;
	const size_t n = left < PIECE ? left : PIECE;
	float *score = v->score + (v->count - v->waiting) + p * PIECE;
	struct ralm_score_result results[PIECE];
	for (size_t i = 0; i < n; i++) {
		request[i].seed_keys = v->keys + list[i];
		request[i].same_seeds = i > 0 && list[i] == list[i - 1];
	}
	if (ralm_score(results, v->workers[thread], request, n, &v->err[p]) != 0)
		return;
	for (size_t i = 0; i < n; i++)
		score[i] = results[i].score;
}

static bool is_here(const struct ralm_model *model)
{
	return model->rows == NULL || model->rows->kind->in_table;
}

/* ---- lines of the file --------------------------------------------------- */

struct reading {
	struct ralm_reader reader;
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;	   /* the last one */
	struct ralm_validation_file found; /* so far */
};

static int open_file(struct reading *reading, const struct ralm_validation_file *file,
		     uint64_t hash_seed, struct ralm_error *err)
{
	reading->found = (struct ralm_validation_file){.path = file->path,
						       .skip_bad = file->skip_bad};
	if (ralm_reader_open(&reading->reader, &file->path, 1, err) != 0)
		return -1;
	reading->reader.again = true;
	ralm_sample_parser_init(&reading->parser, hash_seed);
	reading->parser.require_label = true;
	return 0;
}

static void close_file(struct reading *reading)
{
	ralm_sample_parser_release(&reading->parser);
	ralm_reader_release(&reading->reader);
}

/* Reads the next sample. Returns 1, 0 at the end, -1. */
static int next_sample(struct reading *reading, struct ralm_error *err)
{
	struct ralm_reader *reader = &reading->reader;
	struct ralm_validation_file *found = &reading->found;
	char *text;
	size_t length;
	int got = 0;
	while (got == 0) {
		got = ralm_reader_next(reader, &text, &length, err);
		if (got == 0 || (got < 0 && !reader->long_line))
			break;
		if (got > 0) {
			found->digest = XXH3_64bits_withSeed(text, length,
							     found->digest);
			got = ralm_sample_parse(&reading->sample, &reading->parser,
						text, length, err);
		} else {
			ralm_sample_parser_lost(&reading->parser);
		}
		if (got < 0) {
			ralm_error_at(err, reader->name, reader->line, 0);
			got = ralm_bad_line(&found->bad_lines, &found->first_bad,
					    found->skip_bad, err);
		}
		if (got < 0)
			break;
		found->samples += (size_t)got;
	}
	if (got == 0 && found->digest == 0)
		found->digest = 1;
	return got;
}

/* ---- users of a window --------------------------------------------------- */

static void release_scorer(struct validation *v)
{
	for (unsigned t = 0; v->workers && t < ralm_threads_count(v->threads);
	     t++)
		ralm_scoring_worker_free(v->workers[t]);
	ralm_scorer_free(v->scorer);
	free(v->workers);
	v->scorer = NULL;
	v->workers = NULL;
}

static int start_scorer(struct validation *v, const struct ralm_model *model,
			struct ralm_error *err)
{
	const unsigned threads = ralm_threads_count(v->threads);
	v->scorer = ralm_scorer_new(model, kept_bytes, err);
	v->workers = ralm_aligned_new(threads, sizeof *v->workers, err);
	if (v->scorer == NULL || v->workers == NULL)
		return -1;
	for (unsigned t = 0; t < threads; t++) {
		v->workers[t] = ralm_scoring_worker_new(v->scorer, err);
		if (v->workers[t] == NULL)
			return -1;
	}
	return 0;
}

static void release_window_users(struct validation *v)
{
	ralm_users_release(&v->of_window.users);
	ralm_table_release(&v->of_window.table);
}

/* Adds a user, if the model knows the user, to the model of the window. */
static int add_window_user(struct validation *v, uint64_t key, struct ralm_error *err)
{
	const uint32_t row = ralm_users_find(&v->model->users, key);
	uint32_t number;
	bool added;
	if (row == RALM_ROW_NONE)
		return 0;
	if (ralm_users_add(&number, &added, &v->of_window.users, key, err) != 0 ||
	    RALM_RESERVE(v->row, v->row_room, number + 1, err) != 0)
		return -1;
	v->row[number] = row;
	return 0;
}

static int add_window_users(struct validation *v, struct ralm_error *err)
{
	for (size_t i = 0; i < v->key_count; i++)
		if (add_window_user(v, v->keys[i], err) != 0)
			return -1;
	for (size_t i = 0; i < v->waiting; i++)
		if (add_window_user(v, v->requests[i].target_key, err) != 0)
			return -1;
	return 0;
}

/* Gathers the vectors of the window's users, and makes a scorer over these. */
static int gather_window_users(struct validation *v, struct ralm_error *err)
{
	const struct ralm_model *model = v->model;
	const size_t D = model->parameters.D;
	release_scorer(v);
	release_window_users(v);
	v->of_window = *model;
	memset(&v->of_window.table, 0, sizeof v->of_window.table);
	if (ralm_users_init(&v->of_window.users, model->users.count, err) != 0 ||
	    add_window_users(v, err) != 0)
		return -1;
	const size_t count = v->of_window.users.count;
	if (RALM_RESERVE(v->X, v->X_room, (count + 1) * D, err) != 0 ||
	    ralm_rows_gather(v->X, model->rows, v->row, count, NULL, err) !=
		    0 ||
	    ralm_table_borrow(&v->of_window.table, v->X, count, D, err) != 0)
		return -1;
	return start_scorer(v, &v->of_window, err);
}

/* ---- scores -------------------------------------------------------------- */

/* Scores the window. Its last list stays, since the next line may continue it. */
static int score_window(struct validation *v, struct ralm_error *err)
{
	const size_t pieces = (v->waiting + PIECE - 1) / PIECE;
	if (v->waiting == 0)
		return 0;
	if (RALM_RESERVE(v->score, v->score_room, v->count, err) != 0 ||
	    (!is_here(v->model) && gather_window_users(v, err) != 0))
		return -1;
	ralm_threads_each(v->threads, pieces, score_piece, v);
	if (ralm_error_first(err, v->err, pieces) != 0)
		return -1;
	const size_t last = v->list[v->waiting - 1];
	v->key_count -= last;
	memmove(v->keys, v->keys + last, v->key_count * sizeof *v->keys);
	v->waiting = 0;
	return 0;
}

static int add_line(struct validation *v, const struct ralm_sample_line *line,
		    struct ralm_error *err)
{
	const size_t n = ralm_seeds_used(line->seed_count,
					 v->model->config.seeds_num);
	const size_t list = line->same_seeds ? v->key_count - n : v->key_count;
	if (RALM_RESERVE(v->label, v->label_room, v->count + 1, err) != 0 ||
	    RALM_RESERVE(v->keys, v->key_room, list + n, err) != 0)
		return -1;
	if (!line->same_seeds)
		memcpy(v->keys + list, line->seed_keys, n * sizeof *v->keys);
	v->key_count = list + n;
	v->label[v->count++] = line->label != 0;
	v->list[v->waiting] = list;
	v->requests[v->waiting++] = (struct ralm_score_request){
		.seed_count = n, .target_key = line->target_key};
	return v->waiting == WINDOW ? score_window(v, err) : 0;
}

/* Returns 1 when it was stopped. */
static int read_all(struct validation *v, const struct ralm_validation_file *file,
		    const volatile sig_atomic_t *stop, struct ralm_error *err)
{
	struct reading reading;
	int got;
	bool stopped = false;
	if (open_file(&reading, file, v->model->hash_seed, err) != 0)
		return -1;
	while (!stopped && (got = next_sample(&reading, err)) == 1) {
		got = add_line(v, &reading.sample, err);
		if (got < 0)
			break;
		stopped = stop != NULL && *stop != 0;
	}
	close_file(&reading);
	if (got < 0 || stopped)
		return got < 0 ? -1 : 1;
	if (reading.found.digest != file->digest && file->digest != 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "--validate: '%s' has other lines than when the "
				      "run began",
				      file->path);
	return score_window(v, err);
}

static void release(struct validation *v)
{
	release_scorer(v);
	release_window_users(v);
	free(v->row);
	free(v->X);
	free(v->score);
	free(v->label);
	free(v->keys);
	free(v);
}

int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_threads *threads,
		  const struct ralm_validation_file *file,
		  const volatile sig_atomic_t *stop, struct ralm_error *err)
{
	struct validation *v = calloc(1, sizeof *v);
	if (v == NULL)
		return ralm_error_memory(err, sizeof *v);
	v->model = model;
	v->threads = threads;
	int result = is_here(model) ? start_scorer(v, model, err) : 0;
	if (result == 0)
		result = read_all(v, file, stop, err);
	if (result == 0)
		result = v->count == 0
				 ? ralm_input_empty(&file->path, 1, err, "no samples")
				 : ralm_auc(auc, v->score, v->label, v->count,
					    err);
	release(v);
	return result;
}

int ralm_validate_check(struct ralm_validation_file *file, struct ralm_error *err)
{
	struct reading reading;
	int got;
	if (open_file(&reading, file, 0, err) != 0)
		return -1;
	while ((got = next_sample(&reading, err)) == 1)
		continue;
	close_file(&reading);
	*file = reading.found;
	if (got < 0)
		return -1;
	return file->samples > 0 ? 0
				 : ralm_input_empty(&file->path, 1, err, "no samples");
}
