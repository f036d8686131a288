/* Ten training steps of every optimizer against the independent one: the loss
 * of each step, then every parameter and every row. */
#include "check.h"
#include "oracle.h"
#include "pool.h"

#include "libralm/networks/paddlerec/paddlerec.h"
#include "libralm/jobs/fit/optimizer.h"
#include "libralm/rows/rows_local.h"

static struct oracle oracle;

enum { SAMPLES_MAX = 64 };

static int optimizer_kind(const char *name)
{
	static const char *const names[] = {"sgd", "adagrad",
					    "rowwise_adagrad", "adam"};
	static const int kinds[] = {RALM_SGD, RALM_ADAGRAD,
				    RALM_ROWWISE_ADAGRAD, RALM_ADAM};
	for (size_t i = 0; i < 4; i++)
		if (!strcmp(names[i], name))
			return kinds[i];
	oracle_die("unknown optimizer", name);
	return 0;
}

static void test_run(size_t r)
{
	static const char *const names[RALM_PADDLEREC_PARAMETERS + 2] = {
		"Ms", "Mt", "Wl", "Wg", "scale", "bias"};
	struct ralm_error err;
	size_t D = (size_t)oracle_number(&oracle, "D");
	size_t H = (size_t)oracle_number(&oracle, "H");
	size_t steps = (size_t)oracle_number(&oracle, "steps");
	const char *optimizer_name =
		oracle_get(&oracle, "run%zu.optimizer", r)->word;
	const char *loss_name = oracle_get(&oracle, "run%zu.loss", r)->word;
	const char *scale = oracle_get(&oracle, "run%zu.score_scale", r)->word;
	double decay = oracle_get(&oracle, "run%zu.decay", r)->values[0];
	double weight_decay =
		oracle_get(&oracle, "run%zu.weight_decay", r)->values[0];
	const bool softmax = !strcmp(loss_name, "softmax");
	const bool balanced = !strcmp(loss_name, "balanced_log_loss");
	const char *kind = softmax || balanced ? "choices" : "batch";
	const enum ralm_loss loss = softmax ? RALM_SOFTMAX_LOSS
				    : strstr(loss_name, "log_loss")
					    ? RALM_LOG_LOSS
					    : RALM_COSINE_LOSS;
	bool learned = !strcmp(scale, "learned");
	const size_t batches = (size_t)oracle_number(
		&oracle, softmax || balanced ? "choices" : "batches");

	const struct oracle_entry *start = oracle_get(&oracle, "start.X");
	size_t rows = start->count / D;
	struct ralm_parameters parameters, gradient;
	struct ralm_table table;
	struct ralm_batch batch;
	struct ralm_plan plan;
	struct ralm_network network;
	struct ralm_optimizer optimizer;
	struct ralm_rows_local local;
	struct ralm_config config;
	ralm_config_init(&config);
	config.optimizer = optimizer_kind(optimizer_name);
	config.learning_rate =
		oracle_get(&oracle, "run%zu.learning_rate", r)->values[0];
	config.learning_rate_decay = decay;
	config.weight_decay = weight_decay;
	oracle_parameters(&parameters, &oracle, "start", &ralm_paddlerec, D,
			  H);
	if (!learned) {
		*parameters.scale = 1;
		*parameters.bias = 0;
	}
	if (ralm_parameters_init(&gradient, &ralm_paddlerec.specs, D, H, &err) != 0 ||
	    ralm_table_init(&table, rows, D, &err) != 0 ||
	    ralm_table_grow(&table, rows, &err) != 0 ||
	    ralm_batch_init(&batch, &err) != 0 ||
	    ralm_plan_init(&plan, &err) != 0 ||
	    ralm_optimizer_init(&optimizer, &config, &ralm_paddlerec.specs, D,
				H, &err) != 0 ||
	    ralm_rows_local_init(&local, &table, rows,
				 ralm_optimizer_row_rule(optimizer.kind), 1, 0,
				 pool(2), &err) != 0)
		oracle_die(err.message, "set-up");
	optimizer.users = rows;
	for (size_t i = 0; i < start->count; i++)
		ralm_table_row(&table, i / D)[i % D] =
			(ralm_real)start->values[i];
	ralm_network_init(&network, &ralm_paddlerec, D, H, loss,
			  oracle_get(&oracle, "batch0.margin")->values[0],
			  learned, pool(2));
	if (balanced)
		network.negative_weight = 0;

	const double *want = oracle_get(&oracle, "run%zu.mean_loss", r)->values;
	double worst = 0;
	for (size_t step = 0; step < steps; step++) {
		char prefix[32];
		size_t place[SAMPLES_MAX];
		ralm_real cosine[SAMPLES_MAX];
		double sum = NAN;
		snprintf(prefix, sizeof prefix, "%s%zu", kind, step % batches);
		oracle_batch(&batch, place, &oracle, prefix);
		if (ralm_plan_make(&plan, &batch, &err) != 0)
			oracle_die(err.message, prefix);
		ralm_real *X = malloc(plan.U * D * sizeof *X);
		ralm_real *dX = malloc(plan.U * D * sizeof *dX);
		const struct ralm_row_gradients block = {plan.row, NULL, dX,
							 plan.U};
		if (ralm_rows_gather(X, &local.rows, plan.row, plan.U, NULL,
				     &err) != 0 ||
		    ralm_network_gradient(cosine, &sum, dX, &gradient, &network,
					  &parameters, X, &plan, &err) != 0 ||
		    ralm_rows_scatter(&local.rows, &block, 1, plan.U, &err) !=
			    0 ||
		    ralm_optimizer_step(&optimizer, &parameters, &gradient,
					&local.rows, &err) != 0)
			oracle_die(err.message, prefix);
		double d = fabs(sum / (double)plan.B - want[step]) /
			   (1e-5 + 1e-4 * fabs(want[step]));
		worst = worse(worst, d);
		free(X);
		free(dX);
	}
	check(worst <= 1, "run %zu, %s, %s, %s, decay %g, %g: losses (%.3g)", r,
	      optimizer_name, loss_name, scale, weight_decay, decay, worst);

	ralm_real *end = malloc(start->count * sizeof *end);
	for (size_t i = 0; i < start->count; i++)
		end[i] = ralm_table_row(&table, i / D)[i % D];
	worst = oracle_distance(end, oracle_get(&oracle, "run%zu.end.X", r));
	for (int p = 0; p < RALM_PADDLEREC_PARAMETERS + 2; p++) {
		double d = oracle_distance(
			parameters.p[p].at,
			oracle_get(&oracle, "run%zu.end.%s", r, names[p]));
		worst = worse(worst, d);
	}
	check(worst <= 1, "run %zu, %s: parameters and rows (%.3g)", r,
	      optimizer_name, worst);
	free(end);
	ralm_network_release(&network);
	ralm_optimizer_release(&optimizer);
	ralm_rows_local_release(&local);
	ralm_batch_release(&batch);
	ralm_plan_release(&plan);
	ralm_table_release(&table);
	ralm_parameters_release(&parameters);
	ralm_parameters_release(&gradient);
}

