/* PaddleRec's network equals its plain formula, sample by sample, with its
 * transforms and without (networks/attention): on random
 * ragged batches in which users and lists repeat a lot or hardly at all, lists
 * are cut into groups or longer than a block, targets are seeds, and tiles are
 * full or not; with every instruction set of this processor. And the number of
 * threads changes no bit.
 *
 * RALM_TEST_BATCHES in the environment: how many batches (60). */
#include "check.h"
#include "pool.h"

#include "libralm/ground/rng.h"
#include "libralm/networks/attention/attention.h"
#include "libralm/networks/paddlerec/paddlerec.h"
#include "libralm/networks/paddlerec/paddlerec_plain.h"

#include <stdlib.h>

enum { USERS = 3000, SAMPLES = 2000, VALUES_MOST = USERS * PLAIN_DIM };

static struct ralm_rng rng;

static void must(int result, const struct ralm_error *err)
{
	if (result != 0) {
		printf("Bail out! %s\n", err->message);
		exit(99);
	}
}

static size_t below(size_t n)
{
	return (size_t)ralm_rng_below(&rng, n);
}

/* ---- a random batch, twice ----------------------------------------------- */

struct sample {
	size_t list;
	unsigned target;
	int label;
};

struct random_batch {
	size_t users; /* rows that are drawn from */
	unsigned seeds[SAMPLES][PLAIN_SEEDS];
	size_t length[SAMPLES], lists, samples;
	size_t list_block; /* of the network's */
	struct sample sample[SAMPLES];
};

static void draw_list(struct random_batch *r, size_t longest)
{
	size_t list = r->lists++;
	r->length[list] = 1 + below(longest);
	for (size_t i = 0; i < r->length[list]; i++)
		r->seeds[list][i] = (unsigned)below(r->users);
	if (list > 0 && below(4) == 0) { /* the one before once more */
		r->length[list] = r->length[list - 1];
		memcpy(r->seeds[list], r->seeds[list - 1],
		       sizeof r->seeds[list]);
	}
}

static void draw(struct random_batch *r, struct ralm_batch *batch)
{
	static const size_t users[] = {3, 30, 300, USERS};
	struct ralm_error err;
	size_t wanted = 1 + below(below(4) ? 40 : 200);
	size_t longest = 1 + below(PLAIN_SEEDS);
	r->users = users[below(4)];
	r->list_block = below(2) ? RALM_LIST_BLOCK : 1 + below(longest);
	r->lists = r->samples = 0;
	ralm_batch_clear(batch);
	while (r->samples < wanted) {
		draw_list(r, longest);
		size_t list = r->lists - 1;
		size_t n = below(8) ? 1 + below(4)
				    : 1 + below(RALM_GROUP_MAX + 20);
		must(ralm_batch_add_list(batch, r->seeds[list], r->length[list],
					 &err),
		     &err);
		for (size_t i = 0; i < n; i++) {
			struct sample *s = &r->sample[r->samples++];
			s->list = list;
			s->target = below(3) ? (unsigned)below(r->users)
					     : r->seeds[list][0];
			s->label = (int)below(2);
			must(ralm_batch_add_sample(batch, s->target, s->label,
						   &err),
			     &err);
		}
	}
	must(ralm_batch_finish(batch, &err), &err);
}

/* ---- both ways ----------------------------------------------------------- */

static double plain_values[2][6][VALUES_MOST];

/* The network at work, and how many of PaddleRec's parameters, the first ones, it
 * does without. */
static const struct ralm_network_kind *kind;
static size_t lacks;

static void plain_init(struct paddlerec_plain *plain,
		       double (*values)[VALUES_MOST], size_t D, size_t H)
{
	memset(values, 0, sizeof plain_values[0]);
	*plain = (struct paddlerec_plain){.D = D,
					  .H = H,
					  .X = values[0],
					  .Ms = lacks ? NULL : values[1],
					  .Mt = lacks ? NULL : values[2],
					  .Wl = values[3],
					  .Wg = values[4]};
}

