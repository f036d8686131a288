/* The measures as tables of HTML, each with its meaning. */
#ifndef RALM_JOBS_EVALUATE_HTML_TABLES_H
#define RALM_JOBS_EVALUATE_HTML_TABLES_H

#include "jobs/evaluate/print_measures.h"

/* Writes one table for each kind of measure in the list. */
void ralm_evaluation_put_tables(struct ralm_writer *writer,
				const struct ralm_measure_list *list);

#endif
