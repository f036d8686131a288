#include "jobs/expand/seed_check.h"

#include "ground/memory.h"
#include "ground/rng.h"
#include "metrics/delong.h"
#include "metrics/score_set.h"
#include "scoring/scorer_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	FOLDS = 5,
	OTHERS = 10000, /* that the held out are compared with, at most */
	ALIKE = 1000,   /* users of whom it is told how alike they are */
	FEW = 20,
};
static const double good = 0.65, unsure = 0.2; /* an AUC, its interval's width */

/* ---- how alike ----------------------------------------------------------- */

/* Mean cosine of two of n users' vectors: |Σ x/|x||² without the n of each with
 * itself. */
static double mean_cosine(const struct ralm_table *table, const uint32_t *rows,
			  size_t n)
{
	const size_t D = table->dim;
	double *sum = calloc(D, sizeof *sum), square = 0, self = 0;
	if (sum == NULL || n < 2) {
		free(sum);
		return NAN;
	}
	for (size_t i = 0; i < n; i++) {
		const ralm_real *x = ralm_table_row(table, rows[i]);
		double norm = 0;
		for (size_t d = 0; d < D; d++)
			norm += (double)x[d] * (double)x[d];
		if (norm < RALM_ZERO_NORM)
			continue;
		norm = 1 / sqrt(norm);
		self++;
		for (size_t d = 0; d < D; d++)
			sum[d] += (double)x[d] * norm;
	}
	for (size_t d = 0; d < D; d++)
		square += sum[d] * sum[d];
	free(sum);
	return (square - self) / ((double)n * ((double)n - 1));
}

/* At most `most` candidates who are no seeds, evenly among all; how many. */
static size_t draw_others(uint32_t *rows, size_t most,
			  const struct ralm_candidates *c,
			  const struct ralm_expand_list *list)
{
	const double every = (double)c->count / (double)most;
	size_t drawn = 0, seen = 0;
	for (size_t w = 0; w < c->words && drawn < most; w++)
		for (uint64_t left = c->bits[w]; left != 0 && drawn < most;
		     left &= left - 1, seen++) {
			const uint32_t row = (uint32_t)(w * 64) +
					     (uint32_t)__builtin_ctzll(left);
			if ((double)seen >= every * (double)drawn &&
			    !ralm_expand_list_has(list, row))
				rows[drawn++] = row;
		}
	return drawn;
}

/* ---- held out ------------------------------------------------------------ */

struct trial {
	const struct ralm_scorer *scorer;
	struct ralm_threads *threads;
	uint32_t *seeds; /* (n) in random order */
	size_t n;
	const uint32_t *others; /* (other_count) */
	size_t other_count;
	double share; /* of all others that are chosen; NaN: not told */
	bool reverse;
	double auc, variance, found; /* sums */
};

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

static int by_cosine(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;
	return x > y ? -1 : x < y;
}

/* Adds what the cosines of the held out, which stand first, and of others say. */
static int judge(struct trial *trial, float *cosine, size_t held,
		 struct ralm_error *err)
{
	const size_t others = trial->other_count;
	struct ralm_score_batch batch = {.grouped = false};
	struct ralm_score_set set;
	struct ralm_interval auc = {.value = NAN};
	ralm_score_set_init(&set, false, false);
	int result = ralm_score_batch_reserve(&batch, held + others, err);
	for (size_t i = 0; i < held + others && result == 0; i++) {
		cosine[i] = trial->reverse ? -cosine[i] : cosine[i];
		ralm_score_batch_put(&batch, i < held, 0, (double)cosine[i], 1);
	}
	if (result == 0)
		result = ralm_score_set_take(&set, &batch, err);
	if (result == 0) {
		ralm_score_set_sort(&set);
		const struct ralm_runs runs = ralm_score_set_runs(&set);
		ralm_delong_interval(&auc, &runs);
	}
	ralm_score_batch_release(&batch);
	ralm_score_set_release(&set);
	trial->auc += auc.value;
	trial->variance += auc.error * auc.error;
	const double chosen = trial->share * (double)others;
	if (result != 0 || !(chosen >= 1)) {
		trial->found = NAN;
		return result;
	}
	qsort(cosine + held, others, sizeof *cosine, by_cosine);
	const float last = cosine[held + (size_t)chosen - 1];
	size_t found = 0;
	for (size_t i = 0; i < held; i++)
		found += cosine[i] >= last;
	trial->found += (double)found;
	return 0;
}

/* Holds seeds [begin, end) out. users: room for them and the others, and for the
 * rest. */