/* Parameter p of the network. */
static double *dense_of(struct paddlerec_plain *plain, size_t p)
{
	double *const dense[] = {plain->Ms, plain->Mt,	   plain->Wl,
				 plain->Wg, &plain->scale, &plain->bias};
	return dense[p + lacks];
}

struct outcome {
	ralm_real cosine[SAMPLES], *dX;
	double loss;
	struct ralm_parameters gradient;
};

static void run(struct outcome *out, const struct ralm_parameters *parameters,
		const struct paddlerec_plain *plain, const struct ralm_plan *plan,
		size_t list_block, const struct ralm_kernels *kernels,
		unsigned threads)
{
	struct ralm_error err;
	struct ralm_network network;
	const size_t D = plain->D;
	ralm_real *X = malloc(plan->U * D * sizeof *X);
	for (size_t u = 0; u < plan->U; u++)
		for (size_t d = 0; d < D; d++)
			X[u * D + d] = (ralm_real)plain->X[plan->row[u] * D + d];
	ralm_network_init(&network, kind, D, plain->H, RALM_LOG_LOSS, 0, true,
			  pool(threads));
	network.kernels = kernels;
	network.list_block = list_block;
	out->dX = malloc(plan->U * D * sizeof *out->dX);
	must(ralm_parameters_init(&out->gradient, &kind->specs, D, plain->H,
				  &err),
	     &err);
	must(ralm_network_gradient(out->cosine, &out->loss, out->dX,
				   &out->gradient, &network, parameters, X,
				   plan, &err),
	     &err);
	ralm_network_release(&network);
	free(X);
}

static void outcome_release(struct outcome *out)
{
	free(out->dX);
	ralm_parameters_release(&out->gradient);
}

static bool same_bits(const struct outcome *a, const struct outcome *b,
		      const struct ralm_plan *plan, size_t D)
{
	return !memcmp(a->cosine, b->cosine, plan->B * sizeof *a->cosine) &&
	       !memcmp(&a->loss, &b->loss, sizeof a->loss) &&
	       !memcmp(a->dX, b->dX, plan->U * D * sizeof *a->dX) &&
	       !memcmp(a->gradient.block, b->gradient.block,
		       a->gradient.size * sizeof *a->gradient.block);
}

/* The largest |got - want| in parts of the largest |want|, which counts as 0.05
 * at least: some gradients are 0. */
static double distance(const ralm_real *got, const double *want, size_t n)
{
	double worst = 0, most = 0.05;
	for (size_t i = 0; i < n; i++) {
		double d = fabs((double)got[i] - want[i]);
		worst = worse(worst, d);
		most = fabs(want[i]) > most ? fabs(want[i]) : most;
	}
	return worst / most;
}

/* How far the outcome is from the plain formula. */
static double outcome_distance(const struct outcome *out,
			       const struct ralm_plan *plan,
			       struct paddlerec_plain *d, double loss,
			       const double *cosine)
{
	const size_t D = d->D;
	static double dX[VALUES_MOST];
	double worst = fabs(out->loss - loss) / (1 + fabs(loss));
	worst = worse(worst, distance(out->cosine, cosine, plan->B));
	for (size_t p = 0; p < out->gradient.count; p++) {
		const struct ralm_parameter *at = &out->gradient.p[p];
		worst = worse(worst, distance(at->at, dense_of(d, p),
					       ralm_parameter_size(at)));
	}
	for (size_t u = 0; u < plan->U; u++)
		memcpy(dX + u * D, d->X + plan->row[u] * D, D * sizeof *dX);
	return worse(worst, distance(out->dX, dX, plan->U * D));
}

/* ---- the property -------------------------------------------------------- */

