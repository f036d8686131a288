#include "jobs/fit/fit_state.h"

#include "ground/c_locale.h"
#include "ground/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A numeric error is told with the step and with what may help: a rate times
 * weight decay of more than 2 makes numbers grow by itself. */
static int not_finite(const struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	char what[sizeof err->message], decay[64] = "";
	memcpy(what, err->message, sizeof what);
	if (config->weight_decay > 0)
		ralm_snprintf(decay, sizeof decay, " or --weight-decay (now %g)",
			 config->weight_decay);
	return ralm_error_set(err, RALM_ERROR_NUMERIC,
			      "step %" PRIu64 ": %.200s; try a lower "
			      "--learning-rate (now %g)%s",
			      fit->model.steps + 1, what,
			      config->learning_rate, decay);
}

int ralm_fit_next(struct ralm_fit *fit, struct ralm_error *err)
{
	int got = ralm_shuffle_next(&fit->next, &fit->shuffle,
				    fit->config->batch_size, err);
	if (got == 1 && ralm_plan_make(&fit->next_plan, &fit->next, err) != 0)
		return -1;
	return got;
}

struct next_batch {
	struct ralm_fit *fit;
	struct ralm_error error;
	int got;
};

static void make_next(void *context)
{
	struct next_batch *next = context;
	next->got = ralm_fit_next(next->fit, &next->error);
}

/* The rows of the batch's users, while one thread makes the next batch. */
static int gather(struct ralm_fit *fit, struct ralm_error *err)
{
	struct next_batch next = {.fit = fit};
	const struct ralm_beside beside = {make_next, &next};
	if (ralm_rows_gather(fit->X, fit->rows, fit->plan.row, fit->plan.U,
			     &beside, err) != 0)
		return -1;
	if (next.got < 0)
		*err = next.error;
	return next.got < 0 ? -1 : 0;
}

int ralm_fit_step(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_model *model = &fit->model;
	const struct ralm_batch *batch = &fit->batch;
	const struct ralm_plan *plan = &fit->plan;
	size_t U = plan->U, D = fit->rows->D;
	double loss;
	struct ralm_error own;
	err = ralm_error_or(err, &own); /* not_finite looks at it */

	if (fit->skip > 0) { /* a checkpoint has done this step */
		if (ralm_fit_next(fit, err) < 0)
			return -1;
		return ralm_fit_pass(fit, 1, batch->B, err);
	}
	if (ralm_array_reserve(&fit->X, &fit->X_room, U * D, sizeof *fit->X,
			       err) != 0 ||
	    ralm_array_reserve(&fit->dX, &fit->dX_room, U * D, sizeof *fit->dX,
			       err) != 0 ||
	    ralm_array_reserve(&fit->cosine, &fit->cosine_room, batch->B,
			       sizeof *fit->cosine, err) != 0 ||
	    gather(fit, err) != 0)
		return -1;
	if (ralm_network_gradient(fit->cosine, &loss, fit->dX, &fit->gradient,
				  &fit->network, &model->parameters, fit->X,
				  plan, err) != 0)
		return -1;
	if (!isfinite(loss)) {
		ralm_error_set(err, RALM_ERROR_NUMERIC,
			       "the loss is not finite");
		return not_finite(fit, err);
	}
	const struct ralm_row_gradients found = {plan->row, NULL, fit->dX, U};
	if (ralm_rows_scatter(fit->rows, &found, 1, U, err) != 0)
		return -1;
	if (ralm_optimizer_step(&fit->optimizer, &model->parameters,
				&fit->gradient, fit->rows, err) != 0)
		return not_finite(fit, err);
	model->steps++;
	fit->news = true;
	fit->position = ralm_fit_position(fit, fit->position.steps + 1);
	if (ralm_fit_track(fit, loss, err) != 0)
		return -1;
	return ralm_fit_save_step(fit, err);
}
