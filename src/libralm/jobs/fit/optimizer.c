#include "jobs/fit/optimizer.h"

#include <math.h>
#include <string.h>

/* The rules of each optimizer. For matrices rowwise_adagrad is adagrad. */
static const struct {
	enum ralm_rule dense, rows;
} rules[] = {
	[RALM_SGD] = {RALM_RULE_SGD, RALM_RULE_SGD},
	[RALM_ADAGRAD] = {RALM_RULE_ADAGRAD, RALM_RULE_ADAGRAD},
	[RALM_ROWWISE_ADAGRAD] = {RALM_RULE_ADAGRAD, RALM_RULE_ROWWISE_ADAGRAD},
	[RALM_ADAM] = {RALM_RULE_ADAM, RALM_RULE_ADAM},
};

enum ralm_rule ralm_optimizer_row_rule(enum ralm_optimizer_kind kind)
{
	return rules[kind].rows;
}

int ralm_optimizer_init(struct ralm_optimizer *optimizer,
			const struct ralm_config *config,
			const struct ralm_parameter_specs *specs, size_t D,
			size_t H, struct ralm_error *err)
{
	*optimizer = (struct ralm_optimizer){
		.kind = (enum ralm_optimizer_kind)config->optimizer,
		.learning_rate = config->learning_rate,
		.learning_rate_decay = config->learning_rate_decay,
		.weight_decay = config->weight_decay,
		.rule = rules[config->optimizer].dense,
		.update = ralm_kernels()->update,
	};
	while (optimizer->states < ralm_rule_states(optimizer->rule)) {
		if (ralm_parameters_init(&optimizer->state[optimizer->states],
					 specs, D, H, err) != 0) {
			ralm_optimizer_release(optimizer);
			return -1;
		}
		optimizer->states++;
	}
	return 0;
}

void ralm_optimizer_release(struct ralm_optimizer *optimizer)
{
	for (unsigned i = 0; i < optimizer->states; i++)
		ralm_parameters_release(&optimizer->state[i]);
	memset(optimizer, 0, sizeof *optimizer);
}

double ralm_optimizer_rate(const struct ralm_optimizer *o)
{
	double moved = (double)o->row_updates / (double)o->users;
	return o->learning_rate / (1 + o->learning_rate_decay * moved);
}

/* ---- the dense parameters ------------------------------------------------ */

struct dense_step {
	const struct ralm_optimizer *o;
	struct ralm_parameters *parameters;
	const struct ralm_parameters *gradient;
	ralm_real rate, keep;
	unsigned bad[RALM_PARAMETERS_MAX]; /* bits, of each parameter */
};

static void move_dense(void *context)
{
	struct dense_step *step = context;
	const struct ralm_optimizer *o = step->o;
	for (size_t i = 0; i < step->parameters->count; i++) {
		const struct ralm_parameter *p = &step->parameters->p[i];
		struct ralm_learned learned = {
			.x = p->at,
			.n = ralm_parameter_size(p),
		};
		for (unsigned k = 0; k < o->states; k++)
			learned.state[k] = o->state[k].p[i].at;
		step->bad[i] = ralm_rule_move(&learned, o->rule, o->update,
					      step->gradient->p[i].at,
					      step->rate,
					      p->spec->decays ? step->keep : 1);
	}
}

/* ---- numbers that are not finite ------------------------------------------ */

/* The error names the first tensor whose gradient is not finite, else the first whose
 * value is not, or its state. */
static int check_finite(const struct dense_step *step, unsigned rows_bad,
			struct ralm_error *err)
{
	const struct ralm_parameters *p = step->parameters;
	unsigned any = rows_bad, bad = rows_bad;
	const char *name = "user_embedding";
	for (size_t i = 0; i < p->count; i++)
		any |= step->bad[i];
	if (any == 0)
		return 0;
	const unsigned kind = any & RALM_BAD_GRADIENT
				      ? RALM_BAD_GRADIENT
				      : RALM_BAD_VALUE | RALM_BAD_STATE;
	for (size_t i = p->count; i-- > 0;)
		if (step->bad[i] & kind) {
			bad = step->bad[i];
			name = p->p[i].spec->name;
		}
	if (kind == RALM_BAD_GRADIENT)
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "the gradient of %s is not finite", name);
	if (bad & RALM_BAD_VALUE)
		return ralm_error_set(err, RALM_ERROR_NUMERIC,
				      "%s is not finite after it", name);
	return ralm_error_set(err, RALM_ERROR_NUMERIC,
			      "the optimizer's state of %s is not finite "
			      "after it", name);
}

/* ---- one step ------------------------------------------------------------ */

int ralm_optimizer_step(struct ralm_optimizer *optimizer,
			struct ralm_parameters *parameters,
			const struct ralm_parameters *gradient,
			struct ralm_rows *rows, struct ralm_error *err)
{
	double rate = ralm_optimizer_rate(optimizer);
	double keep = 1 - rate * optimizer->weight_decay;
	double t = (double)optimizer->step + 1;
	if (optimizer->kind == RALM_ADAM)
		rate *= sqrt(1 - pow(RALM_ADAM_B2, t)) /
			(1 - pow(RALM_ADAM_B1, t));
	struct dense_step step = {optimizer, parameters, gradient,
				  (ralm_real)rate, (ralm_real)keep, {0}};
	const struct ralm_beside dense = {move_dense, &step};
	struct ralm_rows_moved moved;
	if (ralm_rows_step(&moved, rows, (ralm_real)rate, (ralm_real)keep,
			   &dense, err) != 0 ||
	    check_finite(&step, moved.bad, err) != 0)
		return -1;
	optimizer->step++;
	optimizer->row_updates += moved.rows;
	return 0;
}
