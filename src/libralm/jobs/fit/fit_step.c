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

/* The rows of the batch's users, while one thread makes the next batch. */
enum { GATHERED = 64 }; /* rows at a time */

struct gathering {
	struct ralm_fit *fit;
	int got; /* of the next batch */
	struct ralm_error *err;
};

static void gather_some(void *context, size_t i, unsigned thread)
{
	struct gathering *g = context;
	struct ralm_fit *fit = g->fit;
	const size_t U = fit->plan.U, begin = (i - 1) * GATHERED;
	(void)thread;
	if (i == 0)
		g->got = ralm_fit_next(fit, g->err);
	else
		ralm_table_gather(fit->X, &fit->model.table, fit->plan.row, U,
				  begin,
				  U - begin > GATHERED ? begin + GATHERED : U);
}

static int gather(struct ralm_fit *fit, struct ralm_error *err)
{
	struct gathering g = {fit, 0, err};
	size_t blocks = (fit->plan.U + GATHERED - 1) / GATHERED;
	ralm_threads_each(fit->threads, 1 + blocks, gather_some, &g);
	return g.got < 0 ? -1 : 0;
}

int ralm_fit_step(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_model *model = &fit->model;
	const struct ralm_batch *batch = &fit->batch;
	const struct ralm_plan *plan = &fit->plan;
	size_t U = plan->U, D = model->table.dim;
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
	if (ralm_optimizer_step(&fit->optimizer, &model->parameters,
				&model->table, &fit->gradient, fit->dX,
				plan->row, U, err) != 0)
		return not_finite(fit, err);
	model->steps++;
	fit->news = true;
	fit->position = ralm_fit_position(fit, fit->position.steps + 1);
	if (ralm_fit_track(fit, loss, err) != 0)
		return -1;
	return ralm_fit_save_step(fit, err);
}
