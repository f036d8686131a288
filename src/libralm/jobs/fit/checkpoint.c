#include "jobs/fit/checkpoint.h"

#include "ground/memory.h"
#include "ground/numbers.h"
#include "jobs/fit/checkpoint_folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The state is in tensors optimizer.rows.K (rows, D or 1) and optimizer.dense.K (reals),
 * for K = 0, 1 as many as the optimizer keeps (kernels/update_rule.h). */
enum { STATES = RALM_RULE_STATES, TENSORS = 2 * STATES + 2, NAME_SIZE = 32, TEXTS = 11 };

static void rows_name(char name[NAME_SIZE], int k)
{
	snprintf(name, NAME_SIZE, "optimizer.rows.%d", k);
}

static void dense_name(char name[NAME_SIZE], int k)
{
	snprintf(name, NAME_SIZE, "optimizer.dense.%d", k);
}

/* ---- saving -------------------------------------------------------------- */

/* What a checkpoint has besides the model, while it is written. */
struct draft {
	struct ralm_tensor_source tensors[TENSORS];
	size_t tensor_count;
	char names[TENSORS][NAME_SIZE];
	struct ralm_rows_part rows[STATES];
	const void *dense[STATES];
	const void *counts; /* of the calibration */
	struct ralm_metadata metadata[TEXTS];
	char texts[TEXTS][RALM_DOUBLE_TEXT];
	size_t text_count;
};

static char *add_text(struct draft *draft, const char *key)
{
	char *text = draft->texts[draft->text_count];
	draft->metadata[draft->text_count++] =
		(struct ralm_metadata){key, text};
	return text;
}

static void add_number(struct draft *draft, const char *key, uint64_t value)
{
	char *text = add_text(draft, key);
	text[ralm_format_u64(text, value)] = '\0';
}

/* The best epoch; its model, a whole file, is the tensor best.model. */
static void add_best(struct draft *draft, const struct ralm_best *best)
{
	add_number(draft, "best.epoch", best->epoch);
	add_number(draft, "best.input", best->input);
	ralm_format_double(add_text(draft, "best.auc"), best->auc);
	if (best->model == NULL)
		return;
	draft->tensors[draft->tensor_count++] = ralm_tensor_in_one_piece(
		"best.model", RALM_U8, best->size, 0, &best->model);
}

/* What the optimizer keeps beside the rows of users. */
static void add_rows(struct draft *draft, int k, struct ralm_rows *rows,
		     size_t users)
{
	char *name = draft->names[draft->tensor_count];
	rows_name(name, k);
	ralm_rows_source(&draft->tensors[draft->tensor_count++],
			 &draft->rows[k], rows, RALM_ROW_STATE + (unsigned)k,
			 users, name);
}

/* What the optimizer keeps beside the dense parameters. */
static void add_dense(struct draft *draft, int k,
		      const struct ralm_parameters *dense)
{
	char *name = draft->names[draft->tensor_count];
	dense_name(name, k);
	draft->dense[k] = dense->block;
	draft->tensors[draft->tensor_count++] = ralm_tensor_in_one_piece(
		name, RALM_REAL_DTYPE, dense->size, 0, &draft->dense[k]);
}

static void add_state(struct draft *draft, struct ralm_rows *rows, size_t users,
		      const struct ralm_optimizer *optimizer)
{
	const int states = (int)optimizer->states;
	for (int k = 0; k < states; k++)
		add_rows(draft, k, rows, users);
	for (int k = 0; k < states; k++)
		add_dense(draft, k, &optimizer->state[k]);
}

int ralm_checkpoint_save(const char *folder, const struct ralm_model *model,
			 size_t users, struct ralm_rows *rows,
			 const struct ralm_optimizer *optimizer,
			 const struct ralm_position *position,
			 const struct ralm_best *best,
			 const struct ralm_calibration *calibration,
			 uint64_t keep,
			 struct ralm_error *err)
{
	struct draft draft = {.tensor_count = 0};
	char path[RALM_CHECKPOINT_PATH];
	add_state(&draft, rows, users, optimizer);
	add_number(&draft, "optimizer.step", optimizer->step);
	add_number(&draft, "optimizer.row_updates", optimizer->row_updates);
	add_number(&draft, "position", position->steps);
	add_number(&draft, "position.epoch", position->epoch);
	add_number(&draft, "position.shuffles", position->shuffles);
	add_number(&draft, "position.input", position->input);
	if (position->users != 0)
		add_number(&draft, "position.users", position->users);
	add_number(&draft, RALM_CHECKPOINT_RUN, position->run);
	if (best != NULL)
		add_best(&draft, best);
	if (calibration->on)
		ralm_calibration_source(&draft.tensors[draft.tensor_count++],
					&draft.counts, calibration);
	struct ralm_model_extra extra = {
		.tensors = draft.tensors,
		.tensor_count = draft.tensor_count,
		.metadata = draft.metadata,
		.metadata_count = draft.text_count,
	};
	ralm_checkpoint_path(path, folder, model->steps);
	if (ralm_model_save(path, NULL, model, users, &extra, err) != 0)
		return -1;
	return ralm_checkpoint_tidy(folder, model->steps, keep, err);
}

/* ---- opening ------------------------------------------------------------- */

int ralm_checkpoint_open(struct ralm_model *model,
			 char path[RALM_CHECKPOINT_PATH], const char *folder,
			 void (*passed)(void *context,
					const struct ralm_error *why),
			 void *context, struct ralm_error *err)
{
	struct ralm_checkpoint_name *names;
	size_t count;
	int result = ralm_checkpoint_list(&names, &count, folder, err);
	for (size_t i = 0; result == 0 && i < count; i++) {
		ralm_checkpoint_path(path, folder, names[i].steps);
		if (ralm_model_open(model, path, RALM_MODEL_VERIFY, err) == 0)
			result = 1;
		else if (i + 1 == count)
			result = -1; /* none is whole: the last error stands */
		else if (passed != NULL)
			passed(context, err);
	}
	free(names);
	return result;
}

