#include "optimizer.h"

#include <math.h>
#include <string.h>

int ralm_optimizer_init(struct ralm_optimizer *optimizer,
			enum ralm_optimizer_kind kind, double learning_rate,
			double learning_rate_decay, double weight_decay,
			size_t D, size_t H, size_t max_rows, unsigned threads,
			struct ralm_error *err)
{
	memset(optimizer, 0, sizeof *optimizer);
	optimizer->kind = kind;
	optimizer->learning_rate = learning_rate;
	optimizer->learning_rate_decay = learning_rate_decay;
	optimizer->weight_decay = weight_decay;
	optimizer->threads = threads;
	optimizer->update = ralm_update();
	int states = kind == RALM_SGD ? 0 : kind == RALM_ADAM ? 2 : 1;
	size_t columns = kind == RALM_ROWWISE_ADAGRAD ? 1 : D;
	for (int i = 0; i < states; i++) {
		if (ralm_table_init(&optimizer->row_state[i], max_rows, columns,
				    err) != 0)
			goto fail;
		optimizer->tables++;
		if (ralm_parameters_init(&optimizer->dense_state[i], D, H,
					 err) != 0)
			goto fail;
		optimizer->blocks++;
	}
	return 0;
fail:
	ralm_optimizer_release(optimizer);
	return -1;
}

void ralm_optimizer_release(struct ralm_optimizer *optimizer)
{
	for (int i = 0; i < optimizer->tables; i++)
		ralm_table_release(&optimizer->row_state[i]);
	for (int i = 0; i < optimizer->blocks; i++)
		ralm_parameters_release(&optimizer->dense_state[i]);
	memset(optimizer, 0, sizeof *optimizer);
}

int ralm_optimizer_reserve(struct ralm_optimizer *optimizer, size_t rows,
			   struct ralm_error *err)
{
	optimizer->rows = rows;
	for (int i = 0; i < optimizer->tables; i++)
		if (ralm_table_grow(&optimizer->row_state[i], rows, err) != 0)
			return -1;
	return 0;
}

/* ---- one array ----------------------------------------------------------- */

/* state: NULL or the arrays beside x. */
static void move(const struct ralm_optimizer *o, ralm_real *x,
		 ralm_real *first, ralm_real *second, const ralm_real *g,
		 size_t n, bool is_row, ralm_real rate, ralm_real keep)
{
	switch (o->kind) {
	case RALM_SGD:
		o->update->sgd(x, g, n, rate, keep);
		break;
	case RALM_ADAGRAD:
		o->update->adagrad(x, first, g, n, rate, keep);
		break;
	case RALM_ROWWISE_ADAGRAD:
		if (is_row)
			o->update->rowwise_adagrad(x, first, g, n, rate, keep);
		else
			o->update->adagrad(x, first, g, n, rate, keep);
		break;
	case RALM_ADAM:
		o->update->adam(x, first, second, g, n, rate, keep);
		break;
	}
}

/* ---- one step, by all threads -------------------------------------------- */

enum { ROWS = RALM_PARAMETERS }; /* stands for user_embedding below */

struct step {
	const struct ralm_optimizer *o;
	struct ralm_parameters *parameters;
	struct ralm_table *table;
	const struct ralm_parameters *gradient;
	const ralm_real *dX;
	const uint32_t *rows;
	size_t U;
	ralm_real rate, keep;
	unsigned bad; /* a bit for each tensor whose gradient is not finite */
};

static size_t size_of(const struct ralm_parameters *gradient, int p)
{
	return gradient->shape[p].rows * gradient->shape[p].columns;
}

static void check_finite(struct step *step, int tensor, const ralm_real *g,
			 size_t n)
{
	if (step->o->update->finite(g, n))
		return;
#pragma omp atomic
	step->bad |= 1u << tensor;
}

static void check_all(struct step *step)
{
	const struct ralm_parameters *gradient = step->gradient;
	const size_t D = step->table->dim, U = step->U;
#pragma omp for schedule(dynamic, 1) nowait
	for (int p = 0; p < RALM_PARAMETERS; p++)
		check_finite(step, p, gradient->at[p], size_of(gradient, p));
#pragma omp for schedule(static)
	for (size_t u = 0; u < U; u++)
		check_finite(step, ROWS, step->dX + u * D, D);
}

static void move_dense(const struct step *step)
{
	const struct ralm_optimizer *o = step->o;
#pragma omp for schedule(dynamic, 1) nowait
	for (int p = 0; p < RALM_PARAMETERS; p++)
		move(o, step->parameters->at[p],
		     o->blocks > 0 ? o->dense_state[0].at[p] : NULL,
		     o->blocks > 1 ? o->dense_state[1].at[p] : NULL,
		     step->gradient->at[p], size_of(step->gradient, p), false,
		     step->rate, p < RALM_SCORE_SCALE ? step->keep : 1);
}

static void prefetch(const struct step *step, size_t u)
{
	if (u >= step->U)
		return;
	ralm_table_prefetch(step->table, step->rows[u]);
	for (int i = 0; i < step->o->tables; i++)
		ralm_table_prefetch(&step->o->row_state[i], step->rows[u]);
}

static void move_rows(const struct step *step)
{
	const struct ralm_optimizer *o = step->o;
	const size_t D = step->table->dim, U = step->U;
#pragma omp for schedule(static)
	for (size_t u = 0; u < U; u++) {
		uint32_t row = step->rows[u];
		prefetch(step, u + RALM_TABLE_AHEAD);
		move(o, ralm_table_row(step->table, row),
		     o->tables > 0 ? ralm_table_row(&o->row_state[0], row)
				   : NULL,
		     o->tables > 1 ? ralm_table_row(&o->row_state[1], row)
				   : NULL,
		     step->dX + u * D, D, true, step->rate, step->keep);
	}
}

/* Tells of the first tensor that is not finite. */
static int not_finite(const struct step *step, struct ralm_error *err)
{
	int p = 0;
	while (!(step->bad >> p & 1))
		p++;
	if (p == ROWS)
		return ralm_error_set(
			err, RALM_ERROR_NUMERIC,
			"the gradient of user_embedding is not finite");
	return ralm_error_set(err, RALM_ERROR_NUMERIC,
			      "the gradient of %s is not finite",
			      step->gradient->shape[p].name);
}

static double rate_now(const struct ralm_optimizer *o)
{
	double moved = (double)o->row_updates / (double)o->rows;
	return o->learning_rate / (1 + o->learning_rate_decay * moved);
}

int ralm_optimizer_step(struct ralm_optimizer *optimizer,
			struct ralm_parameters *parameters,
			struct ralm_table *table,
			const struct ralm_parameters *gradient,
			const ralm_real *dX, const uint32_t *rows, size_t U,
			struct ralm_error *err)
{
	double rate = rate_now(optimizer);
	double keep = 1 - rate * optimizer->weight_decay;
	double t = (double)optimizer->step + 1;
	if (optimizer->kind == RALM_ADAM)
		rate *= sqrt(1 - pow(RALM_ADAM_B2, t)) /
			(1 - pow(RALM_ADAM_B1, t));
	struct step step = {optimizer, parameters, table, gradient,
			    dX,	       rows,	   U,	  (ralm_real)rate,
			    (ralm_real)keep, 0};
#pragma omp parallel num_threads(optimizer->threads)
	{
		check_all(&step);
		if (step.bad == 0) {
			move_dense(&step);
			move_rows(&step);
		}
	}
	if (step.bad != 0)
		return not_finite(&step, err);
	optimizer->step++;
	optimizer->row_updates += U;
	return 0;
}
