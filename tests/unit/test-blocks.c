/* networks/blocks: what a batch cut into blocks gives is the sum, by hand, of
 * what batches of these samples give, bit by bit, whatever the number of
 * threads. */
#include "check.h"
#include "pool.h"

#include "libralm/ground/rng.h"
#include "libralm/networks/blocks.h"
#include "libralm/networks/paddlerec/paddlerec.h"

#include <stdlib.h>
#include <string.h>

enum { D = 24, H = 20, USERS = 150, SAMPLES = 157, LONGEST = 9, LISTS = 61 };

static struct ralm_error err;
static struct ralm_rng rng;
static ralm_real E[USERS][D];

/* List l is that of samples first[l] to first[l + 1] - 1: 1 to 4 of them. */
static uint32_t seeds[LISTS][LONGEST], target[SAMPLES];
static size_t length[LISTS], first[LISTS + 1];
static uint8_t label[SAMPLES];

static void must(int result)
{
	if (result == 0)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)ralm_rng_below(&rng, n);
}

static void draw(void)
{
	ralm_rng_init(&rng, 8, 0);
	for (size_t l = 0; l < LISTS; l++) {
		length[l] = 1 + below(LONGEST);
		for (size_t i = 0; i < length[l]; i++)
			seeds[l][i] = below(USERS);
		first[l + 1] = first[l] + 1 + l % 4;
	}
	first[LISTS] = SAMPLES;
	for (size_t s = 0; s < SAMPLES; s++) {
		target[s] = below(USERS);
		label[s] = (uint8_t)below(2);
	}
	for (size_t u = 0; u < USERS; u++)
		for (size_t d = 0; d < D; d++)
			E[u][d] = (ralm_real)(ralm_rng_uniform(&rng) - 0.5);
}

/* Samples [begin, end), list by list. */
static void fill(struct ralm_batch *batch, size_t begin, size_t end)
{
	ralm_batch_clear(batch);
	for (size_t l = 0; l < LISTS; l++) {
		if (first[l + 1] <= begin || first[l] >= end)
			continue;
		must(ralm_batch_add_list(batch, seeds[l], length[l], &err));
		for (size_t s = first[l]; s < first[l + 1]; s++)
			if (s >= begin && s < end)
				must(ralm_batch_add_sample(batch, target[s],
							   label[s], &err));
	}
	must(ralm_batch_finish(batch, &err));
}

struct outcome {
	ralm_real cosine[SAMPLES], dE[USERS][D];
	double loss;
	struct ralm_parameters gradient;
	bool met[USERS];
};

static void add_rows(struct outcome *out, const uint32_t *row,
		     const ralm_real *dX, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t u = row[i];
		for (size_t d = 0; d < D; d++)
			out->dE[u][d] = out->met[u]
						? out->dE[u][d] + dX[i * D + d]
						: dX[i * D + d];
		out->met[u] = true;
	}
}

static ralm_real *gathered(const uint32_t *row, size_t n)
{
	ralm_real *X = malloc(n * D * sizeof *X);
	for (size_t i = 0; i < n; i++)
		memcpy(X + i * D, E[row[i]], sizeof *E);
	return X;
}

/* A batch of its own for each block, one after the other. */
static void by_hand(struct outcome *out, struct ralm_network *network,
		    const struct ralm_parameters *parameters, size_t size)
{
	struct ralm_batch batch;
	struct ralm_plan plan;
	struct ralm_parameters found;
	memset(out, 0, sizeof *out);
	must(ralm_parameters_init(&out->gradient, &ralm_paddlerec.specs, D, H,
				  &err));
	must(ralm_parameters_init(&found, &ralm_paddlerec.specs, D, H, &err));
	must(ralm_batch_init(&batch, &err));
	must(ralm_plan_init(&plan, &err));
	for (size_t begin = 0; begin < SAMPLES; begin += size) {
		double loss;
		fill(&batch, begin,
		     begin + size < SAMPLES ? begin + size : SAMPLES);
		must(ralm_plan_make(&plan, &batch, &err));
		ralm_real *X = gathered(plan.row, plan.U);
		ralm_real *dX = malloc(plan.U * D * sizeof *dX);
		must(ralm_network_gradient(out->cosine + begin, &loss, dX,
					   &found, network, parameters, X,
					   &plan, &err));
		out->loss = begin == 0 ? loss : out->loss + loss;
		for (size_t i = 0; i < found.size; i++)
			out->gradient.block[i] =
				begin == 0 ? found.block[i]
					   : out->gradient.block[i] +
						     found.block[i];
		add_rows(out, plan.row, dX, plan.U);
		free(X);
		free(dX);
	}
	ralm_plan_release(&plan);
	ralm_batch_release(&batch);
	ralm_parameters_release(&found);
}

