/* An evaluation as text, JSON and tables. Undefined measures are "nan", and
 * null in JSON. The caller flushes the writer. */
#ifndef RALM_JOBS_EVALUATE_PRINT_MEASURES_H
#define RALM_JOBS_EVALUATE_PRINT_MEASURES_H

#include "formats/lines.h"
#include "jobs/evaluate/evaluate.h"

/* Lines of NAME<TAB>VALUE, AUC first; values as "%.9g". */
void ralm_evaluation_put_text(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation);

/* One value, as it stands there. */
void ralm_measure_put(struct ralm_writer *writer,
		      const struct ralm_named_measure *measure);

/* Only the AUC's value; Paddle's AUC where that was asked for. */
void ralm_evaluation_put_auc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);

/* One object of the same names, and "deciles" where curves were asked for;
 * values read back as the same double. */
void ralm_evaluation_put_json(struct ralm_writer *writer,
			      const struct ralm_evaluation *evaluation);

/* What stands between its braces, with a newline first and none at the end. */
void ralm_evaluation_put_members(struct ralm_writer *writer,
				 const struct ralm_evaluation *evaluation);

/* Tables, separated by tabs, with a heading line and in full precision. */
void ralm_evaluation_put_roc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_pr(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_calibration(struct ralm_writer *writer,
				     const struct ralm_evaluation *evaluation);

#endif