/* Reads a number from the metadata: 1; 0: the file does not have it; -1. */
static int number_of(uint64_t *number, const struct ralm_model *checkpoint,
		     const char *key, struct ralm_error *err)
{
	const char *text = ralm_safetensors_metadata(&checkpoint->file, key);
	if (text == NULL)
		return 0;
	if (!ralm_parse_u64(number, text, strlen(text), UINT64_MAX))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: expected a number", key);
	return 1;
}

int ralm_checkpoint_position(struct ralm_position *position,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err)
{
	const struct {
		const char *key;
		uint64_t *to;
	} parts[] = {
		{"position", &position->steps},
		{"position.epoch", &position->epoch},
		{"position.shuffles", &position->shuffles},
		{"position.input", &position->input},
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		int got = number_of(parts[i].to, checkpoint, parts[i].key, err);
		if (got < 0)
			return -1;
		if (got == 0 || position->steps > checkpoint->steps)
			return ralm_error_set(
				err, RALM_ERROR_DATA,
				"%s: the checkpoint does not tell how far its "
				"run was",
				parts[i].key);
	}
	position->users = 0;
	if (number_of(&position->users, checkpoint, "position.users", err) < 0)
		return -1;
	position->run = 0; /* old ones do not tell */
	return number_of(&position->run, checkpoint, RALM_CHECKPOINT_RUN,
			 err) < 0
		       ? -1
		       : 0;
}

int ralm_checkpoint_best(struct ralm_best *best,
			 const struct ralm_model *checkpoint,
			 struct ralm_error *err)
{
	const struct ralm_safetensors *file = &checkpoint->file;
	const char *auc = ralm_safetensors_metadata(file, "best.auc");
	*best = (struct ralm_best){.auc = NAN};
	int got = number_of(&best->epoch, checkpoint, "best.epoch", err);
	if (got != 1)
		return got;
	if (number_of(&best->input, checkpoint, "best.input", err) < 0)
		return -1;
	/* "nan" does not parse as a number, and means NaN. */
	if (auc == NULL ||
	    !ralm_parse_double(&best->auc, auc, strlen(auc)))
		best->auc = NAN;
	if (ralm_safetensors_find(file, "best.model") == NULL)
		return 1;
	const struct ralm_tensor *t = ralm_model_tensor(
		checkpoint, "best.model", RALM_U8, 1, err);
	if (t == NULL)
		return -1;
	best->model = t->data;
	best->size = t->size;
	return 1;
}

/* A tensor of the state, (rows, columns) or, with columns 0, (rows). Its numbers must be
 * finite, as the steps to come assume. */
static const struct ralm_tensor *state_of(const struct ralm_optimizer *optimizer,
					  const struct ralm_model *checkpoint,
					  const char *name, size_t rows,
					  size_t columns,
					  struct ralm_error *err)
{
	const struct ralm_tensor *t = ralm_model_tensor(
		checkpoint, name, RALM_REAL_DTYPE, columns ? 2 : 1, err);
	if (t == NULL)
		return NULL;
	if (t->shape[0] != rows || (columns && t->shape[1] != columns))
		ralm_error_set(err, RALM_ERROR_DATA,
			       "%s: not of the size that this model needs",
			       name);
	else if (!optimizer->update->finite(t->data, t->count))
		ralm_error_set(err, RALM_ERROR_DATA,
			       "%s: not all numbers are finite", name);
	else
		return t;
	return NULL;
}

static int restore_state(struct ralm_optimizer *optimizer,
			 struct ralm_rows *rows, unsigned k,
			 const struct ralm_model *checkpoint,
			 struct ralm_error *err)
{
	struct ralm_parameters *dense = &optimizer->state[k];
	const unsigned part = RALM_ROW_STATE + k;
	const size_t users = checkpoint->users.count, dim = rows->dim[part];
	char rows_at[NAME_SIZE], dense_at[NAME_SIZE];
	rows_name(rows_at, (int)k);
	dense_name(dense_at, (int)k);
	const struct ralm_tensor *r = state_of(optimizer, checkpoint, rows_at,
					       users, dim, err);
	const struct ralm_tensor *d = r == NULL
		? NULL
		: state_of(optimizer, checkpoint, dense_at, dense->size, 0, err);
	if (d == NULL)
		return -1;
	const ralm_real *from = r->data;
	for (size_t row = 0; row < users; row += RALM_ROWS_PIECE)
		ralm_rows_write(rows, part, row / RALM_ROWS_PIECE,
				from + row * dim,
				users - row < RALM_ROWS_PIECE ? users - row
							      : RALM_ROWS_PIECE);
	memcpy(dense->block, d->data, d->size);
	return 0;
}

int ralm_checkpoint_restore(struct ralm_optimizer *optimizer,
			    struct ralm_rows *rows,
			    const struct ralm_model *checkpoint,
			    struct ralm_error *err)
{
	uint64_t steps, moved;
	if (checkpoint->config.optimizer != (int)optimizer->kind)
		return 0;
	int got = number_of(&steps, checkpoint, "optimizer.step", err);
	if (got == 1)
		got = number_of(&moved, checkpoint, "optimizer.row_updates",
				err);
	if (got != 1)
		return got;
	for (unsigned k = 0; k < optimizer->states; k++)
		if (restore_state(optimizer, rows, k, checkpoint, err) != 0)
			return -1;
	optimizer->step = steps;
	optimizer->row_updates = moved;
	return 1;
}