/* ---- numbers that are none ----------------------------------------------- */

enum { FEW_ROWS = 2, FEW_D = 3, FEW_H = 2 };

struct few {
	struct ralm_optimizer optimizer;
	struct ralm_parameters parameters, gradient;
	struct ralm_table table;
	struct ralm_rows_local rows;
	ralm_real dX[FEW_ROWS * FEW_D];
};

static void few_init(struct few *few, enum ralm_optimizer_kind kind,
		     double rate, double weight_decay)
{
	struct ralm_error err;
	struct ralm_config config;
	ralm_config_init(&config);
	config.optimizer = kind;
	config.learning_rate = rate;
	config.learning_rate_decay = 0;
	config.weight_decay = weight_decay;
	memset(few, 0, sizeof *few);
	if (ralm_parameters_init(&few->gradient, &ralm_paddlerec.specs, FEW_D, FEW_H, &err) != 0 ||
	    ralm_parameters_init(&few->parameters, &ralm_paddlerec.specs, FEW_D, FEW_H, &err) != 0 ||
	    ralm_table_init(&few->table, FEW_ROWS, FEW_D, &err) != 0 ||
	    ralm_table_grow(&few->table, FEW_ROWS, &err) != 0 ||
	    ralm_optimizer_init(&few->optimizer, &config,
				&ralm_paddlerec.specs, FEW_D, FEW_H,
				&err) != 0 ||
	    ralm_rows_local_init(&few->rows, &few->table, FEW_ROWS,
				 ralm_optimizer_row_rule(kind), 1, 0, pool(2),
				 &err) != 0)
		oracle_die(err.message, "set-up");
	few->optimizer.users = FEW_ROWS;
}

static void few_release(struct few *few)
{
	ralm_optimizer_release(&few->optimizer);
	ralm_rows_local_release(&few->rows);
	ralm_table_release(&few->table);
	ralm_parameters_release(&few->parameters);
	ralm_parameters_release(&few->gradient);
}

/* One step; NULL when it went well, else the message of a numeric error. */
static const char *few_step(struct few *few)
{
	static const uint32_t rows[FEW_ROWS] = {0, 1};
	static struct ralm_error err;
	const struct ralm_row_gradients block = {rows, NULL, few->dX, FEW_ROWS};
	if (ralm_rows_scatter(&few->rows.rows, &block, 1, FEW_ROWS, &err) !=
		    0 ||
	    ralm_optimizer_step(&few->optimizer, &few->parameters,
				&few->gradient, &few->rows.rows, &err) == 0)
		return NULL;
	return err.code == RALM_ERROR_NUMERIC ? err.message : "no numeric error";
}

