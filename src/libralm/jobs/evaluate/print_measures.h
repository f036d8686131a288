/* An evaluation as text, JSON and tables. Undefined measures are "nan", and
 * null in JSON. The caller flushes the writer. */
#ifndef RALM_JOBS_EVALUATE_PRINT_MEASURES_H
#define RALM_JOBS_EVALUATE_PRINT_MEASURES_H

#include "formats/lines.h"
#include "jobs/evaluate/evaluate.h"

/* Lines of NAME<TAB>VALUE, AUC first; values as "%.9g". */
void ralm_evaluation_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation);

/* Only the AUC's value; Paddle's AUC where that was asked for. */
void ralm_evaluation_put_auc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);

/* One object of the same names, and "deciles" where curves were asked for;
 * values read back as the same double. */
void ralm_evaluation_put_json(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation);

/* Several evaluations beside one another, a column each, under their names. A name is
 * text from outside: what is not printable in it becomes '?', and is escaped in JSON. */

/* Lines of NAME<TAB>VALUE<TAB>VALUE ..., under a line "measure" and the names of the
 * evaluations, of which there is one at least: every measure that one of them has, in
 * the order of printing. All were asked for the same. */
int ralm_evaluations_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *const *evaluations,
			      const char *const *names, size_t count,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* An array of objects as of one evaluation, each with its name as "file" first. */
void ralm_evaluations_put_json(struct ralm_writer *writer,
			       const struct ralm_evaluation *const *evaluations,
			       const char *const *names, size_t count);

/* Tables, separated by tabs, with a heading line and in full precision. */
void ralm_evaluation_put_roc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_pr(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_calibration(struct ralm_writer *writer,
				     const struct ralm_evaluation *evaluation);

#endif
