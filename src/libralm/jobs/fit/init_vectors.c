/* Users who begin with vectors that were made elsewhere (options->init_vectors). They are
 * the model's first users, in the order of the file. */
#include "jobs/fit/fit_state.h"

#include "formats/user_id.h"
#include "formats/vector_lines.h"
#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = RALM_ROWS_PIECE };

/* The greatest length of a vector: products of two such, and their gradients, are finite
 * in single precision. */
#define LONGEST 1e12

/* Vectors on their way to their rows, a piece of rows at a time. */
struct filling {
	struct ralm_fit *fit;
	struct ralm_vector_lines lines;
	ralm_real *piece; /* (PIECE,D) */
	size_t count;	  /* of vectors in it */
};

/* Makes the rows of the piece, and writes the vectors to them. */
static int put_piece(struct filling *f, struct ralm_error *err)
{
	struct ralm_fit *fit = f->fit;
	const struct ralm_users *users = &fit->model.users;
	if (f->count == 0)
		return 0;
	if (ralm_rows_fetch(fit->rows, users->keys, users->count, err) != 0 ||
	    (fit->ranks != NULL &&
	     ralm_rows_ranks_settle(&fit->rows_spread, err) != 0))
		return -1;
	ralm_rows_write(fit->rows, RALM_ROW_VECTOR,
			(users->count - f->count) / PIECE, f->piece, f->count);
	f->count = 0;
	return 0;
}

static int add(struct filling *f, const char *id, size_t length,
	       struct ralm_error *err)
{
	struct ralm_model *model = &f->fit->model;
	const uint64_t key = ralm_user_key(id, length, model->hash_seed);
	const size_t D = f->lines.D;
	uint32_t row;
	bool added;
	if (ralm_users_add(&row, &added, &model->users, key, err) != 0)
		return -1;
	if (!added)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user '%.*s' has two vectors",
				      ralm_shown(length), id);
	if (ralm_user_ids_add(&model->ids, row, key, id, length, err) != 0)
		return -1;
	double square = 0;
	for (size_t d = 0; d < D; d++)
		square += (double)f->lines.x[d] * (double)f->lines.x[d];
	if (square > LONGEST * LONGEST)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the vector of user '%.*s' is too long to train on",
				      ralm_shown(length), id);
	memcpy(f->piece + f->count++ * D, f->lines.x, D * sizeof *f->piece);
	return f->count < PIECE ? 0 : put_piece(f, err);
}

static int fill(struct filling *f, struct ralm_error *err)
{
	const struct ralm_reader *reader = &f->lines.reader;
	const char *id;
	size_t length;
	int got;
	while ((got = ralm_vector_lines_next(&id, &length, &f->lines, err)) == 1)
		if (add(f, id, length, err) != 0)
			return ralm_error_at(err, reader->name, reader->line, 0);
	return got == 0 ? put_piece(f, err) : -1;
}

int ralm_fit_start_vectors(struct ralm_fit *fit, struct ralm_error *err)
{
	const char *path = fit->options->init_vectors;
	const size_t D = fit->model.parameters.D;
	struct filling f = {.fit = fit};
	if (path == NULL || fit->resumed)
		return 0;
	f.piece = ralm_aligned_new(PIECE, D * sizeof *f.piece, err);
	if (f.piece == NULL)
		return -1;
	int result = ralm_vector_lines_open(&f.lines, path, D, err);
	if (result == 0) {
		result = fill(&f, err);
		ralm_vector_lines_release(&f.lines);
	}
	free(f.piece);
	fit->users = fit->given = fit->model.users.count;
	fit->summary->vectors_given = fit->given;
	return result;
}
