/* Gradient check, in double, of every network of the table, the toy among them:
 * derivatives that ralm_network_gradient gives against central differences of its
 * loss, for every parameter, rows of users, scale and bias, every loss, ragged
 * lists of 1 to 30 seeds, whole and 8 rows of P at a time; the batch whole and in
 * blocks. And cosines and loss against the plain formula.
 *
 * Each network and loss checks about a third of the coordinates, an irregular one:
 * all three thirds of one cover them, and each loss comes with several. */
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

/* How many samples the list of n seeds has; where it has many, groups are cut, or
 * all but few are one choice, which is larger than a group. */
static size_t samples_of(size_t n)
{
	return n == 7 || n == 9 ? RALM_GROUP_MAX + 9 : 1 + n % 4;
}

/* A click is one of two, of four, or as said above. */
static int label_of(size_t n, size_t s)
{
	if (n == 9)
		return s == 5 || s == 7 || s == 9;
	return ralm_rng_below(&rng, n % 2 ? 2 : 4) == 0;
}

/* Lists of 1 to 30 seeds, some with a repeated seed or the target among them. */
static void random_batch(struct ralm_batch *batch, struct ralm_error *err)
{
	ralm_batch_clear(batch);
	for (size_t n = 1; n <= 30; n++) {
		uint32_t rows[30];
		for (size_t i = 0; i < n; i++)
			rows[i] = (uint32_t)ralm_rng_below(&rng, USERS);
		must(ralm_batch_add_list(batch, rows, n, err), err);
		for (size_t s = 0; s < samples_of(n); s++)
			must(ralm_batch_add_sample(
				     batch,
				     s == 1 ? rows[0]
					    : (uint32_t)ralm_rng_below(&rng,
								       USERS),
				     label_of(n, s), err),
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
	double loss;
	unsigned turn; /* which third of the coordinates is checked */
};

/* What is made small. */
struct objective {
	const char *name;
	enum ralm_loss loss;
	double negative_weight;
	bool whole_choices;
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

/* Whether coordinate i of n is checked in that turn: in one of each three turns,
 * but all of a few. */
static bool is_checked(size_t i, size_t n, unsigned turn)
{
	return n < 9 || (ralm_mix64(i + 1) % 3 + turn) % 3 == 0;
}

/* The worst |numeric - analytic| over what is allowed, over those of n values that
 * are checked. */
static double worst_of(struct setting *x, ralm_real *values,
		       const ralm_real *analytic, size_t n)
{
	struct ralm_error err;
	const double h = 1e-5;
	double worst = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_checked(i, n, x->turn))
			continue;
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

/* The loss of a list's samples [first, end), whose cosines are given. */
static double plain_list_loss(const struct setting *x, const double *cosine,
			      size_t first, size_t end)
{
	const uint8_t *label = x->batch.label;
	const double scale = *x->parameters.scale, bias = *x->parameters.bias;
	double loss = 0;
	size_t choice_end;
	for (size_t s = first; s < end; s = choice_end) {
		size_t clicks = label[s], negatives = !label[s];
		for (choice_end = s + 1; choice_end < end; choice_end++) {
			if (label[choice_end] && clicks > 0)
				break;
			clicks += label[choice_end];
			negatives += !label[choice_end];
		}
		if (x->network.loss == RALM_SOFTMAX_LOSS)
			loss += plain_choice_loss(cosine + s, label + s,
						  choice_end - s, scale);
		for (size_t i = s; i < choice_end; i++) {
			const double c = cosine[i], z = scale * c + bias;
			const double weight =
				label[i] || clicks == 0 ||
						x->network.negative_weight != 0
					? 1
					: 1 / (double)negatives;
			if (x->network.loss == RALM_LOG_LOSS)
				loss += weight *
					log1p(exp(label[i] ? -z : z));
			if (x->network.loss == RALM_COSINE_LOSS)
				loss += label[i] ? 1 - c
						 : fmax(0, c - x->network.margin);
		}
	}
	return loss;
}

/* The worst |cosine - plain| of a batch that was run, and its loss. */
static double worst_cosine(const struct setting *x, double *loss)
{
	const struct ralm_batch *batch = &x->batch;
	double worst = 0, *cosine = calloc(batch->B, sizeof *cosine);
	*loss = 0;
	for (size_t l = 0; l < batch->L; l++) {
		const size_t start = batch->list_start[l];
		const size_t n = batch->list_start[l + 1] - start;
		const size_t first = batch->sample_start[l];
		const size_t end = batch->sample_start[l + 1];
		uint32_t seeds[30];
		for (size_t i = 0; i < n; i++)
			seeds[i] = batch->row[batch->list_user[start + i]];
		for (size_t s = first; s < end; s++) {
			cosine[s] = plain(x, seeds, n,
					  batch->row[batch->target[s]]);
			double d = fabs(cosine[s] - (double)x->cosine[s]);
			worst = worse(worst, d);
		}
		*loss += plain_list_loss(x, cosine, first, end);
	}
	free(cosine);
	return worst;
}

static void set_up(struct setting *x, const struct ralm_network_kind *kind,
		   const struct objective *of, size_t list_block,
		   size_t block_size)
{
	struct ralm_error err;
	memset(x, 0, sizeof *x);
	ralm_rng_init(&rng, 5, 0);
	must(ralm_batch_init(&x->batch, &err), &err);
	x->batch.whole_choices = of->whole_choices;
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
	ralm_network_init(&x->network, kind, D, H, of->loss, 0.0123, true,
			  pool(2));
	x->network.negative_weight = of->negative_weight;
	x->network.list_block = list_block;
	x->network.alpha = 0.42;
	must(ralm_block_work_init(&x->work, &x->network, &err), &err);
	x->X = calloc(x->blocks.rows * D, sizeof *x->X);
	x->dX = calloc(x->blocks.rows * D, sizeof *x->dX);
	x->cosine = calloc(x->batch.B, sizeof *x->cosine);
	for (size_t i = 0; i < USERS * D; i++)
		x->E[i] = random_real();
	x->loss = loss_of(x, &x->gradient, &err);
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
		      const struct objective *of, size_t list_block,
		      size_t block_size)
{
	static struct setting x;
	static unsigned turn;
	double loss;
	set_up(&x, kind, of, list_block, block_size);
	x.turn = turn++;
	check((x.blocks.count > 1) == (block_size > 0),
	      "%s, %s: %zu blocks, %zu rows of P", kind->name, of->name,
	      x.blocks.count, list_block);
	if (kind != &toy)
		check(worst_cosine(&x, &loss) < 1e-12 &&
			      fabs(x.loss - loss) < 1e-9,
		      "%s, %s: the plain formula", kind->name, of->name);
	for (size_t p = 0; p < x.parameters.count; p++) {
		const struct ralm_parameter *at = &x.parameters.p[p];
		double worst = worst_of(&x, at->at, x.gradient.p[p].at,
					ralm_parameter_size(at));
		check(worst <= 1, "%s, %s: %s (%.3g)", kind->name, of->name,
		      at->spec->name, worst);
	}
	double worst = worst_of(&x, x.E, x.dE, USERS * D);
	check(worst <= 1, "%s, %s: %zu users (%.3g)", kind->name, of->name,
	      x.blocks.U, worst);
	release(&x);
}

int main(void)
{
	static const struct objective log_loss = {"log_loss", RALM_LOG_LOSS, 1,
						  false};
	static const struct objective balanced = {"balanced log_loss",
						  RALM_LOG_LOSS, 0, true};
	static const struct objective cosine = {"cosine", RALM_COSINE_LOSS, 1,
						false};
	static const struct objective softmax = {"softmax", RALM_SOFTMAX_LOSS, 0,
						 true};
	check(sizeof(ralm_real) == sizeof(double), "runs in double");
	for (size_t i = 0; ralm_network_kinds[i] != NULL; i++) {
		const struct ralm_network_kind *kind = ralm_network_kinds[i];
		test_loss(kind, &log_loss, RALM_LIST_BLOCK, 0);
		test_loss(kind, &log_loss, 8, 19);
		test_loss(kind, &balanced, 8, 0);
		test_loss(kind, &balanced, RALM_LIST_BLOCK, 19);
		test_loss(kind, &cosine, 8, 0);
		test_loss(kind, &cosine, 8, 90);
		test_loss(kind, &softmax, 8, 0);
		test_loss(kind, &softmax, RALM_LIST_BLOCK, 19);
	}
	return check_done();
}
