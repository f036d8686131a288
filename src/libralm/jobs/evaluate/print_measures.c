#include "jobs/evaluate/print_measures.h"

#include "ground/numbers.h"

#include <math.h>

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

void ralm_measure_put(struct ralm_writer *writer,
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
		ralm_measure_put(writer, m);
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

void ralm_evaluation_put_members(struct ralm_writer *writer,
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
	ralm_evaluation_put_members(writer, evaluation);
	ralm_writer_put_text(writer, "\n}\n");
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
