#include "jobs/evaluate/measure_list.h"

#include "ground/memory.h"
#include "jobs/evaluate/evaluate.h"

#include <stdarg.h>
#include <stdio.h>

/* Room: for what there is without K and without a bootstrap, and for each measure that
 * was resampled. */
enum { FIXED_MEASURES = 42, RESAMPLED_MEASURES = 6 };

RALM_PRINTF(2, 3)
static struct ralm_named_measure *add(struct ralm_measure_list *list,
				      const char *format, ...)
{
	struct ralm_named_measure *m = &list->measures[list->count++];
	va_list args;
	va_start(args, format);
	vsnprintf(m->name, sizeof m->name, format, args);
	va_end(args);
	return m;
}

static void add_real(struct ralm_measure_list *list, const char *name,
		     double value)
{
	struct ralm_named_measure *m = add(list, "%s", name);
	m->value = value;
	m->whole = false;
}

static void add_count(struct ralm_measure_list *list, const char *name,
		      uint64_t count)
{
	struct ralm_named_measure *m = add(list, "%s", name);
	m->value = (double)count;
	m->count = count;
	m->whole = true;
}

static void add_measures(struct ralm_measure_list *list,
			 const struct ralm_evaluation *e)
{
	const struct ralm_measures *m = &e->measures;
	add_real(list, "auc", m->auc);
	add_count(list, "samples", m->count[0] + m->count[1]);
	add_count(list, "positives", m->count[1]);
	add_count(list, "negatives", m->count[0]);
	if (!e->auc_only) {
		add_real(list, "log_loss", m->log_loss);
		add_real(list, "brier", m->brier);
		add_real(list, "calibration", m->calibration);
		add_real(list, "average_precision", m->average_precision);
		add_real(list, "ks", m->ks);
		add_real(list, "ks_score", m->ks_score);
	}
	if (e->weighted && !e->auc_only) {
		add_real(list, "positive_weight", m->weight[1]);
		add_real(list, "negative_weight", m->weight[0]);
	}
	if (e->interval_known) {
		add_real(list, "auc_error", e->interval.error);
		add_real(list, "auc_low", e->interval.low);
		add_real(list, "auc_high", e->interval.high);
	}
	if (e->paddle_known)
		add_real(list, "paddle_auc", e->paddle_auc);
}

static void add_groups(struct ralm_measure_list *list,
		       const struct ralm_evaluation *e)
{
	add_real(list, "gauc", e->groups.auc_weighted);
	add_real(list, "gauc_plain", e->groups.auc_plain);
	add_count(list, "groups", e->groups.groups);
	add_count(list, "groups_one_class", e->groups.one_class);
	if (e->top_count > 0)
		add_count(list, "groups_no_positives", e->groups.no_positives);
	for (size_t i = 0; i < e->top_count; i++) {
		const struct ralm_top_measures *top = &e->tops[i];
		struct ralm_named_measure *m;
		m = add(list, "precision@%zu", top->k);
		m->value = top->precision;
		m = add(list, "recall@%zu", top->k);
		m->value = top->recall;
		m = add(list, "ndcg@%zu", top->k);
		m->value = top->ndcg;
	}
}

static void add_comparison(struct ralm_measure_list *list,
			   const struct ralm_comparison *c)
{
	add_real(list, "other_auc", c->auc[1]);
	add_real(list, "difference", c->difference.value);
	add_real(list, "difference_error", c->difference.error);
	add_real(list, "difference_low", c->difference.low);
	add_real(list, "difference_high", c->difference.high);
	add_real(list, "z", c->z);
	add_real(list, "p", c->p);
}

/* ---- the bootstrap ------------------------------------------------------- */

enum { NAME = sizeof(((struct ralm_named_measure *)NULL)->name) };

/* The name of a measure that was resampled. */
static void name_resampled(char name[NAME], const struct ralm_evaluation *e,
			   size_t measure)
{
	static const char *const fixed[RALM_BOOT_TOPS] = {
		[RALM_BOOT_AUC] = "auc",
		[RALM_BOOT_LOG_LOSS] = "log_loss",
		[RALM_BOOT_BRIER] = "brier",
		[RALM_BOOT_CALIBRATION] = "calibration",
		[RALM_BOOT_AVERAGE_PRECISION] = "average_precision",
		[RALM_BOOT_KS] = "ks",
		[RALM_BOOT_GAUC] = "gauc",
		[RALM_BOOT_GAUC_PLAIN] = "gauc_plain",
	};
	static const char *const tops[] = {"precision", "recall", "ndcg"};
	const size_t top = measure - RALM_BOOT_TOPS;
	if (measure < RALM_BOOT_TOPS)
		snprintf(name, NAME, "%s", fixed[measure]);
	else
		snprintf(name, NAME, "%s@%zu", tops[top % 3], e->tops[top / 3].k);
}

static void add_ends(struct ralm_measure_list *list, const char *name,
		     const struct ralm_boot_interval *interval)
{
	add(list, "%s_boot_low", name)->value = interval->low;
	add(list, "%s_boot_high", name)->value = interval->high;
}

/* The values of the other scores, and the differences to them. */
static void add_differences(struct ralm_measure_list *list,
			    const struct ralm_evaluation *e)
{
	double of[RALM_BOOT_MAX], others[RALM_BOOT_MAX];
	const struct ralm_evaluation *const other = e->other;
	ralm_boot_values(of, &e->measures, &e->groups, e->tops, e->top_count);
	ralm_boot_values(others, &other->measures, &other->groups, other->tops,
			 other->top_count);
	for (size_t m = 0; m < e->bootstrap.count; m++) {
		char name[NAME], difference[NAME + sizeof "_difference"];
		name_resampled(name, e, m);
		if (m == RALM_BOOT_AUC) { /* the difference is there already */
			snprintf(difference, sizeof difference, "difference");
		} else {
			snprintf(difference, sizeof difference, "%s_difference",
				 name);
			add(list, "other_%s", name)->value = others[m];
			add(list, "%s", difference)->value = of[m] - others[m];
		}
		add_ends(list, difference, &e->bootstrap.differences[m]);
	}
}

static void add_bootstrap(struct ralm_measure_list *list,
			  const struct ralm_evaluation *e)
{
	add_count(list, "bootstrap", e->bootstrap.resamples);
	add_count(list, "bootstrap_units", e->bootstrap.units);
	for (size_t m = 0; m < e->bootstrap.count; m++) {
		char name[NAME];
		name_resampled(name, e, m);
		add_ends(list, name, &e->bootstrap.of[m]);
	}
	if (e->other != NULL)
		add_differences(list, e);
}

/* ---- all ----------------------------------------------------------------- */

int ralm_evaluation_list(struct ralm_measure_list *list,
			 const struct ralm_evaluation *evaluation,
			 struct ralm_error *err)
{
	size_t most = FIXED_MEASURES + 3 * evaluation->top_count +
		      RESAMPLED_MEASURES * evaluation->bootstrap.count;
	struct ralm_named_measure *measures =
		ralm_aligned_new(most, sizeof *measures, err);
	if (measures == NULL)
		return -1;
	*list = (struct ralm_measure_list){measures, 0};
	add_measures(list, evaluation);
	if (evaluation->grouped)
		add_groups(list, evaluation);
	if (evaluation->compared)
		add_comparison(list, &evaluation->comparison);
	if (evaluation->bootstrap.resamples > 0)
		add_bootstrap(list, evaluation);
	return 0;
}
