/* Gradient check, in double, of every network of the table, the toy among them:
 * every derivative that ralm_network_gradient gives against a central difference
 * of its loss, for every parameter, every row of users, scale and bias, both
 * losses, ragged lists of 1 to 30 seeds, whole and 8 rows of P at a time; the
 * batch whole and in blocks. And cosines against the plain formula. */
#include "check.h"
#include "pool.h"
#include "toy/toy.h"

#include "libralm/ground/rng.h"
#include "libralm/networks/attention/attention.h"
#include "libralm/networks/average/average.h"
#include "libralm/networks/average/average_plain.h"
#include "libralm/networks/blocks.h"
#include "libralm/networks/kdd19/kdd19.h"
#include "libralm/networks/kdd19/kdd19_plain.h"
#include "libralm/networks/paddlerec/paddlerec.h"
#include "libralm/networks/paddlerec/paddlerec_plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
static void random_batch(struct ralm_batch *batch, struct ralm_error *err)
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
}

struct setting {
	struct ralm_network network;
	struct ralm_block_work work;
	struct ralm_parameters parameters, gradient, scratch;
	struct ralm_batch batch;
	struct ralm_blocks blocks;
	ralm_real E[USERS * D], dE[USERS * D]; /* users and their gradient */
	ralm_real *X, *dX, *cosine;
};

static double loss_of(struct setting *x, struct ralm_parameters *gradient,
		      struct ralm_error *err)
{
	double loss;
	for (size_t i = 0; i < x->blocks.rows; i++)
		memcpy(x->X + i * D, x->E + x->blocks.row[i] * D,
		       D * sizeof *x->X);
	must(ralm_blocks_gradient(x->cosine, &loss, x->dX, gradient, &x->work,
				  &x->parameters, x->X, &x->blocks, err),
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
		double above = loss_of(x, &x->scratch, &err);
		values[i] = old - (ralm_real)h;
		double below = loss_of(x, &x->scratch, &err);
		values[i] = old;
		double numeric = (above - below) / (2 * h);
		double d = fabs(numeric - (double)analytic[i]) /
			   (1e-8 + 1e-5 * fabs(numeric));
		worst = worse(worst, d);
	}
	return worst;
}

static double plain_paddlerec(const struct setting *x, const uint32_t *seeds,
			      size_t n, uint32_t target)
{
	const struct ralm_parameter *p = x->parameters.p;
	const bool transforms = x->network.kind == &ralm_paddlerec;
	const size_t attention = transforms ? RALM_LOCAL_ATTENTION : 0;
	const struct paddlerec_plain w = {
		.D = D,
		.H = x->network.H,
		.X = (double *)x->E,
		.Ms = transforms ? p[RALM_SEEDS_TRANSFORM].at : NULL,
		.Mt = transforms ? p[RALM_TARGET_TRANSFORM].at : NULL,
		.Wl = p[attention].at,
		.Wg = p[attention + 1].at,
	};
	struct paddlerec_pass pass;
	return paddlerec_plain_forward(&pass, &w, seeds, n, target);
}

static double plain_kdd19(const struct setting *x, const uint32_t *seeds,
			  size_t n, uint32_t target)
{
	const struct ralm_parameter *p = x->parameters.p;
	const struct kdd19_plain kdd19 = {
		.D = D,
		.H = H,
		.X = x->E,
		.M = p[RALM_KDD19_TRANSFORM].at,
		.Wl = p[RALM_KDD19_LOCAL].at,
		.Wg = p[RALM_KDD19_GLOBAL].at,
		.w = p[RALM_KDD19_WEIGHTS].at,
		.slope = *p[RALM_KDD19_SLOPE].at,
		.alpha = x->network.alpha,
	};
	return kdd19_plain(&kdd19, seeds, n, target);
}

/* The plain formula; the toy has none. */
static double plain(const struct setting *x, const uint32_t *seeds, size_t n,
		    uint32_t target)
{
	const struct ralm_network_kind *kind = x->network.kind;
	return kind == &ralm_average
		       ? average_plain(x->E, D, seeds, n, target)
	       : kind == &ralm_kdd19 ? plain_kdd19(x, seeds, n, target)
				     : plain_paddlerec(x, seeds, n, target);
}

