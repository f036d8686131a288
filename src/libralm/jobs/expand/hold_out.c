#include "jobs/expand/hold_out.h"

#include "formats/sample_text.h"
#include "ground/memory.h"
#include "ground/rng.h"
#include "metrics/auc.h"
#include "metrics/recall.h"
#include "scoring/scorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cosines ------------------------------------------------------------- */

/* Targets that are compared with one list. */
struct targets {
	const uint32_t *rows;
	float *cosine;
	size_t count;
	const struct ralm_ready_list *list;
};

static int compare_targets(void *context, size_t i,
			   struct ralm_target_block *block,
			   struct ralm_error *err)
{
	const struct targets *t = context;
	const size_t begin = i * RALM_TARGET_BLOCK, left = t->count - begin;
	ralm_target_block_fill(block, t->rows + begin,
			       left < RALM_TARGET_BLOCK ? left
							: RALM_TARGET_BLOCK);
	return ralm_target_block_cosines(t->cosine + begin, block, t->list, err);
}

/* One part, seeds [begin, end) of the random order. */
struct part {
	struct ralm_hold_out *h;
	const struct ralm_scorer *scorer;
	struct ralm_threads *threads;
	size_t begin, end;
	uint32_t *users; /* (n + other_count) seeds held out, others, other seeds */
	float *cosine;	 /* (n + other_count) of the first two */
	/* The variances of AUC, by others and by seeds, summed over the parts. */
	double variance[2];
};

static int compare_part(const struct part *part, struct ralm_error *err)
{
	const struct ralm_hold_out *h = part->h;
	const size_t held = part->end - part->begin, rest = h->n - held;
	const size_t count = held + h->other_count;
	const size_t used = ralm_seeds_used(rest, h->seeds_num);
	struct ralm_ready_list list;
	struct targets targets = {part->users, part->cosine, count, &list};
	uint32_t *seeds = part->users + count;
	memcpy(part->users, h->seeds + part->begin, held * sizeof *seeds);
	memcpy(part->users + held, h->others, h->other_count * sizeof *seeds);
	memcpy(seeds, h->seeds, part->begin * sizeof *seeds);
	memcpy(seeds + part->begin, h->seeds + part->end,
	       (h->n - part->end) * sizeof *seeds);
	if (ralm_ready_list_init(&list, part->scorer, seeds, used, err) != 0)
		return -1;
	int result = ralm_target_blocks_each(
		part->threads,
		(count + RALM_TARGET_BLOCK - 1) / RALM_TARGET_BLOCK,
		compare_targets, &targets, part->scorer, used, err);
	ralm_ready_list_release(&list);
	return result;
}

/* ---- what a part tells --------------------------------------------------- */

/* Adds to found[].seeds how many of the part's seeds are found at each share: to value
 * at that size; to low and high at a size 1.96 standard errors smaller, or larger, since
 * so far off the sample of others may be. */
static int count_found(const struct ralm_hold_out *h,
		       const struct ralm_runs *runs, size_t held,
		       struct ralm_error *err)
{
	const size_t count = h->found_count;
	const double all = (double)(h->population + held);
	const double each = (double)h->population / (double)h->other_count;
	const double unseen = 1 - 1 / each;
	double *size = ralm_aligned_new(2 * (count + 1), sizeof *size, err);
	if (size == NULL)
		return -1;
	for (int bound = -1; bound <= 1; bound++) {
		double *found = size + count;
		for (size_t i = 0; i < count; i++) {
			const double share = h->found[i].share;
			const double error = sqrt(share * all * each *
						  (1 - share) * unseen);
			size[i] = fmin(fmax(share * all +
						    bound * RALM_NORMAL_975 *
							    error,
					    0),
				       all);
		}
		ralm_recall_at(found, size, count, runs, each);
		for (size_t i = 0; i < count; i++) {
			struct ralm_interval *seeds = &h->found[i].seeds;
			*(bound < 0   ? &seeds->low
			  : bound > 0 ? &seeds->high
				      : &seeds->value) += found[i];
		}
	}
	free(size);
	return 0;
}

/* From sums to shares. */
static void settle_found(struct ralm_hold_out *h)
{
	const double n = (double)h->n;
	for (size_t i = 0; i < h->found_count; i++) {
		struct ralm_interval *seeds = &h->found[i].seeds;
		const struct ralm_interval few =
			ralm_held_out_interval(seeds->value, n);
		const double low = few.value - seeds->low / n;
		const double high = seeds->high / n - few.value;
		seeds->value = few.value;
		seeds->low = fmax(0, few.value - hypot(low, few.value - few.low));
		seeds->high =
			fmin(1, few.value + hypot(high, few.high - few.value));
	}
}

/* Sets `better` of the part's seeds: the share of others with a better cosine; those
 * with the same one count half. */
