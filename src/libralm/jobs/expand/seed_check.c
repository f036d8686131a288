#include "jobs/expand/seed_check.h"

#include "ground/memory.h"
#include "scoring/scorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Other users, at most: to tell how alike users are; to tell seeds that are
	 * held out from; and for a curve, which looks at small shares. */
	ALIKE = 1000,
	OTHERS = 10000,
	MANY = 100000,
	FEW = 20, /* seeds, or others, too few for a verdict */
};
static const double good = 0.65;  /* AUC from which seeds are good */
static const double unsure = 0.2; /* width of its interval that tells nothing */

/* ---- how alike ----------------------------------------------------------- */

/* Mean cosine of two of n users' vectors: |Σ x/|x||² without the n of each with
 * itself; NaN where there are no two. */
static int mean_cosine(double *mean, const struct ralm_table *table,
		       const uint32_t *rows, size_t n, struct ralm_error *err)
{
	const size_t D = table->dim;
	double *sum = ralm_aligned_new(D, sizeof *sum, err), square = 0, self = 0;
	if (sum == NULL)
		return -1;
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
	*mean = n < 2 ? NAN : (square - self) / ((double)n * ((double)n - 1));
	return 0;
}

/* Sets rows to at most `most` candidates who are no seeds, evenly among all; returns how
 * many. */
static size_t draw_others(uint32_t *rows, size_t most,
			  const struct ralm_candidates *c,
			  const struct ralm_expand_list *list)
{
	struct ralm_candidate_walk walk = {.candidates = c, .end = c->words};
	const double every = (double)c->count / (double)most;
	size_t drawn = 0;
	uint32_t row;
	for (size_t seen = 0; drawn < most; seen++) {
		if (ralm_candidates_next(&row, &walk, 1) == 0)
			break;
		if ((double)seen >= every * (double)drawn &&
		    !ralm_expand_list_has(list, row))
			rows[drawn++] = row;
	}
	return drawn;
}

/* ---- the verdict --------------------------------------------------------- */

static enum ralm_seeds_verdict verdict_of(const struct ralm_expand_check *check)
{
	if (check->low > 0.5)
		return check->auc >= good ? RALM_SEEDS_GOOD : RALM_SEEDS_WEAK;
	return check->high - check->low <= unsure ? RALM_SEEDS_CHANCE
						  : RALM_SEEDS_FEW;
}

static void settle(struct ralm_expand_check *check,
		   const struct ralm_seed_trial *trial)
{
	const struct ralm_hold_out *h = &trial->held;
	if (h->n < FEW || h->other_count < FEW)
		return;
	check->auc = h->auc.value;
	check->low = h->auc.low;
	check->high = h->auc.high;
	if (trial->at_size != NULL) {
		check->found = trial->at_size->seeds.value;
		check->found_low = trial->at_size->seeds.low;
		check->found_high = trial->at_size->seeds.high;
	}
	check->verdict = verdict_of(check);
}

static int strict_verdict(enum ralm_seeds_verdict verdict,
			  struct ralm_error *err)
{
	if (verdict == RALM_SEEDS_CHANCE)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the seeds are no better than chance (--strict)");
	if (verdict == RALM_SEEDS_FEW)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "too few seeds to tell whether they are good (--strict)");
	return 0;
}

/* ---- the trial ----------------------------------------------------------- */

/* The shares at which it is asked how many seeds are found: those of the curve,
 * and that of the size. */
static int set_shares(struct ralm_seed_trial *trial,
		      const struct ralm_expand_list *list,
		      const struct ralm_size_curve *curve, bool size,
		      struct ralm_error *err)
{
	const double all = (double)list->eligible;
	struct ralm_hold_out *h = &trial->held;
	h->found = ralm_aligned_new(curve->count + 1, sizeof *h->found, err);
	if (h->found == NULL)
		return -1;
	size_t i = 0;
	for (; i < curve->count; i++)
		h->found[i].share = (double)curve->point[i].size / all;
	h->found_count = i;
	if (!size)
		return 0;
	/* Where it belongs among them. */
	const double share = (double)list->end / all;
	for (; i > 0 && h->found[i - 1].share > share; i--)
		h->found[i] = h->found[i - 1];
	h->found[i].share = share;
	h->found_count++;
	trial->at_size = &h->found[i];
	return 0;
}

