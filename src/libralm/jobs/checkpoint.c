#include "checkpoint.h"

#include "../ground/memory.h"
#include "../ground/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names --------------------------------------------------------------- */

static void path_of(char path[RALM_CHECKPOINT_PATH], const char *folder,
		    uint64_t steps)
{
	snprintf(path, RALM_CHECKPOINT_PATH, "%s/step-%012" PRIu64 ".bin",
		 folder, steps);
}

/* The steps in a file's name; false: it is not a checkpoint's. */
static bool steps_of(uint64_t *steps, const char *name)
{
	size_t length = strlen(name);
	return length > 9 && memcmp(name, "step-", 5) == 0 &&
	       memcmp(name + length - 4, ".bin", 4) == 0 &&
	       ralm_parse_u64(steps, name + 5, length - 9, UINT64_MAX);
}

static int newest_first(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? 1 : x > y ? -1 : 0;
}

/* The steps of all checkpoints of a folder, newest first; free *list. */
static int list(uint64_t **list, size_t *count, const char *folder,
		struct ralm_error *err)
{
	size_t room = 0;
	*list = NULL;
	*count = 0;
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return errno == ENOENT
			       ? 0
			       : ralm_error_system(err, "cannot read '%s'",
						   folder);
	struct dirent *entry;
	int result = 0;
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		uint64_t steps;
		if (!steps_of(&steps, entry->d_name))
			continue;
		result = ralm_array_reserve(list, &room, *count + 1,
					    sizeof **list, err);
		if (result == 0)
			(*list)[(*count)++] = steps;
	}
	closedir(dir);
	if (*count > 1)
		qsort(*list, *count, sizeof **list, newest_first);
	return result;
}

/* ---- saving -------------------------------------------------------------- */

/* Tensors optimizer.rows.K (rows, D or 1) and optimizer.dense.K (reals), K = 0
 * and 1 as the optimizer has them; see optimizer.h for what they are. */
enum { STATES = 2, TENSORS = 2 * STATES };

static void add_tensors(struct ralm_tensor_source tensors[TENSORS],
			size_t *count, char names[TENSORS][32],
			const struct ralm_optimizer *optimizer, size_t rows)
{
	*count = 0;
	for (int k = 0; k < optimizer->tables; k++) {
		const struct ralm_table *table = &optimizer->row_state[k];
		struct ralm_tensor_source *t = &tensors[*count];
		snprintf(names[*count], sizeof names[0], "optimizer.rows.%d", k);
		t->name = names[(*count)++];
		t->dtype = RALM_F32;
		t->rank = 2;
		t->shape[0] = rows;
		t->shape[1] = table->dim;
		t->pieces = (const void *const *)table->blocks;
		t->piece_size =
			RALM_TABLE_BLOCK * table->dim * sizeof(ralm_real);
	}
	for (int k = 0; k < optimizer->blocks; k++) {
		const struct ralm_parameters *dense =
			&optimizer->dense_state[k];
		struct ralm_tensor_source *t = &tensors[*count];
		snprintf(names[*count], sizeof names[0], "optimizer.dense.%d",
			 k);
		t->name = names[(*count)++];
		t->dtype = RALM_F32;
		t->rank = 1;
		t->shape[0] = dense->size;
		t->pieces = (const void *const *)&dense->block;
		t->piece_size = dense->size * sizeof(ralm_real);
	}
}

static int remove_old(const char *folder, uint64_t keep, struct ralm_error *err)
{
	uint64_t *steps;
	size_t count;
	char path[RALM_CHECKPOINT_PATH];
	int result = list(&steps, &count, folder, err);
	for (size_t i = keep; keep > 0 && i < count; i++) {
		path_of(path, folder, steps[i]);
		unlink(path);
	}
	free(steps);
	return result;
}

