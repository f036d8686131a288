/* Several evaluations beside one another, a column each, under their names. A name is
 * text from outside: what is not printable in it becomes '?', and is escaped in JSON.
 * The caller flushes the writer. */
#ifndef RALM_JOBS_EVALUATE_MEASURE_TABLE_H
#define RALM_JOBS_EVALUATE_MEASURE_TABLE_H

#include "jobs/evaluate/print_measures.h"

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

#endif