/* The worst |cosine - plain| of a batch that was run. */
static double worst_cosine(const struct setting *x)
{
	const struct ralm_batch *batch = &x->batch;
	double worst = 0;
	for (size_t l = 0; l < batch->L; l++) {
		const size_t start = batch->list_start[l];
		const size_t n = batch->list_start[l + 1] - start;
		uint32_t seeds[30];
		for (size_t i = 0; i < n; i++)
			seeds[i] = batch->row[batch->list_user[start + i]];
		for (size_t s = batch->sample_start[l];
		     s < batch->sample_start[l + 1]; s++) {
			double c = plain(x, seeds, n,
					 batch->row[batch->target[s]]);
			double d = fabs(c - (double)x->cosine[s]);
			worst = worse(worst, d);
		}
	}
	return worst;
}

static void set_up(struct setting *x, const struct ralm_network_kind *kind,
		   enum ralm_loss loss, size_t list_block, size_t block_size)
{
	struct ralm_error err;
	memset(x, 0, sizeof *x);
	ralm_rng_init(&rng, 5, 0);
	must(ralm_batch_init(&x->batch, &err), &err);
	random_batch(&x->batch, &err);
	must(ralm_blocks_cut(&x->blocks, &x->batch, block_size, &err), &err);
	struct ralm_parameters *const all[] = {&x->parameters, &x->gradient,
					       &x->scratch};
	for (size_t i = 0; i < 3; i++)
		must(ralm_parameters_init(all[i], &kind->specs, D, H, &err),
		     &err);
	for (size_t i = 0; i < x->parameters.size; i++)
		x->parameters.block[i] = random_real();
	/* A margin off 0 keeps the differences away from the loss's corner. */
	ralm_network_init(&x->network, kind, D, H, loss, 0.0123, true, pool(2));
	x->network.list_block = list_block;
	x->network.alpha = 0.42;
	must(ralm_block_work_init(&x->work, &x->network, &err), &err);
	x->X = calloc(x->blocks.rows * D, sizeof *x->X);
	x->dX = calloc(x->blocks.rows * D, sizeof *x->dX);
	x->cosine = calloc(x->batch.B, sizeof *x->cosine);
	for (size_t i = 0; i < USERS * D; i++)
		x->E[i] = random_real();
	loss_of(x, &x->gradient, &err);
	for (size_t i = 0; i < x->blocks.rows * D; i++)
		x->dE[x->blocks.row[i / D] * D + i % D] += x->dX[i];
}

static void release(struct setting *x)
{
	free(x->X);
	free(x->dX);
	free(x->cosine);
	ralm_block_work_release(&x->work);
	ralm_network_release(&x->network);
	ralm_batch_release(&x->batch);
	ralm_blocks_release(&x->blocks);
	ralm_parameters_release(&x->parameters);
	ralm_parameters_release(&x->gradient);
	ralm_parameters_release(&x->scratch);
}

static void test_loss(const struct ralm_network_kind *kind,
		      enum ralm_loss loss, size_t list_block, size_t block_size,
		      const char *name)
{
	static struct setting x;
	set_up(&x, kind, loss, list_block, block_size);
	check((x.blocks.count > 1) == (block_size > 0), "%s, %s: %zu blocks",
	      kind->name, name, x.blocks.count);
	if (kind != &toy)
		check(worst_cosine(&x) < 1e-12, "%s, %s: the plain formula",
		      kind->name, name);
	for (size_t p = 0; p < x.parameters.count; p++) {
		const struct ralm_parameter *at = &x.parameters.p[p];
		double worst = worst_of(&x, at->at, x.gradient.p[p].at,
					ralm_parameter_size(at));
		check(worst <= 1, "%s, %s: %s (%.3g)", kind->name, name,
		      at->spec->name, worst);
	}
	double worst = worst_of(&x, x.E, x.dE, USERS * D);
	check(worst <= 1, "%s, %s: %zu users (%.3g)", kind->name, name,
	      x.blocks.U, worst);
	release(&x);
}

int main(void)
{
	check(sizeof(ralm_real) == sizeof(double), "runs in double");
	for (size_t i = 0; ralm_network_kinds[i] != NULL; i++) {
		const struct ralm_network_kind *kind = ralm_network_kinds[i];
		test_loss(kind, RALM_LOG_LOSS, RALM_LIST_BLOCK, 0, "log_loss");
		test_loss(kind, RALM_LOG_LOSS, 8, 0, "log_loss, long lists");
		test_loss(kind, RALM_COSINE_LOSS, 8, 0, "cosine, long lists");
		test_loss(kind, RALM_LOG_LOSS, 8, 19, "log_loss, blocks of 19");
		test_loss(kind, RALM_COSINE_LOSS, 8, 90, "cosine, blocks of 90");
	}
	return check_done();
}
