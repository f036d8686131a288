#include "jobs/fit/fit_state.h"

#include "ground/c_locale.h"
#include "ground/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Adds to a numeric error the step, and what may help: a rate times weight decay of more
 * than 2 alone makes numbers grow. */
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
	struct ralm_fit_batch *next = fit->next;
	ralm_feed_lock(&fit->feed);
	int got = ralm_shuffle_next(&next->batch, &fit->shuffle,
				    fit->config->batch_size, err);
	ralm_feed_unlock(&fit->feed);
	if (got != 1)
		return got;
	const int cut = fit->ranks != NULL
				? ralm_fit_ranks_next(fit, err)
				: ralm_blocks_cut(&next->blocks, &next->batch,
						  fit->config->block_size, err);
	return cut == 0 ? 1 : -1;
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

/* If there is only this thread, its time is counted as another phase. */
static void make_next_and_tell(void *context)
{
	const struct next_batch *next = context;
	struct ralm_fit *fit = next->fit;
	if (ralm_threads_count(fit->threads) > 1) {
		make_next(context);
		return;
	}
	const enum ralm_phase before =
		ralm_ranks_enter(fit->ranks, RALM_PHASE_PLAN);
	make_next(context);
	ralm_ranks_enter(fit->ranks, before);
}

static int made_next(const struct next_batch *next, struct ralm_error *err)
{
	if (next->got < 0)
		*err = next->error;
	return next->got < 0 ? -1 : 0;
}

/* The rows of the batch's users, while one thread makes the next batch. */
static int gather(struct ralm_fit *fit, struct ralm_error *err)
{
	struct next_batch next = {.fit = fit};
	const struct ralm_beside beside = {make_next, &next};
	if (ralm_rows_gather(fit->X, fit->rows, fit->now->blocks.row,
			     fit->now->blocks.rows, &beside, err) != 0)
		return -1;
	return made_next(&next, err);
}

/* Vectors and gradients come here, unless a device has the rows. */
static bool rows_come(const struct ralm_fit *fit)
{
	return fit->rows->kind->in_table;
}

static int reserve(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_fit_batch *now = fit->now;
	const size_t size = rows_come(fit) ? now->blocks.rows * fit->rows->D : 0;
	if (RALM_RESERVE(fit->X, fit->X_room, size, err) != 0 ||
	    RALM_RESERVE(fit->dX, fit->dX_room, size, err) != 0 ||
	    RALM_RESERVE(fit->cosine, fit->cosine_room, now->batch.B, err) != 0 ||
	    RALM_RESERVE(fit->found, fit->found_room, now->blocks.count, err) != 0)
		return -1;
	return 0;
}

/* Hands over the gradients that the blocks have for users. */
static int scatter(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_blocks *blocks = &fit->now->blocks;
	for (size_t k = 0; k < blocks->count; k++) {
		const size_t first = blocks->block[k].first_row;
		fit->found[k] = (struct ralm_row_gradients){
			.row = blocks->row + first,
			.place = blocks->place ? blocks->place + first : NULL,
			.dX = rows_come(fit) ? fit->dX + first * fit->rows->D
					     : NULL,
			.count = blocks->block[k].plan.U,
		};
	}
	return ralm_rows_scatter(fit->rows, fit->found, blocks->count,
				 blocks->U, err);
}

/* Computes loss, cosines and gradients of the batch, and scatters those of users. So do
 * the two functions below, on devices and over ranks. */
static int work_here(double *loss, struct ralm_fit *fit, struct ralm_error *err)
{
	if (reserve(fit, err) != 0 || gather(fit, err) != 0 ||
	    ralm_blocks_gradient(fit->cosine, loss, fit->dX, &fit->gradient,
				 &fit->work, &fit->model.parameters, fit->X,
				 &fit->now->blocks, err) != 0)
		return -1;
	return scatter(fit, err);
}

/* ---- on devices ---------------------------------------------------------- */

/* The rows of fit->next, while devices work on this batch. */
static void gather_next(void *context)
{
	struct next_batch *next = context;
	struct ralm_fit *fit = next->fit;
	const struct ralm_blocks *blocks = &fit->next->blocks;
	if (next->got != 1 || !rows_come(fit))
		return;
	if (RALM_RESERVE(fit->next_X, fit->next_X_room,
			 blocks->rows * fit->rows->D, &next->error) != 0 ||
	    ralm_rows_gather(fit->next_X, fit->rows, blocks->row, blocks->rows,
			     NULL, &next->error) != 0)
		next->got = -1;
	else
		fit->ahead = true;
}