static void test_batch(const struct random_batch *r,
		       const struct ralm_plan *plan, double *worst,
		       bool *same)
{
	static const char *const sets[] = {"plain", "avx2", "avx512"};
	static double cosine[SAMPLES];
	struct ralm_error err;
	struct ralm_parameters parameters;
	struct paddlerec_plain plain, d;
	/* Fewer dimensions make vectors near zero likely, whose direction no
	 * float knows well. */
	const size_t D = 8 + below(PLAIN_DIM - 7);
	const size_t H = lacks ? D : 8 + below(PLAIN_DIM - 7);
	plain_init(&plain, plain_values[0], D, H);
	plain_init(&d, plain_values[1], D, H);
	must(ralm_parameters_init(&parameters, &kind->specs, D, H, &err), &err);
	for (size_t i = 0; i < parameters.size; i++)
		parameters.block[i] =
			(ralm_real)((2 * ralm_rng_uniform(&rng) - 1) /
				    sqrt((double)H));
	for (size_t p = 0; p < parameters.count; p++)
		for (size_t i = 0; i < ralm_parameter_size(&parameters.p[p]);
		     i++)
			dense_of(&plain, p)[i] = (double)parameters.p[p].at[i];
	for (size_t i = 0; i < USERS * D; i++)
		plain.X[i] = (double)(ralm_real)(2 * ralm_rng_uniform(&rng) - 1);

	double loss = 0;
	for (size_t s = 0; s < r->samples; s++) {
		const struct sample *sample = &r->sample[s];
		loss += paddlerec_plain_sample(
			&cosine[s], &d, &plain, r->seeds[sample->list],
			r->length[sample->list], sample->target, sample->label);
	}
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		const struct ralm_kernels *kernels = ralm_kernels_named(sets[i]);
		struct outcome one, more;
		if (kernels == NULL)
			continue;
		run(&one, &parameters, &plain, plan, r->list_block, kernels, 1);
		run(&more, &parameters, &plain, plan, r->list_block, kernels,
		    (unsigned)(2 + below(3)));
		*worst = worse(*worst, outcome_distance(&one, plan, &d, loss,
							 cosine));
		*same = *same && same_bits(&one, &more, plan, D);
		outcome_release(&one);
		outcome_release(&more);
	}
	ralm_parameters_release(&parameters);
}

static void test_network(const struct ralm_network_kind *of)
{
	static struct random_batch r;
	const char *wanted = getenv("RALM_TEST_BATCHES");
	long batches = wanted != NULL ? atol(wanted) : 60;
	struct ralm_batch batch;
	struct ralm_plan plan;
	struct ralm_error err;
	double worst = 0;
	bool same = true;
	bool shared = false, own = false, cut = false, blocks = false;
	kind = of;
	lacks = RALM_PADDLEREC_PARAMETERS - kind->specs.count;
	ralm_rng_init(&rng, 11, 0);
	must(ralm_batch_init(&batch, &err), &err);
	must(ralm_plan_init(&plan, &err), &err);
	for (long i = 0; i < batches; i++) {
		draw(&r, &batch);
		must(ralm_plan_make(&plan, &batch, &err), &err);
		shared |= plan.seeds_end > plan.once_end;
		own |= plan.once_end > 0;
		cut |= plan.G > plan.L;
		blocks |= plan.longest > r.list_block;
		test_batch(&r, &plan, &worst, &same);
	}
	check(shared && own && cut && blocks,
	      "%s: %ld batches: users shared, users of one tile, lists cut "
	      "into groups, P into blocks",
	      kind->name, batches);
	check(worst < 2e-5, "%s: equal to the plain formula (%.2g)", kind->name,
	      worst);
	check(same, "%s: the same bits with 1 thread and with 2, 3 or 4",
	      kind->name);
	ralm_batch_release(&batch);
	ralm_plan_release(&plan);
}

int main(void)
{
	test_network(&ralm_paddlerec);
	test_network(&ralm_attention);
	return check_done();
}
