/* Forward pass and gradients of every network against the independent implementation, with
 * every instruction set that this processor runs and several threads. */
#include "check.h"
#include "pool.h"
#include "oracle.h"

static struct oracle oracle; /* of a network: */
static const struct ralm_network_kind *kind;

enum { SAMPLES_MAX = 256 };

struct outcome {
	ralm_real cosine[SAMPLES_MAX], score[SAMPLES_MAX], *dX;
	double loss;
	struct ralm_parameters gradient;
};

/* Runs case c; the outcome's rows and samples are in the oracle's order. */
static void run_case(struct outcome *out, size_t c, enum ralm_loss loss,
		     const struct ralm_kernels *kernels, unsigned threads)
{
	struct ralm_error err;
	char prefix[8];
	size_t place[SAMPLES_MAX];
	snprintf(prefix, sizeof prefix, "%zu", c);
	size_t D = (size_t)oracle_get(&oracle, "%zu.D", c)->values[0];
	size_t H = (size_t)oracle_get(&oracle, "%zu.H", c)->values[0];
	const struct oracle_entry *table = oracle_get(&oracle, "%zu.X", c);
	struct ralm_parameters parameters;
	struct ralm_batch batch;
	struct ralm_plan plan;
	struct ralm_network network;
	oracle_parameters(&parameters, &oracle, prefix, kind, D, H);
	if (ralm_batch_init(&batch, &err) != 0 ||
	    ralm_plan_init(&plan, &err) != 0 ||
	    ralm_parameters_init(&out->gradient, &kind->specs, D, H, &err) != 0)
		oracle_die(err.message, prefix);
	oracle_batch(&batch, place, &oracle, prefix);
	if (ralm_plan_make(&plan, &batch, &err) != 0)
		oracle_die(err.message, prefix);
	ralm_network_init(&network, kind, D, H, loss,
			  oracle_get(&oracle, "%zu.margin", c)->values[0], true,
			  pool(threads));
	network.kernels = kernels;

	ralm_real *X = malloc(plan.U * D * sizeof *X);
	ralm_real *dX = malloc(plan.U * D * sizeof *dX);
	ralm_real cosine[SAMPLES_MAX];
	for (size_t u = 0; u < plan.U; u++)
		for (size_t d = 0; d < D; d++)
			X[u * D + d] =
				(ralm_real)table->values[plan.row[u] * D + d];
	int failed = ralm_network_gradient(cosine, &out->loss, dX,
					   &out->gradient, &network,
					   &parameters, X, &plan, &err);
	if (failed)
		oracle_die(err.message, prefix);
	for (size_t s = 0; s < plan.B; s++) {
		out->cosine[s] = cosine[place[s]];
		out->score[s] = (ralm_real)ralm_network_score(
			&parameters, (double)cosine[place[s]]);
	}
	out->dX = calloc(table->count, sizeof *out->dX);
	for (size_t u = 0; u < plan.U; u++)
		memcpy(out->dX + plan.row[u] * D, dX + u * D, D * sizeof *dX);
	free(X);
	free(dX);
	ralm_network_release(&network);
	ralm_batch_release(&batch);
	ralm_plan_release(&plan);
	ralm_parameters_release(&parameters);
}

static void outcome_release(struct outcome *out)
{
	free(out->dX);
	ralm_parameters_release(&out->gradient);
}

static void test_case(size_t c, enum ralm_loss loss,
		      const struct ralm_kernels *kernels)
{
	const char *loss_name = loss == RALM_LOG_LOSS ? "log_loss"
						      : "cosine_loss";
	struct outcome out;
	run_case(&out, c, loss, kernels, 2);
	double worst = oracle_distance(out.cosine,
				       oracle_get(&oracle, "%zu.cosine", c));
	double d = oracle_distance(out.score,
				   oracle_get(&oracle, "%zu.score", c));
	worst = d > worst ? d : worst;
	const struct oracle_entry *losses =
		oracle_get(&oracle, "%zu.%s", c, loss_name);
	double sum = 0;
	for (size_t s = 0; s < losses->count; s++)
		sum += losses->values[s];
	d = fabs(out.loss - sum) / (1e-5 + 1e-4 * fabs(sum));
	worst = worse(worst, d);
	check(worst <= 1, "%s, case %zu, %s, %s: cosines, scores, loss (%.3g)",
	      kind->name, c, loss_name, kernels->name, worst);

	worst = oracle_distance(out.dX, oracle_get(&oracle, "%zu.%s.dX", c,
						   loss_name));
	for (size_t p = 0; p < out.gradient.count; p++) {
		const struct ralm_parameter *at = &out.gradient.p[p];
		d = oracle_distance(at->at, oracle_get(&oracle, "%zu.%s.d%s", c,
						       loss_name,
						       oracle_name(at)));
		worst = worse(worst, d);
	}
	check(worst <= 1, "%s, case %zu, %s, %s: every gradient (%.3g)",
	      kind->name, c, loss_name, kernels->name, worst);
	outcome_release(&out);
}

static void test_network(const char *name, const char *file)
{
	static const char *const sets[] = {"plain", "avx2", "avx512"};
	kind = ralm_network_kind(name, NULL);
	if (kind == NULL)
		oracle_die("no such network", name);
	oracle_read(&oracle, file);
	size_t cases = (size_t)oracle_number(&oracle, "cases");
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		const struct ralm_kernels *kernels = ralm_kernels_named(sets[i]);
		if (kernels == NULL) {
			check(true, "# SKIP this processor has no %s", sets[i]);
			continue;
		}
		for (size_t c = 0; c < cases; c++) {
			test_case(c, RALM_LOG_LOSS, kernels);
			test_case(c, RALM_COSINE_LOSS, kernels);
		}
	}
	oracle_release(&oracle);
}

int main(void)
{
	test_network("paddlerec", "network.txt");
	test_network("attention", "attention.txt");
	test_network("average", "average.txt");
	test_network("kdd19", "kdd19.txt");
	return check_done();
}
