#include "jobs/evaluate/print_measures.h"

#include "ground/memory.h"
#include "ground/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text -------------------------------------------------------------- */

/* NaN without a sign, which depends on the processor. */
static void put_short(struct ralm_writer *writer, double value)
{
	if (isnan(value))
		ralm_writer_put_text(writer, "nan");
	else
		ralm_writer_put_real(writer, value);
}

static void put_exact(struct ralm_writer *writer, double value)
{
	char text[RALM_DOUBLE_TEXT];
	if (isnan(value))
		ralm_writer_put_text(writer, "nan");
	else
		ralm_writer_put(writer, text, ralm_format_double(text, value));
}

static void put_measure(struct ralm_writer *writer,
			const struct ralm_named_measure *measure)
{
	if (measure->whole)
		ralm_writer_put_u64(writer, measure->count);
	else
		put_short(writer, measure->value);
}

void ralm_evaluation_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation)
{
	for (size_t i = 0; i < evaluation->list.count; i++) {
		const struct ralm_named_measure *m = &evaluation->list.measures[i];
		ralm_writer_put_text(writer, m->name);
		ralm_writer_put_char(writer, '\t');
		put_measure(writer, m);
		ralm_writer_put_char(writer, '\n');
	}
}

void ralm_evaluation_put_auc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation)
{
	put_short(writer, evaluation->paddle_known ? evaluation->paddle_auc
						   : evaluation->measures.auc);
	ralm_writer_put_char(writer, '\n');
}

/* ---- text of several ------------------------------------------------------ */

static void put_heads(struct ralm_writer *writer, const char *const *names,
		      size_t count)
{
	ralm_writer_put_text(writer, "measure");
	for (size_t i = 0; i < count; i++) {
		ralm_writer_put_char(writer, '\t');
		ralm_writer_put_printable(writer, names[i]);
	}
	ralm_writer_put_char(writer, '\n');
}

/* Every name that one of the evaluations has: what they are asked for is the same, and
 * groups and weights are there or not. */
static int list_rows(struct ralm_measure_list *rows,
		     const struct ralm_evaluation *const *evaluations,
		     size_t count, struct ralm_error *err)
{
	struct ralm_evaluation any = *evaluations[0];
	for (size_t i = 0; i < count; i++) {
		any.grouped = any.grouped || evaluations[i]->grouped;
		any.weighted = any.weighted || evaluations[i]->weighted;
		if (evaluations[i]->bootstrap.count > any.bootstrap.count)
			any.bootstrap = evaluations[i]->bootstrap;
	}
	return ralm_evaluation_list(rows, &any, err);
}

/* next (count): 0, the place in each list. */
static void put_rows(struct ralm_writer *writer,
		     const struct ralm_measure_list *rows,
		     const struct ralm_evaluation *const *evaluations,
		     size_t *next, size_t count)
{
	for (size_t r = 0; r < rows->count; r++) {
		const char *name = rows->measures[r].name;
		ralm_writer_put_text(writer, name);
		for (size_t i = 0; i < count; i++) {
			const struct ralm_measure_list *list =
				&evaluations[i]->list;
			ralm_writer_put_char(writer, '\t');
			if (next[i] < list->count &&
			    strcmp(list->measures[next[i]].name, name) == 0)
				put_measure(writer, &list->measures[next[i]++]);
			else
				ralm_writer_put_text(writer, "nan");
		}
		ralm_writer_put_char(writer, '\n');
	}
}

int ralm_evaluations_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *const *evaluations,
			      const char *const *names, size_t count,
			      struct ralm_error *err)
{
	struct ralm_measure_list rows;
	size_t *next = ralm_aligned_new(count, sizeof *next, err);
	if (next == NULL)
		return -1;
	int result = list_rows(&rows, evaluations, count, err);
	if (result == 0) {
		put_heads(writer, names, count);
		put_rows(writer, &rows, evaluations, next, count);
		free(rows.measures);
	}
	free(next);
	return result;
}

/* ---- JSON -------------------------------------------------------------- */

static void put_json_real(struct ralm_writer *writer, double value)
{
	if (isfinite(value))
		put_exact(writer, value);
	else
		ralm_writer_put_text(writer, "null");
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
	ralm_writer_put_text(writer, "    {\"decile\": ");
	ralm_writer_put_u64(writer, (uint64_t)number);
	ralm_writer_put_text(writer, ", \"samples\": ");
	ralm_writer_put_u64(writer, d->count);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		ralm_writer_put_text(writer, ", \"");
		ralm_writer_put_text(writer, fields[i].name);
		ralm_writer_put_text(writer, "\": ");
		put_json_real(writer, fields[i].value);
	}
	ralm_writer_put_text(writer, "}");
}

/* What stands between the braces. */
static void put_members(struct ralm_writer *writer,
			const struct ralm_evaluation *evaluation)
{
	for (size_t i = 0; i < evaluation->list.count; i++) {
		const struct ralm_named_measure *m = &evaluation->list.measures[i];
		ralm_writer_put_text(writer, i ? ",\n  \"" : "\n  \"");
		ralm_writer_put_text(writer, m->name);
		ralm_writer_put_text(writer, "\": ");
		if (m->whole)
			ralm_writer_put_u64(writer, m->count);
		else
			put_json_real(writer, m->value);
	}
	if (evaluation->curves_known) {
		ralm_writer_put_text(writer, ",\n  \"deciles\": [\n");
		for (int d = 0; d < RALM_DECILES; d++) {
			put_json_decile(writer, d + 1, &evaluation->deciles[d]);
			ralm_writer_put_text(writer, d + 1 < RALM_DECILES
							     ? ",\n"
							     : "\n");
		}
		ralm_writer_put_text(writer, "  ]");
	}
}

void ralm_evaluation_put_json(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation)
{
	ralm_writer_put_text(writer, "{");
	put_members(writer, evaluation);
	ralm_writer_put_text(writer, "\n}\n");
}

void ralm_evaluations_put_json(struct ralm_writer *writer,
			       const struct ralm_evaluation *const *evaluations,
			       const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ralm_writer_put_text(writer, i ? ",\n{" : "[{");
		ralm_writer_put_text(writer, "\n  \"file\": ");
		ralm_writer_put_quoted(writer, names[i]);
		ralm_writer_put_char(writer, ',');
		put_members(writer, evaluations[i]);
		ralm_writer_put_text(writer, "\n}");
	}
	ralm_writer_put_text(writer, "]\n");
}

/* ---- tables ------------------------------------------------------------ */

static void put_curve(struct ralm_writer *writer, const char *heading,
		      const struct ralm_curve *curve)
{
	ralm_writer_put_text(writer, heading);
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
	ralm_writer_put_text(
		writer,
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
