/* Gradient check, in double, of every network of the table, the toy among them:
 * every derivative that ralm_network_gradient gives against a central difference
 * of its loss, for every parameter, every row of users, scale and bias, both
 * losses, ragged lists of 1 to 30 seeds, whole and in blocks of 8 rows. And its
 * cosines against its plain formula. */
#include "check.h"
#include "pool.h"

#include "libralm/ground/rng.h"
#include "libralm/networks/network.h"
#include "libralm/networks/average/average.h"
#include "libralm/networks/average/average_plain.h"

#include <math.h>
#include <stdlib.h>

enum { D = 7, H = 5, USERS = 40 };

static struct ralm_rng rng;

static ralm_real random_real(void)
{
	return (ralm_real)(2 * ralm_rng_uniform(&rng) - 1);
}

static void must(int result, const struct ralm_error *err)
{
	if (result != 0) {
		printf("Bail out! %s\n", err->message);
		exit(99);
	}
}

/* Lists of 1 to 30 seeds, some with a repeated seed or the target among them,
 * some with many samples, so that groups are cut. */
static void random_plan(struct ralm_plan *plan, struct ralm_batch *batch,
			struct ralm_error *err)
{
	ralm_batch_clear(batch);
	for (size_t n = 1; n <= 30; n++) {
		uint32_t rows[30];
		for (size_t i = 0; i < n; i++)
			rows[i] = (uint32_t)ralm_rng_below(&rng, USERS);
		must(ralm_batch_add_list(batch, rows, n, err), err);
		size_t samples = n == 7 ? RALM_GROUP_MAX + 9 : 1 + n % 3;
		for (size_t s = 0; s < samples; s++)
			must(ralm_batch_add_sample(
				     batch,
				     s == 1 ? rows[0]
					    : (uint32_t)ralm_rng_below(&rng,
								       USERS),
				     ralm_rng_below(&rng, 2) != 0, err),
			     err);
	}
	must(ralm_batch_finish(batch, err), err);
	must(ralm_plan_make(plan, batch, err), err);
}

struct setting {
	struct ralm_network network;
	struct ralm_parameters parameters, gradient, scratch;
	struct ralm_batch batch;
	struct ralm_plan plan;
	ralm_real *X, *dX, *dX_scratch, *cosine;
};

static double loss_of(struct setting *x, struct ralm_error *err)
{
	double loss;
	must(ralm_network_gradient(x->cosine, &loss, x->dX_scratch, &x->scratch,
				   &x->network, &x->parameters, x->X, &x->plan,
				   err),
	     err);
	return loss;
}

/* The worst |numeric - analytic| over what is allowed, over n values. */
static double worst_of(struct setting *x, ralm_real *values,
		       const ralm_real *analytic, size_t n)
{
	struct ralm_error err;
	const double h = 1e-5;
	double worst = 0;
	for (size_t i = 0; i < n; i++) {
		ralm_real old = values[i];
		values[i] = old + (ralm_real)h;
		double above = loss_of(x, &err);
		values[i] = old - (ralm_real)h;
		double below = loss_of(x, &err);
		values[i] = old;
		double numeric = (above - below) / (2 * h);
		double d = fabs(numeric - (double)analytic[i]) /
			   (1e-8 + 1e-5 * fabs(numeric));
		worst = d > worst || isnan(d) ? d : worst;
	}
	return worst;
}

static double plain(const struct setting *x, const uint32_t *seeds, size_t n,
		    uint32_t target)
{
	return average_plain(x->X, D, seeds, n, target);
}

static double worst_cosine(const struct setting *x)
{
	const struct ralm_plan *plan = &x->plan;
	double worst = 0;
	for (size_t g = 0; g < plan->G; g++)
		for (size_t s = plan->group[g].first; s < plan->group[g].end; s++) {
			const size_t start = plan->list_start[plan->group[g].list];
			const size_t end =
				plan->list_start[plan->group[g].list + 1];
			double d = fabs(plain(x, plan->list_user + start,
					      end - start, plan->target[s]) -
					(double)x->cosine[s]);
			worst = d > worst || isnan(d) ? d : worst;
		}
	return worst;
}

static void test_loss(const struct ralm_network_kind *kind,
		      enum ralm_loss loss, size_t list_block, const char *name)
{
	struct ralm_error err;
	struct setting x;
	double unused;
	ralm_rng_init(&rng, 5, 0);
	must(ralm_batch_init(&x.batch, &err), &err);
	must(ralm_plan_init(&x.plan, &err), &err);
	random_plan(&x.plan, &x.batch, &err);
	size_t U = x.plan.U;
	must(ralm_parameters_init(&x.parameters, &kind->specs, D, H, &err), &err);
	must(ralm_parameters_init(&x.gradient, &kind->specs, D, H, &err), &err);
	must(ralm_parameters_init(&x.scratch, &kind->specs, D, H, &err), &err);
	for (size_t i = 0; i < x.parameters.size; i++)
		x.parameters.block[i] = random_real();
	/* A margin off 0 keeps the differences away from the loss's corner. */
	ralm_network_init(&x.network, kind, D, H, loss, 0.0123, true, pool(2));
	x.network.list_block = list_block;
	x.X = calloc(U * D, sizeof *x.X);
	x.dX = calloc(U * D, sizeof *x.dX);
	x.dX_scratch = calloc(U * D, sizeof *x.dX_scratch);
	x.cosine = calloc(x.plan.B, sizeof *x.cosine);
	for (size_t i = 0; i < U * D; i++)
		x.X[i] = random_real();
	must(ralm_network_gradient(x.cosine, &unused, x.dX, &x.gradient,
				   &x.network, &x.parameters, x.X, &x.plan,
				   &err),
	     &err);
	if (kind == &ralm_average) {
		double d = worst_cosine(&x);
		check(d < 1e-12, "%s, %s: the plain formula (%.3g)", kind->name,
		      name, d);
	}
	for (size_t p = 0; p < x.parameters.count; p++) {
		const struct ralm_parameter *at = &x.parameters.p[p];
		double worst = worst_of(&x, x.parameters.p[p].at,
					x.gradient.p[p].at,
					ralm_parameter_size(at));
		check(worst <= 1, "%s, %s: %s (%.3g)", kind->name, name, at->spec->name, worst);
	}
	double worst = worst_of(&x, x.X, x.dX, U * D);
	check(worst <= 1, "%s, %s: %zu users' rows (%.3g)", kind->name, name, U,
	      worst);
	free(x.X);
	free(x.dX);
	free(x.dX_scratch);
	free(x.cosine);
	ralm_network_release(&x.network);
	ralm_batch_release(&x.batch);
	ralm_plan_release(&x.plan);
	ralm_parameters_release(&x.parameters);
	ralm_parameters_release(&x.gradient);
	ralm_parameters_release(&x.scratch);
}

int main(void)
{
	check(sizeof(ralm_real) == sizeof(double), "runs in double");
	for (size_t i = 0; ralm_network_kinds[i] != NULL; i++) {
		const struct ralm_network_kind *kind = ralm_network_kinds[i];
		test_loss(kind, RALM_LOG_LOSS, RALM_LIST_BLOCK, "log_loss");
		test_loss(kind, RALM_LOG_LOSS, 8, "log_loss, long lists");
		test_loss(kind, RALM_COSINE_LOSS, 8, "cosine, long lists");
	}
	return check_done();
}
