/* The seed list of each item of the log, as ralm-score --seeds and ralm-expand
 * --lists read them (formats/list_set.h). Used by build.c alone. */
#ifndef RALM_JOBS_BUILD_SEEDS_FILE_H
#define RALM_JOBS_BUILD_SEEDS_FILE_H

#include "jobs/build/write_samples.h"

/* A line for each item, with its users, the latest first, and at most
 * options->seeds_latest of them (0: all); without clicks that are held out, and none
 * for an item that has no others. A list longer than a line may be is an error. Counts
 * into the report. */
int ralm_build_put_seeds(struct ralm_build_report *report,
			 struct ralm_writer *writer,
			 const struct ralm_build_work *work,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