static int begin_trial(struct ralm_seed_trial *trial, size_t most,
		       const struct ralm_expand_list *list,
		       const struct ralm_candidates *candidates,
		       struct ralm_error *err)
{
	struct ralm_hold_out *h = &trial->held;
	h->n = list->seed_count;
	h->seeds = ralm_aligned_new(h->n, sizeof *h->seeds, err);
	trial->others = h->seeds == NULL
				? NULL
				: ralm_aligned_new(most, sizeof *trial->others,
						   err);
	if (trial->others == NULL)
		return -1;
	memcpy(h->seeds, list->seeds, h->n * sizeof *h->seeds);
	h->others = trial->others;
	h->other_count = draw_others(trial->others, most, candidates, list);
	h->population = candidates->count;
	for (size_t i = 0; i < h->n; i++)
		h->population -= ralm_candidates_have(candidates, list->seeds[i]);
	return 0;
}

const char *ralm_seed_check_option(const struct ralm_expand_options *options)
{
	return options->curve != NULL	      ? "curve"
	       : options->report != NULL      ? "report"
	       : options->seed_scores != NULL ? "seed-scores"
	       : options->check		      ? "check"
	       : options->strict	      ? "strict"
					      : NULL;
}

static int run_trial(struct ralm_seed_trial *trial,
		     struct ralm_expand_check *check,
		     const struct ralm_expand_list *list,
		     const struct ralm_size_curve *curve,
		     const struct ralm_scorer *scorer,
		     struct ralm_threads *threads,
		     const struct ralm_expand_options *options,
		     struct ralm_error *err)
{
	struct ralm_hold_out *h = &trial->held;
	check->verdict = RALM_SEEDS_FEW;
	if (h->n < 2 || h->other_count < 2)
		return 0;
	h->keep_values = options->report != NULL;
	h->raw = options->raw;
	/* The audience is the best of its size only where nothing cuts it. */
	const bool size = options->size != NULL && options->from == NULL &&
			  options->min_score == NULL;
	if (set_shares(trial, list, curve, size, err) != 0 ||
	    ralm_hold_out_run(h, scorer, threads,
			      scorer->model->config.rng_seed, err) != 0)
		return -1;
	trial->ran = true;
	settle(check, trial);
	return 0;
}

int ralm_seed_check(struct ralm_seed_trial *trial,
		    struct ralm_expand_check *check,
		    const struct ralm_expand_lists *lists,
		    const struct ralm_size_curve *curve,
		    const struct ralm_scorer *scorer,
		    const struct ralm_candidates *candidates,
		    struct ralm_threads *threads,
		    const struct ralm_expand_options *options,
		    struct ralm_error *err)
{
	const struct ralm_expand_list *list = &lists->list[0];
	const struct ralm_table *table = &scorer->model->table;
	check->auc = check->low = check->high = NAN;
	check->found = check->found_low = check->found_high = NAN;
	const bool wanted = ralm_seed_check_option(options) != NULL;
	if (lists->set != NULL || options->like != NULL)
		return 0;
	if (begin_trial(trial, curve->count > 0 ? MANY : wanted ? OTHERS : ALIKE,
			list, candidates, err) != 0)
		return -1;
	check->seeds = list->seed_count;
	check->others = trial->held.other_count;
	if (mean_cosine(&check->alike, table, list->seeds, list->seed_count,
			err) != 0 ||
	    mean_cosine(&check->others_alike, table, trial->others,
			trial->held.other_count, err) != 0)
		return -1;
	if (wanted && run_trial(trial, check, list, curve, scorer, threads,
				options, err) != 0)
		return -1;
	return options->strict ? strict_verdict(check->verdict, err) : 0;
}

void ralm_seed_trial_release(struct ralm_seed_trial *trial)
{
	ralm_hold_out_release(&trial->held);
	free(trial->held.seeds);
	free(trial->held.found);
	free(trial->others);
	memset(trial, 0, sizeof *trial);
}
