/* Any bytes as a checkpoint that a run is to go on from. Place, best epoch and
 * optimizer's state are taken whole or refused with a reason; with what was
 * taken a step can be made, which ends in finite numbers or names the tensor
 * that is not. */
#include "fuzz.h"

#include "libralm/ground/memory.h"
#include "libralm/jobs/fit/checkpoint.h"
#include "libralm/rows/rows_local.h"

#include <math.h>
#include <string.h>

static void refused(int result, const struct ralm_error *err)
{
	must(result == 0 || (err->code != RALM_OK && err->message[0] != '\0'));
}

static bool finite_table(const struct ralm_table *table, size_t rows)
{
	for (size_t row = 0; row < rows; row++)
		for (size_t i = 0; i < table->dim; i++)
			if (!isfinite(ralm_table_row(table, row)[i]))
				return false;
	return true;
}

static bool finite_block(const struct ralm_parameters *parameters)
{
	for (size_t i = 0; i < parameters->size; i++)
		if (!isfinite(parameters->block[i]))
			return false;
	return true;
}

struct kept {
	struct ralm_optimizer optimizer;
	struct ralm_model model;
	struct ralm_rows_local rows;
};

static bool finite_state(const struct kept *kept, size_t users)
{
	for (unsigned k = 0; k < kept->optimizer.states; k++)
		if (!finite_table(&kept->rows.state[k], users) ||
		    !finite_block(&kept->optimizer.state[k]))
			return false;
	return true;
}

/* Gradients of 1 for all parameters and the first rows. */
static void make_step(struct kept *kept)
{
	static const uint32_t rows[] = {0, 1, 2};
	struct ralm_model *model = &kept->model;
	struct ralm_parameters gradient;
	struct ralm_error err;
	size_t D = model->table.dim, H = model->parameters.H;
	size_t users = model->users.count, U = users < 3 ? users : 3;
	ralm_real *dX = malloc(U * D * sizeof *dX);
	must(dX != NULL && ralm_parameters_init(&gradient, &model->network->specs,
						 D, H, &err) == 0);
	for (size_t i = 0; i < gradient.size; i++)
		gradient.block[i] = 1;
	for (size_t i = 0; i < U * D; i++)
		dX[i] = 1;
	const uint64_t step = kept->optimizer.step;
	const struct ralm_row_gradients block = {rows, NULL, dX, U};
	kept->optimizer.users = users;
	must(ralm_rows_scatter(&kept->rows.rows, &block, 1, U, &err) == 0);
	if (ralm_optimizer_step(&kept->optimizer, &model->parameters, &gradient,
				&kept->rows.rows, &err) == 0) {
		must(kept->optimizer.step == step + 1 &&
		     finite_block(&model->parameters) &&
		     finite_table(&model->table, users) &&
		     finite_state(kept, users));
	} else {
		must(err.code == RALM_ERROR_NUMERIC && err.message[0] != '\0');
	}
	free(dX);
	ralm_parameters_release(&gradient);
}

static void restore(const struct ralm_model *checkpoint)
{
	const struct ralm_config *config = &checkpoint->config;
	const size_t users = checkpoint->users.count;
	struct kept kept;
	struct ralm_error err = {.code = RALM_OK};
	if (ralm_model_copy(&kept.model, checkpoint, users, true, &err) != 0) {
		refused(true, &err); /* one user twice */
		return;
	}
	must(ralm_optimizer_init(&kept.optimizer, config,
				 &checkpoint->network->specs,
				 checkpoint->table.dim,
				 checkpoint->parameters.H, &err) == 0 &&
	     ralm_rows_local_init(
		     &kept.rows, &kept.model.table, users,
		     ralm_optimizer_row_rule(kept.optimizer.kind), 1, 0, NULL,
		     &err) == 0);
	int got = ralm_checkpoint_restore(&kept.optimizer, &kept.rows.rows,
					  checkpoint, &err);
	refused(got < 0, &err);
	if (got == 1 && users > 0) {
		must(finite_state(&kept, users));
		make_step(&kept);
	}
	ralm_rows_local_release(&kept.rows);
	ralm_optimizer_release(&kept.optimizer);
	ralm_model_release(&kept.model);
}

static void take(const struct ralm_model *checkpoint, const char *bytes,
		 size_t size)
{
	struct ralm_position position;
	struct ralm_best best;
	struct ralm_model model;
	struct ralm_error err = {.code = RALM_OK};
	int got = ralm_checkpoint_position(&position, checkpoint, &err);
	refused(got, &err);
	must(got != 0 || position.steps <= checkpoint->steps);
	got = ralm_checkpoint_best(&best, checkpoint, &err);
	refused(got < 0, &err);
	if (got == 1 && best.model != NULL) {
		const char *at = best.model;
		must(at >= bytes && best.size <= size &&
		     (size_t)(at - bytes) <= size - best.size);
		if (ralm_model_parse(&model, best.model, best.size, "best",
				     &err) == 0)
			ralm_model_release(&model);
		else
			refused(-1, &err);
	}
	restore(checkpoint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ralm_model checkpoint;
	struct ralm_error err;
	void *copy = NULL;
	must(posix_memalign(&copy, RALM_ALIGNMENT, size ? size : 1) == 0);
	if (size > 0)
		memcpy(copy, data, size);
	if (ralm_model_parse(&checkpoint, copy, size, "c", &err) == 0) {
		take(&checkpoint, copy, size);
		ralm_model_release(&checkpoint);
	}
	free(copy);
	return 0;
}
