/* The seed list of each item of the log, as ralm-score --seeds and ralm-expand
 * --lists read them (formats/list_set.h). Used by build.c alone. */
#ifndef RALM_JOBS_BUILD_SEEDS_FILE_H
#define RALM_JOBS_BUILD_SEEDS_FILE_H

#include "jobs/build/write_samples.h"

/* Writes a line for each item: the users who clicked it, the latest first, at most
 * options->seeds_latest of them (0: all). Clicks that are held out are left out; an
 * item without others has no line. A list longer than RALM_LINE_MAX is a
 * RALM_ERROR_CONFIG. Counts into the report. */
int ralm_build_put_seeds(struct ralm_build_report *report,
			 struct ralm_writer *writer,
			 const struct ralm_build_work *work,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
