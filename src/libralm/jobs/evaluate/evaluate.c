#include "jobs/evaluate/evaluate.h"

#include "formats/lines.h"
#include "ground/memory.h"
#include "ground/numbers.h"
#include "metrics/auc.h"
#include "jobs/evaluate/score_pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A pixel of a large picture (metrics/curves.h). */
#define CURVE_SPACING 1e-3

void ralm_evaluation_release(struct ralm_evaluation *evaluation)
{
	ralm_curve_release(&evaluation->roc);
	ralm_curve_release(&evaluation->pr);
	free(evaluation->tops);
	memset(evaluation, 0, sizeof *evaluation);
}

static double paddle_auc(const struct ralm_runs *runs)
{
	struct ralm_bucket_auc buckets;
	struct ralm_steps steps = ralm_steps_all(runs);
	struct ralm_step step;
	ralm_bucket_auc_reset(&buckets);
	while (ralm_steps_next(&steps, &step))
		for (int c = 0; c < 2; c++)
			ralm_bucket_auc_add_many(&buckets, (float)step.score, c,
						 step.count[c]);
	double auc = ralm_bucket_auc_value(&buckets);
	return isnan(auc) ? 0 : auc; /* with one class, as the operator does */
}

/* "10,50" */
static int parse_at(struct ralm_evaluation *out, const char *at,
		    struct ralm_error *err)
{
	out->tops = ralm_aligned_new(RALM_AT_COUNT, sizeof *out->tops, err);
	if (out->tops == NULL)
		return -1;
	for (const char *number = at;; number++) {
		size_t length = strcspn(number, ",");
		uint64_t k;
		if (!ralm_parse_u64(&k, number, length, RALM_AT_MAX) || k == 0)
			return ralm_error_set(
				err, RALM_ERROR_CONFIG,
				"--at: expected whole numbers from 1 to %d, got '%.*s'",
				RALM_AT_MAX, (int)length, number);
		for (size_t i = 0; i < out->top_count; i++)
			if (out->tops[i].k == k)
				return ralm_error_set(err, RALM_ERROR_CONFIG,
						      "--at: '%.*s' stands twice",
						      (int)length, number);
		if (out->top_count == RALM_AT_COUNT)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--at: more than %d numbers",
					      RALM_AT_COUNT);
		out->tops[out->top_count++].k = k;
		number += length;
		if (*number == '\0')
			return 0;
	}
}

static int no_scores(const struct ralm_left_out *left_out,
		     const char *const *paths, size_t path_count,
		     struct ralm_error *err)
{
	return ralm_input_empty(paths, path_count, err,
				left_out->weightless > 0
					? "no scores with a weight"
				: left_out->blank > 0 ? "every score is empty"
						      : "no scores");
}

static int evaluate_set(struct ralm_evaluation *out, struct ralm_score_set *set,
			const struct ralm_evaluate_options *options,
			struct ralm_error *err)
{
	out->grouped = set->grouped;
	out->weighted = set->weighted;
	if (set->grouped &&
	    ralm_group_measures_compute(&out->groups, out->tops, out->top_count,
					set, err) != 0)
		return -1;
	ralm_score_set_sort(set);
	struct ralm_runs runs = ralm_score_set_runs(set);
	if (options->auc_only) {
		out->auc_only = true;
		out->measures.count[0] = runs.of[0].count;
		out->measures.count[1] = runs.of[1].count;
		out->measures.auc = ralm_runs_auc(&runs);
	} else {
		ralm_measures_compute(&out->measures, &runs);
	}
	if (options->interval) {
		ralm_delong_interval(&out->interval, &runs);
		out->interval_known = true;
	}
	if (options->paddle) {
		out->paddle_auc = paddle_auc(&runs);
		out->paddle_known = true;
	}
	if (options->curves) {
		if (ralm_curves_compute(&out->roc, &out->pr, &runs,
					CURVE_SPACING, err) != 0)
			return -1;
		ralm_deciles_compute(out->deciles, &runs);
		ralm_histogram_compute(&out->histogram, &runs);
		out->curves_known = true;
	}
	return 0;
}

static int evaluate(struct ralm_evaluation *out, const char *const *paths,
		    size_t path_count,
		    const struct ralm_evaluate_options *options,
		    struct ralm_threads *threads, struct ralm_error *err)
{
	struct ralm_score_columns columns;
	struct ralm_score_set set;
	struct ralm_score_pairs pairs;
	struct ralm_evaluation new;
	memset(&pairs, 0, sizeof pairs);
	memset(&new, 0, sizeof new);
	const bool groups = !options->auc_only;
	struct ralm_score_format format = options->format;
	format.probabilities = options->paddle;
	if (options->at != NULL && parse_at(&new, options->at, err) != 0)
		goto fail;
	if (ralm_score_columns_init(&columns, &format, err) != 0)
		goto fail;
	if (options->compare != NULL
		    ? ralm_score_pairs_read(&pairs, &set, &new.left_out,
					    &columns, groups, paths, path_count,
					    options->compare, threads, err)
		    : ralm_score_set_read(&set, &new.left_out, &columns, groups,
					  paths, path_count, threads, err))
		goto fail;

	int result = set.count[0] + set.count[1] == 0
			     ? no_scores(&new.left_out, paths, path_count, err)
			     : 0;
	if (result == 0 && new.top_count > 0 && !columns.grouped)
		result = ralm_error_set(
			err, RALM_ERROR_DATA,
			"the measures at K need groups, and the lines have no group");
	if (result == 0 && options->compare != NULL) {
		result = ralm_delong_compare(&new.comparison, pairs.score[0],
					     pairs.score[1], pairs.label,
					     pairs.weight, pairs.count, threads,
					     err);
		new.compared = true;
	}
	ralm_score_pairs_release(&pairs);
	if (result == 0)
		result = evaluate_set(&new, &set, options, err);
	ralm_score_set_release(&set);
	if (result == 0) {
		*out = new;
		return 0;
	}
fail:
	ralm_evaluation_release(&new);
	return -1;
}

int ralm_evaluation_compute(struct ralm_evaluation *out,
			    const char *const *paths, size_t path_count,
			    const struct ralm_evaluate_options *options,
			    struct ralm_error *err)
{
	struct ralm_threads *threads = ralm_threads_new(options->threads, err);
	if (threads == NULL)
		return -1;
	int result = evaluate(out, paths, path_count, options, threads, err);
	ralm_threads_free(threads);
	return result;
}
