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

/* ---- one step ------------------------------------------------------------ */

static int check_dense(const struct ralm_optimizer *o,
		       const struct ralm_parameters *gradient,
		       struct ralm_error *err)
{
	for (int i = 0; i < RALM_PARAMETERS; i++) {
		const struct ralm_shape *shape = &gradient->shape[i];
		if (!o->update->finite(gradient->at[i],
				       shape->rows * shape->columns))
			return ralm_error_set(
				err, RALM_ERROR_NUMERIC,
				"the gradient of %s is not finite",
				shape->name);
	}
	return 0;
}

static int check_rows(const struct ralm_optimizer *o, const ralm_real *dX,
		      size_t U, size_t D, struct ralm_error *err)
{
	int bad = 0;
#pragma omp parallel for schedule(static) num_threads(o->threads) reduction(| : bad)
	for (size_t u = 0; u < U; u++)
		bad |= !o->update->finite(dX + u * D, D);
	if (bad)
		return ralm_error_set(
			err, RALM_ERROR_NUMERIC,
			"the gradient of user_embedding is not finite");
	return 0;
}

static void step_dense(struct ralm_optimizer *o,
		       struct ralm_parameters *parameters,
		       const struct ralm_parameters *gradient, ralm_real rate,
		       ralm_real keep)
{
	for (int i = 0; i < RALM_PARAMETERS; i++) {
		bool matrix = i < RALM_SCORE_SCALE;
		size_t n = gradient->shape[i].rows * gradient->shape[i].columns;
		move(o, parameters->at[i],
		     o->blocks > 0 ? o->dense_state[0].at[i] : NULL,
		     o->blocks > 1 ? o->dense_state[1].at[i] : NULL,
		     gradient->at[i], n, false, rate, matrix ? keep : 1);
	}
}

static void step_rows(struct ralm_optimizer *o, struct ralm_table *table,
		      const ralm_real *dX, const uint32_t *rows, size_t U,
		      ralm_real rate, ralm_real keep)
{
	const size_t D = table->dim;
#pragma omp parallel for schedule(static) num_threads(o->threads)
	for (size_t u = 0; u < U; u++)
		move(o, ralm_table_row(table, rows[u]),
		     o->tables > 0 ? ralm_table_row(&o->row_state[0], rows[u])
				   : NULL,
		     o->tables > 1 ? ralm_table_row(&o->row_state[1], rows[u])
				   : NULL,
		     dX + u * D, D, true, rate, keep);
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
	if (check_dense(optimizer, gradient, err) != 0 ||
	    check_rows(optimizer, dX, U, table->dim, err) != 0)
		return -1;
	double rate = rate_now(optimizer);
	double keep = 1 - rate * optimizer->weight_decay;
	uint64_t t = ++optimizer->step;
	optimizer->row_updates += U;
	if (optimizer->kind == RALM_ADAM)
		rate *= sqrt(1 - pow(RALM_ADAM_B2, (double)t)) /
			(1 - pow(RALM_ADAM_B1, (double)t));
	step_dense(optimizer, parameters, gradient, (ralm_real)rate,
		   (ralm_real)keep);
	step_rows(optimizer, table, dX, rows, U, (ralm_real)rate,
		  (ralm_real)keep);
	return 0;
}