/* Sets fit->X to the rows of this batch: those gathered ahead, or gathers them. */
static int bring_rows(struct ralm_fit *fit, struct ralm_error *err)
{
	ralm_real *const X = fit->X;
	const size_t room = fit->X_room;
	if (!rows_come(fit))
		return 0;
	if (!fit->ahead)
		return ralm_rows_gather(fit->X, fit->rows, fit->now->blocks.row,
					fit->now->blocks.rows, NULL, err);
	fit->X = fit->next_X;
	fit->X_room = fit->next_X_room;
	fit->next_X = X;
	fit->next_X_room = room;
	fit->ahead = false;
	return 0;
}

/* The next batch is made, and gathered, while devices work on this one; what the
 * optimizer moves in between is gathered again. */
static int work_on_devices(double *loss, struct ralm_fit *fit,
			   struct ralm_error *err)
{
	struct next_batch next = {.fit = fit};
	const struct ralm_beside beside[2] = {{make_next, &next},
					      {gather_next, &next}};
	if (reserve(fit, err) != 0 || bring_rows(fit, err) != 0 ||
	    ralm_devices_gradient(fit->cosine, loss, fit->dX, &fit->gradient,
				  fit->devices, &fit->model.parameters, fit->X,
				  &fit->now->blocks, beside, err) != 0 ||
	    made_next(&next, err) != 0)
		return -1;
	return scatter(fit, err);
}

static int refresh_next(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_blocks *blocks = &fit->next->blocks;
	return fit->ahead ? ralm_rows_refresh(fit->next_X, fit->rows, blocks->row,
					      blocks->rows, err)
			  : 0;
}

/* ---- a step -------------------------------------------------------------- */

static int work_over_ranks(double *loss, struct ralm_fit *fit,
			   struct ralm_error *err)
{
	struct next_batch next = {.fit = fit};
	const struct ralm_beside beside = {make_next_and_tell, &next};
	if (ralm_fit_ranks_work(loss, fit, &beside, err) != 0)
		return -1;
	return made_next(&next, err);
}

/* The scale grows as clicks are learned by heart, and a larger one makes that easier. */
static void limit_scale(struct ralm_fit *fit)
{
	const double limit = fit->config->score_scale_limit;
	ralm_real *scale = fit->model.parameters.scale;
	if (limit > 0 && fit->network.learn_scale && (double)*scale > limit)
		*scale = (ralm_real)limit;
}

int ralm_fit_step(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_model *model = &fit->model;
	double loss;
	struct ralm_error own;
	err = ralm_error_or(err, &own); /* not_finite looks at it */

	if (fit->skip > 0) { /* a checkpoint has done this step */
		if (ralm_fit_next(fit, err) < 0)
			return -1;
		return ralm_fit_pass(fit, 1, fit->now->batch.B, err);
	}
	if ((fit->ranks != NULL	    ? work_over_ranks
	     : fit->devices != NULL ? work_on_devices
				    : work_here)(&loss, fit, err) != 0)
		return -1;
	if (!isfinite(loss)) {
		ralm_error_set(err, RALM_ERROR_NUMERIC,
			       "the loss is not finite");
		return not_finite(fit, err);
	}
	if (fit->epoch == 0)
		ralm_calibration_add(&fit->calibration, fit->cosine,
				     &fit->now->batch, fit->config->negative_weight);
	if (ralm_optimizer_step(&fit->optimizer, &model->parameters,
				&fit->gradient, fit->rows, err) != 0)
		return err->code == RALM_ERROR_NUMERIC ? not_finite(fit, err)
						       : -1;
	limit_scale(fit);
	if (refresh_next(fit, err) != 0)
		return -1;
	if (fit->ranks != NULL)
		ralm_ranks_enter(fit->ranks, RALM_PHASE_OTHER);
	model->steps++;
	fit->news = true;
	fit->position = ralm_fit_position(fit, fit->position.steps + 1);
	if (ralm_fit_track(fit, loss, err) != 0)
		return -1;
	return ralm_fit_save_step(fit, err);
}