static void in_blocks(struct outcome *out, struct ralm_network *network,
		      const struct ralm_parameters *parameters, size_t size)
{
	struct ralm_batch batch;
	struct ralm_blocks blocks = {.count = 0};
	struct ralm_block_work work;
	memset(out, 0, sizeof *out);
	must(ralm_parameters_init(&out->gradient, &ralm_paddlerec.specs, D, H,
				  &err));
	must(ralm_batch_init(&batch, &err));
	must(ralm_block_work_init(&work, network, &err));
	fill(&batch, 0, 2); /* another batch before it leaves nothing */
	must(ralm_blocks_cut(&blocks, &batch, 1, &err));
	fill(&batch, 0, SAMPLES);
	must(ralm_blocks_cut(&blocks, &batch, size, &err));
	ralm_real *X = gathered(blocks.row, blocks.rows);
	ralm_real *dX = malloc(blocks.rows * D * sizeof *dX);
	must(ralm_blocks_gradient(out->cosine, &out->loss, dX, &out->gradient,
				  &work, parameters, X, &blocks, &err));
	add_rows(out, blocks.row, dX, blocks.rows);
	bool named = blocks.U == batch.U;
	for (size_t i = 0; i < blocks.rows && blocks.count > 1; i++)
		named = named && batch.row[blocks.place[i]] == blocks.row[i];
	check(named, "rows of X are users of the batch");
	free(X);
	free(dX);
	ralm_block_work_release(&work);
	ralm_blocks_release(&blocks);
	ralm_batch_release(&batch);
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	return !memcmp(a->cosine, b->cosine, sizeof a->cosine) &&
	       !memcmp(a->dE, b->dE, sizeof a->dE) &&
	       !memcmp(&a->loss, &b->loss, sizeof a->loss) &&
	       !memcmp(a->gradient.block, b->gradient.block,
		       a->gradient.size * sizeof *a->gradient.block);
}

static void test_size(const struct ralm_parameters *parameters, size_t size)
{
	static struct outcome want, got;
	struct ralm_network network;
	const size_t by = size == 0 || size > SAMPLES ? SAMPLES : size;
	bool right = true;
	ralm_network_init(&network, &ralm_paddlerec, D, H, RALM_LOG_LOSS, 0,
			  true, NULL);
	by_hand(&want, &network, parameters, by);
	ralm_network_release(&network);
	for (unsigned threads = 1; threads <= 5; threads += 1) {
		ralm_network_init(&network, &ralm_paddlerec, D, H,
				  RALM_LOG_LOSS, 0, true, pool(threads));
		in_blocks(&got, &network, parameters, size);
		right &= same(&want, &got);
		ralm_parameters_release(&got.gradient);
		ralm_network_release(&network);
	}
	check(right, "blocks of %zu: the sum by hand, on 1 to 5 threads", size);
	ralm_parameters_release(&want.gradient);
}

int main(void)
{
	static const size_t sizes[] = {0, 1, 7, 32, 79, SAMPLES - 1, SAMPLES,
				       SAMPLES + 1};
	struct ralm_parameters parameters;
	draw();
	must(ralm_parameters_init(&parameters, &ralm_paddlerec.specs, D, H,
				  &err));
	ralm_parameters_start(&parameters, 3);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		test_size(&parameters, sizes[i]);
	ralm_parameters_release(&parameters);
	return check_done();
}
