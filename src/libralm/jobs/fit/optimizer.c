#include "jobs/fit/optimizer.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

int ralm_optimizer_init(struct ralm_optimizer *optimizer,
			enum ralm_optimizer_kind kind, double learning_rate,
			double learning_rate_decay, double weight_decay,
			const struct ralm_parameter_specs *specs, size_t D,
			size_t H, size_t max_rows,
			struct ralm_threads *threads, struct ralm_error *err)
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
		if (ralm_parameters_init(&optimizer->dense_state[i], specs,
					 D, H, err) != 0)
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

enum { ROWS = RALM_PARAMETERS_MAX }; /* stands for user_embedding below */

/* What of a tensor is not finite. */
enum bad { BAD_GRADIENT, BAD_VALUE, BAD_STATE, BAD_KINDS };

struct step {
	const struct ralm_optimizer *o;
	struct ralm_parameters *parameters;
	struct ralm_table *table;
	const struct ralm_parameters *gradient;
	const ralm_real *dX;
	const uint32_t *rows;
	size_t U;
	ralm_real rate, keep;
	atomic_uint bad[BAD_KINDS]; /* a bit for each tensor */
};

/* A parameter or a row: n numbers x, and beside them what the optimizer keeps
 * (NULL: nothing), of which rowwise_adagrad has one number a row. */
struct array {
	ralm_real *x, *first, *second;
	size_t n;
};

static void check_finite(struct step *step, enum bad what, int tensor,
			 const ralm_real *x, size_t n)
{
	if (x == NULL || step->o->update->finite(x, n))
		return;
	step->bad[what] |= 1u << tensor;
}

static void move(struct step *step, int tensor, const struct array *a,
		 const ralm_real *g, ralm_real keep)
{
	const struct ralm_update *update = step->o->update;
	size_t n = a->n, kept = n;
	bool finite = true;
	switch (step->o->kind) {
	case RALM_SGD:
		finite = update->sgd(a->x, g, n, step->rate, keep);
		break;
	case RALM_ROWWISE_ADAGRAD:
		if (tensor == ROWS) {
			finite = update->rowwise_adagrad(a->x, a->first, g, n,
							 step->rate, keep);
			kept = 1;
			break;
		}
		/* fall through */
	case RALM_ADAGRAD:
		finite = update->adagrad(a->x, a->first, g, n, step->rate,
					 keep);
		break;
	case RALM_ADAM:
		finite = update->adam(a->x, a->first, a->second, g, n,
				      step->rate, keep);
		break;
	}
	if (finite)
		return;
	check_finite(step, BAD_GRADIENT, tensor, g, n);
	check_finite(step, BAD_VALUE, tensor, a->x, n);
	check_finite(step, BAD_STATE, tensor, a->first, kept);
	check_finite(step, BAD_STATE, tensor, a->second, kept);
}

/* ---- one step, by all threads -------------------------------------------- */

enum { MOVED = 64 }; /* rows at a time */

static void move_dense(struct step *step, size_t i)
{
	const struct ralm_optimizer *o = step->o;
	const struct ralm_parameter *p = &step->parameters->p[i];
	struct array a = {
		.x = p->at,
		.first = o->blocks > 0 ? o->dense_state[0].p[i].at : NULL,
		.second = o->blocks > 1 ? o->dense_state[1].p[i].at : NULL,
		.n = ralm_parameter_size(p),
	};
	move(step, (int)i, &a, step->gradient->p[i].at,
	     p->spec->decays ? step->keep : 1);
}

static void prefetch(const struct step *step, size_t u)
{
	if (u >= step->U)
		return;
	ralm_table_prefetch(step->table, step->rows[u]);
	for (int i = 0; i < step->o->tables; i++)
		ralm_table_prefetch(&step->o->row_state[i], step->rows[u]);
}

static ralm_real *state_row(const struct ralm_optimizer *o, int i, uint32_t row)
{
	return i < o->tables ? ralm_table_row(&o->row_state[i], row) : NULL;
}

static void move_rows(struct step *step, size_t begin, size_t end)
{
	const size_t D = step->table->dim;
	for (size_t u = begin; u < end; u++) {
		uint32_t row = step->rows[u];
		struct array a = {
			.x = ralm_table_row(step->table, row),
			.first = state_row(step->o, 0, row),
			.second = state_row(step->o, 1, row),
			.n = D,
		};
		prefetch(step, u + RALM_TABLE_AHEAD);
		move(step, ROWS, &a, step->dX + u * D, step->keep);
	}
}

/* The dense parameters first, then rows. */
static void move_some(void *context, size_t i, unsigned thread)
{
	struct step *step = context;
	const size_t dense = step->parameters->count;
	const size_t begin = (i - dense) * MOVED, U = step->U;
	(void)thread;
	if (i < dense)
		move_dense(step, i);
	else
		move_rows(step, begin, U - begin > MOVED ? begin + MOVED : U);
}

/* ---- numbers that are none ----------------------------------------------- */

/* Tells of the first tensor that is not finite, of its value before its
 * state. */
static int not_finite(const struct step *step, struct ralm_error *err)
{
	const atomic_uint *bad = step->bad;
	unsigned any = bad[BAD_GRADIENT] ? bad[BAD_GRADIENT]
					 : bad[BAD_VALUE] | bad[BAD_STATE];
	int p = 0;
	while (!(any >> p & 1))
		p++;
	const char *name = p == ROWS ? "user_embedding"
				     : step->gradient->p[p].spec->name;
	if (bad[BAD_GRADIENT])
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "the gradient of %s is not finite", name);
	if (bad[BAD_VALUE] >> p & 1)
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "%s is not finite after it", name);
	return ralm_error_set(err, RALM_ERROR_NUMERIC,
			      "the optimizer's state of %s is not finite "
			      "after it", name);
}

double ralm_optimizer_rate(const struct ralm_optimizer *o)
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
	double rate = ralm_optimizer_rate(optimizer);
	double keep = 1 - rate * optimizer->weight_decay;
	double t = (double)optimizer->step + 1;
	if (optimizer->kind == RALM_ADAM)
		rate *= sqrt(1 - pow(RALM_ADAM_B2, t)) /
			(1 - pow(RALM_ADAM_B1, t));
	struct step step = {optimizer, parameters, table, gradient,
			    dX,	       rows,	   U,	  (ralm_real)rate,
			    (ralm_real)keep, {0}};
	ralm_threads_each(optimizer->threads,
			  parameters->count + (U + MOVED - 1) / MOVED,
			  move_some, &step);
	if (step.bad[BAD_GRADIENT] || step.bad[BAD_VALUE] || step.bad[BAD_STATE])
		return not_finite(&step, err);
	optimizer->step++;
	optimizer->row_updates += U;
	return 0;
}