static void rank_seeds(const struct part *part, const struct ralm_runs *runs)
{
	const struct ralm_sorted *others = &runs->of[0];
	struct ralm_hold_out *h = part->h;
	for (size_t i = part->begin; i < part->end; i++) {
		const uint64_t key =
			ralm_real_key((double)part->cosine[i - part->begin]);
		const size_t twice = 2 * others->count -
				     ralm_sorted_find(others, key) -
				     ralm_sorted_find(others, key + 1);
		h->better[i] = (float)((double)twice / 2 / (double)others->count);
	}
}

static int take_scores(struct ralm_score_set *set, const struct part *part,
		       struct ralm_error *err)
{
	const size_t held = part->end - part->begin;
	const size_t count = held + part->h->other_count;
	struct ralm_score_batch batch = {.grouped = false};
	int result = ralm_score_batch_reserve(&batch, count, err);
	for (size_t i = 0; i < count && result == 0; i++)
		ralm_score_batch_put(&batch, i < held, 0,
				     (double)part->cosine[i], 1);
	if (result == 0)
		result = ralm_score_set_take(set, &batch, err);
	ralm_score_batch_release(&batch);
	return result;
}

/* Takes AUC and found seeds from the cosines of a part, which become values if these
 * are kept. */
static int judge(struct part *part, struct ralm_error *err)
{
	const bool reverse = part->scorer->scale < 0;
	struct ralm_hold_out *h = part->h;
	const size_t held = part->end - part->begin;
	double auc = (double)NAN, variance[2] = {0, 0};
	struct ralm_score_set set;
	memcpy(h->cosine + part->begin, part->cosine,
	       held * sizeof *h->cosine);
	for (size_t i = 0; i < held + h->other_count && reverse; i++)
		part->cosine[i] = -part->cosine[i];
	ralm_score_set_init(&set, false, false);
	int result = take_scores(&set, part, err);
	if (result == 0) {
		ralm_score_set_sort(&set);
		const struct ralm_runs runs = ralm_score_set_runs(&set);
		auc = ralm_runs_auc(&runs);
		ralm_delong_variances(variance, &runs, auc);
		rank_seeds(part, &runs);
		result = count_found(h, &runs, held, err);
	}
	ralm_score_set_release(&set);
	h->auc.value += auc;
	part->variance[0] += variance[0];
	part->variance[1] += variance[1];
	if (result != 0 || !h->keep_values)
		return result;
	for (size_t i = 0; i < held + h->other_count; i++) {
		const float cosine = reverse ? -part->cosine[i] : part->cosine[i];
		part->cosine[i] = h->raw ? cosine
					 : ralm_scorer_score(part->scorer, cosine);
	}
	return take_scores(&h->values, part, err);
}

/* ---- all parts ----------------------------------------------------------- */

static int run_parts(struct part *part, size_t parts, struct ralm_error *err)
{
	const size_t n = part->h->n;
	for (size_t p = 0; p < parts; p++) {
		part->begin = n * p / parts;
		part->end = n * (p + 1) / parts;
		if (compare_part(part, err) != 0 || judge(part, err) != 0)
			return -1;
	}
	return 0;
}

int ralm_hold_out_run(struct ralm_hold_out *h, const struct ralm_scorer *scorer,
		      struct ralm_threads *threads, uint64_t rng_seed,
		      struct ralm_error *err)
{
	const size_t parts = h->n < RALM_FOLDS ? h->n : RALM_FOLDS;
	const size_t users = h->n + h->other_count;
	struct part part = {.h = h, .scorer = scorer, .threads = threads};
	struct ralm_rng rng;
	int result = -1;
	ralm_rng_init(&rng, rng_seed, h->n);
	ralm_rng_shuffle(h->seeds, h->n, sizeof *h->seeds, &rng);
	ralm_score_set_init(&h->values, false, false);
	if (RALM_NEW(h->cosine, h->n, err) == 0 &&
	    RALM_NEW(h->better, h->n, err) == 0 &&
	    RALM_NEW(part.users, users, err) == 0 &&
	    RALM_NEW(part.cosine, users, err) == 0)
		result = run_parts(&part, parts, err);
	free(part.users);
	free(part.cosine);
	if (result != 0) {
		ralm_hold_out_release(h);
		return -1;
	}
	/* Two seeds of different parts meet twice, each in the list that the other
	 * is compared with. Where seeds are like any users, what they have in
	 * common by chance is all there is, and the variance of the mean is twice
	 * what independent parts would have. The others are the same in all parts:
	 * what they bring does not become less. */
	const double P = (double)parts;
	const double error = sqrt(2 * part.variance[1] / (P * P) +
				  part.variance[0] / P);
	h->auc.value /= (double)parts;
	h->auc.error = error;
	h->auc.low = fmax(0, h->auc.value - RALM_NORMAL_975 * error);
	h->auc.high = fmin(1, h->auc.value + RALM_NORMAL_975 * error);
	settle_found(h);
	ralm_score_set_sort(&h->values);
	return 0;
}

void ralm_hold_out_release(struct ralm_hold_out *h)
{
	free(h->cosine);
	free(h->better);
	ralm_score_set_release(&h->values);
	h->cosine = h->better = NULL;
}
