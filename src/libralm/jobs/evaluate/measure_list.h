/* An evaluation as a list of names and values, in the order of printing. */
#ifndef RALM_JOBS_EVALUATE_MEASURE_LIST_H
#define RALM_JOBS_EVALUATE_MEASURE_LIST_H

#include "ground/error.h"

struct ralm_named_measure {
	char name[48];
	bool whole;    /* an integer: its value is count */
	uint64_t count;
	double value;
};

struct ralm_measure_list {
	struct ralm_named_measure *measures; /* owned: free() */
	size_t count;
};

struct ralm_evaluation;

/* Sets the list to all measures that are known. */
int ralm_evaluation_list(struct ralm_measure_list *list,
			 const struct ralm_evaluation *evaluation,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