static bool says(const char *message, const char *expected)
{
	return message != NULL && !strcmp(message, expected);
}

static void test_gradient_not_finite(void)
{
	struct few few;
	few_init(&few, RALM_ADAM, 1, 0);
	few.dX[4] = (ralm_real)INFINITY;
	check(says(few_step(&few),
		   "the gradient of user_embedding is not finite"),
	      "an infinite gradient of a row stops, by name");
	few.dX[4] = 0;
	few.gradient.p[RALM_LOCAL_ATTENTION].at[3] = (ralm_real)NAN;
	check(says(few_step(&few),
		   "the gradient of local_attention is not finite"),
	      "a NaN in that of a matrix stops, by name");
	check(few.optimizer.step == 0, "before the step");
	few_release(&few);
	few_init(&few, RALM_ADAM, 1, 0);
	check(few_step(&few) == NULL, "zeros do not stop");
	few_release(&few);
}

/* Each optimizer notices it, whatever it makes of the number. */
static void test_every_gradient(void)
{
	static const enum ralm_optimizer_kind kinds[] = {
		RALM_SGD, RALM_ADAGRAD, RALM_ROWWISE_ADAGRAD, RALM_ADAM};
	static const double bad[] = {NAN, INFINITY, -INFINITY};
	bool ok = true;
	for (size_t i = 0; i < 4 * 3 * 2; i++) {
		struct few few;
		few_init(&few, kinds[i / 6], i % 2 ? 0 : 0.1, 0);
		few.dX[FEW_D] = (ralm_real)bad[i / 2 % 3];
		ok = ok && says(few_step(&few),
				"the gradient of user_embedding is not finite");
		few_release(&few);
	}
	check(ok, "with every optimizer, and a rate of 0");
}

/* Finite gradients, and what a step makes of them. */
static void test_step_not_finite(void)
{
	static const enum ralm_optimizer_kind kinds[] = {
		RALM_ADAGRAD, RALM_ROWWISE_ADAGRAD, RALM_ADAM};
	struct few few;
	few_init(&few, RALM_SGD, 1000, 0);
	few.dX[5] = (ralm_real)1e37;
	check(says(few_step(&few), "user_embedding is not finite after it"),
	      "a row that a step makes infinite stops, by name");
	few.dX[5] = 0;
	*few.gradient.bias = (ralm_real)1e37;
	check(says(few_step(&few), "score_bias is not finite after it"),
	      "a parameter likewise");
	few_release(&few);

	few_init(&few, RALM_SGD, 1000, 1000);
	few.parameters.p[RALM_GLOBAL_ATTENTION].at[1] = (ralm_real)1e33;
	check(says(few_step(&few), "global_attention is not finite after it"),
	      "so does a decay that makes it grow");
	few_release(&few);

	bool ok = true;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		few_init(&few, kinds[i], 0.1, 0);
		few.dX[0] = (ralm_real)1e30;
		ok = ok && says(few_step(&few),
				"the optimizer's state of user_embedding is "
				"not finite after it");
		few.dX[0] = 0;
		few.gradient.p[RALM_SEEDS_TRANSFORM].at[2] = (ralm_real)1e30;
		ok = ok && says(few_step(&few),
				"the optimizer's state of seeds_transform is "
				"not finite after it");
		few_release(&few);
	}
	check(ok, "squares too large for a float stop, by name");
}

/* A value that becomes infinite where gradient and state do not. */
static void test_value_not_finite(void)
{
	static const enum ralm_optimizer_kind kinds[] = {
		RALM_SGD, RALM_ADAGRAD, RALM_ROWWISE_ADAGRAD, RALM_ADAM};
	bool ok = true;
	for (size_t i = 0; i < 4; i++) {
		struct few few;
		few_init(&few, kinds[i], 3e38, 0);
		*few.parameters.bias = (ralm_real)-3e38;
		*few.gradient.bias = 1;
		ok = ok && says(few_step(&few),
				"score_bias is not finite after it");
		*few.gradient.bias = 0;
		*few.parameters.bias = 0;
		*ralm_table_row(&few.table, 0) = (ralm_real)-3e38;
		for (size_t d = 0; d < FEW_D; d++)
			few.dX[d] = 1;
		ok = ok && says(few_step(&few),
				"user_embedding is not finite after it");
		few_release(&few);
	}
	check(ok, "a step too long stops with every optimizer, by name");
}

int main(void)
{
	oracle_read(&oracle, "training.txt");
	size_t runs = (size_t)oracle_number(&oracle, "runs");
	for (size_t r = 0; r < runs; r++)
		test_run(r);
	test_gradient_not_finite();
	test_every_gradient();
	test_step_not_finite();
	test_value_not_finite();
	oracle_release(&oracle);
	return check_done();
}