static int hold_out(struct trial *trial, size_t begin, size_t end,
		    uint32_t *users, float *cosine, struct ralm_error *err)
{
	const size_t held = end - begin, rest = trial->n - held;
	const size_t count = held + trial->other_count;
	struct ralm_ready_list list;
	struct targets targets = {users, cosine, count, &list};
	uint32_t *others = users + held, *seeds = users + count;
	memcpy(users, trial->seeds + begin, held * sizeof *users);
	memcpy(others, trial->others, trial->other_count * sizeof *users);
	memcpy(seeds, trial->seeds, begin * sizeof *users);
	memcpy(seeds + begin, trial->seeds + end,
	       (trial->n - end) * sizeof *users);
	if (ralm_ready_list_init(&list, trial->scorer, seeds, rest, err) != 0)
		return -1;
	int result = ralm_target_blocks_each(
		trial->threads,
		(count + RALM_TARGET_BLOCK - 1) / RALM_TARGET_BLOCK,
		compare_targets, &targets, trial->scorer, rest, err);
	ralm_ready_list_release(&list);
	return result == 0 ? judge(trial, cosine, held, err) : -1;
}

static int run_trial(struct trial *trial, struct ralm_error *err)
{
	const size_t all = trial->n + trial->other_count;
	uint32_t *users = ralm_aligned_new(all, sizeof *users, err);
	float *cosine = users == NULL
				? NULL
				: ralm_aligned_new(all, sizeof *cosine, err);
	int result = cosine == NULL ? -1 : 0;
	for (size_t f = 0; f < FOLDS && result == 0; f++)
		result = hold_out(trial, trial->n * f / FOLDS,
				  trial->n * (f + 1) / FOLDS, users, cosine,
				  err);
	free(users);
	free(cosine);
	return result;
}

/* ---- the verdict --------------------------------------------------------- */

static enum ralm_seeds_verdict verdict_of(const struct ralm_expand_check *check)
{
	if (check->low > 0.5)
		return check->auc >= good ? RALM_SEEDS_GOOD : RALM_SEEDS_WEAK;
	return check->high - check->low <= unsure ? RALM_SEEDS_CHANCE
						  : RALM_SEEDS_FEW;
}

static void settle(struct ralm_expand_check *check, const struct trial *trial)
{
	const double error = sqrt(trial->variance) / FOLDS;
	check->auc = trial->auc / FOLDS;
	check->low = fmax(0, check->auc - RALM_NORMAL_975 * error);
	check->high = fmin(1, check->auc + RALM_NORMAL_975 * error);
	check->found = trial->found / (double)trial->n;
	check->verdict = verdict_of(check);
}

static int try_seeds(struct ralm_expand_check *check,
		     const struct ralm_expand_list *list,
		     const struct ralm_scorer *scorer,
		     const struct ralm_candidates *candidates,
		     struct ralm_threads *threads, const uint32_t *others,
		     const struct ralm_expand_options *options,
		     struct ralm_error *err)
{
	struct ralm_rng rng;
	struct trial trial = {
		.scorer = scorer,
		.threads = threads,
		.n = list->seed_count,
		.others = others,
		.other_count = (size_t)check->others,
		.share = options->size == NULL
				 ? NAN
				 : (double)list->end / (double)candidates->count,
		.reverse = scorer->scale < 0,
	};
	trial.seeds = ralm_aligned_new(trial.n, sizeof *trial.seeds, err);
	if (trial.seeds == NULL)
		return -1;
	memcpy(trial.seeds, list->seeds, trial.n * sizeof *trial.seeds);
	ralm_rng_init(&rng, scorer->model->config.rng_seed, trial.n);
	ralm_rng_shuffle(trial.seeds, trial.n, sizeof *trial.seeds, &rng);
	int result = run_trial(&trial, err);
	free(trial.seeds);
	if (result == 0)
		settle(check, &trial);
	return result;
}

int ralm_seed_check(struct ralm_expand_check *check,
		    const struct ralm_expand_lists *lists,
		    const struct ralm_scorer *scorer,
		    const struct ralm_candidates *candidates,
		    struct ralm_threads *threads,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err)
{
	const struct ralm_expand_list *list = &lists->list[0];
	const struct ralm_table *table = &scorer->model->table;
	if (lists->set != NULL || options->like != NULL)
		return 0;
	uint32_t *others = ralm_aligned_new(OTHERS, sizeof *others, err);
	if (others == NULL)
		return -1;
	const bool wanted = options->check || options->strict;
	check->seeds = list->seed_count;
	check->others = draw_others(others, wanted ? OTHERS : ALIKE, candidates,
				    list);
	check->alike = mean_cosine(table, list->seeds, list->seed_count);
	check->others_alike =
		mean_cosine(table, others, (size_t)check->others);
	int result = 0;
	if (wanted && (list->seed_count < FEW || check->others < FEW))
		check->verdict = RALM_SEEDS_FEW;
	else if (wanted)
		result = try_seeds(check, list, scorer, candidates, threads,
				   others, options, err);
	free(others);
	if (result == 0 && options->strict &&
	    check->verdict == RALM_SEEDS_CHANCE)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the seeds are no better than chance (--strict)");
	if (result == 0 && options->strict && check->verdict == RALM_SEEDS_FEW)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "too few seeds to tell whether they are good (--strict)");
	return result;
}
