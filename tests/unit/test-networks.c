/* What holds for every network of the table, the toy among them: scoring gives
 * the cosines of training, with the same bits whatever is kept and in
 * whatever batch. The gradient of each is checked in test-gradient.c. */
#include "check.h"
#include "pool.h"
#include "uneven.h"

#include "libralm/scoring/scorer.h"

enum { COUNT = 700 };

static struct ralm_error err;
static struct uneven samples[COUNT];

/* The model's rows of the users of all samples, list by list. */
static void make_batch(struct ralm_batch *batch, const struct ralm_model *model)
{
	ralm_batch_clear(batch);
	for (size_t i = 0; i < COUNT; i++) {
		const struct uneven *s = &samples[i];
		uint32_t rows[UNEVEN_SEEDS];
		for (size_t k = 0; k < s->n; k++)
			rows[k] = ralm_users_find(&model->users, s->seeds[k]);
		if (!s->same)
			uneven_must(ralm_batch_add_list(batch, rows, s->n, &err),
				    &err);
		uneven_must(ralm_batch_add_sample(
				    batch,
				    ralm_users_find(&model->users, s->target),
				    s->label, &err),
			    &err);
	}
	uneven_must(ralm_batch_finish(batch, &err), &err);
}

/* As training has them. */
static void train(ralm_real *cosine, const struct ralm_model *model)
{
	const size_t D = UNEVEN_D;
	struct ralm_batch batch;
	struct ralm_plan plan;
	struct ralm_network network;
	struct ralm_parameters gradient;
	double loss;
	uneven_must(ralm_batch_init(&batch, &err), &err);
	uneven_must(ralm_plan_init(&plan, &err), &err);
	make_batch(&batch, model);
	uneven_must(ralm_plan_make(&plan, &batch, &err), &err);
	ralm_real *X = calloc(plan.U * D, sizeof *X);
	ralm_real *dX = calloc(plan.U * D, sizeof *dX);
	for (size_t u = 0; u < plan.U; u++)
		memcpy(X + u * D, ralm_table_row(&model->table, plan.row[u]),
		       D * sizeof *X);
	ralm_network_init(&network, model->network, D, UNEVEN_H, RALM_LOG_LOSS,
			  0, true, pool(2));
	uneven_must(ralm_parameters_init(&gradient, &model->network->specs, D,
					 UNEVEN_H, &err),
		    &err);
	uneven_must(ralm_network_gradient(cosine, &loss, dX, &gradient,
					  &network, &model->parameters, X,
					  &plan, &err),
		    &err);
	ralm_parameters_release(&gradient);
	ralm_network_release(&network);
	free(X);
	free(dX);
	ralm_plan_release(&plan);
	ralm_batch_release(&batch);
}

/* All samples, `together` in each call. */
static void score(float *cosine, struct ralm_scoring_worker *worker,
		  size_t together)
{
	static struct ralm_score_request request[COUNT];
	static struct ralm_score_result result[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		request[i] = (struct ralm_score_request){
			.seed_keys = samples[i].seeds,
			.seed_count = samples[i].n,
			.same_seeds = samples[i].same,
			.target_key = samples[i].target,
		};
	for (size_t i = 0; i < COUNT; i += together)
		uneven_must(ralm_score(
				    result + i, worker, request + i,
				    COUNT - i < together ? COUNT - i : together,
				    &err),
			    &err);
	for (size_t i = 0; i < COUNT; i++)
		cosine[i] = result[i].cosine;
}

static void test_kind(const struct ralm_network_kind *kind)
{
	/* Bytes for what is kept: nothing, some of the rows, all. */
	static const uint64_t cache[] = {0, 9000, 1 << 20};
	static const size_t together[] = {COUNT, 5, 1, COUNT};
	static ralm_real expected[COUNT];
	static float first[COUNT], cosine[COUNT];
	struct ralm_model model;
	double worst = 0;
	bool same = true;
	uneven_model_of(&model, kind->name, UNEVEN_USERS);
	train(expected, &model);
	for (size_t c = 0; c < sizeof cache / sizeof *cache; c++) {
		struct ralm_scorer *scorer =
			ralm_scorer_new(&model, cache[c], &err);
		struct ralm_scoring_worker *worker =
			scorer ? ralm_scoring_worker_new(scorer, &err) : NULL;
		uneven_must(worker != NULL ? 0 : -1, &err);
		for (size_t t = 0; t < sizeof together / sizeof *together; t++) {
			score(cosine, worker, together[t]);
			if (c == 0 && t == 0)
				memcpy(first, cosine, sizeof first);
			same &= memcmp(first, cosine, sizeof first) == 0;
		}
		ralm_scoring_worker_free(worker);
		ralm_scorer_free(scorer);
	}
	for (size_t i = 0; i < COUNT; i++)
		worst = worse(worst,
			     fabs((double)first[i] - (double)expected[i]));
	check(worst < 3e-6, "%s: scoring gives training's cosines (%.2g)",
	      kind->name, worst);
	check(same, "%s: the same bits whatever is kept, in whatever batch",
	      kind->name);
	ralm_model_release(&model);
}

/* Vectors of every length have a cosine, or are told: never 0 for another number. */
static void test_lengths(const struct ralm_network_kind *kind)
{
	struct ralm_model model;
	uneven_model_of(&model, kind->name, UNEVEN_USERS);
	const uint64_t seeds[] = {samples[0].seeds[0]};
	const struct ralm_score_request asked = {
		.seed_keys = seeds, .seed_count = 1, .target_key = seeds[0]};
	float *x = ralm_table_row(&model.table,
				  ralm_users_find(&model.users, seeds[0]));
	bool right = true, told = true;
	for (int power = -12; power <= 36; power++) {
		for (size_t d = 0; d < UNEVEN_D; d++)
			x[d] = (float)pow(10, power);
		struct ralm_score_result got;
		struct ralm_scorer *scorer = ralm_scorer_new(&model, 0, &err);
		struct ralm_scoring_worker *worker =
			scorer ? ralm_scoring_worker_new(scorer, &err) : NULL;
		uneven_must(worker != NULL ? 0 : -1, &err);
		const int result = ralm_score(&got, worker, &asked, 1, &err);
		right &= result != 0 || got.cosine != 0;
		if (power < 17)
			right &= result == 0;
		if (power > 21)
			told &= result != 0 && err.code == RALM_ERROR_NUMERIC;
		ralm_scoring_worker_free(worker);
		ralm_scorer_free(scorer);
	}
	check(right, "%s: no vector of ones, times 10^n, has the cosine 0",
	      kind->name);
	check(told, "%s: too long a vector is an error", kind->name);
	ralm_model_release(&model);
}

int main(void)
{
	size_t count = 0;
	uneven_make(samples, COUNT, 3);
	for (; ralm_network_kinds[count] != NULL; count++) {
		test_kind(ralm_network_kinds[count]);
		test_lengths(ralm_network_kinds[count]);
	}
	check(count > 1, "more networks than one");
	return check_done();
}
