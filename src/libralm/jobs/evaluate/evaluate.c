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

enum { LARGEST_K = 10000000 };

void ralm_evaluation_release(struct ralm_evaluation *evaluation)
{
	ralm_curve_release(&evaluation->roc);
	ralm_curve_release(&evaluation->pr);
	free(evaluation->tops);
	if (evaluation->other != NULL)
		ralm_evaluation_release(evaluation->other);
	free(evaluation->other);
	free(evaluation->list.measures);
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

/* The K of tops, from a text like "10,50". */
static int parse_at(struct ralm_evaluation *out, const char *at,
		    struct ralm_error *err)
{
	out->tops = ralm_aligned_new(RALM_TOPS_MAX, sizeof *out->tops, err);
	if (out->tops == NULL)
		return -1;
	for (const char *number = at;; number++) {
		size_t length = strcspn(number, ",");
		uint64_t k;
		if (!ralm_parse_u64(&k, number, length, LARGEST_K) || k == 0)
			return ralm_error_set(
				err, RALM_ERROR_CONFIG,
				"--at: expected whole numbers from 1 to %d, got '%.*s'",
				LARGEST_K, ralm_shown(length), number);
		for (size_t i = 0; i < out->top_count; i++)
			if (out->tops[i].k == k)
				return ralm_error_set(err, RALM_ERROR_CONFIG,
						      "--at: '%.*s' stands twice",
						      ralm_shown(length), number);
		if (out->top_count == RALM_TOPS_MAX)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--at: more than %d numbers",
					      RALM_TOPS_MAX);
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

/* ---- one set of scores ----------------------------------------------------- */

/* What is wanted of a set, and how it came. */
struct task {
	const struct ralm_evaluate_options *options;
	bool by_line;  /* the set's groups are lines */
	bool resample; /* it is to be resampled */
};

/* What needs the set in the order of its groups, before it is sorted by score. */
static int evaluate_groups(struct ralm_evaluation *out,
			   struct ralm_resampling *resampling,
			   struct ralm_score_set *set, const struct task *task,
			   struct ralm_error *err)
{
	if (!task->by_line &&
	    ralm_group_measures_compute(&out->groups, out->tops, out->top_count,
					set, err) != 0)
		return -1;
	if (!task->resample)
		return 0;
	if (task->by_line)
		ralm_score_set_sort_groups(set);
	return ralm_resampling_init(resampling, set, out->grouped, out->tops,
				    out->top_count, err);
}

static int evaluate_curves(struct ralm_evaluation *out,
			   const struct ralm_runs *runs, struct ralm_error *err)
{
	if (ralm_curves_compute(&out->roc, &out->pr, runs, CURVE_SPACING, err) != 0)
		return -1;
	ralm_deciles_compute(out->deciles, runs);
	ralm_histogram_compute(&out->histogram, runs);
	out->curves_known = true;
	return 0;
}

/* Measures a set, whose order it changes. resampling: zero before; on success it is
 * ready, where the task says so. */
static int evaluate_set(struct ralm_evaluation *out,
			struct ralm_resampling *resampling,
			struct ralm_score_set *set, const struct task *task,
			struct ralm_error *err)
{
	const struct ralm_evaluate_options *options = task->options;
	const bool grouped = set->grouped;
	out->grouped = grouped && !task->by_line;
	out->weighted = set->weighted;
	if (grouped && evaluate_groups(out, resampling, set, task, err) != 0)
		return -1;
	ralm_score_set_sort(set);
	if (!grouped && task->resample &&
	    ralm_resampling_init(resampling, set, false, NULL, 0, err) != 0)
		return -1;
	struct ralm_runs runs = ralm_score_set_runs(set);
	out->weights_vanish = runs.vanish;
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
	return options->curves ? evaluate_curves(out, &runs, err) : 0;
}

/* ---- one or two of them ---------------------------------------------------- */

struct input {
	struct ralm_score_set set, other;
	struct ralm_score_pairs pairs; /* where there are other scores */
	bool paired, other_wanted;
	bool by_line; /* the sets' groups are lines */
};

static void input_release(struct input *input)
{
	ralm_score_pairs_release(&input->pairs);
	ralm_score_set_release(&input->set);
	ralm_score_set_release(&input->other);
}

/* The input is to be released, whatever is returned. */
static int input_read(struct input *input, struct ralm_evaluation *new,
		      const char *const *paths, size_t path_count,
		      const struct ralm_evaluate_options *options,
		      struct ralm_threads *threads, struct ralm_error *err)
{
	struct ralm_score_columns columns;
	struct ralm_score_format format = options->format;
	const bool resample = options->bootstrap > 0 && !options->auc_only;
	struct ralm_evaluate_progress progress =
		ralm_evaluate_progress(options, paths, path_count);
	format.probabilities = format.probabilities || options->paddle;
	memset(input, 0, sizeof *input);
	input->paired = options->compare != NULL;
	input->other_wanted = input->paired && (resample || options->report != NULL);
	const struct ralm_pair_sets sets = {
		.of = &input->set,
		.other = input->other_wanted ? &input->other : NULL,
		.groups = !options->auc_only,
		.by_line = resample,
		.progress = &progress,
	};
	if (ralm_score_columns_init(&columns, &format, err) != 0)
		return -1;
	if (input->paired
		    ? ralm_score_pairs_read(&input->pairs, &sets, &new->left_out,
					    &columns, paths, path_count,
					    options->compare, threads, err)
		    : ralm_score_set_read(&input->set, &new->left_out, &columns,
					  sets.groups, paths, path_count, threads,
					  &progress, err))
		return -1;
	input->by_line = input->pairs.by_line;
	if (input->set.count[0] + input->set.count[1] == 0)
		return no_scores(&new->left_out, paths, path_count, err);
	if (new->top_count > 0 && !columns.grouped)
		return ralm_input_empty(
			paths, path_count, err,
			"the measures at K need groups, and the lines have no group");
	return 0;
}

/* The other scores, with the same K. */
static int evaluate_other(struct ralm_evaluation *new,
			  struct ralm_resampling *resampling,
			  struct ralm_score_set *set, const struct task *task,
			  struct ralm_error *err)
{
	struct ralm_evaluation *other = calloc(1, sizeof *other);
	if (other == NULL)
		return ralm_error_memory(err, sizeof *other);
	new->other = other;
	other->top_count = new->top_count;
	other->tops = ralm_aligned_new(new->top_count, sizeof *other->tops, err);
	if (other->tops == NULL)
		return -1;
	for (size_t t = 0; t < new->top_count; t++)
		other->tops[t].k = new->tops[t].k;
	return evaluate_set(other, resampling, set, task, err);
}

static void tell_resamples(void *context, uint64_t done)
{
	const struct ralm_evaluate_options *options = context;
	if (options->progress != NULL)
		options->progress(options->context, RALM_EVALUATE_RESAMPLES, done,
				  (double)done / (double)options->bootstrap);
}

/* Both histograms over one range. */
static void join_histograms(struct ralm_evaluation *new,
			    const struct input *input)
{
	struct ralm_histogram *a = &new->histogram, *b = &new->other->histogram;
	const struct ralm_runs of = ralm_score_set_runs(&input->set);
	const struct ralm_runs other = ralm_score_set_runs(&input->other);
	const double low = fmin(a->low, b->low), high = fmax(a->high, b->high);
	ralm_histogram_within(a, &of, low, high);
	ralm_histogram_within(b, &other, low, high);
}

static int evaluate_input(struct ralm_evaluation *new, struct input *input,
			  const struct ralm_evaluate_options *options,
			  struct ralm_threads *threads, struct ralm_error *err)
{
	const struct task task = {
		.options = options,
		.by_line = input->by_line,
		.resample = options->bootstrap > 0 && !options->auc_only,
	};
	const struct ralm_boot_options boot = {
		.resamples = options->bootstrap,
		.rng_seed = options->rng_seed,
		.tell = tell_resamples,
		.context = (void *)options,
	};
	struct ralm_resampling of[2];
	memset(of, 0, sizeof of);
	int result = evaluate_set(new, &of[0], &input->set, &task, err);
	if (result == 0 && input->other_wanted)
		result = evaluate_other(new, &of[1], &input->other, &task, err);
	if (result == 0 && new->other != NULL && options->curves)
		join_histograms(new, input);
	if (result == 0 && task.resample)
		result = ralm_bootstrap(&new->bootstrap, &of[0],
					input->other_wanted ? &of[1] : NULL,
					new->top_count, &boot, threads, err);
	ralm_resampling_release(&of[0]);
	ralm_resampling_release(&of[1]);
	return result;
}

/* out is to be released, whatever is returned. */
static int evaluate(struct ralm_evaluation *out, const char *const *paths,
		    size_t path_count,
		    const struct ralm_evaluate_options *options,
		    struct ralm_threads *threads, struct ralm_error *err)
{
	struct input input;
	memset(out, 0, sizeof *out);
	if (options->at != NULL && parse_at(out, options->at, err) != 0)
		return -1;
	int result = input_read(&input, out, paths, path_count, options, threads,
				err);
	if (result == 0 && input.paired) {
		const struct ralm_score_pairs *pairs = &input.pairs;
		result = ralm_delong_compare(&out->comparison, pairs->score[0],
					     pairs->score[1], pairs->label,
					     pairs->weight, pairs->count, threads,
					     err);
		out->compared = true;
		ralm_score_pairs_release(&input.pairs);
	}
	if (result == 0)
		result = evaluate_input(out, &input, options, threads, err);
	input_release(&input);
	return result == 0 ? ralm_evaluation_list(&out->list, out, err) : -1;
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
	if (result != 0)
		ralm_evaluation_release(out);
	ralm_threads_free(threads);
	return result;
}