int ralm_checkpoint_save(const char *folder, const struct ralm_model *model,
			 size_t rows, const struct ralm_optimizer *optimizer,
			 uint64_t position, uint64_t keep,
			 struct ralm_error *err)
{
	struct ralm_tensor_source tensors[TENSORS];
	char names[TENSORS][32], step[24], place[24];
	char path[RALM_CHECKPOINT_PATH];
	memset(tensors, 0, sizeof tensors);
	snprintf(step, sizeof step, "%" PRIu64, optimizer->step);
	snprintf(place, sizeof place, "%" PRIu64, position);
	const struct ralm_metadata metadata[] = {{"optimizer.step", step},
						 {"position", place}};
	struct ralm_model_extra extra = {
		.tensors = tensors,
		.metadata = metadata,
		.metadata_count = sizeof metadata / sizeof *metadata,
	};
	add_tensors(tensors, &extra.tensor_count, names, optimizer, rows);
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return ralm_error_system(err, "cannot make '%s'", folder);
	path_of(path, folder, model->steps);
	if (ralm_model_save(path, model, rows, &extra, err) != 0)
		return -1;
	return remove_old(folder, keep, err);
}

/* ---- opening ------------------------------------------------------------- */

int ralm_checkpoint_open(struct ralm_model *model, const char *folder,
			 struct ralm_error *err)
{
	uint64_t *steps;
	size_t count;
	char path[RALM_CHECKPOINT_PATH];
	int result = list(&steps, &count, folder, err);
	for (size_t i = 0; result == 0 && i < count; i++) {
		path_of(path, folder, steps[i]);
		if (ralm_model_open(model, path, RALM_MODEL_VERIFY, err) == 0)
			result = 1;
	}
	/* With checkpoints, none of them whole, the last error stands. */
	if (result == 0 && count > 0)
		result = -1;
	free(steps);
	return result;
}

/* A metadata string that is a number: 1, 0 when the file has none, -1. */
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

int ralm_checkpoint_position(uint64_t *position,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err)
{
	int got = number_of(position, checkpoint, "position", err);
	if (got == 1 && *position > checkpoint->steps)
		got = 0;
	return got != 0 ? (got == 1 ? 0 : -1)
			: ralm_error_set(err, RALM_ERROR_DATA,
					 "position: the checkpoint does not "
					 "tell how far its run was");
}

static int wrong(struct ralm_error *err, const char *name)
{
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "%s: not of the size that this model needs",
			      name);
}

static int restore_rows(struct ralm_table *table, size_t rows, const char *name,
			const struct ralm_tensor *t, struct ralm_error *err)
{
	if (t->dtype != RALM_F32 || t->rank != 2 || t->shape[0] != rows ||
	    t->shape[1] != table->dim)
		return wrong(err, name);
	if (ralm_table_grow(table, rows, err) != 0)
		return -1;
	const char *from = t->data;
	size_t size = table->dim * sizeof(ralm_real);
	for (size_t row = 0; row < rows; row++)
		memcpy(ralm_table_row(table, row), from + row * size, size);
	return 0;
}

static int restore_dense(struct ralm_parameters *dense, const char *name,
			 const struct ralm_tensor *t, struct ralm_error *err)
{
	if (t->dtype != RALM_F32 || t->count != dense->size)
		return wrong(err, name);
	memcpy(dense->block, t->data, dense->size * sizeof(ralm_real));
	return 0;
}

int ralm_checkpoint_restore(struct ralm_optimizer *optimizer,
			    const struct ralm_model *checkpoint,
			    struct ralm_error *err)
{
	const struct ralm_safetensors *file = &checkpoint->file;
	uint64_t steps;
	if (checkpoint->config.optimizer != (int)optimizer->kind)
		return 0;
	int got = number_of(&steps, checkpoint, "optimizer.step", err);
	if (got != 1)
		return got;
	for (int k = 0; k < optimizer->tables; k++) {
		char rows[32], dense[32];
		snprintf(rows, sizeof rows, "optimizer.rows.%d", k);
		snprintf(dense, sizeof dense, "optimizer.dense.%d", k);
		const struct ralm_tensor *r = ralm_safetensors_find(file, rows);
		const struct ralm_tensor *d =
			ralm_safetensors_find(file, dense);
		if (r == NULL || d == NULL)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "%s: there is no such tensor",
					      r == NULL ? rows : dense);
		if (restore_rows(&optimizer->row_state[k],
				 checkpoint->users.count, rows, r, err) != 0 ||
		    restore_dense(&optimizer->dense_state[k], dense, d, err) !=
			    0)
			return -1;
	}
	optimizer->step = steps;
	return 1;
}
