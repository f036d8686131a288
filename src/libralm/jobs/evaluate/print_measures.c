#include "jobs/evaluate/print_measures.h"

#include "ground/memory.h"
#include "ground/numbers.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the list ---------------------------------------------------------- */

enum { FIXED_MEASURES = 40 }; /* at least as many as there are without K */

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

int ralm_evaluation_list(struct ralm_measure_list *list,
			 const struct ralm_evaluation *evaluation,
			 struct ralm_error *err)
{
	size_t most = FIXED_MEASURES + 3 * evaluation->top_count;
	struct ralm_named_measure *measures =
		ralm_aligned_new(most, sizeof *measures, err);
	if (measures == NULL)
		return -1;
	*list = (struct ralm_measure_list){measures, 0, most};
	add_measures(list, evaluation);
	if (evaluation->grouped)
		add_groups(list, evaluation);
	if (evaluation->compared)
		add_comparison(list, &evaluation->comparison);
	return 0;
}

/* ---- text -------------------------------------------------------------- */

static void put_string(struct ralm_writer *writer, const char *text)
{
	ralm_writer_put(writer, text, strlen(text));
}

/* NaN without a sign, which depends on the processor. */
static void put_short(struct ralm_writer *writer, double value)
{
	if (isnan(value))
		put_string(writer, "nan");
	else
		ralm_writer_put_real(writer, value);
}

static void put_exact(struct ralm_writer *writer, double value)
{
	char text[RALM_DOUBLE_TEXT];
	if (isnan(value))
		put_string(writer, "nan");
	else
		ralm_writer_put(writer, text, ralm_format_double(text, value));
}

int ralm_evaluation_put_text(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation,
			     struct ralm_error *err)
{
	struct ralm_measure_list list;
	if (ralm_evaluation_list(&list, evaluation, err) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		const struct ralm_named_measure *m = &list.measures[i];
		put_string(writer, m->name);
		ralm_writer_put_char(writer, '\t');
		if (m->whole)
			ralm_writer_put_u64(writer, m->count);
		else
			put_short(writer, m->value);
		ralm_writer_put_char(writer, '\n');
	}
	free(list.measures);
	return 0;
}

void ralm_evaluation_put_auc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation)
{
	put_short(writer, evaluation->paddle_known ? evaluation->paddle_auc
						   : evaluation->measures.auc);
	ralm_writer_put_char(writer, '\n');
}

/* ---- JSON -------------------------------------------------------------- */

static void put_json_real(struct ralm_writer *writer, double value)
{
	if (isfinite(value))
		put_exact(writer, value);
	else
		put_string(writer, "null");
}

static void put_json_decile(struct ralm_writer *writer, int number,
			    const struct ralm_decile *d)
{
	const struct {
		const char *name;
		double value;
	} fields[] = {{"weight", d->weight},
		      {"low", d->low},
		      {"high", d->high},
		      {"predicted", d->predicted},
		      {"observed", d->observed}};
	put_string(writer, "    {\"decile\": ");
	ralm_writer_put_u64(writer, (uint64_t)number);
	put_string(writer, ", \"samples\": ");
	ralm_writer_put_u64(writer, d->count);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		put_string(writer, ", \"");
		put_string(writer, fields[i].name);
		put_string(writer, "\": ");
		put_json_real(writer, fields[i].value);
	}
	put_string(writer, "}");
}

int ralm_evaluation_put_json(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation,
			     struct ralm_error *err)
{
	struct ralm_measure_list list;
	if (ralm_evaluation_list(&list, evaluation, err) != 0)
		return -1;
	put_string(writer, "{");
	for (size_t i = 0; i < list.count; i++) {
		const struct ralm_named_measure *m = &list.measures[i];
		put_string(writer, i ? ",\n  \"" : "\n  \"");
		put_string(writer, m->name);
		put_string(writer, "\": ");
		if (m->whole)
			ralm_writer_put_u64(writer, m->count);
		else
			put_json_real(writer, m->value);
	}
	free(list.measures);
	if (evaluation->curves_known) {
		put_string(writer, ",\n  \"deciles\": [\n");
		for (int d = 0; d < RALM_DECILES; d++) {
			put_json_decile(writer, d + 1, &evaluation->deciles[d]);
			put_string(writer, d + 1 < RALM_DECILES ? ",\n" : "\n");
		}
		put_string(writer, "  ]");
	}
	put_string(writer, "\n}\n");
	return 0;
}

/* ---- tables ------------------------------------------------------------ */

static void put_curve(struct ralm_writer *writer, const char *heading,
		      const struct ralm_curve *curve)
{
	put_string(writer, heading);
	for (size_t i = 0; i < curve->count; i++) {
		put_exact(writer, curve->points[i].score);
		ralm_writer_put_char(writer, '\t');
		put_exact(writer, curve->points[i].x);
		ralm_writer_put_char(writer, '\t');
		put_exact(writer, curve->points[i].y);
		ralm_writer_put_char(writer, '\n');
	}
}

void ralm_evaluation_put_roc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation)
{
	put_curve(writer, "threshold\tfpr\ttpr\n", &evaluation->roc);
}

void ralm_evaluation_put_pr(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation)
{
	put_curve(writer, "threshold\trecall\tprecision\n", &evaluation->pr);
}

void ralm_evaluation_put_calibration(struct ralm_writer *writer,
				     const struct ralm_evaluation *evaluation)
{
	put_string(writer,
		   "decile\tsamples\tweight\tlow\thigh\tpredicted\tobserved\n");
	for (int d = 0; d < RALM_DECILES; d++) {
		const struct ralm_decile *decile = &evaluation->deciles[d];
		const double values[] = {decile->weight, decile->low,
					 decile->high, decile->predicted,
					 decile->observed};
		ralm_writer_put_u64(writer, (uint64_t)d + 1);
		ralm_writer_put_char(writer, '\t');
		ralm_writer_put_u64(writer, decile->count);
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			ralm_writer_put_char(writer, '\t');
			put_exact(writer, values[i]);
		}
		ralm_writer_put_char(writer, '\n');
	}
}
