/* An evaluation as text, JSON and tables. Undefined measures are "nan", and
 * null in JSON. The caller flushes the writer. */
#ifndef RALM_JOBS_EVALUATE_PRINT_MEASURES_H
#define RALM_JOBS_EVALUATE_PRINT_MEASURES_H

#include "jobs/evaluate/evaluate.h"

/* The measures as a list, in the order of printing: the only place that knows
 * their names. */
struct ralm_named_measure {
	char name[32];
	bool whole;    /* an integer: its value is count */
	uint64_t count;
	double value;
};

struct ralm_measure_list {
	struct ralm_named_measure *measures; /* owned: free() */
	size_t count, capacity;
};

int ralm_evaluation_list(struct ralm_measure_list *list,
			 const struct ralm_evaluation *evaluation,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* Lines of NAME<TAB>VALUE, AUC first; values as "%.9g". */
int ralm_evaluation_put_text(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Only the AUC's value; Paddle's AUC where that was asked for. */
void ralm_evaluation_put_auc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);

/* One object of the same names, and "deciles" where curves were asked for;
 * values read back as the same double. */
int ralm_evaluation_put_json(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* Tables, separated by tabs, with a heading line and in full precision. */
void ralm_evaluation_put_roc(struct ralm_writer *writer,
			     const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_pr(struct ralm_writer *writer,
			    const struct ralm_evaluation *evaluation);
void ralm_evaluation_put_calibration(struct ralm_writer *writer,
				     const struct ralm_evaluation *evaluation);

#endif
